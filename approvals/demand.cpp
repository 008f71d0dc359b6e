#include "approvals/demand.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace countersign {
namespace {

void add_roles(const Roles& more, Roles& to) {
  for (const auto& [role, count] : more) to[role] = std::max(to[role], count);
}

// Strictest wins: the larger count, separation over none, the shorter time.
void add_rule(const Rule& more, Rule& to) {
  add_roles(more.requires_roles, to.requires_roles);
  const auto any = [](const std::optional<bool>& a, std::optional<bool>& b) {
    if (a) b = *a || b.value_or(false);
  };
  const auto least = [](const std::optional<Time>& a, std::optional<Time>& b) {
    if (a) b = std::min(*a, b.value_or(*a));
  };
  any(more.separation, to.separation);
  any(more.reference, to.reference);
  least(more.decide_by, to.decide_by);
  least(more.slack, to.slack);
}

Error malformed(const std::string& what) {
  return Error{"argument", "malformed asks: " + what};
}

}  // namespace

Result<Demand> demand_of(const Policy& policy, const nlohmann::json& asks) {
  if (!asks.is_object()) return malformed("not an object");
  for (const char* key : {"effects", "operations", "requires"})
    if (!asks.contains(key) || !asks[key].is_array())
      return malformed(std::string(key) + " is not a list");
  for (const char* key : {"effects", "operations"})
    for (const auto& item : asks[key])
      if (!item.is_string()) return malformed(std::string(key) + " is not a list of texts");
  if (asks["effects"].empty()) return malformed("effects is empty");

  Rule sum;
  for (const auto& effect : asks["effects"]) {
    const auto& name = effect.get_ref<const std::string&>();
    if (name != "mutate" && name != "destroy") return malformed("unknown effect \"" + name + "\"");
    if (policy.effects.count(name) == 0)
      return Error{"refused", "the policy has no rule for operations that " + name,
                   "write [rules." + name + "] in policy.toml, and who approves them"};
    // What destroys also changes: it needs at least what a change needs.
    for (const auto& [ruled, rule] : policy.effects) {
      if (ruled != name && ruled != "mutate") continue;
      Rule whole = rule;
      whole.separation = rule.separation.value_or(true);
      add_rule(whole, sum);
    }
  }
  for (const auto& operation : asks["operations"])
    for (const auto& [family, rule] : policy.operations)
      if (in_family(operation.get_ref<const std::string&>(), family)) add_rule(rule, sum);

  Demand out;
  for (const auto& one : asks["requires"]) {
    if (!one.is_object() || !one.contains("role") || !one["role"].is_string() ||
        !one.contains("count") || !one["count"].is_number_integer())
      return malformed("requires is not a list of roles with counts");
    const auto count = one["count"].get<std::int64_t>();
    if (count < 1 || count > kMostPeople) return malformed("a count is not 1 to 16");
    add_roles({{one["role"].get<std::string>(), static_cast<int>(count)}}, sum.requires_roles);
  }
  const std::string reference = asks.contains("reference") && asks["reference"].is_string()
                                    ? asks["reference"].get<std::string>()
                                : asks.contains("reference") ? ""
                                                             : "optional";
  if (reference != "required" && reference != "optional")
    return malformed("reference is neither \"required\" nor \"optional\"");

  out.requires_roles = sum.requires_roles;
  out.separation = sum.separation.value_or(true);
  out.reference = sum.reference.value_or(false) || reference == "required";
  out.decide_by = sum.decide_by.value_or(out.decide_by);
  out.slack = sum.slack.value_or(out.slack);
  return out;
}

Demand demand_of_trust(const Policy& policy) {
  Rule sum;
  for (const auto& [effect, rule] : policy.effects) {
    Rule whole = rule;
    whole.separation = rule.separation.value_or(true);
    add_rule(whole, sum);
  }
  for (const auto& [family, rule] : policy.operations) add_rule(rule, sum);
  Demand out;
  out.requires_roles = sum.requires_roles;
  out.separation = sum.separation.value_or(true);
  return out;
}

}  // namespace countersign
