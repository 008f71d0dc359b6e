-- A module of through-a-module.lua.
local lines = {}

local function number(sid) return twilio.numbers.fetch { sid = sid } end
--> 4:35 error read-in-change: the phase "rename" reads nothing, and twilio.numbers.fetch reads, called at through-a-module.lua:29 → read it in a read phase before, and use run.<phase>

function lines.rename(sid)
  twilio.numbers.update { sid = sid, friendly_name = "Main line" }
--> 8:3 error change-in-read: the phase "inspect" only reads, and twilio.numbers.update changes something, called at through-a-module.lua:20 → move it into a mutate phase; it will be planned, shown and signed
end

function lines.twice(sid)
  lines.rename(number(sid).sid)
  lines.renmae(sid)
--> 14:9 error unknown-name: there is no function "renmae" in this table → did you mean "rename"?
end

function lines.name(run) return run.params.lable end
--> 18:44 error unknown-parameter: no parameter "lable" is declared, called at through-a-module.lua:30 → declare it: lable = param.text { why = "…" }

return lines
