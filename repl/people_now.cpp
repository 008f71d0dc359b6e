#include "repl/people_now.h"

#include <algorithm>

namespace countersign {
namespace {

constexpr const char* kNumbers[] = {"no", "one", "two", "three", "four", "five"};

std::string number_in_words(int n) {
  return n >= 0 && n < static_cast<int>(std::size(kNumbers)) ? kNumbers[n] : std::to_string(n);
}

// Who asked, where somebody else has to approve.
std::string set_apart(const json& terms) {
  if (!terms.is_object() || !terms.value("separation", false)) return "";
  const json requester = terms.value("requester", json());
  return requester.is_object() ? requester.value("person", "") : "";
}

std::vector<Signer> without(std::vector<Signer> people, const std::string& person) {
  std::erase_if(people, [&](const Signer& one) { return one.person == person; });
  return people;
}

}  // namespace

PeopleNow::PeopleNow(const Trust& trust, Time now) {
  std::map<std::string, std::string> principals;
  for (const TrustedKey& key : list_keys(trust, now))
    if (key.state == "valid" && !key.person.empty()) principals.emplace(key.person, key.principal);
  for (const Person& person : trust.policy.people)
    if (const auto at = principals.find(person.name); at != principals.end())
      all_.push_back({at->second, person.name, roles_at(trust.policy, person, now)});
}

std::vector<Signer> PeopleNow::with_role(const std::string& role) const {
  std::vector<Signer> out;
  for (const Signer& one : all_)
    if (std::find(one.roles.begin(), one.roles.end(), role) != one.roles.end()) out.push_back(one);
  return out;
}

const Signer* PeopleNow::find(const std::string& name) const {
  for (const Signer& one : all_)
    if (one.principal == name || one.person == name) return &one;
  return nullptr;
}

MaySign may_sign(const RunState& state, const PeopleNow& people) {
  MaySign who;
  const std::string apart = set_apart(state.terms);
  for (const json& one : state.terms.value("requires", json::array()))
    who[one.value("role", "")] = without(people.with_role(one.value("role", "")), apart);
  for (const json& item : state.items()) {
    const json role = item.value("role", json());
    const std::string name = role.is_string() ? role.get<std::string>() : "";
    if (who.count(name) == 0) who[name] = name.empty() ? people.all() : people.with_role(name);
  }
  return who;
}

nlohmann::json principals_json(const MaySign& who) {
  json out = json::object();
  for (const auto& [role, people] : who) {
    if (role.empty()) continue;
    out[role] = json::array();
    for (const Signer& one : people) out[role].push_back(one.principal);
  }
  return out;
}

std::string names_in_words(const std::vector<Signer>& people, const char* last) {
  std::string text;
  for (std::size_t i = 0; i < people.size(); ++i)
    text += (i == 0                   ? ""
             : i + 1 == people.size() ? std::string(" ") + last + " "
                                      : std::string(", ")) +
            people[i].person;
  return text;
}

std::string signers_in_words(const std::string& role, int count, const MaySign& who) {
  const auto at = who.find(role);
  const std::string place = std::to_string(count) + " × " + role;
  if (at == who.end()) return place;
  const std::vector<Signer>& people = at->second;
  if (people.empty()) return place + ", which nobody has with a key that counts now";
  const int there = static_cast<int>(people.size());
  if (there < count)
    return place + ", which " + names_in_words(people, "and") + " alone " +
           (there == 1 ? "has" : "have") + " now";
  if (count == 1) return names_in_words(people) + " (" + role + ")";
  if (there == count) return names_in_words(people, "and") + " (" + role + ")";
  std::string names;
  for (const Signer& one : people) names += (names.empty() ? "" : ", ") + one.person;
  return number_in_words(count) + " of " + names + " (" + role + ")";
}

std::string signers_in_words(const nlohmann::json& requires_, const MaySign& who) {
  std::string text;
  for (const json& one : requires_)
    text += (text.empty() ? "" : "; ") +
            signers_in_words(one.value("role", ""), one.value("count", 1), who);
  return text;
}

}  // namespace countersign
