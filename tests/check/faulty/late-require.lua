local helper = require "helper.lines"

return runbook {
  name = "late-require",
  title = "A module that is loaded when a phase runs",
  authority = { operator = "cto", approver = "ceo" },
  parameters = { client = param.profile { why = "Which account" } },
  read_first = { "PAC.md" },
  rails = { rails.snapshot_first },
  procedure = {
    read "inspect" (function(run)
      local late = require "helper.lines"
--> 12:20 error late-require: require stands inside a function, and only what is loaded with the script is part of what is signed → write `local name = require "name"` at the top of the script
      check(late ~= nil and helper ~= nil, "it is there")
      return {}
    end),
  },
  done = { proven "it is there" },
  variants = { ["The end of it"] = "connie/cancel" },
}
