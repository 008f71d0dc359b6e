// Who may sign is changed by who may sign: a change of the trust files is decided by the files that
// were accepted before it.
#include "approvals/trust_change.h"

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>

#include "approvals/demand.h"
#include "approvals/documents.h"
#include "approvals/times.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "tests/approvals/approval_fixture.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

using nlohmann::json;

// The firm after its first request: what is there is accepted. Ada proposes; a change needs an
// approver and a ceo, neither of them Ada: Ben and Cyd.
class CompanyFixture : public ApprovalFixture {
 public:
  CompanyFixture() { (void)asked(); }

  TrustChanges changes() const { return TrustChanges(folder.path("home"), paths()); }
  TrustProposal edited(const std::string& reason = "as agreed") const {
    return {folder.read("allowed_signers"), folder.read("policy.toml"), {}, reason, "ada"};
  }
  Result<PendingTrust> propose(const TrustProposal& proposal) const {
    return changes().propose(
        proposal,
        [this](const std::string& document, std::string_view name_space) {
          return Result<std::string>(operator_key->sign(document, std::string(name_space)));
        },
        now);
  }
  PendingTrust proposed(const TrustProposal& proposal) const {
    const auto pending = propose(proposal);
    REQUIRE(said(pending) == "ok");
    return *pending;
  }
  Signed accepts(const PendingTrust& pending, const LocalKey& key) const {
    const std::string document = *trust_document(pending.sha256, "as agreed");
    return {document, key.sign(document)};
  }
  Result<PendingTrust> vote(const PendingTrust& pending, const LocalKey& key) const {
    return changes().vote(accepts(pending, key), now);
  }
  // By the people who have to.
  void accepted(const TrustProposal& proposal) const {
    const PendingTrust pending = proposed(proposal);
    REQUIRE(said(vote(pending, ben)) == "ok");
    const auto last = vote(pending, cyd);
    REQUIRE(said(last) == "ok");
    REQUIRE(last->missing.empty());
  }
};

std::string is_not(const ApprovalFixture& office, const std::string& file,
                   const std::string& lines) {
  return "\"" + office.folder.path(file) + "\" is not the version that was accepted: " + lines;
}

TEST_CASE("a trust file that was edited by hand decides nothing until it is put back") {
  CompanyFixture firm;
  const Signed request = firm.asked();
  const Signed ben = firm.approve(request, firm.ben);
  const std::string policy = firm.folder.read("policy.toml");
  const std::string signers = firm.folder.read("allowed_signers");
  const auto refused = [&](const std::string& why) {
    CHECK(said(firm.ask()) == why);
    CHECK(firm.authorize(request, {ben}) == why);
    CHECK(firm.authorize(request, {ben}, true) == why);
    CHECK(firm.examine(request.document, ben) == why);
    CHECK(firm.examine(
              std::string(64, 'a'),
              {*attestation_document({"r-1", kHead}, "heard", std::string(64, 'a'), "pass", ""),
               "x"}) != "ok");
  };
  firm.edit("policy.toml", "separation = true", "separation = false");
  refused(is_not(firm, "policy.toml", "- separation = true · + separation = false"));
  firm.folder.write("policy.toml", policy + "# looked over\n");
  refused(is_not(firm, "policy.toml", "+ # looked over"));
  firm.folder.write("policy.toml", policy);
  CHECK(firm.authorize(request, {ben}) == "ok");

  firm.append("allowed_signers", "eve " + firm.stranger.line() + "\n");
  refused(is_not(firm, "allowed_signers", "+ eve " + firm.stranger.line()));
  firm.folder.write("allowed_signers", signers.substr(signers.find('\n') + 1));
  refused(is_not(firm, "allowed_signers", "- ada " + firm.ada.line()));
  firm.folder.write("allowed_signers", signers);
  CHECK(firm.authorize(request, {ben}) == "ok");
  // A revocation counts at once, whoever wrote it down.
  firm.append("revoked", firm.dan.fingerprint() + "\n");
  CHECK(firm.authorize(request, {ben}) == "ok");
}

