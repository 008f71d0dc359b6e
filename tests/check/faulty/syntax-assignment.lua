--> 2:1 error syntax: nothing can be assigned to this
f() = 1
