local dead_air = symptom {
  name = "dead-air", title = "Caller hears nothing", severity = "high", last_verified = "2026-11-20",
  causes = {
    cause { "function-gone", "The Wait URL's function is gone" },
    cause { "unknown-yet", "Nobody knows yet" },
--> 5:5 error no-remedy: the cause "unknown-yet" has neither a fix nor anything to tell → add a fix for it, or tell = "what the reporter is told"
  },
  diagnose = function(case)
    command.run { name = "deploy-serverless" }
--> 9:5 error change-in-read: diagnose only reads, and command.run changes something → what changes something belongs into a fix
    return finding { cause = "function-gon", facts = {} }
--> 11:30 error undeclared-cause: "function-gon" is not among the causes → did you mean "function-gone"?
  end,
  fixes = {
    ["function-gone"] = fix "Deploy" (function(case)
      step "Deploy"
      command.run { name = "deploy-serverless", environment = serverless.services.list() }
--> 17:63 error read-in-change: the fix of "function-gone" reads nothing, and serverless.services.list reads → read it in look or diagnose, and hand it on in the finding's facts
    end),
  },
}

return troubleshooting {
  name = "troubleshooting", title = "Several symptoms in one runbook",
  rails = { rails.after_check("command.run", "the target is right") },
  symptoms = { dead_air },
  prepare = function(case)
    check(case.profile.name, "the target is right")
    finding { cause = "another", severity = "high" }
    files.write { path = "a", text = "b" }
--> 30:5 error change-in-read: prepare only reads, and files.write changes something → what changes something belongs into a fix
  end,
  done = { proven "the fault is gone", proven "the fault is mended" },
--> 33:47 error never-checked: no check has the title "the fault is mended", so this can never be true → did you mean "the fault is gone"?
}
--> 14:3 error missing-verify: the symptom has fixes and no verify, so nothing would show that a fix mended it → add verify = function(case) … return true, or false and why … end
