--> 2:1 error syntax: there is no label "nowhere" that this goto can reach
goto nowhere
