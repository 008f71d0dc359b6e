#include "repl/trust_edit.h"

#include <algorithm>
#include <filesystem>

#include "approvals/signature_scheme.h"
#include "approvals/text_file.h"
#include "approvals/times.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;

const char kByHand[] =
    "edit policy.toml by hand; `countersign trust accept --reason TEXT` has the change signed";

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + quoted(word);
  return "[" + out + "]";
}

void append(std::string& text, const std::string& lines) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  text += lines;
}

// The line of a .pub file, also where the private key's name was given.
Result<std::string> public_line(const std::string& named) {
  std::error_code bad;
  const std::string path =
      !named.ends_with(".pub") && fs::is_regular_file(named + ".pub", bad) ? named + ".pub" : named;
  Result<std::string> text = read_text_file(path);
  if (!text) return Error{"usage", text.error().message, "name the .pub file of an SSH key"};
  const std::string line = text->substr(0, text->find('\n'));
  // Read as a trust file reads it, and never written into one by mistake.
  const auto parsed = parse_allowed_signers("x " + line + "\n", path);
  if (!parsed || parsed->lines.empty())
    return Error{"usage", "\"" + path + "\" holds no public SSH key",
                 "name the .pub file of an SSH key"};
  return line;
}

std::string key_of(const std::string& line) {
  const auto parsed = parse_allowed_signers("x " + line + "\n", "");
  return parsed ? fingerprint(parsed->lines.front().key.blob) : "";
}

Status add_key(const AllowedSigners& signers, const Arguments& typed, std::string& text) {
  if (typed.file.empty()) return Done{};
  const std::string line = TRY(public_line(typed.file));
  const std::string key = key_of(line);
  for (const SignerLine& one : signers.lines)
    if (fingerprint(one.key.blob) == key)
      return Error{"usage",
                   "the key " + key + " is in allowed_signers already, of \"" +
                       one.principals.front() + "\"",
                   "a key stands for one person, once"};
  append(text, typed.principal_added + " namespaces=\"countersign-request,countersign-decision\" " +
                   line + "\n");
  return Done{};
}

Result<std::string> deputy(const Arguments& typed, const std::string& person, Time now) {
  if (typed.roles.empty())
    return Error{"usage", "it is not said for what \"" + person + "\" is a deputy",
                 "give --role ROLE"};
  return "\n[[deputies]]\nperson = " + quoted(person) + "\nroles = " + list(typed.roles) +
         "\nfrom = " + quoted(typed.from.empty() ? iso_time(now) : typed.from) +
         "\nuntil = " + quoted(typed.until) + "\n";
}

// Somebody the policy does not know yet.
Status add_person(const Policy& policy, const Arguments& typed, Time now, std::string& text) {
  const std::string& principal = typed.principal_added;
  const std::string name =
      typed.person.empty() ? principal.substr(0, principal.find('@')) : typed.person;
  if (std::any_of(policy.people.begin(), policy.people.end(),
                  [&](const Person& one) { return one.name == name; }))
    return Error{
        "usage",
        "the policy has a \"" + name + "\" already, without the principal \"" + principal + "\"",
        kByHand};
  if (typed.file.empty())
    return Error{"usage", "\"" + principal + "\" is new and has no key",
                 "name their public key: countersign trust add " + principal + " KEY.pub"};
  if (typed.roles.empty())
    return Error{"usage", "it is not said what \"" + principal + "\" may do", "give --role ROLE"};
  const bool for_a_time = !typed.until.empty();
  append(text, "\n[people." + quoted(name) + "]\nprincipals = " + list({principal}) +
                   "\nroles = " + (for_a_time ? "[]" : list(typed.roles)) + "\n");
  if (!for_a_time) return Done{};
  const std::string table = TRY(deputy(typed, name, now));
  append(text, table);
  return Done{};
}

Status add_to_person(const Person& person, const Arguments& typed, Time now, std::string& text) {
  if (!typed.person.empty() && typed.person != person.name)
    return Error{"usage",
                 "\"" + typed.principal_added + "\" is \"" + person.name + "\", not \"" +
                     typed.person + "\"",
                 kByHand};
  if (typed.until.empty() && !typed.roles.empty())
    return Error{"usage",
                 "\"" + person.name + "\" is in the policy already, with roles of their own",
                 "for a time: --until TIME; for good: " + std::string(kByHand)};
  if (typed.until.empty()) return Done{};
  const std::string table = TRY(deputy(typed, person.name, now));
  append(text, table);
  return Done{};
}

}  // namespace

Result<TrustProposal> added_trust(const AcceptedTrust& accepted, const TrustPaths& paths,
                                  const Arguments& typed, Time now) {
  const auto signers = TRY(parse_allowed_signers(accepted.signers, paths.allowed_signers));
  const auto policy = TRY(parse_policy(accepted.policy, paths.policy));
  if (!typed.from.empty() && typed.until.empty())
    return Error{"usage", "a deputy has a day that it ends", "give --until TIME"};
  TrustProposal out{accepted.signers, accepted.policy, {}, typed.reason, ""};
  const Person* person = person_of(policy, typed.principal_added);
  TRY(add_key(signers, typed, out.signers));
  TRY(person == nullptr ? add_person(policy, typed, now, out.policy)
                        : add_to_person(*person, typed, now, out.policy));
  return out;
}

Result<TrustProposal> revoked_trust(const AcceptedTrust& accepted, const TrustPaths& paths,
                                    const Arguments& typed) {
  const auto signers = TRY(parse_allowed_signers(accepted.signers, paths.allowed_signers));
  const auto policy = TRY(parse_policy(accepted.policy, paths.policy));
  const std::string& what = typed.name;
  TrustProposal out{accepted.signers, accepted.policy, {}, typed.reason, ""};
  if (what.starts_with("SHA256:")) {
    out.revoke = {what};
  } else {
    for (const SignerLine& line : signers.lines)
      for (const std::string& principal : line.principals) {
        const Person* person = person_of(policy, principal);
        if (principal != what && (person == nullptr || person->name != what)) continue;
        const std::string key = fingerprint(line.key.blob);
        if (accepted.revoked.count(key) == 0 &&
            std::find(out.revoke.begin(), out.revoke.end(), key) == out.revoke.end())
          out.revoke.push_back(key);
      }
    std::error_code bad;
    if (out.revoke.empty() && fs::is_regular_file(what, bad)) {
      const std::string line = TRY(public_line(what));
      out.revoke = {key_of(line)};
    }
  }
  if (out.revoke.empty())
    return Error{"usage", "\"" + what + "\" has no key that is not revoked",
                 "name a fingerprint, a .pub file, a principal or a person; `countersign trust "
                 "list` shows them"};
  for (const std::string& key : out.revoke)
    if (accepted.revoked.count(key) > 0)
      return Error{"usage", "the key " + key + " is revoked already"};
  return out;
}

}  // namespace countersign
