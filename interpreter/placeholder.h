// Values that are not plain data cross the wire, the journal and the plan as marked objects:
//   {"$countersign": {"placeholder": n, "path": "/sid"}}      what operation n of the plan will
//   return
//   {"$countersign": {"template": ["text", {placeholder…}]}}   text with placeholders in it
//   {"$countersign": {"handle": "snapshot", "id": "<sha256>", …}}  an engine-held document
//   {"$countersign": {"handle": "secret", "id": "<locator>", "fingerprint": "<key id>:<hmac>"}}
// A script cannot make one from a plain table: the script host refuses the key "$countersign".
#pragma once
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace countersign {

inline constexpr const char* kMark = "$countersign";

using json = nlohmann::json;

// Placeholders from this number on stand for what a later read phase has promised to return
// (`returns`): the phase's place in the procedure is counted from here, 0 for the first.
inline constexpr int kHoles = 900'000;

// The object behind the mark, or null.
const json* marked(const json& value);
json make_placeholder(int operation, const std::string& path);
json make_handle(const std::string& kind, const std::string& id, json extra = json::object());
bool is_placeholder(const json& value);                           // placeholder or template
bool is_handle(const json& value, const std::string& kind = {});  // any handle, or one of that kind
std::string handle_id(const json& value);
// Whether a placeholder stands anywhere inside.
bool has_placeholder(const json& value);
// The highest operation number that a placeholder inside refers to; 0 if none.
int depends_on(const json& value);

// Makes data of what comes from outside and looks like a mark: its key is written differently.
void disarm(json& value);
// `value` with each placeholder as a text that names it: "‹operation 1: /sid›".
json with_names(const json& value);

// Every placeholder inside: the operation it refers to, and the pointer into what that returns.
std::vector<std::pair<int, std::string>> placeholders_in(const json& value);
// Every operation number that a placeholder inside refers to.
std::set<int> operations_in(const json& value);

}  // namespace countersign
