-- A sound runbook that mistakes are made in, one at a time: tests/check/mistakes_test.cpp.
return runbook {
  name = "rename", title = "Rename a phone number", summary = "Gives a number another name.",
  authority = { operator = "operator", approver = "approver" },
  approval = { requires = { { role = "approver", count = 1, given = { loud = true } } }, reference = "optional" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which number" },
    label = param.text { why = "Its new name", default = "Front desk" },
    loud = param.flag { why = "Whether it is announced", default = false },
    kind = param.choice { why = "Which kind", choices = { "desk", "hall" }, default = "desk" },
    delay = param.duration { why = "How long it waits", default = "1h" },
    mail = param.email { why = "Who is told", optional = true, required_if = { loud = true } },
  },
  read_first = { "Who else uses the number" },
  rails = {
    rails.snapshot_first,
    rails.never("twilio.numbers.delete", "a released number may be another's tomorrow"),
    rails.protect("/taskrouter", "not this runbook's"),
    rails.after_phase("twilio.numbers.update", "night", "callers first"),
  },
  gotchas = { { gotcha = "Two numbers have the name", symptom = "The wrong one is called", fix = "Name them by place" } },
  procedure = {
    read("inspect", { title = "Look at the number" })(function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account", run.params.kind)
      note("told: " .. tostring(run.params.mail) .. tostring(run.params.loud))
      return { pre = snapshot.capture { label = "PRE" }, sid = number.sid }
    end),
    wait("night", { when = function(run) return run.params.loud end }) {
      duration = function(run) return run.params.delay end, every = "15m", why = "nobody calls then",
    },
    mutate("apply", { title = "Rename it", undo_if = "it has the name" })(function(run)
      step "Give it its new name"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),
    read "verify" (function(run)
      local number = twilio.numbers.fetch { sid = run.inspect.sid }
      check(number.friendly_name == run.params.label, "it has the name")
    end),
  },
  done = {
    proven "it has the name",
    attest { "told", "The desk was told", by = "operator", due = "2h", within = "24h" },
    sign_off "approver",
  },
  variants = { ["Another account"] = "the same with another client" },
}
