return runbook {
  name = "rail-of-nothing",
  title = "Rails about what does not exist",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.never("twilio.number.delete"),
--> 12:17 error unknown-operation: there is no operation "twilio.number.delete" → did you mean "twilio.numbers.delete"?
    rails.after("flex.deploy", "file.edit"),
--> 14:32 error unknown-operation: there is no operation "file.edit" → did you mean "files.edit"?
    rails.given({ tpye = "A" }, rails.never("flex.deploy")),
--> 16:19 error unknown-parameter: no parameter "tpye" is declared → declare it among the parameters
    "never delete anything",
--> 18:5 error wrong-value: this is not a rail → a rail is one of those that `rails` offers
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
