-- A symptom that finds several causes, by functions in a table.
local probes = {
  function(case) if #case.seen.alerts > 0 then return "errors" end end,
  function(case) if case.params.since then return "late" end end,
}

return symptom {
  name = "several-causes", title = "Something is off", severity = "low", last_verified = "2026-11-20",
  parameters = { since = param.text { optional = true, why = "Since when" } },
  causes = {
    cause { "errors", "Twilio reports errors" },
    cause { "late", "It comes later", tell = "It comes", look_again = "6h" },
  },
  look = function() return { alerts = monitor.alerts.list { limit = 5 }, at = time.now() } end,
  diagnose = function(case)
    local found = {}
    for _, probe in ipairs(probes) do
      local slug = probe(case)
      if slug then found[#found + 1] = finding { cause = slug, facts = { sid = "x" } } end
    end
    return found
  end,
  fixes = {
    errors = fix "Deploy again" (function(case)
      step("Deploy for " .. case.finding.facts.sid)
      local ran = command.run { name = "deploy-serverless" }
      note "deployed"
      registry.update { client = case.profile.name, text = "deployed: " .. ran.text }
    end),
  },
  verify = function(case) return #monitor.alerts.list() <= #case.seen.alerts, "there are new errors" end,
}
