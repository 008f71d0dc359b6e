return symptom {
  name = "dead-air", title = "Caller hears nothing", severity = "medium", last_verified = "2026-11-20",
  caller_visible = "first", matches = "dead air",
--> 3:20 error wrong-value: symptom: caller_visible: got "first", want a number → such as caller_visible = 1
--> 3:39 error wrong-value: symptom: matches: got "dead air", want a list → such as matches = { "dead air" }
  causes = {
    cause { "gone", "The function is gone", lession = "Watch it" },
--> 7:45 error unknown-field: cause: unknown field "lession" → did you mean "lesson"?
    cause { "blip", "A blip", tell = "Call again", severity = "hgih", look_again = "soon" },
--> 9:63 error wrong-value: cause: severity: got "hgih", want "low", "medium" or "high"
--> 9:84 error wrong-value: cause: look_again: got "soon", want a duration such as "24h" → such as look_again = "6h"
    cause { "Gone away", tell = "Wait" },
--> 12:11 error missing-field: cause: got no [2], want what it is, in words → such as "The function is not deployed"
--> 12:13 error wrong-value: cause[1]: got "Gone away", want a slug of lower-case letters, digits and - → such as "not-deployed"
  },
  look = function(case) return { probe = serverless.probe { path = case.parms.path } } end,
--> 16:73 error unknown-field: case: unknown field "parms" → did you mean "params"?
  diagnose = function(case)
    if case.senn.probe.reached then return finding { cause = "blip", evidence = case.since } end
--> 19:13 error unknown-field: case: unknown field "senn" → did you mean "seen"?
    return finding { cause = "gone", sevrity = "low" }
--> 21:38 error unknown-field: finding: unknown field "sevrity" → did you mean "severity"?
  end,
  fixes = {
    gone = fix("Deploy", { wehn = function(finding) return true end })(function(case)
--> 25:28 error unknown-field: fix "Deploy": unknown field "wehn" → did you mean "when"?
      step "Deploy the functions"
      command.run { name = "deploy-serverless" }
    end),
  },
  verfy = function(case) check(true, "it answers") end,
--> 31:3 error unknown-field: symptom: "verfy" is not part of a symptom → did you mean "verify"?
}
--> 24:3 error missing-verify: the symptom has fixes and no verify, so nothing would show that a fix mended it → add verify = function(case) … return true, or false and why … end
