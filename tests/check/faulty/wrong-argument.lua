return runbook {
  name = "wrong-argument",
  title = "Literals of another type",
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
      studio.flows.fetch { sid = "FW12" }
--> 18:34 error wrong-argument: studio.flows.fetch: sid: got text "FW12", want a SID (FW and 32 hexadecimal digits) → `countersign operations studio.flows.fetch` says what it takes
      twilio.calls.list { limit = "ten" }
--> 20:35 error wrong-argument: twilio.calls.list: limit: got text "ten", want a whole number → `countersign operations twilio.calls.list` says what it takes
      twilio.calls.list { limit = 2.5, to = 5550100200 }
--> 22:35 error wrong-argument: twilio.calls.list: limit: got 2.5, want a whole number → `countersign operations twilio.calls.list` says what it takes
--> 22:45 error wrong-argument: twilio.calls.list: to: got 5550100200, want a phone number (E.164) → `countersign operations twilio.calls.list` says what it takes
      studio.flows.find { name = function() end }
--> 25:34 error wrong-argument: studio.flows.find: name: got a function → `countersign operations studio.flows.find` says what it takes
      studio.flows.fetch "FWbc3a4d5bbdf441d90c3cc781e7ef61fd"
--> 27:26 error wrong-argument: studio.flows.fetch: its arguments are one table, with a name for each → write studio.flows.fetch { name = value }
      monitor.alerts.list { log_level = "loud" }
--> 29:41 error wrong-argument: monitor.alerts.list: log_level: got text "loud", want one of error, warning, notice, debug → `countersign operations monitor.alerts.list` says what it takes
      return { sid = number.sid, logs = {} }
    end),

    mutate "send" (function(run)
      step "Tell them"
      mailgun.messages.send { from = "a@x.example", to = "nobody", subject = "Hello", text = { "Hello" } }
--> 36:58 error wrong-argument: mailgun.messages.send: to: got text "nobody", want an e-mail address → `countersign operations mailgun.messages.send` says what it takes
--> 36:94 error wrong-argument: mailgun.messages.send: text: got a list, want text → `countersign operations mailgun.messages.send` says what it takes
      files.edit { path = "a.json", set = { "x" } }
--> 39:43 error wrong-argument: files.edit: set: got a list, want a table → `countersign operations files.edit` says what it takes
      flex.deploy { overwrite = "yes" }
--> 41:33 error wrong-argument: flex.deploy: overwrite: got text "yes", want true or false → `countersign operations flex.deploy` says what it takes
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
