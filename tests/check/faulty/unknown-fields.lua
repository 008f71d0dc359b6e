return runbook {
  name = "unknown-fields",
  title = "Fields that the language does not have, in every table that it takes",
  authority = { operator = "cto", aprover = "ceo" },
--> 4:35 error unknown-field: runbook: authority: unknown field "aprover" → did you mean "approver"?
  approval = { require = {}, requires = { { role = "ceo", cuont = 1 } } },
--> 6:16 error unknown-field: runbook: approval: unknown field "require" → did you mean "requires"?
--> 6:59 error unknown-field: runbook: approval: requires[1]: unknown field "cuont" → did you mean "count"?
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line", optionl = true },
--> 11:48 error unknown-field: param.phone: unknown field "optionl" → did you mean "optional"?
  },
  read_first = { "PAC.md", also = "CLAUDE.md" },
--> 14:28 error unknown-field: runbook: read_first: unknown field "also": it is a list → write its entries one after the other, without names
  rails = { rails.snapshot_first, rails.after("flex.deploy", { "files.edit", {}, "because" }) },
--> 16:82 error unknown-field: rails.after[2]: unknown field 3
  gotchas = { { gotcha = "Too early", sympton = "Dropped calls" } },
--> 18:39 error unknown-field: runbook: gotchas[1]: unknown field "sympton" → did you mean "symptom"?
  procedure = {
    read("inspect", { titel = "Look", returns = { sid = hole.matches "%u+" } })(function(run)
--> 21:23 error unknown-field: read "inspect": unknown field "titel" → did you mean "title"?
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      finding { cause = "gone", evidnce = "nothing", inform = "cto" }
--> 25:33 error unknown-field: finding: unknown field "evidnce" → did you mean "evidence"?
      local all = parallel({ 1, 2 }, function(n) return n end, { limt = 2 })
--> 27:66 error unknown-field: parallel: unknown field "limt" → did you mean "limit"?
      return { sid = number.sid, all = all }
    end),
    wait("night", { wehn = function(run) return true end }) { duration = "8h", evry = "15m" },
--> 31:21 error unknown-field: wait "night": unknown field "wehn" → did you mean "when"?
--> 31:80 error unknown-field: wait "night": unknown field "evry" → did you mean "every"?
    read("look", { undo_if = "the number is on this account" })(function(run) return {} end),
--> 34:20 error unknown-field: read "look": unknown field "undo_if" → it takes title, when, returns, again_from
  },
  done = {
    proven { "the number is on this account", wehn = print },
--> 38:47 error unknown-field: proven: unknown field "wehn" → did you mean "when"?
    attest { "heard", "A caller hears it", bye = "ceo", duee = "24h" },
--> 40:44 error unknown-field: attest: unknown field "bye" → did you mean "by"?
--> 40:57 error unknown-field: attest: unknown field "duee" → did you mean "due"?
    sign_off { "ceo", txt = "Signed" },
--> 43:23 error unknown-field: sign_off: unknown field "txt" → did you mean "text"?
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
