return symptom {
--> 1:8 error missing-diagnose: the symptom has no diagnose → diagnose = function(case) … return finding { cause = "…", evidence = … } end
  name = "symptom-without-diagnose", title = "Caller hears nothing after the greeting", severity = "high",
  caller_visible = 1, last_verified = "2026-11-20", matches = { "dead air" },
  causes = {
    cause { "function-gone", "The Wait URL's function is gone" },
    cause { "mail-delayed", "The mail is on its way", tell = "Wait a day", look_again = "24h" },
  },
  fixes = {
    ["function-gone"] = fix "Deploy" (function(case) step "Deploy" command.run { name = "deploy-serverless" } end),
  },
}
--> 9:3 error missing-verify: the symptom has fixes and no verify, so nothing would show that a fix mended it → add verify = function(case) … return true, or false and why … end
