return runbook {
  name = "missing-argument",
  title = "An argument that is required",
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
      studio.flows.fetch {}
--> 18:7 error missing-argument: studio.flows.fetch: missing argument "sid" (the flow) → `countersign operations studio.flows.fetch` says what it takes
      studio.flows.fetch()
--> 20:7 error missing-argument: studio.flows.fetch: missing argument "sid" (the flow) → `countersign operations studio.flows.fetch` says what it takes
      return { sid = number.sid, logs = {} }
    end),

    mutate "send" (function(run)
      mailgun.messages.send { from = "a@x.example", to = "b@x.example" }
--> 26:7 error missing-argument: mailgun.messages.send: missing argument "subject" (the subject) → `countersign operations mailgun.messages.send` says what it takes
--> 26:7 error missing-argument: mailgun.messages.send: missing argument "text" (the text) → `countersign operations mailgun.messages.send` says what it takes
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
