#include "interpreter/rails.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"

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

std::string shown(const json& arguments) {
  std::string text;
  for (const auto& [key, value] : arguments.items())
    text += (text.empty() ? "" : ", ") + key + " = " + value.dump();
  return text;
}

// The rule of a rail that is about one operation, as its refusal says it.
std::string rule_of(const json& rail) {
  const std::string kind = rail.value("rail", "");
  if (kind == "never") return "it is never done by this runbook";
  if (kind == "only_with") return "only with " + shown(rail.value("arguments", json::object()));
  if (kind == "after") {
    const json wanted = rail.value("needs_arguments", json::object());
    return "only after " + rail.value("needs", "") +
           (wanted.empty() ? "" : " with " + shown(wanted));
  }
  if (kind == "after_one_of") {
    std::string all;
    for (const json& needs : rail.value("needs", json::array()))
      all += (all.empty() ? "" : " or ") + needs.get<std::string>();
    return "only after " + all;
  }
  if (kind == "after_phase")
    return "only after the phase \"" + rail.value("phase", "") + "\" has ended";
  if (kind == "after_check")
    return "only after the check \"" + rail.value("title", "") + "\" has passed";
  return "";
}

const char kNoPre[] = "no snapshot labelled PRE has been captured yet";
const char kProtected[] = "\" is protected";

std::string reason_of(const json& rail) {
  const std::string why = rail.value("why", "");
  return why.empty() ? "" : " (" + why + ")";
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

bool has_arguments(const json& arguments, const json& wanted) {
  for (const auto& [key, value] : wanted.items()) {
    const auto at = arguments.find(key);
    if (at == arguments.end() || *at != value) return false;
  }
  return true;
}

std::optional<Error> forbidden(const json& rails, const RailContext& context,
                               const std::string& operation, const json& arguments,
                               const std::string& target) {
  const auto refuse = [&](const json& rail, const std::string& rule) {
    return Error{"refused", "a rail forbids " + operation + ": " + rule + reason_of(rail),
                 rail.value("instead", rail.value("hint", "")), operation};
  };
  for (const json& rail : rails) {
    const std::string kind = rail.value("rail", "");
    if (!given_holds(rail, context.parameters)) continue;
    if (kind == "snapshot_first") {
      if (!context.pre_captured()) return refuse(rail, kNoPre);
      continue;
    }
    if (kind == "protect") {
      const std::string pointer = rail["pointer"].get<std::string>();
      if (covered(target, {pointer}) || covered(pointer, {target}))
        return refuse(rail, "\"" + target + kProtected);
      continue;
    }
    if (rail.value("operation", "") != operation) continue;
    bool holds = true;
    if (kind == "never") {
      holds = false;
    } else if (kind == "only_with") {
      holds = has_arguments(arguments, rail.value("arguments", json::object()));
    } else if (kind == "after") {
      const std::string needs = rail["needs"].get<std::string>();
      const json wanted = rail.value("needs_arguments", json::object());
      holds = context.done(needs, wanted);
    } else if (kind == "after_one_of") {
      const json& needs = rail["needs"];
      holds = std::any_of(needs.begin(), needs.end(), [&](const json& one) {
        return context.done(one.get<std::string>(), json::object());
      });
    } else if (kind == "after_phase") {
      holds = context.ended.count(rail["phase"].get<std::string>()) != 0;
    } else if (kind == "after_check") {
      // What a later read phase will check is not known while planning.
      holds = context.planning || context.passed(rail["title"].get<std::string>());
    }
    if (!holds) return refuse(rail, rule_of(rail));
  }
  return std::nullopt;
}

std::string rail_text(const json& rail) {
  const std::string kind = rail.value("rail", "");
  std::string text = kind;
  if (kind == "protect") text += " " + rail.value("pointer", "");
  if (const std::string rule = rule_of(rail); !rule.empty())
    text = rail.value("operation", "") + ": " + rule;
  std::string given;
  const json parameters = rail.value("given", json::object());
  for (const auto& [name, values] : parameters.items()) {
    std::string all;
    for (const json& value : values)
      all += (all.empty() ? "" : " or ") +
             (value.is_string() ? value.get<std::string>() : value.dump());
    given += (given.empty() ? "" : ", ") + name + " = " + all;
  }
  return text + (given.empty() ? "" : ", given " + given);
}

bool refused_by(const json& rail, const Error& error) {
  const std::string kind = rail.value("rail", "");
  // Held by the gate itself, before and after every change.
  if (kind == "baselines_unchanged")
    return error.kind == "drift" && error.message.find("adjacent account") != std::string::npos;
  const std::string start = "a rail forbids ";
  if (error.kind != "refused" || error.message.rfind(start, 0) != 0) return false;
  const std::string after = error.message.substr(start.size());
  if (kind == "snapshot_first") return after.find(std::string(": ") + kNoPre) != std::string::npos;
  if (kind == "protect") {
    const std::size_t from = after.find(": \""), to = after.find(kProtected);
    if (from == std::string::npos || to == std::string::npos || to < from + 3) return false;
    const std::string target = after.substr(from + 3, to - from - 3);
    const std::string pointer = rail.value("pointer", "");
    return covered(target, {pointer}) || covered(pointer, {target});
  }
  return after == rail.value("operation", "") + ": " + rule_of(rail) + reason_of(rail);
}

}  // namespace countersign
