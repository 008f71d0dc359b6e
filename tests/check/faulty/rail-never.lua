return runbook {
  name = "rail-never",
  title = "What the runbook says it never does",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.never("twilio.numbers.delete", "it may be another's tomorrow", "keep the number"),
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      return { sid = number.sid, logs = {} }
    end),

    mutate "release" (function(run)
      step "Release the number"
      twilio.numbers.delete { sid = run.inspect.sid }
--> 24:7 error rail-broken: a rail forbids twilio.numbers.delete: it is never done by this runbook (it may be another's tomorrow) → keep the number
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
