return runbook {
  name = "read-only",
  title = "What a phase is handed",
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
      run.params.number = "+15550100200"
--> 18:7 error read-only: what a phase is handed can only be read → keep values in local variables, and hand them on by returning them
      run.sid = number.sid
--> 20:7 error read-only: what a phase is handed can only be read → keep values in local variables, and hand them on by returning them
      twilio.calls.fetch = nil
--> 22:7 error read-only: what "twilio.calls" holds is the language's and stays as it is → keep values in local variables, and hand them on by returning them
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
