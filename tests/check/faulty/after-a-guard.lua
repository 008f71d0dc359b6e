return runbook {
  name = "after-a-guard",
  title = "What a branch that left did, does not count behind it",
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
      local limit, filter = "many", {}
      if number.sid == nil then
        limit, filter = 5, nil
        return
      end
      twilio.calls.list { limit = limit }
--> 23:35 error wrong-argument: twilio.calls.list: limit: got text "many", want a whole number → `countersign operations twilio.calls.list` says what it takes
      note(filter.sid)
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
