// A change of the trust files, as people and programs read it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "approvals/trust_change.h"
#include "repl/views/page.h"

namespace countersign {

// What would change, whole: what whoever signs it reads.
std::string change_text(const PendingTrust& pending, const Style& style);

// Where it stands: accepted, or who has to sign yet and how.
std::string pending_text(const PendingTrust& pending, const Style& style);
nlohmann::json pending_json(const PendingTrust& pending);

// "- a line", "+ a line", each in its colour.
void changed_lines_on(Page& page, std::size_t indent, const std::vector<std::string>& lines);

}  // namespace countersign
