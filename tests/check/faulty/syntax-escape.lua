--> 2:11 error syntax: "\p" is not an escape; a backslash itself is \\
return "C:\path"
