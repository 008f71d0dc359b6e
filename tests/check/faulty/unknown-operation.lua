return runbook {
  name = "unknown-operation",
  title = "An operation that nobody has",
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
      local flows = studio.flow.list()
--> 18:21 error unknown-operation: there is no operation "studio.flow.list" → did you mean "studio.flows.list"?
      note(#flows .. " flows")
      local mails = mailgun.events.lst { limit = 5 }
--> 21:21 error unknown-operation: there is no operation "mailgun.events.lst" → did you mean "mailgun.events.list"?
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
