return runbook {
  name = "rail-after-check",
  title = "A check that nothing makes before",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.after_check("twilio.numbers.update", "the number is free"),
    rails.after_one_of("twilio.numbers.update", { "env.update", "env.delete" }, "entries first"),
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
--> 25:7 error rail-broken: a rail forbids twilio.numbers.update: only after env.update or env.delete (entries first) → change the order of the steps, or the rail
--> 25:7 error rail-broken: a rail forbids twilio.numbers.update: only after the check "the number is free" has passed → change the order of the steps, or the rail
    end),

    read "look" (function(run)
      check(true, "the number is free")
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
