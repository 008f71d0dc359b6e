#include "approvals/policy.h"

#include <set>
#include <tuple>

#include "approvals/demand.h"
#include "approvals/revocations.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"
#include "tests/support/durations.h"

namespace countersign {
namespace {

using nlohmann::json;

constexpr char kPeople[] =
    "version = 1\n"
    "[people.ada]\n"
    "principals = [\"ada@example.com\", \"ada\"]\n"
    "roles = [\"operator\"]\n"
    "[people.ben]\n"
    "principals = [\"ben\"]\n"
    "roles = [\"approver\", \"ceo\"]\n";
constexpr char kRules[] =
    "[rules.mutate]\n"
    "requires = { approver = 1 }\n";

std::string verdict(const std::string& text) {
  return said(parse_policy(text, "policy.toml"));
}

TEST_CASE("a policy names people and rules") {
  const auto policy = parse_policy(std::string(kPeople) + kRules +
                                       "[commands]\nread = [\"git-status\"]\n"
                                       "[playbooks]\nverified_within = \"90d\"\n",
                                   "policy.toml");
  REQUIRE(said(policy) == "ok");
  CHECK(person_of(*policy, "ada")->name == "ada");
  CHECK(person_of(*policy, "ada@example.com")->name == "ada");
  CHECK(person_of(*policy, "ben")->roles == std::vector<std::string>{"approver", "ceo"});
  CHECK(person_of(*policy, "cyd") == nullptr);
  CHECK(policy->read_commands.count("git-status") == 1);
  CHECK(policy->verified_within == 90 * 86400);
}

TEST_CASE("a policy that is not understood as a whole is not used") {
  const std::string people = kPeople, rules = kRules;
  const std::pair<std::string, std::string> table[] = {
      {"", "\"policy.toml\": version is missing"},
      {"version = 2\n", "\"policy.toml\" line 1: version is not 1"},
      {"version = \"1\"\n", "\"policy.toml\" line 1: version is not 1"},
      {"version = 1\n", "\"policy.toml\": [people] names nobody"},
      {people, "\"policy.toml\": [rules.mutate] is missing"},
      {people + rules + "[break_glass]\nroles = [\"oncall\"]\n",
       "\"policy.toml\" line 10: operations is not a list of texts"},
      {people + rules + "[break_glass]\nroles = [\"oncall\"]\noperations = [\"twilio\"]\n",
       "\"policy.toml\" line 10: [break_glass] does not say who reviews"},
      {people + rules + "[break_glass]\nroles = []\noperations = [\"twilio\"]\nreview = \"ceo\"\n",
       "\"policy.toml\" line 10: [break_glass] lists no roles or no operations"},
      {people + rules + "approvers = 1\n",
       "\"policy.toml\" line 10: unknown key \"approvers\" in [rules.mutate]"},
      {people + rules + "[rules.read]\nrequires = { approver = 1 }\n",
       "\"policy.toml\" line 10: unknown key \"read\" in [rules]"},
      {people + "[people.cyd]\nprincipals = [\"cyd\"]\nroles = []\nkey = \"x\"\n" + rules,
       "\"policy.toml\" line 11: unknown key \"key\" in [people.cyd]"},
      {people + "[people.cyd]\nprincipals = [\"ada\"]\nroles = []\n" + rules,
       "\"policy.toml\" line 8: the principal \"ada\" belongs to two people, \"ada\" and \"cyd\""},
      {people + "[people.cyd]\nprincipals = [\"*@example.com\"]\nroles = []\n" + rules,
       "\"policy.toml\" line 8: the principal \"*@example.com\" is a pattern"},
      {people + "[people.cyd]\nprincipals = []\nroles = []\n" + rules,
       "\"policy.toml\" line 8: \"cyd\" has no principals"},
      {people + "[people.cyd]\nprincipals = [\"cyd\"]\n" + rules,
       "\"policy.toml\" line 8: roles is not a list of texts"},
      {people + "[people.cyd]\nprincipals = \"cyd\"\nroles = []\n" + rules,
       "\"policy.toml\" line 9: principals is not a list of texts"},
      {people + "[people.cyd]\nprincipals = [\"cyd\", \"cyd\"]\nroles = []\n" + rules,
       "\"policy.toml\" line 9: \"cyd\" stands twice"},
      {people + "[people.cyd]\nprincipals = [\"c\\u001byd\"]\nroles = []\n" + rules,
       "\"policy.toml\" line 9: an entry of principals is empty or holds control characters"},
      {people + "[rules.mutate]\nseparation = true\n",
       "\"policy.toml\" line 8: [rules.mutate] requires nobody"},
      {people + "[rules.mutate]\nrequires = { approver = 0 }\n",
       "\"policy.toml\" line 9: the count of \"approver\" is not 1 to 16"},
      {people + "[rules.mutate]\nrequires = { approver = 17 }\n",
       "\"policy.toml\" line 9: the count of \"approver\" is not 1 to 16"},
      {people + "[rules.mutate]\nrequires = { approver = true }\n",
       "\"policy.toml\" line 9: the count of \"approver\" is not 1 to 16"},
      {people + "[rules.mutate]\nrequires = [\"approver\"]\n",
       "\"policy.toml\" line 9: requires is not a table"},
      {people + rules + "separation = \"no\"\n",
       "\"policy.toml\" line 10: separation is neither true nor false"},
      {people + rules + "decide_by = \"soon\"\n",
       "\"policy.toml\" line 10: decide_by is not a duration"},
      {people + rules + "decide_by = 24\n", "\"policy.toml\" line 10: decide_by is not a duration"},
      {people + rules + "slack = \"-1h\"\n", "\"policy.toml\" line 10: slack is not a duration"},
      {people + rules + "reference = true\n",
       "\"policy.toml\" line 10: reference is neither \"required\" nor \"optional\""},
      {people + rules + "[operations.\"mailgun.keys\"]\nrequire = { ceo = 1 }\n",
       "\"policy.toml\" line 11: unknown key \"require\" in [operations.\"mailgun.keys\"]"},
      {people + rules + "[playbooks]\nverified_within = \"soon\"\n",
       "\"policy.toml\" line 11: verified_within is not a duration"},
      {people + rules + "[commands]\nwrite = []\n",
       "\"policy.toml\" line 11: unknown key \"write\" in [commands]"},
  };
  for (const auto& [text, error] : table) {
    INFO(text);
    CHECK(verdict(text) == error);
  }
  CHECK(
      verdict("version = 1\n[people.ada\n").rfind("\"policy.toml\" line 2: not valid TOML: ", 0) ==
      0);
  CHECK(
      verdict("version = 1\nversion = 1\n").rfind("\"policy.toml\" line 2: not valid TOML: ", 0) ==
      0);
  CHECK(verdict("\xFF").rfind("\"policy.toml\" line 1: not valid TOML: ", 0) == 0);
}

json asks(const json& effects, const json& operations = json::array(),
          const json& roles = json::array(), const char* reference = "optional") {
  return {{"effects", effects},
          {"operations", operations},
          {"requires", roles},
          {"reference", reference}};
}

std::string demanded(const std::string& rules, const json& asked) {
  const auto policy = parse_policy(std::string(kPeople) + rules, "policy.toml");
  if (!policy) return policy.error().message;
  const auto demand = demand_of(*policy, asked);
  if (!demand) return demand.error().message;
  return describe(demand->requires_roles) + (demand->separation ? ", separated" : ", alone") +
         (demand->reference ? ", reference" : "") + ", " + std::to_string(demand->decide_by) +
         " s, slack " + std::to_string(demand->slack) + " s";
}

TEST_CASE("a window of the policy is any duration but none at all") {
  const auto read = [](const std::string& text) {
    return said(parse_policy(std::string(kPeople) + kRules + "decide_by = \"" + text + "\"\n",
                             "policy.toml"));
  };
  for (const auto& [text, seconds] : kDurations) {
    INFO(text);
    CHECK((read(text) == "ok") == (seconds > 0));
  }
  for (const char* text : kNoDurations) {
    INFO(text);
    CHECK(read(text) == "\"policy.toml\" line 10: decide_by is not a duration");
  }
}

TEST_CASE("a misspelt key of the policy is told what it may have been") {
  const auto hint = [](const std::string& text) {
    const Result<Policy> policy = parse_policy(text, "policy.toml");
    return policy ? "taken" : policy.error().message + " | " + policy.error().hint;
  };
  const std::string ada = "version = 1\n[people.ada]\nprincipals = [\"ada\"]\n";
  CHECK(hint(ada + "rolls = [\"ceo\"]\n") ==
        "\"policy.toml\" line 4: unknown key \"rolls\" in [people.ada] | did you mean \"roles\"?");
  CHECK(hint(ada + "roles = []\n[rules.mutate]\nrequires = { ceo = 1 }\nseperation = false\n") ==
        "\"policy.toml\" line 7: unknown key \"seperation\" in [rules.mutate] | did you mean "
        "\"separation\"?");
  CHECK(hint(ada + "roles = []\nqqq = 1\n") ==
        "\"policy.toml\" line 5: unknown key \"qqq\" in [people.ada] | it takes principals, "
        "roles");
}

TEST_CASE("a request needs the strictest of every rule that applies and of the runbook") {
  const std::string two =
      "[rules.mutate]\nrequires = { approver = 2 }\nseparation = false\ndecide_by = \"12h\"\n"
      "[rules.destroy]\nrequires = { approver = 1, ceo = 1 }\nslack = \"10m\"\n"
      "reference = \"required\"\n"
      "[operations.\"mailgun.keys\"]\nrequires = { cto = 1 }\ndecide_by = \"1h\"\nseparation = "
      "true\n"
      "[operations.\"env.update\"]\nseparation = false\n";
  const std::string alone =
      "[rules.mutate]\nrequires = { approver = 1 }\nseparation = false\n"
      "[rules.destroy]\nrequires = { approver = 1 }\nseparation = false\n";
  const json ceo = {{{"role", "ceo"}, {"count", 1}}};
  const json approvers = {{{"role", "approver"}, {"count", 3}}};
  struct Row {
    std::string rules;
    json asked;
    std::string result;
  };
  const Row table[] = {
      {kRules, asks({"mutate"}), "1 x approver, separated, 86400 s, slack 3600 s"},
      {two, asks({"mutate"}), "2 x approver, alone, 43200 s, slack 3600 s"},
      {two, asks({"destroy"}), "2 x approver, 1 x ceo, separated, reference, 43200 s, slack 600 s"},
      {two, asks({"mutate", "destroy"}),
       "2 x approver, 1 x ceo, separated, reference, 43200 s, slack 600 s"},
      {two, asks({"mutate"}, {"mailgun.keys.delete"}),
       "2 x approver, 1 x cto, separated, 3600 s, slack 3600 s"},
      {two, asks({"mutate"}, {"mailgun.keys"}),
       "2 x approver, 1 x cto, separated, 3600 s, slack 3600 s"},
      {two, asks({"mutate"}, {"mailgun.keysets.delete"}),
       "2 x approver, alone, 43200 s, slack 3600 s"},
      {two, asks({"destroy"}, {"env.update"}),
       "2 x approver, 1 x ceo, separated, reference, 43200 s, slack 600 s"},
      {two, asks({"mutate"}, json::array(), ceo),
       "2 x approver, 1 x ceo, alone, 43200 s, slack 3600 s"},
      {two, asks({"mutate"}, json::array(), approvers),
       "3 x approver, alone, 43200 s, slack 3600 s"},
      {two, asks({"mutate"}, json::array(), {{{"role", "approver"}, {"count", 1}}}),
       "2 x approver, alone, 43200 s, slack 3600 s"},
      {two, asks({"mutate"}, json::array(), json::array(), "required"),
       "2 x approver, alone, reference, 43200 s, slack 3600 s"},
      {alone, asks({"destroy"}), "1 x approver, alone, 86400 s, slack 3600 s"},
      {kRules, asks({"destroy"}), "the policy has no rule for operations that destroy"},
      {kRules, asks({"read"}), "malformed asks: unknown effect \"read\""},
      {kRules, asks(json::array()), "malformed asks: effects is empty"},
      {kRules, asks({1}), "malformed asks: effects is not a list of texts"},
      {kRules, asks({"mutate"}, {1}), "malformed asks: operations is not a list of texts"},
      {kRules, asks({"mutate"}, json::array(), {"ceo"}),
       "malformed asks: requires is not a list of roles with counts"},
      {kRules, asks({"mutate"}, json::array(), {{{"role", "ceo"}, {"count", 0}}}),
       "malformed asks: a count is not 1 to 16"},
      {kRules, asks({"mutate"}, json::array(), json::array(), "maybe"),
       "malformed asks: reference is neither \"required\" nor \"optional\""},
      {kRules, json("x"), "malformed asks: not an object"},
      {kRules, {{"effects", {"mutate"}}}, "malformed asks: operations is not a list"},
  };
  for (const auto& [rules, asked, result] : table) {
    INFO(asked.dump());
    CHECK(demanded(rules, asked) == result);
  }
}

TEST_CASE("people fill places, each at most one") {
  const Voter ada{"ada", {"approver"}}, ben{"ben", {"approver", "ceo"}}, cyd{"cyd", {"ceo", "cto"}};
  struct Row {
    Roles needed;
    std::vector<Voter> voters;
    std::string missing;
  };
  const Row table[] = {
      {{{"approver", 1}}, {}, "1 x approver"},
      {{{"approver", 1}}, {ada}, ""},
      {{{"approver", 2}}, {ada}, "1 x approver"},
      {{{"approver", 2}}, {ada, ada}, "1 x approver"},
      {{{"approver", 2}}, {ada, ben}, ""},
      {{{"approver", 1}, {"ceo", 1}}, {ben}, "1 x ceo"},
      {{{"approver", 1}, {"ceo", 1}}, {ben, ada}, ""},
      {{{"approver", 1}, {"ceo", 1}}, {ada, ben}, ""},
      {{{"approver", 1}, {"ceo", 1}, {"cto", 1}}, {cyd, ben, ada}, ""},
      {{{"approver", 1}, {"ceo", 1}, {"cto", 1}}, {ben, cyd, ada}, ""},
      {{{"ceo", 2}, {"cto", 1}}, {ben, cyd}, "1 x cto"},
      {{{"ceo", 1}}, {ada}, "1 x ceo"},
      {{}, {}, ""},
  };
  for (const auto& [needed, voters, missing] : table)
    CHECK(describe(unfilled(needed, voters)) == missing);
}

TEST_CASE("a revocation list is never empty by accident") {
  const LocalKey key(1), other(2);
  const std::string print = key.fingerprint();
  const std::pair<std::string, std::string> table[] = {
      {"", "the revocation list \"revoked\" is empty"},
      {"\n\n", "the revocation list \"revoked\" is empty"},
      {"# some comment\n", "the revocation list \"revoked\" is empty"},
      {"\n# countersign revocations\n", "the revocation list \"revoked\" is empty"},
      {"# countersign revocations\n", "ok"},
      {"# countersign revocations", "ok"},
      {"# countersign revocations\n# and more\n\n", "ok"},
      {print, "ok"},
      {print + " lost on the train\n", "ok"},
      {key.line() + " ada@laptop\n", "ok"},
      {"ssh-dss AAAAB3NzaC1kc3M= old\n", "ok"},
      {print + "x\n", "\"revoked\" line 1: neither a public key nor a fingerprint"},
      {"# countersign revocations\nada\n",
       "\"revoked\" line 2: neither a public key nor a fingerprint"},
      {"ada " + key.line(), "\"revoked\" line 1: neither a public key nor a fingerprint"},
      {"ssh-rsa " + key.line().substr(12),
       "\"revoked\" line 1: neither a public key nor a fingerprint"},
      {std::string("SSHKRL\n\0\0\0\0\1", 12), "\"revoked\" is a binary key revocation list"},
  };
  for (const auto& [text, result] : table) {
    INFO(text);
    CHECK(said(parse_revocations(text, "revoked")) == result);
  }
  const auto list = parse_revocations(print + "\n  " + other.line() + "\n", "revoked");
  REQUIRE(said(list) == "ok");
  CHECK(list->fingerprints == std::set<std::string>{print, other.fingerprint()});
  const Folder folder;
  CHECK(keygen_verifies("ada " + key.line() + "\n", "ada", "countersign-decision", key.sign("m"),
                        "m", "-r " + folder.write("empty", "")));
}

}  // namespace
}  // namespace countersign
