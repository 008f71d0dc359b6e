return runbook {
  name = "unknown-argument",
  title = "An argument that the row does not take",
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
      twilio.calls.list { too = run.params.number }
--> 18:27 error unknown-argument: twilio.calls.list: unknown argument "too" → did you mean "to"?
      twilio.calls.list { "everything" }
--> 20:27 error unknown-argument: twilio.calls.list: arguments have names, and this one has none → `countersign operations twilio.calls.list` says what it takes
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
