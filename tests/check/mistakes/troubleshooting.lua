-- A sound runbook of two symptoms that mistakes are made in, one at a time: tests/check/mistakes_test.cpp.
local dark = symptom {
  name = "dark", title = "It is dark", severity = "low", last_verified = "2026-11-20", matches = { "dark" },
  parameters = { lamp = param.text { why = "Which lamp" } },
  causes = { cause { "off", "The lamp is off", tell = "Switch it on." } },
  diagnose = function(case)
    if case.params.lamp then return finding { cause = "off", evidence = case.reported } end
  end,
}
local cold = symptom {
  name = "cold", title = "It is cold", severity = "low", last_verified = "2026-11-20", matches = { "cold" },
  parameters = { stove = param.text { why = "Which stove" } },
  causes = { cause { "out", "The stove is out", tell = "Light it." } },
  diagnose = function(case)
    if case.params.stove and case.params.house then return finding { cause = "out" } end
  end,
}
return troubleshooting {
  name = "house", title = "What is wrong with the house",
  authority = { operator = "operator", approver = "approver" },
  parameters = { house = param.text { why = "Which house", optional = true } },
  symptoms = { dark, cold },
  found = function(case) note(case.finding.title) end,
}
