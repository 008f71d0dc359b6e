return runbook {
  name = "unknown-member",
  title = "Names that a table of the language does not have",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
    label = param.string { why = "What it is called" },
--> 8:13 error unknown-name: nothing is named "param.string" → did you mean "param.sid"?
    place = param { why = "Where" },
--> 10:13 error unknown-name: "param" cannot be called → docs/reference/dsl.md lists what there is below it
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.before("twilio.numbers.update", "devlogs.write"),
--> 16:5 error unknown-name: nothing is named "rails.before" → did you mean "rails.never"?
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      note(run.params.label .. run.params.place .. time.today())
--> 24:52 error unknown-name: nothing is named "time.today" → docs/reference/dsl.md lists what there is
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
