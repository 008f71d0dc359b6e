return runbook {
  name = "phases-that-are-none",
  title = "A procedure of other things",
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

    read "look",
--> 21:5 error wrong-value: this phase has no body → write read "name" (function(run) … end), or mutate, or wait
    read "inspect" (function(run) return run.inspect end),
--> 23:5 error duplicate-phase: two phases are named "inspect" → run.inspect is one of them
--> 23:46 error later-phase: run.inspect is what the phase "inspect" itself returns → use a local variable
    "apply",
--> 26:5 error wrong-value: this is not a phase → write read "name" (function(run) … end), or mutate, or wait
    function(run) end,
--> 28:5 error wrong-value: this is not a phase → write read "name" (function(run) … end), or mutate, or wait
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
