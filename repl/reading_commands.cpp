#include "repl/reading_commands.h"

#include "approvals/policy.h"
#include "approvals/text_file.h"

namespace countersign {

std::function<Result<std::set<std::string>>()> reading_commands(const std::string& policy) {
  return [policy]() -> Result<std::set<std::string>> {
    const Result<std::string> text = read_text_file(policy);
    if (!text) return text.error();
    Result<Policy> parsed = parse_policy(*text, policy);
    if (!parsed) return parsed.error();
    return std::move(parsed->read_commands);
  };
}

}  // namespace countersign
