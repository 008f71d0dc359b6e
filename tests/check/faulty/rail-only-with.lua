return runbook {
  name = "rail-only-with",
  title = "Other arguments than the rail allows",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.only_with("studio.flows.update", { status = "published" }, "a draft has no effect"),
    rails.only_with("command.run", { name = "deploy-serverless" }),
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      return { sid = number.sid, logs = {} }
    end),

    mutate "flow" (function(run)
      step "Change the flow"
      studio.flows.update { sid = "FWbc3a4d5bbdf441d90c3cc781e7ef61fd", status = "draft" }
--> 25:7 error rail-broken: a rail forbids studio.flows.update: only with status = "published" (a draft has no effect) → change the order of the steps, or the rail
      studio.flows.update { sid = "FWbc3a4d5bbdf441d90c3cc781e7ef61fd" }
--> 27:7 error missing-argument: studio.flows.update: missing argument "status" (published: live at once; draft: no effect on callers) → `countersign operations studio.flows.update` says what it takes
--> 27:7 error rail-broken: a rail forbids studio.flows.update: only with status = "published" (a draft has no effect) → change the order of the steps, or the rail
      command.run { name = "deploy-flex" }
--> 30:7 error rail-broken: a rail forbids command.run: only with name = "deploy-serverless" → change the order of the steps, or the rail
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
