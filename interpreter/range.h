// Ranges: what a value that is known only later may be. A read phase promises one for each key that
// it returns (`hole`), a row one for each field of its result (`Returned`). Ranges are shown and
// signed with the plan, and a value outside of its range goes nowhere.
//
// As JSON, {"hole": KIND, …}:
//   {"hole": "document"}                            the handle of a document or snapshot
//   {"hole": "secret"}                              the handle of a secret
//   {"hole": "one_of", "values": […]}
//   {"hole": "number", "from": n, "to": n}
//   {"hole": "text", "pattern": "^…$"}              a Lua pattern over the whole text
//   {"hole": "domain_below", "domain": "twil.io"}   a host name below that domain
//   {"hole": "id", "prefix": "FW"}                  a SID: prefix and 32 hex digits; that of a
//                                                   thing that was not there before
//   {"hole": "key_id"}                              an id of letters, digits and hyphens, likewise
//   {"hole": "sha256"}                              64 hex digits
//   {"hole": "exactly", "text": ["…", {"result": "/sid"}]}
//                                                   that text, parts of it from the same result
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace countersign {

using json = nlohmann::json;

namespace range {
json id(const std::string& prefix);
json key_id();
json secret();
json document();
json sha256();
json exactly(const std::string& text);
// The parts in order: texts, and what stands for an argument of the operation, for the account
// (both known while planning: `filled_range`), or for another field of the same result.
json exactly_parts(const std::vector<json>& parts);
json argument(const std::string& name);
json account();
json result(const std::string& pointer);
// The same text as an argument.
json same_as(const std::string& argument);
}  // namespace range

// The row's range with what is known while planning filled in.
json filled_range(json range, const json& arguments, const std::string& account);

// "a text like %.twil%.io$"; for people.
std::string range_text(const json& range);

// Whether the range is one that only the language can decide (a Lua pattern).
bool needs_language(const json& range);

// Why `value` is not in the range; empty where it is, or where only the language can decide.
// `result`: the whole result that the value is of.
std::string outside_range(const json& range, const json& value, const json& result = json());

// Whether values of that range are ids of what an operation made.
bool is_made_id(const json& range);

}  // namespace countersign
