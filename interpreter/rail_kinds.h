// The kinds of rails. Each is one entry: how a script writes it, what it asks, and its sentences.
// The language (`rails.<kind>`), `check`, the gate and the views are made from these entries.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

using json = nlohmann::json;

struct RailField {
  std::string name;  // in the rail's data
  std::string type;  // as stdlib/lua/schema.lua has types: "operation", "list of operation" …
  std::string doc;   // for the author: what stands at this place
  bool required = true;
  // Where the type takes { operation, { argument = value } }: the field that holds the arguments.
  std::string arguments = {};
};

// What a rail may ask of the operation that is about to happen and of what happened before.
// `check`, which runs nothing, answers true wherever it could be so: a rail that refuses then
// always does.
struct RailCase {
  bool planning = false;
  std::function<bool(const std::string& operation, const json& arguments)> done;
  std::function<bool(const std::string& phase)> ended;
  std::function<bool(const std::string& title)> passed;
  std::function<bool()> pre_captured;
  std::function<bool(const json& arguments)> has_arguments;
  std::function<bool(const std::string& pointer)> touches;
};

// Sentences are forms: {field} is that field of the rail, and what stands in […] is left out where
// a field in it is empty.
struct RailKind {
  std::string name;
  std::string summary;                 // in the reference and for editors
  std::vector<RailField> fields = {};  // by place; none: `rails.<kind>` is a value
  std::string why = {};                // of a rail without fields
  bool (*lets)(const json& rail, const RailCase& at);
  std::string refusal =
      {};                 // behind "a rail forbids OPERATION: "; {target} is what would be changed
  std::string sentence;   // by itself
  std::string kept = {};  // behind "it …": what an account keeps; empty where it keeps nothing

  // Whether it is about one operation, which its field `operation` names.
  bool of_operation() const { return !fields.empty() && fields[0].name == "operation"; }
};

// In the order in which they are written down for people.
const std::vector<RailKind>& rail_kinds();
// Null where there is none of that name.
const RailKind* rail_kind(std::string_view name);

// Whether the value is of the field's type.
bool has_type(const json& value, const RailField& field);

// For stdlib/lua, which makes the functions of `rails` from it:
// [{"name", "why"?, "fields": [{"name", "type", "doc", "required", "arguments"?}]}].
json rail_kinds_for_script();

// `form` with the fields of `rail` in it, each as `write` says it.
using RailWriter = std::function<std::string(const RailField& field, const json& value)>;
std::string fill_in(std::string_view form, const RailKind& kind, const json& rail,
                    const RailWriter& write);

// As messages say it: names as they are, arguments as `name = "value", …`.
std::string in_message(const RailField& field, const json& value);

}  // namespace countersign
