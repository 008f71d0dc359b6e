return runbook {
  name = "read-in-change",
  title = "What reads, in a mutating phase",
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
      return { sid = number.sid, logs = {} }
    end),

    mutate("rename", {
      when = function(run) return twilio.numbers.find { phone_number = run.params.number } ~= nil end,
--> 22:35 error read-in-change: the `when` of the phase "rename" reads nothing, and twilio.numbers.find reads → read it in a read phase before, and use run.<phase>
      undo = function(run)
        step "Back"
        local number = twilio.numbers.fetch { sid = run.inspect.sid }
--> 26:24 error read-in-change: what undoes the phase "rename" reads nothing, and twilio.numbers.fetch reads → read it in a read phase before, and use run.<phase>
        twilio.numbers.update { sid = number.sid, friendly_name = "As it was" }
      end,
    })(function(run)
      local number = twilio.numbers.fetch { sid = run.inspect.sid }
--> 31:22 error read-in-change: the phase "rename" reads nothing, and twilio.numbers.fetch reads → read it in a read phase before, and use run.<phase>
      step "Rename the number"
      twilio.numbers.update { sid = number.sid, friendly_name = "Main line" }
      check(snapshot.unchanged(run.inspect.pre, run.inspect.post, { "/flows" }), "the flows are as before")
--> 35:13 error read-in-change: the phase "rename" reads nothing, and snapshot.unchanged reads → read it in a read phase before, and use run.<phase>
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
