// A runbook as the page that people read: seven sections, for Docusaurus, from the engine's
// description of the script. A symptom's own page, and the table of all symptoms.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

using json = nlohmann::json;

// `head`: see describe_script. `position`: the page's place in the sidebar.
std::string runbook_page(const json& head, int position);

// The name of the page's file, without its ending: the last part of the runbook's name.
std::string page_name(const json& head);

}  // namespace countersign
