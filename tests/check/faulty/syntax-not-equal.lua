--> 3:6 error syntax: "!" means nothing in Lua
local x = 1
if x != 1 then return end