TEST_CASE("the texts that were accepted are kept, and without them a file has to be put back") {
  CompanyFixture firm;
  const std::string policy = firm.folder.read("policy.toml");
  firm.append("policy.toml", "# looked over\n");
  std::filesystem::remove_all(firm.folder.path("home/trust"));
  CHECK(said(firm.ask()) ==
        "\"" + firm.folder.path("policy.toml") + "\" is not the version that was accepted");
  CHECK(said(firm.propose(firm.edited())).find("is not in") != std::string::npos);
  firm.folder.write("policy.toml", policy);
  CHECK(said(firm.ask()) == "ok");
  firm.append("policy.toml", "# looked over\n");
  CHECK(said(firm.ask()) == is_not(firm, "policy.toml", "+ # looked over"));
}

TEST_CASE("a change is accepted by the old threshold, and voids what was asked before") {
  CompanyFixture firm;
  const Signed request = firm.asked();
  firm.edit("policy.toml", "separation = true", "separation = false");
  const PendingTrust pending = firm.proposed(firm.edited());
  CHECK(pending.change["separation"] == true);
  CHECK(pending.change["requires"] ==
        json::parse(R"([{"role":"approver","count":1},{"role":"ceo","count":1}])"));
  CHECK(pending.change["changes"]["policy"] ==
        json::parse(R"(["- separation = true","+ separation = false"])"));
  CHECK(pending.change["changes"]["allowed_signers"] == json::array());
  CHECK(said(parse_canonical(pending.document)) == "ok");

  const auto first = firm.vote(pending, firm.ben);
  REQUIRE(said(first) == "ok");
  CHECK(describe(first->missing) == "1 x ceo");
  CHECK(said(firm.ask()) ==
        is_not(firm, "policy.toml", "- separation = true · + separation = false"));
  const auto last = firm.vote(pending, firm.cyd);
  REQUIRE(said(last) == "ok");
  CHECK(last->missing.empty());
  CHECK(last->people == std::vector<std::string>{"ben", "cyd"});
  // Who signed what is kept.
  const json record = json::parse(firm.folder.read("home/trust.json"))["changes"][0];
  CHECK(record["people"] == json::parse(R"(["ben","cyd"])"));
  CHECK(firm.folder.read("home/trust/" + record["change"].get<std::string>()) == pending.document);
  const json kept =
      json::parse(firm.folder.read("home/trust/" + record["signatures"].get<std::string>()));
  CHECK(kept["votes"].size() == 2);
  CHECK(kept["votes"][1]["signature"] == firm.accepts(pending, firm.cyd).signature);
  CHECK(said(firm.ask()) == "ok");
  CHECK(firm.authorize(request, {firm.approve(request, firm.ben)}) ==
        "policy.toml is not the one this request was made under");
}

TEST_CASE("who may not sign now does not decide who may sign") {
  CompanyFixture firm;
  // All that the change would allow: Eve as a ceo, Ada as one, nobody separated.
  firm.edit("policy.toml", "[\"operator\", \"approver\"]", "[\"operator\", \"approver\", \"ceo\"]");
  firm.edit("policy.toml", "separation = true", "separation = false");
  firm.append("policy.toml", "[people.eve]\nprincipals = [\"eve\"]\nroles = [\"ceo\"]\n");
  firm.append("allowed_signers", "eve " + firm.stranger.line() + "\n");
  const PendingTrust pending = firm.proposed(firm.edited());
  CHECK(said(firm.vote(pending, firm.ada)) ==
        "\"ada\" proposed this change and cannot accept it too");
  CHECK(said(firm.vote(pending, firm.stranger)) ==
        "the key " + firm.stranger.fingerprint() + " is not in allowed_signers");
  CHECK(said(firm.vote(pending, firm.dan)) == "\"dan\" has no role that decides on this");
  CHECK(said(firm.vote(pending, firm.ben)) == "ok");
  CHECK(said(firm.vote(pending, firm.ben)) ==
        "\"ben\" signed this change already, and a person counts once");
  CHECK(said(firm.vote(pending, firm.ben_token)) ==
        "\"ben\" signed this change already, and a person counts once");
  CompanyFixture other;
  other.operator_key = &other.ben;
  other.append("policy.toml", "# by another\n");
  CHECK(said(other.propose(other.edited())) ==
        "\"ada\" is named as who proposes, but \"ben\" signed");
  TrustProposal stranger = other.edited();
  stranger.requester = "eve";
  CHECK(said(other.propose(stranger)) ==
        "\"eve\" proposes this, but is nobody in the policy that was accepted last");
}

