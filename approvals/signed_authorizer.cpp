#include "approvals/signed_authorizer.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "approvals/documents.h"
#include "approvals/engine_key.h"
#include "approvals/pins.h"
#include "approvals/quorum.h"
#include "approvals/request.h"
#include "approvals/signature_scheme.h"
#include "approvals/text_file.h"
#include "approvals/times.h"
#include "interpreter/catalogue.h"
#include "interpreter/closing.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/digest.h"
#include "interpreter/named_roles.h"

namespace countersign {
namespace {

Error refused(std::string message, std::string hint = "") {
  return Error{"refused", std::move(message), std::move(hint)};
}

// Nothing is wrong, only not everybody has been heard.
Error waiting(std::string message, std::string hint) {
  return Error{"waiting", std::move(message), std::move(hint)};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

// The digest an answer that is no decision has to name.
std::string subject_digest(const std::string& subject) {
  const bool digest =
      subject.size() == 64 && subject.find_first_not_of("0123456789abcdef") == subject.npos;
  return digest ? subject : sha256_hex(subject);
}

Status not_late(const Request& request, Time now) {
  if (now <= request.decide_by) return Done{};
  return refused("the time to decide ended at " + iso_time(request.decide_by),
                 "now is " + iso_time(now) + "; ask again");
}

// Whether the decision speaks of this request, and of nothing else.
Status bound_to(const AnswerDocument& decision, const RequestFacts& request) {
  if (decision.subject_sha256 != request.sha256)
    return refused("the decision is about another request: it names " + decision.subject_sha256,
                   "this request's digest is " + request.sha256);
  const auto differs = [](const char* field, const std::string& said, const std::string& is) {
    return refused("the decision names the " + std::string(field) + " \"" + said +
                       "\", the request \"" + is + "\"",
                   "sign the document as `countersign request` wrote it");
  };
  if (decision.run != request.run) return differs("run", decision.run, request.run);
  if (decision.runbook != request.runbook)
    return differs("runbook", decision.runbook, request.runbook);
  if (decision.account != request.account)
    return differs("account", decision.account, request.account);
  if (decision.nonce != request.nonce) return differs("nonce", decision.nonce, request.nonce);
  return Done{};
}

// An approval that goes past the quorum: by a role that the policy names for it, for operations
// that it lists. Who asked may break the glass; somebody else has to review it.
Status may_break_glass(const Request& request, const Trust& trust, const Answer& answer) {
  const BreakGlass& rule = trust.policy.break_glass;
  if (request.glass_stays)
    return refused("the runbook does not allow break-glass",
                   "have it approved by the people the plan names");
  if (rule.roles.empty())
    return refused("the policy has no break-glass rule",
                   "have it approved by the people the plan names");
  if (std::none_of(answer.roles.begin(), answer.roles.end(), [&](const std::string& role) {
        return std::find(rule.roles.begin(), rule.roles.end(), role) != rule.roles.end();
      }))
    return refused(
        "\"" + answer.person + "\" has no role that may use break-glass: " + joined(answer.roles),
        "the policy names " + joined(rule.roles));
  for (const std::string& operation : request.operations)
    if (std::none_of(rule.operations.begin(), rule.operations.end(),
                     [&](const std::string& family) { return in_family(operation, family); }))
      return refused("break-glass is not allowed for " + operation,
                     "[break_glass] of policy.toml lists " + joined(rule.operations));
  if (request.operations.empty()) return refused("the request names no operations");
  return Done{};
}

// What holds for an approval beyond what holds for every answer.
Status may_approve(const Request& request, const Trust& trust, const Answer& answer) {
  const Person* requester = person_of(trust.policy, request.requester);
  if (request.demand.separation && requester != nullptr && requester->name == answer.person)
    return refused("\"" + answer.person + "\" asked for this change and cannot approve it too",
                   "another person has to approve: the policy separates the two");
  const Roles& needed = request.demand.requires_roles;
  if (std::none_of(answer.roles.begin(), answer.roles.end(),
                   [&](const std::string& role) { return needed.count(role) > 0; }))
    return refused(
        "\"" + answer.person + "\" has no role that can approve this: " + joined(answer.roles),
        "needed are " + describe(needed));
  const bool blank = answer.reference.find_first_not_of(" \t\n") == answer.reference.npos;
  if (request.demand.reference && blank)
    return refused("the approval has no reference",
                   "approve with --reference TEXT: a link, an e-mail, a commit");
  return Done{};
}

// An answer whose signature was found good and whose document was understood.
Result<Answer> signed_by(const AnswerDocument& document, const PublicKey& key, const Signed& answer,
                         const Trust& trust, Time now) {
  const auto signer = TRY(identify(trust, key, kDecisionNamespace, now));
  Answer out{document.type, document.verdict,   signer.principal, signer.person,
             signer.roles,  document.reference, document.note,    sha256_hex(answer.document)};
  out.not_before = document.not_before;
  out.not_after = document.not_after;
  out.break_glass = document.break_glass;
  if (!out.break_glass.empty()) out.review = trust.policy.break_glass.review;
  return out;
}

// What was proven of the same bytes before is not proven again before each change: a signature over
// bytes does not become bad. Whose key it is, and whether it still counts, is asked each time.
class Proofs {
 public:
  explicit Proofs(const SignatureScheme& signatures) : signatures_(signatures) {}

  Result<PublicKey> key_of(const Signed& one, std::string_view name_space) {
    const std::lock_guard lock(mutex_);
    for (const Proof& proof : proofs_)
      if (proof.name_space == name_space && proof.of.signature == one.signature &&
          proof.of.document == one.document)
        return proof.key;
    auto key = signatures_.verify(one.signature, one.document, name_space);
    if (!key) return key;
    if (proofs_.size() == kMostProofs) proofs_.pop_front();
    proofs_.push_back({one, std::string(name_space), *key});
    return key;
  }

  // The request of these bytes.
  Result<Request> request(const std::string& document) {
    const std::lock_guard lock(mutex_);
    if (request_ && request_->first == document) return request_->second;
    auto parsed = parse_request(document);
    if (parsed) request_.emplace(document, *parsed);
    return parsed;
  }

 private:
  static constexpr std::size_t kMostProofs = 32;
  struct Proof {
    Signed of;
    std::string name_space;
    PublicKey key;
  };
  const SignatureScheme& signatures_;
  std::mutex mutex_;
  std::deque<Proof> proofs_;
  std::optional<std::pair<std::string, Request>> request_;
};

Result<Answer> examine_decision(const Request& request, const Signed& decision, const Trust& trust,
                                Proofs& proofs, Time now) {
  const auto key = TRY(proofs.key_of(decision, kDecisionNamespace));
  const auto document = TRY(parse_answer(decision.document));
  if (document.type != "decision")
    return refused("an answer of type \"" + document.type + "\" is not a decision");
  TRY(bound_to(document, request.facts));
  auto answer = signed_by(document, key, decision, trust, now);
  if (!answer || answer->verdict != "approve") return answer;
  if (!answer->break_glass.empty()) {
    TRY(may_break_glass(request, trust, *answer));
    return answer;
  }
  TRY(may_approve(request, trust, *answer));
  return answer;
}

// Whether the requester signed the request, where they have to.
Status check_requester(const Request& request, const Signed& bytes, const Trust& trust,
                       Proofs& proofs, Time now) {
  if (!request.demand.separation) return Done{};
  if (bytes.signature.empty())
    return refused("the request is not signed by who asked",
                   "the policy demands separation, so who asked has to be proven");
  const auto key = proofs.key_of(bytes, kRequestNamespace);
  if (!key) return refused("the requester's signature: " + key.error().message, key.error().hint);
  const auto signer = identify(trust, *key, kRequestNamespace, now);
  if (!signer)
    return refused("the requester's signature: " + signer.error().message, signer.error().hint);
  const Person* person = person_of(trust.policy, request.requester);
  if (person == nullptr || person->name != signer->person)
    return refused("the request names \"" + request.requester + "\" as who asks, but \"" +
                       signer->person + "\" signed it",
                   "sign with a key of the person who asks");
  return Done{};
}

// The approvals that hold, and what became of the others.
class Count {
 public:
  explicit Count(Time now) : now_(now) {}

  void add(const Answer& approval) {
    if (approval.not_after > 0 && now_ > approval.not_after)
      return leave_out(refused(
          "the approval of \"" + approval.person + "\" ended at " + iso_time(approval.not_after),
          "now is " + iso_time(now_) + "; ask again"));
    const bool early = approval.not_before > now_;
    if (!approval.break_glass.empty()) {
      (early ? glass_later_ : glass_) = true;
    } else {
      for (const Voter& voter : later_)
        if (voter.person == approval.person) twice_ = approval.person;
      if (!early) voters_.push_back({approval.person, approval.roles});
      later_.push_back({approval.person, approval.roles});
    }
    if (early) opens_ = opens_ == 0 ? approval.not_before : std::min(opens_, approval.not_before);
  }
  void leave_out(const Error& why) {
    if (!left_out_) left_out_ = why;
  }

  Status result(const Roles& needed) const {
    if (glass_ || unfilled(needed, voters_).empty()) return Done{};
    const Roles missing = unfilled(needed, later_);
    if (glass_later_ || missing.empty())
      return Error{"early", "it is approved for later: not before " + iso_time(opens_),
                   "now is " + iso_time(now_)};
    if (left_out_) return *left_out_;
    if (later_.empty())
      return waiting("nobody has approved this yet", "needed are " + describe(needed));
    const std::string hint = "missing are " + describe(missing);
    if (!twice_.empty())
      return waiting("\"" + twice_ + "\" approved twice, and a person counts once", hint);
    return waiting("more approvals are needed: " + describe(missing), "each of another person");
  }

 private:
  Time now_;
  std::vector<Voter> voters_, later_;  // who approved for now, and for now or later
  bool glass_ = false, glass_later_ = false;
  Time opens_ = 0;
  std::string twice_;
  std::optional<Error> left_out_;
};

class SignedAuthorizer : public Authorizer, public RoleBook, public Closer {
 public:
  explicit SignedAuthorizer(AuthorizerSettings settings)
      : settings_(std::move(settings)),
        pins_(settings_.home),
        proofs_(*settings_.trust.signatures) {
    if (!settings_.sign)
      settings_.sign = [key = settings_.operator_key](const std::string& document,
                                                      std::string_view name_space) {
        return sign_with_ssh_keygen(key, document, name_space);
      };
  }

  Result<Signed> request(const nlohmann::json& draft, Time now, const PageMaker& page) override {
    const auto trust = TRY(current());
    auto document = TRY(complete_request(draft, trust, settings_.operator_principal, now, page));
    const auto parsed = TRY(parse_request(document));
    Signed out{std::move(document), ""};
    if (parsed.demand.separation) {
      auto signature = TRY(settings_.sign(out.document, kRequestNamespace));
      out.signature = std::move(signature);
    }
    TRY(check_requester(parsed, out, trust, proofs_, now));
    return out;
  }

  Result<Answer> examine(const std::string& subject, const Signed& answer, Time now) override {
    const auto key = TRY(proofs_.key_of(answer, kDecisionNamespace));
    const auto document = TRY(parse_answer(answer.document));
    const auto trust = TRY(current());
    if (document.type != "decision") {
      if (document.subject_sha256 != subject_digest(subject))
        return refused("the " + document.type + " is about something else: it names " +
                           document.subject_sha256,
                       "asked is about " + subject_digest(subject));
      return signed_by(document, key, answer, trust, now);
    }
    const auto request = TRY(proofs_.request(subject));
    TRY(bound_to(document, request.facts));
    TRY(check_request(request, trust, now));
    TRY(not_late(request, now));
    return examine_decision(request, answer, trust, proofs_, now);
  }

  Status authorize(const Signed& bytes, const std::vector<Signed>& decisions, Time now,
                   bool begun) override {
    const auto trust = TRY(current());
    const auto request = TRY(proofs_.request(bytes.document));
    if (Status ok = check_request(request, trust, now); !ok) return ok;
    if (Status ok = check_requester(request, bytes, trust, proofs_, now); !ok) return ok;
    const Status in_time = not_late(request, now);
    bool booked = false;  // approved in time (`examine` looked) for a later moment
    Count count(now);
    for (const Signed& decision : decisions) {
      const auto answer = examine_decision(request, decision, trust, proofs_, now);
      if (!answer) {
        count.leave_out(answer.error());
      } else if (answer->verdict == "reject") {
        return refused("\"" + answer->person + "\" rejected this: " + answer->reason,
                       "a rejection ends it; change the plan and ask again");
      } else {
        booked = booked || answer->not_before > 0;
        count.add(*answer);
      }
    }
    if (!in_time && !begun && !booked) return in_time;
    return count.result(request.demand.requires_roles);
  }

  Status holds(const std::vector<Answer>& answers, const std::vector<std::string>& roles) override {
    Roles needed;
    for (const std::string& role : roles) ++needed[role];
    std::vector<Voter> voters;
    for (const Answer& answer : answers) voters.push_back({answer.person, answer.roles});
    const Roles missing = unfilled(needed, voters);
    if (missing.empty()) return Done{};
    return refused(
        "the signers do not hold the roles that are asked for: missing are " + describe(missing),
        "somebody with the role has to sign");
  }

  Status may_lift(const Answer& answer) override {
    const auto trust = TRY(current());
    Roles approving;
    for (const auto& [effect, rule] : trust.policy.effects)
      for (const auto& [role, count] : rule.requires_roles) approving[role] = 1;
    for (const std::string& role : answer.roles)
      if (approving.count(role) > 0) return Done{};
    return refused(
        "\"" + answer.person + "\" has no role that approves changes: " + joined(answer.roles),
        "one of these has to sign: " + describe(approving));
  }

  // The policy as it is now, nothing of it taken for accepted.
  Status knows_role(const std::string& role) override {
    const auto text = read_text_file(settings_.trust.policy);
    if (!text) return Done{};
    const Policy policy = TRY(parse_policy(*text, settings_.trust.policy));
    const std::set<std::string> all = roles_of(policy);
    if (all.count(role) != 0) return Done{};
    const std::vector<std::string> words(all.begin(), all.end());
    return Error{"script", "policy.toml knows no role \"" + role + "\"",
                 did_you_mean(role, words, "it knows " + joined(words))};
  }

  std::map<std::string, std::string> trust_files() override {
    const std::map<std::string, std::string> paths = {
        {"allowed_signers", settings_.trust.allowed_signers},
        {"revoked", settings_.trust.revoked},
        {"policy", settings_.trust.policy}};
    std::map<std::string, std::string> files;
    for (const auto& [name, path] : paths)
      if (const auto text = read_text_file(path)) files[name] = *text;
    return files;
  }

  Result<std::string> closing_key() override {
    if (settings_.home.empty()) return std::string();
    const EngineKey key = TRY(EngineKey::of_home(settings_.home));
    return key.public_line();
  }

  Result<std::string> close(const std::string& document) override {
    if (settings_.home.empty()) return Error{"state", "there is no state folder with a key in it"};
    const EngineKey key = TRY(EngineKey::of_home(settings_.home));
    return key.sign(document, kClosingNamespace);
  }

 private:
  // The trust files as they are now, which must be those that were accepted last.
  Result<Trust> current() {
    if (settings_.read) return settings_.read();
    auto trust = load_trust(settings_.trust);
    if (!trust) return trust;
    TRY(pins_.check(*trust, settings_.trust));
    return trust;
  }

  AuthorizerSettings settings_;
  TrustPins pins_;
  Proofs proofs_;
};

}  // namespace

std::unique_ptr<Authorizer> signed_authorizer(AuthorizerSettings settings) {
  return std::make_unique<SignedAuthorizer>(std::move(settings));
}

}  // namespace countersign
