#include "interpreter/named_roles.h"

#include <nlohmann/json.hpp>

namespace countersign {
namespace {

using nlohmann::json;

struct Named {
  std::string place, role;
};

// The list at `key`; empty where there is none.
const json& list_at(const json& table, const char* key) {
  static const json none = json::array();
  const auto at = table.is_object() ? table.find(key) : table.end();
  return at != table.end() && at->is_array() ? *at : none;
}

std::string text_at(const json& table, const char* key) {
  const auto at = table.is_object() ? table.find(key) : table.end();
  return at != table.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::vector<Named> named_roles(const json& head) {
  std::vector<Named> all;
  const auto add = [&](const std::string& place, const std::string& role) {
    if (!role.empty()) all.push_back({place, role});
  };
  const json authority = head.value("authority", json::object());
  const json approval = head.value("approval", json::object());
  for (const char* who : {"operator", "approver"})
    add(std::string("authority: ") + who, text_at(authority, who));
  int n = 0;
  for (const json& one : list_at(approval, "requires"))
    add("approval: requires[" + std::to_string(++n) + "]", text_at(one, "role"));
  for (const json& item : list_at(head, "done")) {
    const bool attest = text_at(item, "item") == "attest";
    add(attest ? "done: attest \"" + text_at(item, "slug") + "\": by" : "done: sign_off",
        text_at(item, "role"));
  }
  for (const json& symptom : list_at(head, "symptoms"))
    for (const json& cause : list_at(symptom, "causes"))
      add("the cause \"" + text_at(cause, "slug") + "\": inform", text_at(cause, "inform"));
  return all;
}

}  // namespace

Status check_role(const std::string& role, Authorizer& authorizer) {
  RoleBook* const book = dynamic_cast<RoleBook*>(&authorizer);
  return book ? book->knows_role(role) : Status(Done{});
}

Status check_roles(const json& head, Authorizer& authorizer) {
  for (const Named& one : named_roles(head))
    if (const Status known = check_role(one.role, authorizer); !known) {
      Error error = known.error();
      if (error.kind == "script")
        error.message =
            "runbook \"" + text_at(head, "name") + "\": " + one.place + ": " + error.message;
      return error;
    }
  return Done{};
}

}  // namespace countersign
