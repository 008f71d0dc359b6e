#include "repl/scenarios/test_people.h"

#include <algorithm>
#include <filesystem>

#include "approvals/signing.h"
#include "approvals/text_file.h"

namespace countersign {
namespace {

std::string quoted(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "\"" : ", \"") + word + "\"";
  return out;
}

// The people of the scenario file, or those of docs/examples/demo/policy.toml.
std::string policy_text(const json& people) {
  std::map<std::string, std::vector<std::string>> all = {{"carla", {"ceo"}},
                                                         {"olive", {"operator", "cto"}}};
  if (people.is_object() && !people.empty()) {
    all.clear();
    for (const auto& [name, roles] : people.items())
      all[name] =
          roles.is_array() ? roles.get<std::vector<std::string>>() : std::vector<std::string>();
  }
  std::string text = "version = 1\n";
  for (const auto& [name, roles] : all)
    text += "[people." + name + "]\nprincipals = [\"" + name + "@connie.example\"]\nroles = [" +
            quoted(roles) + "]\n";
  // Who approves: the CEO, or where there is none the first role that is not the operator's.
  std::string approver;
  for (const auto& [name, roles] : all)
    for (const std::string& role : roles)
      if (role == "ceo" || (approver.empty() && role != "operator")) approver = role;
  for (const char* rule : {"mutate", "destroy"})
    text += "[rules." + std::string(rule) + "]\nrequires = { \"" +
            (approver.empty() ? "ceo" : approver) + "\" = 1 }\nseparation = true\n";
  return text;
}

}  // namespace

Result<TestPeople> TestPeople::assemble(const json& people, const std::string& policy_file,
                                        const std::string& asks, const std::string& trust,
                                        KeyRing& keys) {
  std::string policy = policy_text(people);
  std::error_code bad;
  if (people.is_null() && std::filesystem::is_regular_file(policy_file, bad)) {
    std::string text = TRY(read_text_file(policy_file));
    policy = std::move(text);
  }
  const Policy parsed = TRY(parse_policy(policy, policy_file));
  TestPeople cast;
  std::string signers;
  for (const Person& person : parsed.people) {
    if (person.principals.empty()) continue;
    const KeyPair key = TRY(keys.of(person.name));
    cast.people_.push_back(person);
    cast.keys_[person.name] = key.path;
    signers += person.principals.front() + " " + key.public_line + "\n";
  }
  if (cast.people_.empty())
    return Error{"config", "the policy of the scenario has nobody who could sign",
                 "add people to it, or give the scenario file people = { name = { \"role\" } }"};
  for (const auto& [name, text] :
       std::vector<std::pair<std::string, std::string>>{{"policy.toml", policy},
                                                        {"allowed_signers", signers},
                                                        {"revoked", "# countersign revocations\n"}})
    TRY(create_file(trust + "/" + name, text));

  const auto first = [&](const auto& test) {
    const auto at = std::find_if(cast.people_.begin(), cast.people_.end(), test);
    if (at == cast.people_.end()) return false;
    cast.requester_ = static_cast<std::size_t>(at - cast.people_.begin());
    return true;
  };
  if (!first([&](const Person& one) { return one.principals.front() == asks; }))
    first([](const Person& one) {
      return std::find(one.roles.begin(), one.roles.end(), "operator") != one.roles.end();
    });
  return cast;
}

Result<Signed> TestPeople::sign(const Person& person, const std::string& document) const {
  std::string signature =
      TRY(sign_with_ssh_keygen(key_of(person), document, "countersign-decision"));
  return Signed{document, std::move(signature)};
}

}  // namespace countersign
