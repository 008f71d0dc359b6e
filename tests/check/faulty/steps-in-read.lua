return runbook {
  name = "steps-in-read",
  title = "What belongs into another kind of phase",
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
      step "Look at the number"
--> 18:7 error step-in-read: the phase "inspect" changes nothing, so it has no steps → use note("…") where something is worth saying
      return { sid = number.sid, logs = {} }
    end),

    read "look" (function(run)
      finding { severity = "terrible", evidence = "it fell down" }
--> 24:7 error finding-without-cause: the finding names no cause → write finding { cause = "…", evidence = … }
--> 24:28 error wrong-value: a finding's severity is "low", "medium" or "high", not "terrible"
      parallel({ 1 }, function() step "Look" end)
--> 27:34 error step-in-read: the phase "look" changes nothing, so it has no steps → use note("…") where something is worth saying
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
