return runbook {
  name = "argument-in-a-variable",
  title = "Arguments that are put together first",
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
      local filter = { to = run.params.number }
      filter.limit = "all"
      filter.sins = time.now()
      twilio.calls.list(filter)
--> 21:7 error unknown-argument: twilio.calls.list: unknown argument "sins" → `countersign operations twilio.calls.list` says what it takes
--> 21:7 error wrong-argument: twilio.calls.list: limit: got text "all", want a whole number → `countersign operations twilio.calls.list` says what it takes
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
