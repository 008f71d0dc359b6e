// What is written in which order, and what a crash between two steps leaves, stands in the header.
#include "approvals/trust_change.h"

#include <sys/stat.h>

#include <algorithm>

#include "approvals/demand.h"
#include "approvals/documents.h"
#include "approvals/text_file.h"
#include "approvals/times.h"
#include "approvals/trust_difference.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kNonceBytes = 16;
constexpr Time kClocksApart = 300;  // seconds that two machines' clocks may differ

Error refused(std::string message, std::string hint = "") {
  return Error{"refused", std::move(message), std::move(hint)};
}

const char kAnew[] = "propose it again: countersign trust add, revoke or accept";

json lines_json(const std::string& from, const std::string& to) {
  return changed_lines(from, to);
}

// The trust that decides: what was accepted last, with every revocation there is and those that the
// change itself makes, so that a key decides nothing on its own revocation.
Result<Trust> deciding(const AcceptedTrust& accepted, const std::set<std::string>& revoked,
                       const std::vector<std::string>& more, const TrustPaths& paths) {
  Result<Trust> trust =
      parse_trust(accepted.signers, std::string(kRevocationsHeader) + "\n", accepted.policy, paths);
  if (!trust) return trust;
  trust->revocations.fingerprints = accepted.revoked;
  trust->revocations.fingerprints.insert(revoked.begin(), revoked.end());
  trust->revocations.fingerprints.insert(more.begin(), more.end());
  return trust;
}

std::set<std::string> listed(const TrustPaths& paths) {
  const auto text = read_text_file(paths.revoked);
  if (!text) return {};
  const auto list = parse_revocations(*text, paths.revoked, *paths.signatures);
  return list ? list->fingerprints : std::set<std::string>();
}