TEST_CASE("a document that answers another change, an old one or a used one is refused") {
  CompanyFixture firm;
  firm.append("policy.toml", "# first\n");
  const PendingTrust first = firm.proposed(firm.edited());
  firm.append("policy.toml", "# second\n");
  const PendingTrust second = firm.proposed(firm.edited());
  CHECK(said(firm.vote(first, firm.ben)) ==
        "the document is about another change: it names " + first.sha256);
  const auto with = [&](const std::string& document, const std::string& name_space) {
    return said(firm.changes().vote({document, firm.ben.sign(document, name_space)}, firm.now));
  };
  const std::string right = *trust_document(second.sha256, "as agreed");
  CHECK(with(right, "countersign-request").find("namespace") != std::string::npos);
  CHECK(
      with(*sign_off_document({"r-1", kHead}, second.sha256, "pass", ""), "countersign-decision") ==
      "the document is a signed sign-off, not the acceptance of a change of the trust files");
  CHECK(with(right + "\n", "countersign-decision").find("the answer is") == 0);
  const Time then = firm.now;
  firm.now += kTrustChangeWaits + 1;
  CHECK(said(firm.vote(second, firm.ben)) ==
        "the time to decide on this change of the trust files ended at 2026-11-27T12:00:00Z");
  firm.now = then;
  CHECK(said(firm.vote(second, firm.ben)) == "ok");
  CHECK(said(firm.vote(second, firm.cyd)) == "ok");
  CHECK(said(firm.vote(second, firm.cyd)) ==
        "this change was accepted already, on 2026-11-20T12:00:00Z");
  CompanyFixture none;
  CHECK(said(none.vote(second, none.ben)) == "no change of the trust files waits for signatures");
}

TEST_CASE("a version that was superseded is not accepted again") {
  CompanyFixture firm;
  const std::string first = firm.folder.read("policy.toml");
  firm.append("policy.toml", "# stricter\n");
  firm.accepted(firm.edited());
  firm.folder.write("policy.toml", first);
  const std::string older =
      "\"" + firm.folder.path("policy.toml") + "\" is an older version than the one last accepted";
  CHECK(said(firm.ask()) == older);
  CHECK(said(firm.propose(firm.edited())) == older);
  firm.append("policy.toml", "# back on purpose\n");
  firm.accepted(firm.edited());
  CHECK(said(firm.ask()) == "ok");
}

TEST_CASE("a lost key is revoked and replaced by the others") {
  CompanyFixture firm;
  const Signed request = firm.asked();
  // Ben's laptop is gone; he keeps his token. Cyd and Ben's token decide.
  TrustProposal proposal = firm.edited("ben's laptop is lost");
  proposal.revoke = {firm.ben.fingerprint()};
  proposal.signers += "ben " + firm.stranger.line() + "\n";
  const PendingTrust pending = firm.proposed(proposal);
  CHECK(said(firm.vote(pending, firm.ben)) == "the key " + firm.ben.fingerprint() + " is revoked");
  CHECK(said(firm.vote(pending, firm.stranger)) ==
        "the key " + firm.stranger.fingerprint() + " is not in allowed_signers");
  // Nothing has changed yet: runs go on as before.
  CHECK(firm.authorize(request, {firm.approve(request, firm.cyd)}) == "ok");
  CHECK(said(firm.vote(pending, firm.cyd)) == "ok");
  CHECK(said(firm.vote(pending, firm.ben_token)) == "ok");
  CHECK(firm.folder.read("allowed_signers") == proposal.signers);
  CHECK(firm.folder.read("revoked").find(firm.ben.fingerprint() +
                                         " 2026-11-20T12:00:00Z ben's laptop is lost\n") !=
        std::string::npos);
  const Signed again = firm.asked();
  CHECK(firm.authorize(again, {firm.approve(again, firm.ben)}) ==
        "the key " + firm.ben.fingerprint() + " is revoked");
  CHECK(firm.authorize(again, {firm.approve(again, firm.stranger)}) == "ok");
}

