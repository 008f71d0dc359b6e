return runbook {
--> 1:8 error missing-section: the runbook has no section "authority" → who operates it and who approves: authority = { operator = "…", approver = "…" }
--> 1:8 error missing-section: the runbook has no section "done" → what must be true at the end: done = { proven "…", … }
--> 1:8 error missing-section: the runbook has no section "rails" → what holds whatever the steps say: rails = { rails.snapshot_first, … }
--> 1:8 error missing-section: the runbook has no section "read_first" → what a person reads before: read_first = { "…" }
--> 1:8 error missing-section: the runbook has no section "variants" → where other cases go: variants = { ["…"] = "…" }
  name = "missing-sections",
  title = "A runbook that leaves out what people need",
  parameters = {},
  procedure = {},
  summry = "A section that is not one",
--> 11:3 error unknown-section: "summry" is not a section of a runbook → did you mean "summary"?
}
--> 9:3 warning no-profile: no parameter names the account, so that whoever runs it has to give --profile → add client = param.profile { why = "Which account" }
