return runbook {
  name = "later-phase",
  title = "run.<phase> that comes later, and its own",
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
      note(run.look)
--> 18:16 error later-phase: the phase "inspect" comes before the phase "look", so run.look is not there yet → use what an earlier phase returned, or move the phase
      note(run.inspect)
--> 20:16 error later-phase: run.inspect is what the phase "inspect" itself returns → use a local variable
      return { sid = number.sid, logs = {} }
    end),

    read "look" (function(run)
      return run.inspect.sid
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