TEST_CASE("a deputy holds a role for a time, decided by the old threshold") {
  CompanyFixture firm;
  const std::string policy = firm.folder.read("policy.toml");
  firm.append("policy.toml",
              "[[deputies]]\nperson = \"dan\"\nroles = [\"approver\"]\n"
              "from = \"2026-11-21T00:00:00Z\"\nuntil = \"2026-11-22T00:00:00Z\"\n");
  firm.accepted(firm.edited("ben and cyd are away"));
  const auto by_dan = [&](const std::string& time) {
    firm.now = *parse_utc(time);
    const Signed request = firm.asked();
    return firm.authorize(request, {firm.approve(request, firm.dan)});
  };
  const std::string none = "\"dan\" has no role that can approve this: operator";
  CHECK(by_dan("2026-11-20T23:59:59Z") == none);
  CHECK(by_dan("2026-11-21T00:00:00Z") == "ok");
  CHECK(by_dan("2026-11-22T00:00:00Z") == "ok");
  CHECK(by_dan("2026-11-22T00:00:01Z") == none);
  // What was approved in time lapses with the role.
  firm.now = *parse_utc("2026-11-21T23:00:00Z");
  const Signed request = firm.asked();
  const Signed dan = firm.approve(request, firm.dan);
  CHECK(firm.authorize(request, {dan}) == "ok");
  firm.now = *parse_utc("2026-11-22T01:00:00Z");
  CHECK(firm.authorize(request, {dan}, true) == none);
  // The count is the same: one person still fills one place.
  firm.draft["asks"]["requires"] = {{{"role", "approver"}, {"count", 2}}};
  firm.now = *parse_utc("2026-11-21T12:00:00Z");
  const Signed two = firm.asked();
  CHECK(firm.authorize(two, {firm.approve(two, firm.dan)}) ==
        "more approvals are needed: 1 x approver");
}

TEST_CASE("what is neither accepted nor signed is not overwritten") {
  CompanyFixture firm;
  TrustProposal proposal = firm.edited();
  const std::string policy = proposal.policy;
  proposal.policy += "# signed\n";
  const PendingTrust pending = firm.proposed(proposal);
  CHECK(said(firm.vote(pending, firm.ben)) == "ok");
  firm.folder.write("policy.toml", policy + "# by hand\n");
  const std::string refusal = "\"" + firm.folder.path("policy.toml") +
                              "\" is neither the version that was accepted nor the one that was "
                              "signed now: - # signed · + # by hand";
  CHECK(said(firm.vote(pending, firm.cyd)) == refusal);
  CHECK(firm.folder.read("policy.toml") == policy + "# by hand\n");
  // The signatures are kept; with the file put back the change is finished.
  firm.folder.write("policy.toml", policy);
  const auto done = firm.vote(pending, firm.cyd);
  REQUIRE(said(done) == "ok");
  CHECK(done->missing.empty());
  CHECK(firm.folder.read("policy.toml") == policy + "# signed\n");
  CHECK(said(firm.ask()) == "ok");
}

TEST_CASE("naming other trust files in the configuration is no way around") {
  CompanyFixture firm;
  TrustPaths paths = firm.paths();
  paths.configuration = firm.folder.write("countersign.toml", "");
  TrustPins pins(firm.folder.path("home"));
  const auto check = [&] {
    const auto trust = load_trust(paths);
    REQUIRE(said(trust) == "ok");
    return said(pins.check(*trust, paths));
  };
  CHECK(check() == "ok");
  std::string policy = firm.folder.read("policy.toml");
  paths.policy = firm.folder.write("moved.toml", policy);
  CHECK(check() == "ok");
  policy.replace(policy.find("separation = true"), 17, "separation = false");
  paths.policy = firm.folder.write("other.toml", policy);
  CHECK(check() == "\"" + paths.policy + "\" is not the version that was accepted, which is \"" +
                       firm.folder.path("moved.toml") +
                       "\": - separation = true · + separation = false");
  CHECK(said(pins.unaltered(paths)) == check());
  paths.policy = firm.paths().policy;
  firm.append("revoked", firm.dan.fingerprint() + "\n");
  CHECK(check() == "ok");
  paths.revoked = firm.folder.write("none", "# countersign revocations\n");
  CHECK(check() == "the revocation list \"" + paths.revoked + "\" no longer names the key " +
                       firm.dan.fingerprint());
}