std::vector<std::string> texts_of(const json& list) {
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

// Whose signature this is and whether it counts, by the trust that decides.
Result<Signer> counted(const PendingTrust& pending, const Signed& vote, const Trust& trust,
                       Time now) {
  const auto key = TRY(trust.signatures->verify(vote.signature, vote.document, kDecisionNamespace));
  const auto document = TRY(parse_answer(vote.document));
  if (document.type != "trust" || document.subject_sha256 != pending.sha256)
    return refused("the document is about another change: it names " + document.subject_sha256,
                   "the one that waits is " + pending.sha256);
  auto signer = identify(trust, key, kDecisionNamespace, now);
  if (!signer) return signer;
  const Demand demand = demand_of_trust(trust.policy);
  if (demand.separation && signer->person == pending.change["requester"]["person"])
    return refused(
        "\"" + signer->person + "\" proposed this change and cannot accept it too",
        "another person has to sign: the policy that was accepted last separates the two");
  if (std::none_of(signer->roles.begin(), signer->roles.end(),
                   [&](const std::string& role) { return demand.requires_roles.count(role) > 0; }))
    return refused("\"" + signer->person + "\" has no role that decides on this",
                   "needed are " + describe(demand.requires_roles));
  return signer;
}

std::string pending_key(const TrustPaths& paths) {
  return pinned_name(paths.configuration.empty() ? paths.policy : paths.configuration);
}

// The record of the change that waits, with the bytes that it names.
Result<std::optional<PendingTrust>> read_pending(const PinsFile& file, const TrustPaths& paths) {
  const json record =
      file.pins().value("pending", json::object()).value(pending_key(paths), json());
  if (record.is_null()) return std::optional<PendingTrust>();
  const auto broken = [] {
    return Error{"state", "the change of the trust files that waits cannot be read", kAnew};
  };
  if (!record.is_object() || !record.value("change", json()).is_string()) return broken();
  PendingTrust out;
  out.sha256 = record["change"].get<std::string>();
  const auto document = file.text(out.sha256);
  if (!document) return broken();
  const auto value = parse_canonical(*document);
  if (!value || !value->is_object()) return broken();
  out.document = *document;
  out.request = record.value("request", "");
  out.change = *value;
  for (const auto& [role, text] :
       {std::pair("allowed_signers", &out.signers), {"policy", &out.policy}}) {
    const json sha256 = out.change.value("to", json::object()).value(role, json());
    const auto kept = sha256.is_string() ? file.text(sha256.get<std::string>()) : std::nullopt;
    if (!kept) return broken();
    *text = *kept;
  }
  return std::optional(out);
}

std::vector<Signed> votes_of(const PinsFile& file, const TrustPaths& paths) {
  std::vector<Signed> out;
  const json& record = file.pins()["pending"][pending_key(paths)];
  for (const json& vote : record.value("votes", json::array()))
    out.push_back({vote.value("document", ""), vote.value("signature", "")});
  return out;
}

// Who counts of those who signed, and what is still missing.
Status count(PendingTrust& pending, const std::vector<Signed>& votes, const Trust& trust,
             Time now) {
  pending.people.clear();
  std::vector<Voter> voters;
  Status first = Done{};
  for (const Signed& vote : votes) {
    const auto signer = counted(pending, vote, trust, now);
    if (!signer) {
      if (first) first = signer.error();
      continue;
    }
    voters.push_back({signer->person, signer->roles});
    if (std::find(pending.people.begin(), pending.people.end(), signer->person) ==
        pending.people.end())
      pending.people.push_back(signer->person);
  }
  pending.missing = unfilled(demand_of_trust(trust.policy).requires_roles, voters);
  return first;
}

// As it is written where it is, with the modes that it has.
Status put_back(const std::string& path, const std::string& text) {
  if (const auto now = read_text_file(path); now && *now == text) return Done{};
  struct stat status {};
  const std::string name = pinned_name(path);
  const bool there = stat(name.c_str(), &status) == 0;
  if (Status written = replace_file(name, text); !written)
    return Error{"state", written.error().message,
                 "whoever may write it puts the change there by hand; then: countersign trust "
                 "accept --reason TEXT"};
  if (there) (void)chmod(name.c_str(), status.st_mode & 07777);
  return Done{};
}

Status add_revocations(const TrustPaths& paths, const std::vector<std::string>& keys,
                       const std::string& reason, Time now) {
  const auto text = TRY(read_text_file(paths.revoked));
  const auto there = TRY(parse_revocations(text, paths.revoked, *paths.signatures));
  std::string next = text;
  if (!next.empty() && next.back() != '\n') next += '\n';
  std::string note;
  for (const char c : reason) note += c == '\n' || c == '\r' ? ' ' : c;
  for (const std::string& key : keys)
    if (there.fingerprints.count(key) == 0) next += key + " " + iso_time(now) + " " + note + "\n";
  TRY(parse_revocations(next, paths.revoked, *paths.signatures));
  return put_back(paths.revoked, next);
}

bool was_accepted(const PinsFile& file, const std::string& sha256, std::string& when) {
  for (const json& one : file.pins().value("changes", json::array()))
    if (one.value("change", "") == sha256) {
      when = one.value("at", "");
      return true;
    }
  return false;
}

// Neither of the two files may become a version that was replaced before.
Status not_superseded(const PinsFile& file, const std::string& path, const std::string& sha256) {
  const json earlier =
      file.pins()["files"].value(pinned_name(path), json::object()).value("earlier", json::array());
  if (std::find(earlier.begin(), earlier.end(), sha256) == earlier.end()) return Done{};
  return refused("\"" + path + "\" is an older version than the one last accepted",
                 "if going back is meant, add a dated comment to it, so that it is a new version");
}

json digests_of(const std::string& signers, const std::string& policy) {
  return {{"allowed_signers", sha256_hex(signers)}, {"policy", sha256_hex(policy)}};
}

// The change as it is signed. What it leads to must be what can be read.
Result<PendingTrust> made(const AcceptedTrust& accepted, const TrustProposal& proposal,
                          const Trust& trust, const TrustPaths& paths, Time at,
                          const std::string& nonce) {
  TRY(parse_trust(proposal.signers, std::string(kRevocationsHeader) + "\n", proposal.policy,
                  paths));
  const Person* person = person_of(trust.policy, proposal.requester);
  if (person == nullptr)
    return refused("\"" + proposal.requester +
                       "\" proposes this, but is nobody in the policy that was accepted last",
                   "one of the people whom it names has to");
  const Demand demand = demand_of_trust(trust.policy);
  json needed = json::array();
  for (const auto& [role, count] : demand.requires_roles)
    needed.push_back({{"role", role}, {"count", count}});
  PendingTrust out;
  out.signers = proposal.signers;
  out.policy = proposal.policy;
  out.missing = demand.requires_roles;
  out.change = {{"type", "countersign-trust-change"},
                {"version", kVersion},
                {"at", iso_time(at)},
                {"decide_by", iso_time(at + kTrustChangeWaits)},
                {"nonce", nonce},
                {"reason", proposal.reason},
                {"requester", {{"principal", proposal.requester}, {"person", person->name}}},
                {"requires", needed},
                {"separation", demand.separation},
                {"from", digests_of(accepted.signers, accepted.policy)},
                {"to", digests_of(proposal.signers, proposal.policy)},
                {"changes",
                 {{"allowed_signers", lines_json(accepted.signers, proposal.signers)},
                  {"policy", lines_json(accepted.policy, proposal.policy)}}},
                {"revoke", proposal.revoke}};
  auto document = TRY(canonicalize(out.change));
  out.document = std::move(document);
  out.sha256 = sha256_hex(out.document);
  return out;
}

// Where a rule separates, who proposes has signed the change.
Status proven_requester(const PendingTrust& pending, const Trust& trust, Time now) {
  if (pending.change["separation"] != true) return Done{};
  if (pending.request.empty())
    return refused("the change is not signed by who proposes it",
                   "the policy demands separation, so who proposes has to be proven");
  const auto key = trust.signatures->verify(pending.request, pending.document, kRequestNamespace);
  if (!key) return refused("who proposes: " + key.error().message, key.error().hint);
  const auto signer = identify(trust, *key, kRequestNamespace, now);
  if (!signer) return refused("who proposes: " + signer.error().message, signer.error().hint);
  const std::string person = pending.change["requester"]["person"].get<std::string>();
  if (signer->person == person) return Done{};
  return refused(
      "\"" + person + "\" is named as who proposes, but \"" + signer->person + "\" signed",
      "sign with a key of the person who proposes");
}

}  // namespace

