return runbook {
  name = "unknown-fields",
  title = "Fields that the language does not have, in every table that it takes",
  authority = { operator = "cto", aprover = "ceo" },
  approval = { require = {}, requires = { { role = "ceo", cuont = 1 } } },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line", optionl = true },
  },
  read_first = { "PAC.md", also = "CLAUDE.md" },
  rails = { rails.snapshot_first, rails.after("flex.deploy", { "files.edit", {}, "because" }) },
  gotchas = { { gotcha = "Too early", sympton = "Dropped calls" } },
  procedure = {
    read("inspect", { titel = "Look", returns = { sid = hole.matches "%u+" } })(function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      finding { cause = "gone", evidnce = "nothing", inform = "cto" }
      local all = parallel({ 1, 2 }, function(n) return n end, { limt = 2 })
      return { sid = number.sid, all = all }
    end),
    wait("night", { wehn = function(run) return true end }) { duration = "8h", evry = "15m" },
    read("look", { undo_if = "the number is on this account" })(function(run) return {} end),
  },
  done = {
    proven { "the number is on this account", wehn = print },
    attest { "heard", "A caller hears it", bye = "ceo", duee = "24h" },
    sign_off { "ceo", txt = "Signed" },
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
