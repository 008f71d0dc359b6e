return runbook {
  name = "change-in-read",
  title = "What changes something, in a read phase",
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
      twilio.numbers.update { sid = number.sid, friendly_name = "Main line" }
--> 18:7 error change-in-read: the phase "inspect" only reads, and twilio.numbers.update changes something → move it into a mutate phase; it will be planned, shown and signed
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
