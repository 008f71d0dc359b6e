#include "approvals/trust.h"

#include <sys/stat.h>

#include <algorithm>

#include "approvals/text_file.h"
#include "approvals/time_zone.h"
#include "approvals/times.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

Error refused(std::string message, std::string hint = "") {
  return Error{"refused", std::move(message), std::move(hint)};
}

// The people any line gives the key to, whether or not the line holds at this time: which person a
// key is must not change with the clock.
std::set<std::string> people_of(const Trust& trust, const PublicKey& key) {
  std::set<std::string> people;
  for (const SignerLine& line : trust.signers.lines) {
    if (!(line.key == key)) continue;
    for (const std::string& principal : line.principals)
      if (const Person* person = person_of(trust.policy, principal)) people.insert(person->name);
  }
  return people;
}

std::string state_of(const Trust& trust, const SignerLine& line, const Person* person, Time now) {
  if (trust.revocations.fingerprints.count(fingerprint(line.key.blob)) > 0) return "revoked";
  if (line.valid_before && now > *line.valid_before) return "expired";
  if (line.valid_after && now < *line.valid_after) return "not yet valid";
  return person == nullptr ? "nobody's" : "valid";
}

// Whether the rule can be fulfilled by people who hold a key that may sign decisions now.
Roles unfillable(const Trust& trust, const Roles& needed, Time now) {
  std::vector<Voter> voters;
  for (const SignerLine& line : trust.signers.lines)
    if (const auto signer = identify(trust, line.key, kDecisionNamespace, now))
      voters.push_back({signer->person, signer->roles});
  return unfilled(needed, voters);
}

void check_rules(const Trust& trust, const std::map<std::string, Rule>& rules,
                 const std::string& path, Time now, std::vector<Error>& out) {
  for (const auto& [name, rule] : rules) {
    const Roles missing = unfillable(trust, rule.requires_roles, now);
    if (missing.empty()) continue;
    out.push_back(
        {"check",
         "the rule for \"" + name + "\" cannot be fulfilled: missing are " + describe(missing),
         "give the role to somebody with a valid key", "", path});
  }
}

void check_mode(const std::string& path, std::vector<Error>& out) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    out.push_back({"check", "\"" + path + "\" can be written by others",
                   "chmod go-w the file: who can write it decides who may approve", "", path});
}

std::string toml_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string initial_policy(const FirstPerson& person) {
  std::string roles;
  for (const std::string& role : person.roles)
    roles += (roles.empty() ? "" : ", ") + toml_text(role);
  return "# Who is who, and what a change needs. See docs/formats/policy.md.\n"
         "version = 1\n\n"
         "[people." +
         toml_text(person.name) +
         "]\n"
         "principals = [" +
         toml_text(person.principal) +
         "]\n"
         "roles = [" +
         roles +
         "]\n\n"
         "# One person alone cannot separate asking from approving. With a second person\n"
         "# (countersign trust add), set separation = true and sign it (countersign trust "
         "accept).\n"
         "[rules.mutate]\n"
         "requires = { approver = 1 }\n"
         "separation = false\n"
         "reference = \"optional\"\n"
         "decide_by = \"24h\"\n"
         "slack = \"1h\"\n\n"
         "[rules.destroy]\n"
         "requires = { approver = 1 }\n"
         "separation = false\n"
         "reference = \"optional\"\n"
         "decide_by = \"24h\"\n"
         "slack = \"1h\"\n";
}

}  // namespace

Result<Trust> load_trust(const TrustPaths& paths) {
  const auto signers_text = TRY(read_text_file(paths.allowed_signers));
  const auto revoked_text = TRY(read_text_file(paths.revoked));
  const auto policy_text = TRY(read_text_file(paths.policy));

  return parse_trust(signers_text, revoked_text, policy_text, paths);
}

Result<Trust> parse_trust(const std::string& allowed_signers, const std::string& revoked,
                          const std::string& policy, const TrustPaths& names) {
  auto signers =
      TRY(parse_allowed_signers(allowed_signers, names.allowed_signers, *names.signatures));
  auto revocations = TRY(parse_revocations(revoked, names.revoked, *names.signatures));
  auto rules = TRY(parse_policy(policy, names.policy));
  return Trust{
      std::move(signers),  std::move(revocations), std::move(rules), sha256_hex(allowed_signers),
      sha256_hex(revoked), sha256_hex(policy),     allowed_signers,  policy,
      names.signatures};
}

