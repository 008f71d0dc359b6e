// What verification came to, as people and as programs read it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "approvals/evidence/verification.h"
#include "repl/views/page.h"

namespace countersign {

std::string verdict_text(const Verdict& verdict, const Style& style);
nlohmann::json verdict_json(const Verdict& verdict);

// "journal.jsonl, record 17: …"
std::string flaw_sentence(const VerificationError& flaw);

}  // namespace countersign
