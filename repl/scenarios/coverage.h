// What of a script its scenarios reach: phases that ran, causes that a finding named, fixes that
// were applied, rails that refused once.
#pragma once
#include <nlohmann/json.hpp>

#include "repl/scenarios/scenario_runner.h"

namespace countersign {

using json = nlohmann::json;

// All there is, by the head as it is described: {"phases", "causes", "fixes", "rails"}, each a list
// of texts.
json parts_of(const json& head);

// Those of them that an outcome reached.
json reached_by(const json& head, const ScenarioOutcome& outcome);

// `parts` without what is in any of `reached`.
json unreached(const json& parts, const std::vector<json>& reached);

// How many texts the lists of `parts` have.
std::size_t count_of(const json& parts);

}  // namespace countersign
