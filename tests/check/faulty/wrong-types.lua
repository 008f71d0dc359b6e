return runbook {
  name = "wrong-types",
  title = "Values of other types than their places take",
  authority = "ceo",
  approval = { requires = { { role = 5 }, { count = 2 } }, reference = "requird" },
  parameters = {
    client = param.profile { why = "Which account" },
    loud = param.flag { why = "Whether", default = "no" },
    kind = param.choice { why = "Which", choices = "a, b" },
  },
  read_first = "PAC.md",
  rails = { rails.never(5), rails.never("flex.deploy", "why", "instead", "more") },
  gotchas = { "Too early" },
  procedure = {
    read("inspect", { when = "always", returns = { a = "text" } })(function(run)
      check(run.params.loud == run.params.kind, "it is loud")
      return {}
    end),
    wait "night" { duration = "soon", unless = { "it ends" }, ready = true },
  },
  done = {
    proven { 5 },
    attest { "Not a slug", "A caller hears it", undo = "yes" },
    attest { "heard", within = "24 hours" },
    sign_off {},
  },
  variants = { other = 5 },
}
