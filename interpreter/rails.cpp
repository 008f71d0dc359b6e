#include "interpreter/rails.h"

#include <algorithm>

#include "interpreter/did_you_mean.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/rail_kinds.h"

namespace countersign {
namespace {

// The rule of a rail, as its refusal says it.
std::string rule_of(const json& rail) {
  const RailKind* kind = rail_kind(rail.value("rail", ""));
  return kind ? fill_in(kind->refusal, *kind, rail, in_message) : "";
}

std::string missing(const RailField& field) {
  return field.type == "list of operation"
             ? "list of operations"
             : field.name + ", want " + (field.type == "table" ? "a table" : "text");
}

Status known_operation(const RailKind& kind, const std::string& name, const Catalogue& catalogue) {
  if (catalogue.find(name)) return Done{};
  return Error{"config", "rails." + kind.name + ": there is no operation \"" + name + "\"",
               did_you_mean(catalogue.near(name), "`countersign operations` lists them")};
}

std::string reason_of(const json& rail) {
  const std::string why = rail.value("why", "");
  return why.empty() ? "" : " (" + why + ")";
}

}  // namespace

Status check_rails(const json& rails, const Catalogue& catalogue) {
  for (const json& rail : rails) {
    const RailKind* kind = rail_kind(rail.is_object() ? rail.value("rail", "") : "");
    if (kind == nullptr)
      return Error{
          "config",
          "unknown kind of rail: " + (rail.is_object() ? rail.value("rail", "") : rail.dump()),
          "see docs/reference/dsl.md for the rails there are"};
    for (const RailField& field : kind->fields) {
      const auto at = rail.find(field.name);
      if (at == rail.end() && !field.required) continue;
      const json value = at == rail.end() ? json() : *at;
      if (!has_type(value, field))
        return Error{"config", "rails." + kind->name + ": got no " + missing(field)};
      if (field.type.find("operation") == std::string::npos) continue;
      for (const json& one : value.is_array() ? value : json::array({value}))
        if (const Status known = known_operation(*kind, one.get<std::string>(), catalogue); !known)
          return known;
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
    Error error{"refused", "a rail forbids " + operation + ": " + rule + reason_of(rail),
                rail.value("instead", rail.value("hint", "")), operation};
    error.rule = rail_text(rail);
    return error;
  };
  const RailCase at{
      context.planning,
      context.done,
      context.ended,
      context.passed,
      context.pre_captured,
      [&](const json& wanted) { return has_arguments(arguments, wanted); },
      [&](const std::string& pointer) {
        return covered(target, {pointer}) || covered(pointer, {target});
      },
  };
  for (const json& rail : rails) {
    const RailKind* kind = rail_kind(rail.value("rail", ""));
    if (kind == nullptr || !given_holds(rail, context.parameters)) continue;
    if (kind->of_operation() && rail.value("operation", "") != operation) continue;
    if (kind->lets(rail, at)) continue;
    json said = rail;
    said["target"] = target;
    return refuse(rail, rule_of(said));
  }
  return std::nullopt;
}

std::string rail_text(const json& rail) {
  const RailKind* kind = rail_kind(rail.value("rail", ""));
  std::string text = rail.value("rail", "");
  if (kind && kind->of_operation())
    text = rail.value("operation", "") + ": " + rule_of(rail);
  else if (kind && !kind->fields.empty())
    text += " " + rail.value(kind->fields[0].name, "");
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
  // Held by the gate itself, before and after every change.
  if (rail.value("rail", "") == "baselines_unchanged")
    return error.kind == "drift" && error.check == "baselines_unchanged";
  return !error.rule.empty() && error.rule == rail_text(rail);
}

}  // namespace countersign
