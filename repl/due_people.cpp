#include "repl/due_people.h"

#include <algorithm>
#include <set>

#include "interpreter/did_you_mean.h"
#include "repl/app_context.h"

namespace countersign {
namespace {

void put(json& due, const std::vector<Signer>& people, const std::string& words) {
  due["principals"] = json::array();
  for (const Signer& one : people) due["principals"].push_back(one.principal);
  due["who"] = words.empty() ? names_in_words(people) : words;
}

// Roles with how many places are left, filled by who answered already.
Roles left_to_fill(const RunState& state) {
  Roles needed;
  for (const json& one : state.terms.value("requires", json::array()))
    needed[one.value("role", "")] = one.value("count", 1);
  std::vector<Voter> voters;
  for (const Answer& answer : state.answers)
    if (answer.verdict == "approve") voters.push_back({answer.person, answer.roles});
  return unfilled(needed, voters);
}

std::string role_of(const RunState& state, const std::string& slug) {
  for (const json& item : state.items())
    if (item.value("slug", "") == slug)
      if (const json role = item.value("role", json()); role.is_string())
        return role.get<std::string>();
  return "";
}

// Who broke the glass does not review it.
std::string not_by(const RunState& state, const std::string& slug) {
  for (const json& item : state.obligations)
    if (item.value("slug", "") == slug) return item.value("not_by", "");
  return "";
}

}  // namespace

DuePeople::DuePeople(CommandContext& context) : context_(context) {
  const Result<TrustPaths> paths = context.app.trust();
  if (!paths) return;
  if (Result<Trust> trust = load_trust(*paths)) trust_ = std::move(*trust);
}

Result<std::string> DuePeople::whose() const {
  std::string name = context_.arguments.whose;
  if (name.empty()) return name;
  const TrustPaths paths = TRY(context_.app.trust());
  const Trust trust = TRY(load_trust(paths));
  if (name == "me") {
    name = context_.arguments.principal;
    if (name.empty()) {
      const Configuration* config = TRY(context_.app.configuration());
      name = config->user.principal;
    }
    if (name.empty())
      return Error{"usage", "--for me: it is not known who you are",
                   "give --as PRINCIPAL, or set [operator].principal"};
  }
  std::vector<std::string> known;
  for (const Person& person : trust.policy.people) {
    if (person.name == name && !person.principals.empty()) return person.principals.front();
    for (const std::string& principal : person.principals) {
      if (principal == name) return person.principals.front();
      known.push_back(principal);
    }
  }
  return Error{"usage", "--for: the policy knows nobody called \"" + name + "\"",
               did_you_mean(name, known, "`countersign trust list` lists whose keys may sign")};
}

std::vector<Signer> DuePeople::signers(const json& due, const RunState& state,
                                       const PeopleNow& people, std::string& words) const {
  const std::string kind = due.value("kind", ""), slug = due.value("item", "");
  const MaySign may = may_sign(state, people);
  std::vector<Signer> out;
  const auto add = [&](const std::vector<Signer>& more) {
    for (const Signer& one : more)
      if (std::none_of(out.begin(), out.end(),
                       [&](const Signer& known) { return known.person == one.person; }))
        out.push_back(one);
  };
  const auto roles = [&](const Roles& needed) {
    for (const auto& [role, count] : needed) {
      words += (words.empty() ? "" : "; ") + signers_in_words(role, count, may);
      if (const auto at = may.find(role); at != may.end()) add(at->second);
    }
  };
  if (kind == "decision") {
    roles(left_to_fill(state));
    for (const Answer& answer : state.answers)
      std::erase_if(out, [&](const Signer& one) { return one.person == answer.person; });
  } else if (kind == "attestation" || kind == "obligation") {
    const std::string role = role_of(state, slug);
    if (role.empty()) {
      add(people.all());
      words = "anybody who may sign";
    } else {
      roles({{role, 1}});
    }
    const std::string apart = not_by(state, slug);
    std::erase_if(out, [&](const Signer& one) { return one.person == apart; });
  } else if (kind == "sign_off") {
    Roles needed;
    for (const json& item : state.items())
      if (item.value("item", "") == "sign_off") needed[item.value("role", "")] = 1;
    std::vector<Voter> voters;
    for (const Answer& answer : state.sign_offs) voters.push_back({answer.person, answer.roles});
    roles(unfilled(needed, voters));
  } else if (kind == "settlement") {
    add(people.all());
    words = "who knows what became of it";
  }
  return out;
}

void DuePeople::name(json& due, const RunState& state, Time now) const {
  if (!trust_) return;
  const PeopleNow people(*trust_, now);
  std::string words;
  std::vector<Signer> who = signers(due, state, people, words);
  const std::string kind = due.value("kind", "");
  const bool asks = kind == "decision" || kind == "attestation" || kind == "obligation" ||
                    kind == "sign_off" || kind == "settlement";
  if (!asks) {
    const std::string asked = state.started.value("principal", "");
    const Person* person = person_of(trust_->policy, asked);
    if (person == nullptr) return;
    who = {{person->principals.front(), person->name, person->roles}};
    words = person->name + ", who began it";
  }
  // One person under the first of their names, whichever key they have now.
  for (Signer& one : who)
    if (const Person* person = person_of(trust_->policy, one.principal))
      one.principal = person->principals.front();
  put(due, who, words);
}

void DuePeople::keep(json& due, const std::string& principal) const {
  if (trust_)
    for (json& one : due)
      if (one.value("kind", "") == "trust") {
        const PeopleNow people(*trust_, context_.app.clock().now());
        MaySign may;
        std::vector<Signer> who;
        std::string words;
        const json missing = one.value("roles", json::object());
        for (const auto& [role, count] : missing.items()) {
          may[role] = people.with_role(role);
          who.insert(who.end(), may[role].begin(), may[role].end());
          words += (words.empty() ? "" : "; ") + signers_in_words(role, count.get<int>(), may);
        }
        put(one, who, words);
      }
  for (json& one : due) one.erase("roles");
  if (principal.empty()) return;
  json kept = json::array();
  for (json& one : due) {
    const json people = one.value("principals", json());
    if (!people.is_array() ||
        std::find(people.begin(), people.end(), json(principal)) != people.end())
      kept.push_back(std::move(one));
  }
  due = std::move(kept);
}

}  // namespace countersign
