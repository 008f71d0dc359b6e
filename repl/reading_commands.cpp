#include "repl/reading_commands.h"

#include "approvals/policy.h"
#include "approvals/text_file.h"

namespace countersign {

std::function<Result<std::set<std::string>>()> reading_commands(const std::string& policy) {
  return [policy]() -> Result<std::set<std::string>> {
    const std::string text = TRY(read_text_file(policy));
    Policy parsed = TRY(parse_policy(text, policy));
    return std::move(parsed.read_commands);
  };
}

}  // namespace countersign
