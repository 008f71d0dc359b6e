--> 3:3 error syntax: "break" stands outside a loop
local function f()
  break
end
return f
