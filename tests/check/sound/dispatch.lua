-- What is done is picked by a parameter: what was captured and done before is not known then.
local paths = {
  file = {
    look = function()
      check(#devlogs.list() > 0, "there are dev-logs")
      return { pre = snapshot.capture { label = "PRE" } }
    end,
    keep = function(run)
      step "Keep"
      devlogs.write { folder = run.params.kind, files = { a = "b" } }
    end,
  },
}

return runbook {
  name = "dispatch", title = "Picked by a parameter",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    kind = param.choice { choices = { "file", "page" }, why = "Which path" },
  },
  read_first = {},
  rails = {
    rails.snapshot_first, rails.after("flex.deploy", "devlogs.write", "evidence first"),
    rails.after_check("flex.deploy", "there are dev-logs"),
  },
  procedure = {
    read "look" (function(run) return paths[run.params.kind].look(run) end),
    mutate "apply" (function(run)
      paths[run.params.kind].keep(run)
      step "Deploy"
      flex.deploy { overwrite = true }
    end),
  },
  done = { proven "there are dev-logs" },
  variants = {},
}
