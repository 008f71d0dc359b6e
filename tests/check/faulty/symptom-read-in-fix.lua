return symptom {
  name = "symptom-read-in-fix", title = "Caller hears nothing after the greeting", severity = "high",
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
    return finding { cause = "mail-delayed", evidence = "nothing else" }
  end,
  fixes = {
    ["function-gone"] = fix "Deploy the functions" (function(case)
      step "Deploy the serverless functions by the pipeline"
      local domain = mailgun.domains.fetch { name = "acme.connie.example" }
--> 20:22 error read-in-change: the fix of "function-gone" reads nothing, and mailgun.domains.fetch reads → read it in look or diagnose, and hand it on in the finding's facts
      local configuration = flex.configuration.fetch()
--> 22:29 error read-in-change: the fix of "function-gone" reads nothing, and flex.configuration.fetch reads → read it in look or diagnose, and hand it on in the finding's facts
      step("At " .. time.now())
--> 24:21 error clock-in-change: the fix of "function-gone" does not read the clock, and time.now() does → read it in diagnose, and hand it on in the finding's facts
      command.run { name = "deploy-serverless" }
    end),
  },
  verify = function(case)
    return serverless.probe { path = "/features/wait" }.reached
  end,
}
