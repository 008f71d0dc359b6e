// Symptoms on pages: as part of the page of a troubleshooting runbook, and as a table of all.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/views/mdx_page.h"

namespace countersign {

using json = nlohmann::json;

// "Symptom: TITLE": how it shows, what causes it most likely, how it is mended.
void put_symptom(MdxPage& page, const json& symptom);

// Every symptom of the runbooks, the most caller-visible first.
std::string symptoms_page(const std::vector<json>& heads, int position);

}  // namespace countersign
