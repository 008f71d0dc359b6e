--> 3:3 error syntax: a statement is a call or an assignment: got "+"
local x = 1
x += 1
return x
