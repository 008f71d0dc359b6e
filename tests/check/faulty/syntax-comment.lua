--> 2:10 error syntax: the comment that begins here never ends
return 1 --[[ and so on