TEST_CASE("what ssh-keygen signs accepts a change") {
  CompanyFixture firm;
  const FileKey& key = file_key("ed25519");
  firm.folder.write("allowed_signers",
                    firm.folder.read("allowed_signers") + "cyd " + key.public_line + "\n");
  firm.accepted(firm.edited());
  firm.append("policy.toml", "# looked over\n");
  const PendingTrust pending = firm.proposed(firm.edited());
  CHECK(said(firm.vote(pending, firm.ben)) == "ok");
  const std::string document = *trust_document(pending.sha256, "as agreed");
  const auto last =
      firm.changes().vote({document, keygen_sign(key, document, "countersign-decision")}, firm.now);
  REQUIRE(said(last) == "ok");
  CHECK(last->missing.empty());
}

TEST_CASE("what a change leads to must be what can be read, and something else than there is") {
  CompanyFixture firm;
  CHECK(said(firm.propose(firm.edited())).find("nothing would change") == 0);
  firm.append("policy.toml", "# looked over\n");
  CHECK(said(firm.propose(firm.edited(" \n"))) == "a change of the trust files says why");
  firm.append("policy.toml", "x = \n");
  CHECK(said(firm.propose(firm.edited())).find("not valid TOML") != std::string::npos);
}

TEST_CASE("a change is accepted in another state folder by the same documents, read again") {
  CompanyFixture firm;
  (void)firm.authorizer("other")->request(firm.draft, firm.now);
  TrustChanges other(firm.folder.path("other"), firm.paths());
  firm.append("policy.toml", "# looked over\n");
  const TrustProposal proposal = firm.edited();
  const PendingTrust pending = firm.proposed(proposal);
  const auto take = [&](const std::string& document, const std::string& request,
                        const std::string& policy) {
    return said(other.take_over(document, request, proposal.signers, policy, firm.now));
  };
  const auto altered = [&](const std::string& key, const json& value) {
    json change = pending.change;
    change[key] = value;
    return canonical(change);
  };
  CHECK(*other.known(pending.sha256) == false);
  CHECK(take(pending.document, pending.request, proposal.policy + "# more\n") ==
        "the change does not say what the files beside it would change here");
  for (const auto& [key, value] : std::map<std::string, json>{
           {"separation", false},
           {"requires", json::array()},
           {"decide_by", "2027-11-27T12:00:00Z"},
           {"changes", {{"policy", json::array()}, {"allowed_signers", json::array()}}},
           {"requester", {{"principal", "ada"}, {"person", "ben"}}},
           {"more", 1}}) {
    INFO(key);
    const std::string document = altered(key, value);
    CHECK(take(document, firm.ada.sign(document, "countersign-request"), proposal.policy) ==
          "the change does not say what the files beside it would change here");
  }
  const std::string from = altered("from", {{"policy", ""}, {"allowed_signers", ""}});
  CHECK(take(from, firm.ada.sign(from, "countersign-request"), proposal.policy) ==
        "the change was proposed under other trust files than those accepted here");
  const std::string later = altered("at", "2026-11-20T13:00:00Z");
  CHECK(take(later, firm.ada.sign(later, "countersign-request"), proposal.policy) ==
        "the change does not say when it was proposed, or says a time to come");
  CHECK(take(pending.document, "", proposal.policy) ==
        "the change is not signed by who proposes it");
  CHECK(take(pending.document, firm.ben.sign(pending.document, "countersign-request"),
             proposal.policy) == "\"ada\" is named as who proposes, but \"ben\" signed");
  CHECK(take("[]", "", proposal.policy) == "the change is not a canonical JSON object");
  REQUIRE(take(pending.document, pending.request, proposal.policy) == "ok");
  CHECK(*other.known(pending.sha256) == true);
  CHECK(said(other.vote(firm.accepts(pending, firm.ben), firm.now)) == "ok");
  const auto last = other.vote(firm.accepts(pending, firm.cyd), firm.now);
  REQUIRE(said(last) == "ok");
  CHECK(last->missing.empty());
  CHECK(said(firm.authorizer("other")->request(firm.draft, firm.now)) == "ok");
  CHECK(said(firm.ask()).find("is not the version that was accepted") != std::string::npos);
}

