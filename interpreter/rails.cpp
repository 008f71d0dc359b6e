#include "interpreter/rails.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "interpreter/marker.h"

namespace countersign {
namespace {

const std::map<std::string, std::vector<std::string>>& shapes() {
  static const std::map<std::string, std::vector<std::string>> all = {
      {"baselines_unchanged", {}},
      {"snapshot_first", {}},
      {"after", {"operation", "needs"}},
      {"after_one_of", {"operation"}},
      {"after_phase", {"operation", "phase"}},
      {"after_check", {"operation", "title"}},
      {"never", {"operation"}},
      {"only_with", {"operation"}},
      {"protect", {"pointer"}},
  };
  return all;
}

bool fits(const json& arguments, const json& wanted) {
  for (const auto& [key, value] : wanted.items()) {
    const auto at = arguments.find(key);
    if (at == arguments.end() || *at != value) return false;
  }
  return true;
}

std::string shown(const json& arguments) {
  std::string text;
  for (const auto& [key, value] : arguments.items())
    text += (text.empty() ? "" : ", ") + key + " = " + value.dump();
  return text;
}

}  // namespace

Status check_rails(const json& rails, const Catalogue& catalogue) {
  for (const json& rail : rails) {
    const std::string kind = rail.is_object() ? rail.value("rail", "") : "";
    const auto shape = shapes().find(kind);
    if (shape == shapes().end())
      return Error{"config", "a rail of the runbook is none of those that `rails` offers",
                   "see docs/reference/dsl.md for the rails there are"};
    for (const std::string& field : shape->second)
      if (!rail.contains(field) || !rail[field].is_string())
        return Error{"config", "rails." + kind + ": got no " + field + ", want text"};
    std::vector<std::string> named;
    for (const char* field : {"operation", "needs"})
      if (rail.contains(field) && rail[field].is_string())
        named.push_back(rail[field].get<std::string>());
    if (kind == "after_one_of") {
      const json needs = rail.value("needs", json());
      if (!needs.is_array() || needs.empty())
        return Error{"config", "rails.after_one_of: got no list of operations"};
      for (const json& one : needs)
        named.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    }
    for (const std::string& name : named) {
      if (catalogue.find(name)) continue;
      const auto near = catalogue.near(name);
      return Error{"config", "rails." + kind + ": there is no operation \"" + name + "\"",
                   near.empty() ? "`countersign operations` lists them"
                                : "did you mean \"" + near[0] + "\"?"};
    }
  }
  return Done{};
}

bool given_holds(const json& ruled, const json& parameters) {
  const json given = ruled.value("given", json::object());
  for (const auto& [name, values] : given.items()) {
    const json there = parameters.value(name, json());
    const bool one = values.is_array()
                         ? std::find(values.begin(), values.end(), there) != values.end()
                         : values == there;
    if (!one) return false;
  }
  return true;
}

std::optional<Error> forbidden(const json& rails, const RailContext& context,
                               const std::string& operation, const json& arguments,
                               const std::string& target) {
  const auto refuse = [&](const json& rail, const std::string& rule) {
    const std::string why = rail.value("why", "");
    return Error{
        "refused",
        "a rail forbids " + operation + ": " + rule + (why.empty() ? "" : " (" + why + ")"),
        rail.value("instead", rail.value("hint", "")), operation};
  };
  for (const json& rail : rails) {
    const std::string kind = rail.value("rail", "");
    if (!given_holds(rail, context.parameters)) continue;
    if (kind == "snapshot_first") {
      if (!context.pre_captured)
        return refuse(rail, "no snapshot labelled PRE has been captured yet");
      continue;
    }
    if (kind == "protect") {
      const std::string pointer = rail["pointer"].get<std::string>();
      if (covered(target, {pointer}) || covered(pointer, {target}))
        return refuse(rail, "\"" + target + "\" is protected");
      continue;
    }
    if (rail.value("operation", "") != operation) continue;
    if (kind == "never") return refuse(rail, "it is never done by this runbook");
    if (kind == "only_with") {
      const json wanted = rail.value("arguments", json::object());
      if (!fits(arguments, wanted)) return refuse(rail, "only with " + shown(wanted));
    } else if (kind == "after") {
      const std::string needs = rail["needs"].get<std::string>();
      const json wanted = rail.value("needs_arguments", json::object());
      const bool found = std::any_of(
          context.done.begin(), context.done.end(),
          [&](const auto& one) { return one.first == needs && fits(one.second, wanted); });
      if (!found)
        return refuse(rail,
                      "only after " + needs + (wanted.empty() ? "" : " with " + shown(wanted)));
    } else if (kind == "after_one_of") {
      std::string all;
      bool found = false;
      for (const json& needs : rail["needs"]) {
        all += (all.empty() ? "" : " or ") + needs.get<std::string>();
        found = found || std::any_of(context.done.begin(), context.done.end(),
                                     [&](const auto& one) { return one.first == needs; });
      }
      if (!found) return refuse(rail, "only after " + all);
    } else if (kind == "after_phase") {
      if (context.ended.count(rail["phase"].get<std::string>()) == 0)
        return refuse(
            rail, "only after the phase \"" + rail["phase"].get<std::string>() + "\" has ended");
    } else if (kind == "after_check") {
      // What a later read phase will check is not known while planning.
      if (!context.planning && context.passed.count(rail["title"].get<std::string>()) == 0)
        return refuse(
            rail, "only after the check \"" + rail["title"].get<std::string>() + "\" has passed");
    }
  }
  return std::nullopt;
}

}  // namespace countersign
