return runbook {
  name = "never-proven",
  title = "Items of done that can never be true",
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

    mutate("rename", { undo_if = "the number has a name" })(function(run)
--> 21:34 error never-checked: no check has the title "the number has a name", and no item that slug → undo_if names what failed: the title of a check, or the slug of an item
      step "Rename the number"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "Main line" }
    end),
  },
  done = {
    proven "the number is on this account",
    proven "the number is on the account",
--> 29:12 error never-checked: no check has the title "the number is on the account", so this can never be true → did you mean "the number is on this account"?
    attest { "calls", "Calls arrive", due = "24h", after = "renam" },
--> 31:60 error unknown-phase: no phase is named "renam" → did you mean "rename"?
    attest { "calls", "Callers hear it" },
--> 33:14 error duplicate-slug: two items of done are named "calls" → `attest` names one of them
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
