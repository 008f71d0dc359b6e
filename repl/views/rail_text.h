// Rails as sentences.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace countersign {

using json = nlohmann::json;

// A rail of a runbook's head as one sentence in MDX, with why and what to do instead. `procedure`:
// the head's, for the titles of phases.
std::string rail_sentence(const json& rail, const json& procedure);

// "`type` is `A` or `C`, and `disposition` is `retain`", of { name = value or { values } }.
std::string condition_in_mdx(const json& given);

// With a full stop at its end, where it has none.
std::string sentence(const std::string& text);

// What stands at `key`: text as it is, another value as JSON, nothing where there is none. A head
// is as its author wrote it, so that no field can be trusted to be text.
std::string text_at(const json& object, const char* key);

}  // namespace countersign
