return symptom {
  name = "symptom-change-in-diagnose", title = "Caller hears nothing after the greeting", severity = "high",
  caller_visible = 1, last_verified = "2026-11-20", matches = { "dead air" },
  causes = {
    cause { "function-gone", "The Wait URL's function is gone" },
    cause { "mail-delayed", "The mail is on its way", tell = "Wait a day", look_again = "24h" },
  },
  look = function(case)
    command.run { name = "deploy-serverless" }
--> 9:5 error change-in-read: look only reads, and command.run changes something → what changes something belongs into a fix
    return { probe = serverless.probe { path = "/features/wait" } }
  end,
  diagnose = function(case)
    if not case.seen.probe.reached then
      return finding { cause = "function-gone", evidence = case.seen.probe.why }
    end
    return finding { cause = "mail-delayed", evidence = "nothing else" }
  end,
  fixes = {
    ["function-gone"] = fix "Deploy the functions" (function(case)
      step "Deploy the serverless functions by the pipeline"
      command.run { name = "deploy-serverless" }
    end),
  },
  verify = function(case)
    flex.deploy {}
--> 26:5 error change-in-read: verify only reads, and flex.deploy changes something → what changes something belongs into a fix
    check(serverless.probe { path = "/features/wait" }.reached, "the Wait URL answers")
  end,
}
--> 25:12 error missing-return: verify returns nothing → return true, or false and why
