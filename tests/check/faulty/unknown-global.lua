return runbook {
  name = "unknown-global",
  title = "Names that nothing has",
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
      local listt = {}
      prnit("hello")
--> 19:7 error unknown-name: nothing is named "prnit" → did you mean "print"?
      note(run.params.number .. lable)
--> 21:33 error unknown-name: nothing is named "lable" → did you mean "table"?
      local when = tiem.now()
--> 23:20 error unknown-name: nothing is named "tiem" → did you mean "time"?
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
