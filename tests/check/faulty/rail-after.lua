return runbook {
  name = "rail-after",
  title = "A rail that the order of the steps breaks",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.after("twilio.numbers.update", "studio.flows.create", "the flow comes first"),
    rails.after("flex.deploy", { "files.edit", { path = "a.json" } }),
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      return { sid = number.sid, logs = {} }
    end),

    mutate "rename" (function(run)
      step "Rename the number"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "Main line" }
--> 25:7 error rail-broken: a rail forbids twilio.numbers.update: only after studio.flows.create (the flow comes first) → change the order of the steps, or the rail
    end),

    mutate "deploy" (function(run)
      step "Edit, then deploy"
      files.edit { path = "b.json", set = { ["/a"] = true } }
      flex.deploy { overwrite = true }
--> 32:7 error rail-broken: a rail forbids flex.deploy: only after files.edit with path = "a.json" → change the order of the steps, or the rail
    end),

    mutate "flow" (function(run)
      step "Make the flow"
      studio.flows.create { friendly_name = "Flow", status = "published", definition = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
