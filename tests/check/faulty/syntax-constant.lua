--> 3:1 error syntax: "limit" is a constant and stays as it is
local limit <const> = 10
limit = 11
