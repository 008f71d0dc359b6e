return runbook {
  name = "skipped-phase",
  title = "run.<phase> of a phase that may have been skipped",
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

    read("extra", { when = function(run) return run.inspect.sid ~= nil end })(function(run)
      return { calls = twilio.calls.list { to = run.params.number } }
    end),

    read "look" (function(run)
      note(#run.extra.calls)
--> 26:17 error skipped-phase: the phase "extra" has a `when`: where it was skipped, run.extra ends the run → touch it only where the same condition holds
      if run.inspect.sid then note(#run.extra.calls) end
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