Result<PendingTrust> TrustChanges::propose(const TrustProposal& proposal, const SignFunction& sign,
                                           Time now) {
  const auto accepted = TRY(TrustPins(home_).accepted(paths_));
  const auto trust = TRY(deciding(accepted, listed(paths_), proposal.revoke, paths_));
  if (proposal.signers == accepted.signers && proposal.policy == accepted.policy &&
      proposal.revoke.empty())
    return Error{"usage", "nothing would change: the trust files are those that were accepted",
                 "`countersign trust list` shows them"};
  if (proposal.reason.find_first_not_of(" \t\n") == std::string::npos)
    return Error{"usage", "a change of the trust files says why", "give --reason TEXT"};
  if (proposal.requester.empty())
    return Error{"config", "it is not known who proposes this",
                 "set principal under [operator] in countersign.toml"};
  auto out = made(accepted, proposal, trust, paths_, now, to_hex(random_bytes(kNonceBytes)));
  if (!out) return out;
  if (out->change["separation"] == true) {
    auto signature = TRY(sign(out->document, kRequestNamespace));
    out->request = std::move(signature);
  }
  TRY(proven_requester(*out, trust, now));
  TRY(keep(*out));
  return out;
}

Result<PendingTrust> TrustChanges::take_over(const std::string& document,
                                             const std::string& request, const std::string& signers,
                                             const std::string& policy, Time now) {
  const auto accepted = TRY(TrustPins(home_).accepted(paths_));
  const auto change = parse_canonical(document);
  if (!change || !change->is_object())
    return refused("the change is not a canonical JSON object", kAnew);
  const auto text = [&](const json& object, const char* key) {
    const json value = object.is_object() ? object.value(key, json()) : json();
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  if (change->value("from", json()) != digests_of(accepted.signers, accepted.policy))
    return refused("the change was proposed under other trust files than those accepted here",
                   kAnew);
  const json revoke = change->value("revoke", json());
  TrustProposal proposal{signers,
                         policy,
                         {},
                         text(*change, "reason"),
                         text(change->value("requester", json()), "principal")};
  if (!revoke.is_array() ||
      std::any_of(revoke.begin(), revoke.end(), [](const json& key) { return !key.is_string(); }))
    return refused("the change does not say what it revokes", kAnew);
  proposal.revoke = texts_of(revoke);
  const auto trust = TRY(deciding(accepted, listed(paths_), proposal.revoke, paths_));
  const auto at = parse_utc(text(*change, "at"));
  if (!at || *at > now + kClocksApart)
    return refused("the change does not say when it was proposed, or says a time to come", kAnew);
  auto out = made(accepted, proposal, trust, paths_, *at, text(*change, "nonce"));
  if (!out) return out;
  // Word for word what it would say if it had been proposed here: nothing that is signed is taken
  // from elsewhere unread.
  if (out->document != document)
    return refused("the change does not say what the files beside it would change here", kAnew);
  out->request = request;
  TRY(proven_requester(*out, trust, now));
  TRY(keep(*out));
  return out;
}

Status TrustChanges::keep(const PendingTrust& pending) const {
  PinsFile file = TRY(PinsFile::open(home_));
  for (const auto& [path, text] :
       {std::pair(&paths_.policy, &pending.policy), {&paths_.allowed_signers, &pending.signers}})
    if (Status newer = not_superseded(file, *path, sha256_hex(*text)); !newer) return newer;
  for (const std::string* text : {&pending.document, &pending.signers, &pending.policy})
    if (Status kept = file.put(*text); !kept) return kept;
  file.pins()["pending"][pending_key(paths_)] = {
      {"change", pending.sha256}, {"request", pending.request}, {"votes", json::array()}};
  return file.save();
}

Result<bool> TrustChanges::known(const std::string& sha256) const {
  const PinsFile file = TRY(PinsFile::open(home_));
  std::string when;
  if (was_accepted(file, sha256, when)) return true;
  const json record =
      file.pins().value("pending", json::object()).value(pending_key(paths_), json::object());
  return record.value("change", "") == sha256;
}

Result<std::optional<PendingTrust>> TrustChanges::pending(Time now) const {
  const auto accepted = TrustPins(home_).accepted(paths_);
  if (!accepted) return std::optional<PendingTrust>();
  const PinsFile file = TRY(PinsFile::open(home_));
  auto found = read_pending(file, paths_);
  if (!found || !*found) return found;
  const auto trust =
      TRY(deciding(*accepted, listed(paths_), texts_of((*found)->change["revoke"]), paths_));
  (void)count(**found, votes_of(file, paths_), trust, now);
  return found;
}

Result<bool> TrustChanges::may_vote(const std::string& principal, Time now) const {
  const auto accepted = TRY(TrustPins(home_).accepted(paths_));
  const auto waiting = TRY(pending(now));
  const auto policy = TRY(parse_policy(accepted.policy, paths_.policy));
  const Person* person = person_of(policy, principal);
  if (person == nullptr || !waiting) return false;
  const Demand demand = demand_of_trust(policy);
  if (demand.separation && person->name == waiting->change["requester"]["person"]) return false;
  for (const std::string& role : roles_at(policy, *person, now))
    if (demand.requires_roles.count(role) > 0) return true;
  return false;
}

Result<PendingTrust> TrustChanges::vote(const Signed& answer, Time now) {
  const auto accepted = TRY(TrustPins(home_).accepted(paths_));
  const auto document = TRY(parse_answer(answer.document));
  if (document.type != "trust")
    return refused("the document is a signed " + document.type +
                   ", not the acceptance of a change of the trust files");
  PinsFile file = TRY(PinsFile::open(home_));
  std::string when;
  if (was_accepted(file, document.subject_sha256, when))
    return refused("this change was accepted already, on " + when,
                   "a signature counts for one change, once");
  const auto found = TRY(read_pending(file, paths_));
  if (!found) return refused("no change of the trust files waits for signatures", kAnew);
  PendingTrust pending = *found;
  const json decide_by = pending.change.value("decide_by", json());
  const auto until = decide_by.is_string() ? parse_utc(decide_by.get<std::string>()) : std::nullopt;
  if (!until || now > *until)
    return refused("the time to decide on this change of the trust files ended" +
                       (until ? " at " + iso_time(*until) : std::string()),
                   kAnew);
  if (pending.change["from"] != digests_of(accepted.signers, accepted.policy))
    return refused("the change was proposed under trust files that were replaced since", kAnew);
  const auto trust =
      TRY(deciding(accepted, listed(paths_), texts_of(pending.change["revoke"]), paths_));
  const auto signer = TRY(counted(pending, answer, trust, now));

  std::vector<Signed> votes = votes_of(file, paths_);
  (void)count(pending, votes, trust, now);
  if (std::find(pending.people.begin(), pending.people.end(), signer.person) !=
          pending.people.end() &&
      !pending.missing.empty())
    return refused("\"" + signer.person + "\" signed this change already, and a person counts once",
                   "missing are " + describe(pending.missing));
  votes.push_back(answer);
  file.pins()["pending"][pending_key(paths_)]["votes"].push_back(
      {{"document", answer.document}, {"signature", answer.signature}});
  TRY(file.save());
  (void)count(pending, votes, trust, now);
  if (!pending.missing.empty()) return pending;
  TRY(finish(file, pending, now));
  return pending;
}

Status TrustChanges::finish(PinsFile& file, const PendingTrust& pending, Time now) {
  // What is there must be what was accepted, or what this change leads to: nothing else is
  // overwritten.
  for (const auto& [role, path, next] :
       {std::tuple("policy", &paths_.policy, &pending.policy),
        {"allowed_signers", &paths_.allowed_signers, &pending.signers}}) {
    const auto text = TRY(read_text_file(*path));
    const std::string sha256 = sha256_hex(text);
    if (text != *next && pending.change["from"][role] != sha256)
      return refused("\"" + *path +
                         "\" is neither the version that was accepted nor the one that "
                         "was signed now: " +
                         changed_summary(*next, text),
                     "put it back as it was, then have the change signed again");
  }
  const std::vector<std::string> revoke = texts_of(pending.change["revoke"]);
  if (!revoke.empty())
    if (Status added =
            add_revocations(paths_, revoke, pending.change["reason"].get<std::string>(), now);
        !added)
      return added;
  if (Status written = put_back(paths_.allowed_signers, pending.signers); !written) return written;
  if (Status written = put_back(paths_.policy, pending.policy); !written) return written;

  json& pins = file.pins();
  for (const auto& [role, path, text] :
       {std::tuple("policy", &paths_.policy, &pending.policy),
        {"allowed_signers", &paths_.allowed_signers, &pending.signers}}) {
    const std::string name = pinned_name(*path), sha256 = sha256_hex(*text);
    json& pin = pins["files"][name];
    if (pin.is_null()) pin = {{"sha256", pending.change["from"][role]}, {"earlier", json::array()}};
    if (pin["sha256"] != sha256) pin["earlier"].push_back(pin["sha256"]);
    pin["sha256"] = sha256;
    if (!paths_.configuration.empty())
      pins["configurations"][pinned_name(paths_.configuration)][role] = name;
  }
  // trust.json is read before every change, so it names the signatures and does not hold them.
  const json& record = pins["pending"][pending_key(paths_)];
  const std::string signatures =
      canonical({{"request", record["request"]}, {"votes", record["votes"]}});
  if (Status kept = file.put(signatures); !kept) return kept;
  pins["changes"].push_back({{"change", pending.sha256},
                             {"at", iso_time(now)},
                             {"people", pending.people},
                             {"signatures", sha256_hex(signatures)}});
  pins["pending"].erase(pending_key(paths_));
  return file.save();
}

}  // namespace countersign
