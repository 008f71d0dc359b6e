return runbook {
  name = "rail-after-phase",
  title = "Before the phase that the rail names has ended",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.after_phase("twilio.numbers.update", "drain", "callers would be dropped"),
    rails.after_phase("twilio.numbers.delete", "dream"),
--> 13:48 error unknown-phase: no phase is named "dream" → name a phase of the procedure
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      return { sid = number.sid, logs = {} }
    end),

    mutate "rename" (function(run)
      step "Rename the number"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "Main line" }
--> 26:7 error rail-broken: a rail forbids twilio.numbers.update: only after the phase "drain" has ended (callers would be dropped) → change the order of the steps, or the rail
    end),

    wait "drain" { duration = "24h", why = "Lets calls end" },
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
