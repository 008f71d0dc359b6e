// The rules about a whole runbook or symptom, and the walk through its functions that they need.
#pragma once
#include "repl/check/walker.h"

namespace countersign::lua {

struct CheckOptions {
  long today = 0;            // seconds since the epoch
  long verified_within = 0;  // seconds: how old a playbook's last_verified may be
  // The roles of the policy, and whether somebody has them; nothing where there is no policy.
  std::optional<std::map<std::string, bool>> roles;
};

void check_runbook(Walker& walker, const Table& runbook, const Catalogue& catalogue);
void check_symptom(Walker& walker, const Table& symptom, const Catalogue& catalogue,
                   const CheckOptions& terms);

// Several symptoms in one runbook: `troubleshooting { …, symptoms = { … } }`.
void check_troubleshooting(Walker& walker, const Table& runbook, const Catalogue& catalogue,
                           const CheckOptions& terms);

void check_done(Walker& walker, const Table& runbook);

// What both have.
void take_parameters(Walker& walker, const Table& head);
// Those of a symptom, or of a troubleshooting and its symptoms, besides what the language asks for.
void take_playbook_parameters(Walker& walker, const Table& head);
void check_unused_parameters(Walker& walker, const Table& head);
void check_rail_names(Walker& walker, const Table& head, const Catalogue& catalogue);

}  // namespace countersign::lua
