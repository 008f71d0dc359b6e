local function change(sid) twilio.numbers.update { sid = sid, friendly_name = "Main line" } end
--> 1:28 error change-in-read: the phase "inspect" only reads, and twilio.numbers.update changes something → move it into a mutate phase; it will be planned, shown and signed
local function outer(sid) return change(sid) end
local steps = { outer, function(sid) local ok = pcall(change, sid) return ok end }

return runbook {
  name = "deep-in-calls",
  title = "Functions that call functions, as values too",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      for _, one in ipairs(steps) do one(number.sid) end
      local again = outer
      again(number.sid)
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
