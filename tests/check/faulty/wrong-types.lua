return runbook {
  name = "wrong-types",
  title = "Values of other types than their places take",
  authority = "ceo",
--> 4:15 error wrong-value: runbook: authority: got "ceo", want a table → such as authority = { operator = "cto", approver = "ceo" }
  approval = { requires = { { role = 5 }, { count = 2 } }, reference = "requird" },
--> 6:38 error wrong-value: runbook: approval: requires[1]: role: got 5, want a role, as policy.toml names it → such as role = "ceo"
--> 6:43 error missing-field: runbook: approval: requires[2]: got no role, want the role → such as role = "ceo"
--> 6:72 error wrong-value: runbook: approval: reference: got "requird", want "required" or "optional"
  parameters = {
    client = param.profile { why = "Which account" },
    loud = param.flag { why = "Whether", default = "no" },
--> 12:52 error wrong-value: param.flag: default: got "no", want true or false → such as default = false
    kind = param.choice { why = "Which", choices = "a, b" },
--> 14:52 error wrong-value: param.choice: choices: got "a, b", want a list → such as choices = { "email", "sms" }
  },
  read_first = "PAC.md",
--> 17:16 error wrong-value: runbook: read_first: got "PAC.md", want a list → such as read_first = { "PAC.md" }
  rails = { rails.never(5), rails.never("flex.deploy", "why", "instead", "more") },
--> 19:25 error wrong-value: rails.never[1]: got 5, want the name of an operation
--> 19:74 error wrong-value: rails.never: got 4 arguments, want 3
  gotchas = { "Too early" },
--> 22:15 error wrong-value: runbook: gotchas[1]: got "Too early", want a table
  procedure = {
    read("inspect", { when = "always", returns = { a = "text" } })(function(run)
--> 25:30 error wrong-value: read "inspect": when: got "always", want a function → such as when = function(run) return run.params.later end
--> 25:56 error wrong-value: read "inspect": returns["a"] is not one of those that `hole` offers
      check(run.params.loud == run.params.kind, "it is loud")
      return {}
    end),
    wait "night" { duration = "soon", unless = { "it ends" }, ready = true },
--> 31:31 error wrong-value: wait "night": duration: got "soon", want a duration such as "24h" or a whole number or a function → such as duration = "24h"
--> 31:48 error missing-field: wait "night": unless: got no [2], want of the run: whether it does → such as function(run) return run.params.now end
--> 31:71 error wrong-value: wait "night": ready: got true, want a function → such as ready = function(run) return #twilio.calls.list { status = "in-progress" } == 0 end
  },
  done = {
    proven { 5 },
--> 37:14 error wrong-value: proven[1]: got 5, want a text → such as "it has the name"
    attest { "Not a slug", "A caller hears it", undo = "yes" },
--> 39:14 error wrong-value: attest[1]: got "Not a slug", want a slug of lower-case letters, digits and - → such as "callers-hear"
--> 39:56 error wrong-value: attest: undo: got "yes", want true or false → such as undo = true
    attest { "heard", within = "24 hours" },
--> 42:12 error missing-field: attest: got no [2], want what a person confirms → such as "Callers hear the greeting"
--> 42:32 error wrong-value: attest: within: got "24 hours", want a duration such as "24h" → such as within = "24h"
    sign_off {},
--> 45:14 error missing-field: sign_off: got no [1], want who signs over the evidence → such as "ceo"
  },
  variants = { other = 5 },
--> 48:24 error wrong-value: runbook: variants["other"]: got 5, want a text
}
