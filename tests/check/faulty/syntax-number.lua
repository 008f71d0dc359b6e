--> 2:8 error syntax: "0x" is not a number
return 0x
