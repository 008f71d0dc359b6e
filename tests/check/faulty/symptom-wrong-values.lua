return symptom {
  name = "symptom-wrong-values", title = "Caller hears nothing after the greeting", severity = "awful",
--> 2:96 error wrong-value: a symptom's severity is "low", "medium" or "high", not "awful"
  caller_visible = 1, last_verified = "20 November 2026", matches = { "dead air" },
--> 4:39 error wrong-value: last_verified is not a day: "20 November 2026" → write it as 2026-11-20
  causes = {
    cause { "function-gone", "The Wait URL's function is gone" },
    cause { "mail-delayed", "The mail is on its way", tell = "Wait a day", look_again = "24h" },
  },
  look = function(case)
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
    return serverless.probe { path = "/features/wait" }.reached
  end,
}
