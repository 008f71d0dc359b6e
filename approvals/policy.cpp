#include "approvals/policy.h"

#include <algorithm>
#include <cctype>

#include "approvals/pattern.h"
#include "approvals/text_file.h"
#include "approvals/times.h"
#include "interpreter/catalogue.h"
#include "interpreter/did_you_mean.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace countersign {
namespace {

constexpr int kVersion = 1;

// Reads the document table by table. After a failure `error` holds the first one.
class PolicyReader {
 public:
  PolicyReader(const toml::table& document, const std::string& path)
      : document_(document), path_(path) {}

  bool read(Policy& out) {
    return known(document_, "the policy",
                 {"version", "people", "deputies", "rules", "operations", "commands", "break_glass",
                  "playbooks", "time_zone"}) &&
           version() && people(out) && deputies(out) && effects(out) && operations(out) &&
           commands(out) && break_glass(out) && playbooks(out) && time_zone(out);
  }

  std::optional<Error> error;

 private:
  using Names = std::vector<std::string_view>;

  bool fail(const toml::node& at, std::string why, std::string hint = "") {
    return fail(at.source(), std::move(why), std::move(hint));
  }

  bool fail(const toml::source_region& at, std::string why, std::string hint = "") {
    const int line = static_cast<int>(at.begin.line);
    if (!error) error = at_line(path_, line, why, std::move(hint));
    return false;
  }

  bool fail(std::string why, std::string hint = "") {
    if (!error) error = Error{"config", "\"" + path_ + "\": " + why, std::move(hint)};
    return false;
  }

  bool known(const toml::table& table, const std::string& where, const Names& names) {
    for (const auto& [key, value] : table) {
      if (std::find(names.begin(), names.end(), key.str()) != names.end()) continue;
      std::string list;
      std::vector<std::string> words;
      for (const std::string_view name : names) {
        list += (list.empty() ? "" : ", ") + std::string(name);
        words.emplace_back(name);
      }
      return fail(key.source(), "unknown key \"" + std::string(key.str()) + "\" in " + where,
                  did_you_mean(std::string(key.str()), words, "it takes " + list));
    }
    return true;
  }

  // True with a null `out` where the key is absent.
  bool table(const toml::table& in, std::string_view key, const toml::table*& out) {
    const toml::node* node = in.get(key);
    out = node == nullptr ? nullptr : node->as_table();
    return node == nullptr || out != nullptr || fail(*node, std::string(key) + " is not a table");
  }

  bool name(const toml::node& at, const std::string& what, std::string_view text) {
    if (text.empty() || has_control_characters(text))
      return fail(at, what + " is empty or holds control characters");
    return true;
  }

  bool texts(const toml::table& in, std::string_view key, std::vector<std::string>& out) {
    const toml::node* node = in.get(key);
    const toml::array* list = node == nullptr ? nullptr : node->as_array();
    if (list == nullptr)
      return fail(node == nullptr ? in : *node, std::string(key) + " is not a list of texts");
    for (const toml::node& item : *list) {
      const auto text = item.value_exact<std::string>();
      if (!text) return fail(item, std::string(key) + " is not a list of texts");
      if (!name(item, "an entry of " + std::string(key), *text)) return false;
      if (std::find(out.begin(), out.end(), *text) != out.end())
        return fail(item, "\"" + *text + "\" stands twice");
      out.push_back(*text);
    }
    return true;
  }

  bool version() {
    const toml::node* node = document_.get("version");
    if (node == nullptr) return fail("version is missing", "write `version = 1`");
    return node->value_exact<std::int64_t>() == kVersion ||
           fail(*node, "version is not 1", "this countersign reads version 1 only");
  }

  bool people(Policy& out) {
    const toml::table* all = nullptr;
    if (!table(document_, "people", all)) return false;
    if (all == nullptr || all->empty())
      return fail("[people] names nobody", "write a [people.NAME] with principals and roles");
    for (const auto& [key, value] : *all) {
      Person person{std::string(key.str()), {}, {}};
      const toml::table* entry = value.as_table();
      if (entry == nullptr) return fail(value, "people." + person.name + " is not a table");
      if (!name(value, "the name of a person", person.name) ||
          !known(*entry, "[people." + person.name + "]", {"principals", "roles"}) ||
          !texts(*entry, "principals", person.principals) || !texts(*entry, "roles", person.roles))
        return false;
      if (person.principals.empty())
        return fail(value, "\"" + person.name + "\" has no principals");
      for (const std::string& principal : person.principals) {
        if (has_wildcard(principal))
          return fail(value, "the principal \"" + principal + "\" is a pattern",
                      "write out every principal");
        if (const Person* other = person_of(out, principal))
          return fail(value, "the principal \"" + principal + "\" belongs to two people, \"" +
                                 other->name + "\" and \"" + person.name + "\"");
      }
      out.people.push_back(std::move(person));
    }
    return true;
  }