Result<Signer> identify(const Trust& trust, const PublicKey& key, std::string_view name_space,
                        Time now) {
  const std::string name = fingerprint(key.blob);
  if (trust.revocations.fingerprints.count(name) > 0)
    return refused("the key " + name + " is revoked",
                   "another person, or another key, has to sign");
  const auto principals = TRY(principals_of(trust.signers, key, name_space, now));
  const auto people = people_of(trust, key);
  if (people.size() > 1)
    return refused("the key " + name + " belongs to two people, \"" + *people.begin() +
                       "\" and \"" + *std::next(people.begin()) + "\"",
                   "a key stands for one person: give each their own");
  for (const std::string& principal : principals)
    if (const Person* person = person_of(trust.policy, principal))
      return Signer{principal, person->name, roles_at(trust.policy, *person, now)};
  return refused("\"" + principals.front() + "\" may sign, but is nobody in policy.toml",
                 "add the principal to a [people.NAME] in policy.toml");
}

std::vector<TrustedKey> list_keys(const Trust& trust, Time now) {
  std::vector<TrustedKey> out;
  for (const SignerLine& line : trust.signers.lines) {
    for (const std::string& principal : line.principals) {
      const Person* person = person_of(trust.policy, principal);
      TrustedKey row;
      if (person != nullptr) {
        row.person = person->name;
        row.roles = roles_at(trust.policy, *person, now);
      }
      row.principal = principal;
      row.type = line.key.type;
      row.fingerprint = fingerprint(line.key.blob);
      row.namespaces = line.namespaces.value_or("");
      if (line.valid_after) row.valid_after = iso_time(*line.valid_after);
      if (line.valid_before) row.valid_before = iso_time(*line.valid_before);
      row.comment = line.comment;
      row.state = state_of(trust, line, person, now);
      out.push_back(std::move(row));
    }
  }
  return out;
}

std::vector<Error> check_trust(const Trust& trust, const TrustPaths& paths, Time now) {
  std::vector<Error> out;
  for (const std::string& path : {paths.allowed_signers, paths.revoked, paths.policy})
    check_mode(path, out);
  for (const Person& person : trust.policy.people) {
    const bool has_key = std::any_of(
        trust.signers.lines.begin(), trust.signers.lines.end(), [&](const SignerLine& line) {
          const auto signer = identify(trust, line.key, kDecisionNamespace, now);
          return signer && signer->person == person.name;
        });
    if (!has_key)
      out.push_back({"check", "\"" + person.name + "\" has no key that may sign a decision now",
                     "add one to allowed_signers", "", paths.policy});
  }
  for (const SignerLine& line : trust.signers.lines) {
    const auto people = people_of(trust, line.key);
    const std::string where = paths.allowed_signers + ":" + std::to_string(line.line);
    if (people.size() > 1)
      out.push_back({"check",
                     "the key on this line belongs to two people, and is of use to neither",
                     "give each their own key", "", where});
    if (people.empty())
      out.push_back({"check", "\"" + line.principals.front() + "\" is nobody in policy.toml",
                     "add the principal to a [people.NAME], or drop the line", "", where});
  }
  check_rules(trust, trust.policy.effects, paths.policy, now, out);
  check_rules(trust, trust.policy.operations, paths.policy, now, out);
  if (const std::string& zone = trust.policy.time_zone; !zone.empty() && !knows_zone(zone))
    out.push_back({"check",
                   "this machine knows no time zone \"" + zone + "\"; moments are shown in UTC",
                   "install tzdata, or name another zone", "", paths.policy});
  return out;
}

Status write_initial_trust(const TrustPaths& paths, const FirstPerson& person) {
  const std::string key = person.public_key.substr(0, person.public_key.find('\n'));
  const std::string signers =
      "# Who may sign: NAME options KEY. See docs/formats/signatures.md.\n" + person.principal +
      " namespaces=\"countersign-request,countersign-decision\" " + key + "\n";
  const std::string policy = initial_policy(person);
  // What is written must be what can be read: a bad name or key is found before a file exists.
  if (const auto parsed = parse_allowed_signers(signers, paths.allowed_signers); !parsed)
    return Error{"config", "this key cannot be used: " + parsed.error().message,
                 parsed.error().hint};
  TRY(parse_policy(policy, paths.policy));
  std::string revoked(kRevocationsHeader);
  revoked +=
      "\n# A public key or a SHA256: fingerprint per line. Lines are added, never taken away.\n";
  if (Status done = create_file(paths.allowed_signers, signers); !done) return done;
  if (Status done = create_file(paths.revoked, revoked); !done) return done;
  return create_file(paths.policy, policy);
}

}  // namespace countersign
