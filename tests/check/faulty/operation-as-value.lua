return runbook {
  name = "operation-as-value",
  title = "An operation's name that is only handed on",
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
      parallel({ 1, 2 }, twilio.calls.fetsh)
--> 18:26 error unknown-operation: there is no operation "twilio.calls.fetsh" → did you mean "twilio.calls.fetch"?
      twilio.calls()
--> 20:7 error unknown-operation: "twilio.calls" is no operation → `countersign operations twilio.calls` lists what there is below it
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
