#include "repl/views/rail_text.h"

#include "interpreter/rail_kinds.h"
#include "repl/views/mdx.h"

namespace countersign {
namespace {

std::string shown(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// "`a` is `1` and `b` is `2`": arguments of an operation.
std::string with(const json& arguments) {
  std::string out;
  if (!arguments.is_object()) return out;
  for (const auto& [name, value] : arguments.items())
    out += (out.empty() ? "" : " and ") + code_in_mdx(name) + " is " + code_in_mdx(shown(value));
  return out;
}

// A phase by its title, where it has one: "\"Lets calls end\" (`drain`)".
std::string phase_in_mdx(const std::string& phase, const json& procedure) {
  for (const json& one : procedure)
    if (text_at(one, "name") == phase && one.contains("title"))
      return "\"" + in_mdx(text_at(one, "title")) + "\" (" + code_in_mdx(phase) + ")";
  return code_in_mdx(phase);
}

std::string any_of(const json& values) {
  std::string all;
  for (const json& one : values) all += (all.empty() ? "" : " or ") + code_in_mdx(shown(one));
  return all;
}

std::string rule(const json& rail, const json& procedure) {
  const std::string name = text_at(rail, "rail");
  const RailKind* kind = rail_kind(name);
  if (kind == nullptr) return "Rail " + code_in_mdx(name);
  return fill_in(kind->sentence, *kind, rail, [&](const RailField& field, const json& value) {
    if (field.type == "table") return with(value);
    if (value.is_array()) return any_of(value);
    if (field.name == "phase") return phase_in_mdx(shown(value), procedure);
    return field.name == "title" ? in_mdx(shown(value)) : code_in_mdx(shown(value));
  });
}

}  // namespace

std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto at = object.find(key);
  return at == object.end() || at->is_null() ? "" : shown(*at);
}

std::string sentence(const std::string& text) {
  const bool ended =
      !text.empty() && std::string_view(".!?").find(text.back()) != std::string_view::npos;
  return ended ? text : text + ".";
}

std::string condition_in_mdx(const json& given) {
  std::string out;
  if (!given.is_object()) return out;
  for (const auto& [name, values] : given.items()) {
    out += (out.empty() ? "" : ", and ") + code_in_mdx(name) + " is " +
           any_of(values.is_array() ? values : json::array({values}));
  }
  return out;
}

std::string rail_sentence(const json& rail, const json& procedure) {
  std::string out = rule(rail, procedure);
  if (const std::string given = condition_in_mdx(rail.value("given", json())); !given.empty())
    out = "Where " + given + ": " + (out[0] == 'N' ? "n" + out.substr(1) : out);
  if (const std::string why = text_at(rail, "why"); !why.empty()) out += ": " + in_mdx(why);
  out = sentence(out);
  if (const std::string instead = text_at(rail, "instead"); !instead.empty())
    out += " Instead: " + sentence(in_mdx(instead));
  return out;
}

}  // namespace countersign
