local helper = require "helper.lines"

return runbook {
  name = "through-a-module",
  title = "What a module does counts for the phase that calls it",
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
      helper.rename(number.sid)
      helper.renamed(number.sid)
--> 21:14 error unknown-name: there is no function "renamed" in this table → did you mean "rename"?
      return { sid = number.sid, logs = {} }
    end),

    mutate "rename" (function(run)
      step "Rename the number"
      helper.rename(run.inspect.sid)
      helper.twice(run.inspect.sid)
      note(helper.name(run))
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