TEST_CASE("a change of who may sign needs the strictest of every rule") {
  const std::string people = "version = 1\n[people.ada]\nprincipals = [\"ada\"]\nroles = []\n";
  const std::tuple<std::string, std::string, bool> table[] = {
      {"[rules.mutate]\nrequires = { approver = 1 }\n", "1 x approver", true},
      {"[rules.mutate]\nrequires = { approver = 1 }\nseparation = false\n", "1 x approver", false},
      {"[rules.mutate]\nrequires = { approver = 2 }\nseparation = false\n"
       "[rules.destroy]\nrequires = { approver = 1, ceo = 1 }\n",
       "2 x approver, 1 x ceo", true},
      {"[rules.mutate]\nrequires = { approver = 1 }\nseparation = false\n"
       "[operations.\"mailgun.keys\"]\nrequires = { approver = 3 }\nseparation = true\n",
       "3 x approver", true},
  };
  for (const auto& [rules, roles, separation] : table) {
    INFO(rules);
    const auto policy = parse_policy(people + rules, "p");
    REQUIRE(said(policy) == "ok");
    CHECK(describe(demand_of_trust(*policy).requires_roles) == roles);
    CHECK(demand_of_trust(*policy).separation == separation);
  }
}

TEST_CASE("deputies are read strictly") {
  const std::string head =
      "version = 1\n[people.ada]\nprincipals = [\"ada\"]\nroles = [\"operator\"]\n"
      "[rules.mutate]\nrequires = { approver = 1 }\n[[deputies]]\n";
  const std::string times = "from = \"2026-11-21T00:00:00Z\"\nuntil = \"2026-11-22T00:00:00Z\"\n";
  const std::pair<std::string, std::string> table[] = {
      {"person = \"ada\"\nroles = [\"approver\"]\n" + times, "ok"},
      {"person = \"eve\"\nroles = [\"approver\"]\n" + times, "the deputy is nobody in [people]"},
      {"roles = [\"approver\"]\n" + times, "the deputy is nobody in [people]"},
      {"person = \"ada\"\nroles = []\n" + times, "the deputy has no roles"},
      {"person = \"ada\"\n" + times, "roles is not a list of texts"},
      {"person = \"ada\"\nroles = [\"approver\"]\nfrom = \"2026-11-21T00:00:00Z\"\n",
       "until is not a time in UTC"},
      {"person = \"ada\"\nroles = [\"approver\"]\nuntil = \"2026-11-21T00:00:00Z\"\n",
       "from is not a time in UTC"},
      {"person = \"ada\"\nroles = [\"approver\"]\nfrom = \"2026-11-22T00:00:00Z\"\nuntil = "
       "\"2026-11-21T00:00:00Z\"\n",
       "the deputy's time ends before it begins"},
      {"person = \"ada\"\nroles = [\"approver\"]\nwhile = \"x\"\n" + times,
       "unknown key \"while\" in [[deputies]]"},
  };
  for (const auto& [text, wanted] : table) {
    INFO(text);
    CHECK(said(parse_policy(head + text, "p")).find(wanted) != std::string::npos);
  }
  CHECK(said(parse_policy(head.substr(0, head.find("[[")) + "[deputies]\nx = 1\n", "p"))
            .find("deputies is not a list") != std::string::npos);
}

}  // namespace
}  // namespace countersign
