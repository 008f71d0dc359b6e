#include "repl/views/rail_text.h"

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

std::string rule(const json& rail, const json& procedure) {
  const std::string kind = text_at(rail, "rail");
  const std::string operation = code_in_mdx(text_at(rail, "operation"));
  if (kind == "snapshot_first")
    return "Nothing is changed before a snapshot labelled PRE has been captured";
  if (kind == "baselines_unchanged") return "Nothing is changed while an adjacent account changes";
  if (kind == "never") return operation + " is never done";
  if (kind == "only_with")
    return operation + " is done only where " + with(rail.value("arguments", json()));
  if (kind == "after") {
    const std::string needed = with(rail.value("needs_arguments", json()));
    return operation + " is done only after " + code_in_mdx(text_at(rail, "needs")) +
           (needed.empty() ? "" : " (where " + needed + ")");
  }
  if (kind == "after_one_of") {
    std::string all;
    for (const json& one : rail.value("needs", json::array()))
      all += (all.empty() ? "" : " or ") + code_in_mdx(shown(one));
    return operation + " is done only after " + all;
  }
  if (kind == "after_phase") {
    const std::string phase = text_at(rail, "phase");
    for (const json& one : procedure)
      if (text_at(one, "name") == phase && one.contains("title"))
        return operation + " is done only after the phase \"" + in_mdx(text_at(one, "title")) +
               "\" (" + code_in_mdx(phase) + ") has ended";
    return operation + " is done only after the phase " + code_in_mdx(phase) + " has ended";
  }
  if (kind == "after_check")
    return operation + " is done only after the check \"" + in_mdx(text_at(rail, "title")) +
           "\" has passed";
  if (kind == "protect")
    return "Nothing at or below " + code_in_mdx(text_at(rail, "pointer")) + " is changed";
  return "Rail " + code_in_mdx(kind);
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
    std::string any;
    for (const json& one : values.is_array() ? values : json::array({values}))
      any += (any.empty() ? "" : " or ") + code_in_mdx(shown(one));
    out += (out.empty() ? "" : ", and ") + code_in_mdx(name) + " is " + any;
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
