return symptom {
  name = "dead-air", title = "Caller hears nothing", severity = "medium", last_verified = "2026-11-20",
  caller_visible = "first", matches = "dead air",
  causes = {
    cause { "gone", "The function is gone", lession = "Watch it" },
    cause { "blip", "A blip", tell = "Call again", severity = "hgih", look_again = "soon" },
    cause { "Gone away", tell = "Wait" },
  },
  look = function(case) return { probe = serverless.probe { path = case.parms.path } } end,
  diagnose = function(case)
    if case.senn.probe.reached then return finding { cause = "blip", evidence = case.since } end
    return finding { cause = "gone", sevrity = "low" }
  end,
  fixes = {
    gone = fix("Deploy", { wehn = function(finding) return true end })(function(case)
      step "Deploy the functions"
      command.run { name = "deploy-serverless" }
    end),
  },
  verfy = function(case) check(true, "it answers") end,
}
