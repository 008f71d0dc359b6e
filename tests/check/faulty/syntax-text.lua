--> 2:18 error syntax: the text that begins here never ends
local greeting = "Hello
return greeting
