return symptom {
  name = "symptom-undeclared-cause", title = "Caller hears nothing after the greeting", severity = "high",
  caller_visible = 1, last_verified = "2026-11-20", matches = { "dead air" },
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
    return finding { cause = "mail-delyed", evidence = "nothing else" }
--> 15:30 error undeclared-cause: "mail-delyed" is not among the causes → did you mean "mail-delayed"?
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
