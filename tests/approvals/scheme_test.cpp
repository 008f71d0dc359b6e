// Two schemes of signatures before one decision: trust, quorum and separation do not ask which.
#include "approvals/signature_scheme.h"

#include "approvals/documents.h"
#include "approvals/trust_change.h"
#include "tests/approvals/approval_fixture.h"
#include "tests/approvals/test_scheme.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

const std::string kWord = "eve's word";

// The firm, and Eve: ceo and approver, whose key is of the test scheme.
struct Mixed : ApprovalFixture {
  Mixed() {
    signatures = &both;
    append("allowed_signers", "eve " + TestScheme::line(kWord) + "\n");
    edit("policy.toml", "[rules.mutate]",
         "[people.eve]\nprincipals = [\"eve\"]\nroles = [\"approver\", \"ceo\"]\n[rules.mutate]");
  }
  Signed eves(const Signed& request, const std::string& word = kWord,
              const std::string& name_space = "countersign-decision") const {
    const std::string document = *decision_document(request.document, kHead, "approve", "", "");
    return {document, TestScheme::sign(word, document, name_space)};
  }

  TestScheme test;
  SignatureSchemes both{{&ssh_signatures(), &test}};
};

}  // namespace

TEST_CASE("an approval of either scheme counts, and is of whom the trust files say") {
  Mixed office;
  const Signed request = office.asked();
  CHECK(office.authorize(request, {office.eves(request)}) == "ok");
  CHECK(office.authorize(request, {office.approve(request, office.ben)}) == "ok");
  const auto answer =
      office.authorizer()->examine(request.document, office.eves(request), office.now);
  REQUIRE(answer);
  CHECK(answer->principal == "eve");
  CHECK(answer->person == "eve");
  CHECK(answer->roles == std::vector<std::string>{"approver", "ceo"});
}

TEST_CASE("a quorum is filled by people, whatever they sign with") {
  Mixed office;
  office.draft["asks"]["effects"] = {"destroy"};
  const Signed request = office.asked();
  const Signed eve = office.eves(request), ben = office.approve(request, office.ben);
  CHECK(office.authorize(request, {eve}) == "more approvals are needed: 1 x ceo");
  CHECK(office.authorize(request, {eve, eve}) ==
        "\"eve\" approved twice, and a person counts once");
  CHECK(office.authorize(request, {ben, eve}) == "ok");
}

TEST_CASE("a person with a key of each scheme counts once") {
  Mixed office;
  office.append("allowed_signers", "ben " + TestScheme::line("ben's word") + "\n");
  office.draft["asks"]["requires"] = nlohmann::json::array({{{"role", "approver"}, {"count", 2}}});
  const Signed request = office.asked();
  const Signed one = office.approve(request, office.ben), two = office.eves(request, "ben's word");
  CHECK(office.authorize(request, {one, two}) ==
        "\"ben\" approved twice, and a person counts once");
  CHECK(office.authorize(request, {two, office.eves(request)}) == "ok");
}

TEST_CASE("who asks with a key of the second scheme is proven by it, and cannot approve too") {
  Mixed office;
  office.operator_principal = "eve";
  office.sign = [](const std::string& document, std::string_view name_space) {
    return Result<std::string>(TestScheme::sign(kWord, document, std::string(name_space)));
  };
  const Signed request = office.asked();
  CHECK(office.authorize(request, {office.eves(request)}) ==
        "\"eve\" asked for this change and cannot approve it too");
  CHECK(office.authorize(request, {office.approve(request, office.ben)}) == "ok");
  const Signed unproven{request.document,
                        TestScheme::sign("ben's word", request.document, "countersign-request")};
  CHECK(office.authorize(unproven, {office.approve(request, office.ben)}) ==
        "the requester's signature: the key " + TestScheme::print("ben's word") +
            " is not in allowed_signers");
}

TEST_CASE("what is wrong with a signature of the second scheme, its scheme says") {
  Mixed office;
  const Signed request = office.asked();
  const auto examined = [&](const Signed& answer) {
    return office.examine(request.document, answer);
  };
  Signed changed = office.eves(request);
  changed.document += " ";
  CHECK(examined(changed) == "the test signature does not belong to this document");
  CHECK(examined(office.eves(request, kWord, "countersign-request")) ==
        "the test signature is for \"countersign-request\"");
  CHECK(examined({office.eves(request).document, "test-signature "}) ==
        "the test signature is malformed");
  CHECK(examined(office.eves(request, "somebody")) ==
        "the key " + TestScheme::print("somebody") + " is not in allowed_signers");
}

TEST_CASE("keys of the second scheme are limited and revoked as keys of the first") {
  {
    Mixed office;
    office.edit("allowed_signers", "eve test-key",
                "eve namespaces=\"countersign-request\" test-key");
    const Signed request = office.asked();
    CHECK(office.authorize(request, {office.eves(request)}) ==
          "the key " + TestScheme::print(kWord) +
              " may not sign in the namespace \"countersign-decision\"");
  }
  for (const std::string& entry : {TestScheme::print(kWord), TestScheme::line(kWord)}) {
    Mixed office;
    office.append("revoked", entry + "\n");
    const Signed request = office.asked();
    CHECK(office.authorize(request, {office.eves(request)}) ==
          "the key " + TestScheme::print(kWord) + " is revoked");
  }
}

TEST_CASE("a key of the second scheme is read by its rules, and is unknown without it") {
  Mixed office;
  office.append("allowed_signers", "fay " + TestScheme::line("fay") + "\n");
  CHECK(said(load_trust(office.paths())).find("the test key is too short to sign") !=
        std::string::npos);
  Mixed without;
  without.signatures = &ssh_signatures();
  CHECK(said(load_trust(without.paths())).find("unknown option or key type \"test-key\"") !=
        std::string::npos);
}

TEST_CASE("a change of the trust files is accepted by signatures of either scheme") {
  Mixed office;
  (void)office.asked();
  office.append("policy.toml", "# looked over\n");
  TrustChanges changes(office.folder.path("home"), office.paths());
  const auto pending = changes.propose(
      {office.folder.read("allowed_signers"),
       office.folder.read("policy.toml"),
       {},
       "as agreed",
       "ada"},
      [&](const std::string& document, std::string_view name_space) {
        return Result<std::string>(office.ada.sign(document, std::string(name_space)));
      },
      office.now);
  REQUIRE(pending);
  const std::string document = *trust_document(pending->sha256, "as agreed");
  REQUIRE(changes.vote({document, office.ben.sign(document)}, office.now));
  const auto done = changes.vote({document, TestScheme::sign(kWord, document)}, office.now);
  INFO((done ? "" : done.error().message));
  REQUIRE(done);
  CHECK(done->missing.empty());
  CHECK(done->people == std::vector<std::string>{"ben", "eve"});
}

}  // namespace countersign
