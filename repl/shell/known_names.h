// Names that completion knows: read from files, without making any and without the network.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/shell/suggestion.h"

namespace countersign {

class AppContext;

std::vector<Suggestion> known_runbooks();
std::vector<Suggestion> known_profiles(AppContext& app);
// The newest first.
std::vector<Suggestion> known_runs(AppContext& app);
// What is to be attested of a run, which may be named by its beginning.
std::vector<Suggestion> known_items(AppContext& app, const std::string& run);
// What a runbook declares; an empty object where it cannot be read.
nlohmann::json parameters_of(const std::string& runbook);

}  // namespace countersign