  bool moment(const toml::table& in, std::string_view key, Time& out) {
    const toml::node* node = in.get(key);
    const auto text = node == nullptr ? std::nullopt : node->value_exact<std::string>();
    const auto time = text ? parse_utc(*text) : std::nullopt;
    if (!time || *time <= 0)
      return fail(node == nullptr ? in : *node, std::string(key) + " is not a time in UTC",
                  "write it as \"2026-11-20T22:00:00Z\"");
    out = *time;
    return true;
  }

  // Both ends have to be said: who holds a role for good has it as a person.
  bool deputies(Policy& out) {
    const toml::node* node = document_.get("deputies");
    if (node == nullptr) return true;
    const toml::array* all = node->as_array();
    if (all == nullptr) return fail(*node, "deputies is not a list", "write [[deputies]]");
    for (const toml::node& item : *all) {
      const toml::table* in = item.as_table();
      if (in == nullptr) return fail(item, "deputies is not a list of tables");
      const toml::node* named = in->get("person");
      const auto person = named == nullptr ? std::nullopt : named->value_exact<std::string>();
      Deputy deputy;
      if (!known(*in, "[[deputies]]", {"person", "roles", "from", "until"}) ||
          !texts(*in, "roles", deputy.roles) || !moment(*in, "from", deputy.from) ||
          !moment(*in, "until", deputy.until))
        return false;
      if (!person || std::none_of(out.people.begin(), out.people.end(),
                                  [&](const Person& one) { return one.name == *person; }))
        return fail(named == nullptr ? item : *named, "the deputy is nobody in [people]",
                    "write the NAME of a [people.NAME]");
      if (deputy.roles.empty()) return fail(item, "the deputy has no roles");
      if (deputy.until <= deputy.from) return fail(item, "the deputy's time ends before it begins");
      deputy.person = *person;
      out.deputies.push_back(std::move(deputy));
    }
    return true;
  }

  bool requires_roles(const toml::table& in, Roles& out) {
    const toml::table* roles = nullptr;
    if (!table(in, "requires", roles)) return false;
    if (roles == nullptr) return true;
    for (const auto& [key, value] : *roles) {
      const auto count = value.value_exact<std::int64_t>();
      if (!name(value, "a role", key.str())) return false;
      if (!count || *count < 1 || *count > kMostPeople)
        return fail(value, "the count of \"" + std::string(key.str()) + "\" is not 1 to 16");
      out[std::string(key.str())] = static_cast<int>(*count);
    }
    return true;
  }

  bool duration(const toml::table& in, std::string_view key, std::optional<Time>& out) {
    const toml::node* node = in.get(key);
    if (node == nullptr) return true;
    const auto text = node->value_exact<std::string>();
    if (text) out = parse_duration(*text);
    if (out == 0) out = std::nullopt;  // a window that is over at once
    return out.has_value() || fail(*node, std::string(key) + " is not a duration",
                                   "write a text such as \"24h\", \"30m\" or \"1d12h\"");
  }

  bool rule(const toml::node& node, const std::string& where, Rule& out) {
    const toml::table* in = node.as_table();
    if (in == nullptr) return fail(node, where + " is not a table");
    if (!known(*in, where, {"requires", "separation", "reference", "decide_by", "slack"}) ||
        !requires_roles(*in, out.requires_roles) || !duration(*in, "decide_by", out.decide_by) ||
        !duration(*in, "slack", out.slack))
      return false;
    if (const toml::node* separation = in->get("separation")) {
      out.separation = separation->value_exact<bool>();
      if (!out.separation) return fail(*separation, "separation is neither true nor false");
    }
    if (const toml::node* reference = in->get("reference")) {
      const auto text = reference->value_exact<std::string>();
      if (text != "required" && text != "optional")
        return fail(*reference, "reference is neither \"required\" nor \"optional\"");
      out.reference = text == "required";
    }
    return true;
  }

  bool effects(Policy& out) {
    const toml::table* rules = nullptr;
    if (!table(document_, "rules", rules)) return false;
    if (rules == nullptr) return fail("[rules.mutate] is missing", "say who approves a change");
    if (!known(*rules, "[rules]", {"mutate", "destroy"})) return false;
    for (const auto& [key, value] : *rules) {
      const std::string where = "[rules." + std::string(key.str()) + "]";
      Rule& made = out.effects[std::string(key.str())];
      if (!rule(value, where, made)) return false;
      if (made.requires_roles.empty())
        return fail(value, where + " requires nobody", "write `requires = { approver = 1 }`");
    }
    return true;
  }

