-- An order that rails hold, over several phases and one branch.
local steps = require "parts.steps"

return runbook {
  name = "order", title = "Edit, deploy, wire",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    wide = param.flag { why = "Whether everything is deployed" },
  },
  read_first = {},
  rails = {
    rails.snapshot_first,
    rails.after("flex.deploy", "files.edit"),
    rails.after("command.run", { "flex.deploy", { overwrite = true } }),
    rails.after_phase("command.run", "pause"),
    rails.only_with("flex.deploy", { overwrite = true }),
  },
  procedure = {
    read "inspect" (function()
      snapshot.capture { label = "PRE" }
      check(steps.count > 0, "there is something to do")
      return {}
    end),
    mutate "source" (function(run) steps.edit(run) end),
    wait "pause" { duration = "1h" },
    mutate "deploy" (function(run)
      steps.deploy { wide = run.params.wide }
      return { made = steps.flow() }
    end),
    read "look" (function(run)
      if run.deploy.made.sid == "FW" then note "none" end
      return #run.deploy.made.sid
    end),
  },
  done = { proven "there is something to do" },
  variants = {},
}
