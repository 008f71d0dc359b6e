return runbook {
  name = "rail-in-one-branch",
  title = "What one branch did, the other did not",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.after("flex.deploy", "files.edit", "the source goes first"),
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      return { sid = number.sid, logs = {} }
    end),

    mutate "deploy" (function(run)
      if run.params.number == "+15550100200" then
        step "Edit"
        files.edit { path = "a.json", set = { ["/a"] = true } }
      else
        step "Deploy"
        flex.deploy { overwrite = true }
--> 28:9 error rail-broken: a rail forbids flex.deploy: only after files.edit (the source goes first) → change the order of the steps, or the rail
      end
      flex.deploy { overwrite = false }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