  bool operations(Policy& out) {
    const toml::table* rules = nullptr;
    if (!table(document_, "operations", rules)) return false;
    if (rules == nullptr) return true;
    for (const auto& [key, value] : *rules) {
      if (!name(value, "the name of an operation", key.str())) return false;
      const std::string where = "[operations.\"" + std::string(key.str()) + "\"]";
      if (!rule(value, where, out.operations[std::string(key.str())])) return false;
    }
    return true;
  }

  bool commands(Policy& out) {
    const toml::table* in = nullptr;
    if (!table(document_, "commands", in)) return false;
    if (in == nullptr) return true;
    std::vector<std::string> names;
    if (!known(*in, "[commands]", {"read"}) || !texts(*in, "read", names)) return false;
    out.read_commands.insert(names.begin(), names.end());
    return true;
  }

  bool playbooks(Policy& out) {
    const toml::table* in = nullptr;
    if (!table(document_, "playbooks", in)) return false;
    return in == nullptr || (known(*in, "[playbooks]", {"verified_within"}) &&
                             duration(*in, "verified_within", out.verified_within));
  }

  // A name of the tz database by its form only: what a policy means must not depend on the machine
  // that reads it. A name that this machine does not know is said by `trust check`.
  bool time_zone(Policy& out) {
    const toml::node* node = document_.get("time_zone");
    if (node == nullptr) return true;
    const auto text = node->value_exact<std::string>();
    const auto fits = [](const std::string& one) {
      return !one.empty() && one.size() <= 64 && one.front() != '/' && one.back() != '/' &&
             one.find("//") == one.npos &&
             std::all_of(one.begin(), one.end(), [](const unsigned char c) {
               return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
             });
    };
    if (!text || !fits(*text))
      return fail(*node, "time_zone is not the name of a time zone",
                  "write one of the tz database, such as \"Europe/Berlin\"");
    out.time_zone = *text;
    return true;
  }

  bool break_glass(Policy& out) {
    const toml::table* in = nullptr;
    if (!table(document_, "break_glass", in)) return false;
    if (in == nullptr) return true;
    if (!known(*in, "[break_glass]", {"roles", "operations", "review"}) ||
        !texts(*in, "roles", out.break_glass.roles) ||
        !texts(*in, "operations", out.break_glass.operations))
      return false;
    const toml::node* review = in->get("review");
    const auto role = review == nullptr ? std::nullopt : review->value_exact<std::string>();
    if (!role || role->empty())
      return fail(*in, "[break_glass] does not say who reviews",
                  "write `review = \"ceo\"`: the run is not done before they did");
    out.break_glass.review = *role;
    if (out.break_glass.roles.empty() || out.break_glass.operations.empty())
      return fail(*in, "[break_glass] lists no roles or no operations");
    return true;
  }

  const toml::table& document_;
  const std::string& path_;
};

}  // namespace

Result<Policy> parse_policy(std::string_view text, const std::string& path) {
  // TOML knows none, and the parser does not expect one where a name begins.
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    for (const unsigned char c : line)
      if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7F)
        return at_line(path, number, "not valid TOML: a control character");
  }
  const toml::parse_result document = toml::parse(text);
  if (!document)
    return at_line(path, static_cast<int>(document.error().source().begin.line),
                   "not valid TOML: " + std::string(document.error().description()));
  Policy out;
  PolicyReader reader(document.table(), path);
  if (!reader.read(out)) return *reader.error;
  return out;
}

bool in_family(std::string_view operation, std::string_view family) {
  return operation.starts_with(family) &&
         (operation.size() == family.size() || operation[family.size()] == '.');
}

std::vector<std::string> roles_at(const Policy& policy, const Person& person, Time now) {
  std::vector<std::string> roles = person.roles;
  for (const Deputy& deputy : policy.deputies) {
    if (deputy.person != person.name || now < deputy.from || now > deputy.until) continue;
    for (const std::string& role : deputy.roles)
      if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
  }
  return roles;
}

std::set<std::string> roles_of(const Policy& policy) {
  std::set<std::string> all;
  const auto add = [&](const Roles& roles) {
    for (const auto& [role, count] : roles) all.insert(role);
  };
  for (const Person& person : policy.people) all.insert(person.roles.begin(), person.roles.end());
  for (const Deputy& deputy : policy.deputies) all.insert(deputy.roles.begin(), deputy.roles.end());
  for (const auto& [effect, rule] : policy.effects) add(rule.requires_roles);
  for (const auto& [operation, rule] : policy.operations) add(rule.requires_roles);
  all.insert(policy.break_glass.roles.begin(), policy.break_glass.roles.end());
  if (!policy.break_glass.review.empty()) all.insert(policy.break_glass.review);
  return all;
}

const Person* person_of(const Policy& policy, std::string_view principal) {
  for (const Person& person : policy.people)
    if (std::find(person.principals.begin(), person.principals.end(), principal) !=
        person.principals.end())
      return &person;
  return nullptr;
}

}  // namespace countersign
