#include "approvals/signed_authorizer.h"

#include <cctype>
#include <cstdio>
#include <functional>

#include "approvals/documents.h"
#include "approvals/times.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/named_roles.h"
#include "tests/approvals/approval_fixture.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

using nlohmann::json;

constexpr Time kHour = 3600;

TEST_CASE("a request says who asks, what it needs, until when, and under which files") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const json value = *parse_canonical(request.document);
  CHECK(value["type"] == "countersign-request");
  CHECK(value["version"] == 2);
  CHECK(value["requires"] == json{{{"role", "approver"}, {"count", 1}}});
  CHECK(value["separation"] == true);
  CHECK(value["reference"] == "optional");
  CHECK(value["slack_seconds"] == 3600);
  CHECK(value["asked_at"] == "2026-11-20T12:00:00Z");
  CHECK(value["decide_by"] == "2026-11-21T12:00:00Z");
  CHECK(value["requester"] == json{{"principal", "ada"}, {"person", "ada"}});
  CHECK(value["trust"]["signers"] == sha256_hex(office.folder.read("allowed_signers")));
  CHECK(value["trust"]["revoked"] == sha256_hex(office.folder.read("revoked")));
  CHECK(value["trust"]["policy"] == sha256_hex(office.folder.read("policy.toml")));
  CHECK(value["nonce"].get<std::string>().size() == 32);
  CHECK(value["plan"] == office.draft["plan"]);
  CHECK(value["asks"] == office.draft["asks"]);
  CHECK(json::parse(office.asked().document)["nonce"] != value["nonce"]);
  CHECK_FALSE(request.signature.empty());
}

TEST_CASE("the policy knows the roles that people have and that rules name, and no other") {
  ApprovalFixture office;
  const auto authorizer = office.authorizer();
  const auto told = [&](const std::string& role) -> std::string {
    const Status known = check_role(role, *authorizer);
    return known ? "known"
                 : known.error().kind + ": " + known.error().message + " | " + known.error().hint;
  };
  CHECK(told("approver") == "known");
  CHECK(told("aprover") ==
        "script: policy.toml knows no role \"aprover\" | did you mean \"approver\"?");
  CHECK(told("").rfind("script: policy.toml knows no role \"\"", 0) == 0);
  office.append("policy.toml",
                "[break_glass]\nroles = [\"breaker\"]\noperations = "
                "[\"twilio\"]\nreview = \"reviewer\"\n");
  CHECK(told("breaker") == "known");
  CHECK(told("reviewer") == "known");
  office.append("policy.toml", "[unknown]\n");
  CHECK(told("approver").rfind("config: ", 0) == 0);
  // Without a policy nothing is known of roles.
  std::filesystem::remove(office.paths().policy);
  CHECK(told("anybody") == "known");
}

TEST_CASE("without separation the request says so and is not signed") {
  ApprovalFixture office;
  office.edit("policy.toml", "separation = true", "separation = false");
  const Signed request = office.asked();
  CHECK(json::parse(request.document)["separation"] == false);
  CHECK(request.signature.empty());
  CHECK(office.authorize(request, {office.approve(request, office.ada)}) == "ok");
}

TEST_CASE("a request that cannot stand is not made") {
  struct Row {
    std::string name;
    std::function<void(ApprovalFixture&)> change;
    std::string refusal, kind;
  };
  const json ceo_twice = {{{"role", "ceo"}, {"count", 2}}};
  const Row table[] = {
      {"no rule",
       [](ApprovalFixture& o) {
         o.draft["asks"]["effects"] = {"destroy"};
         o.edit("policy.toml", "[rules.destroy]\nrequires = { approver = 1, ceo = 1 }\n", "");
       },
       "the policy has no rule for operations that destroy", "refused"},
      {"nobody asks", [](ApprovalFixture& o) { o.operator_principal = ""; },
       "it is not known who asks", "config"},
      {"a stranger asks", [](ApprovalFixture& o) { o.operator_principal = "eve"; },
       "\"eve\" asks, but is nobody in policy.toml", "refused"},
      {"another person's key", [](ApprovalFixture& o) { o.operator_key = &o.ben; },
       "the request names \"ada\" as who asks, but \"ben\" signed it", "refused"},
      {"an unknown key", [](ApprovalFixture& o) { o.operator_key = &o.stranger; },
       "the requester's signature: the key " + LocalKey(6).fingerprint() +
           " is not in allowed_signers",
       "refused"},
      {"too few people", [&](ApprovalFixture& o) { o.draft["asks"]["requires"] = ceo_twice; },
       "nobody could approve this: the policy names too few people, missing are 1 x ceo",
       "refused"},
      {"only the requester has the role",
       [](ApprovalFixture& o) {
         o.operator_principal = "cyd";
         o.operator_key = &o.cyd;
         o.draft["asks"]["requires"] = {{{"role", "ceo"}, {"count", 1}}};
       },
       "nobody could approve this: the policy names too few people, missing are 1 x ceo",
       "refused"},
      {"the runbook's operator", [](ApprovalFixture& o) { o.draft["asks"]["operator"] = "cto"; },
       "\"ada\" asks, but the runbook wants its operator to be \"cto\"", "refused"},
      {"no asks", [](ApprovalFixture& o) { o.draft.erase("asks"); },
       "the draft of the request does not say what it asks", "argument"},
      {"no run", [](ApprovalFixture& o) { o.draft.erase("run"); },
       "the request names no run, or has no nonce", "argument"},
      {"a number beyond JSON", [](ApprovalFixture& o) { o.draft["plan"] = 9007199254740992; },
       "the integer 9007199254740992 is beyond 2^53 - 1", "argument"},
      {"no revocation list",
       [](ApprovalFixture& o) { std::remove(o.folder.path("revoked").c_str()); },
       "cannot read \"{}/revoked\": No such file or directory", "config"},
      {"an empty revocation list", [](ApprovalFixture& o) { o.folder.write("revoked", ""); },
       "the revocation list \"{}/revoked\" is empty", "config"},
      {"a broken policy", [](ApprovalFixture& o) { o.append("policy.toml", "x = \n"); },
       "\"{}/policy.toml\" line 19: not valid TOML: ", "config"},
  };
  for (const auto& [name, change, refusal, kind] : table) {
    INFO(name);
    ApprovalFixture office;
    change(office);
    const auto request = office.ask();
    std::string expected = refusal;
    if (const auto at = expected.find("{}"); at != expected.npos)
      expected.replace(at, 2, office.folder.path("").substr(0, office.folder.path("").size() - 1));
    CHECK(said(request).substr(0, expected.size()) == expected);
    CHECK((!request && request.error().kind == kind));
  }
}

TEST_CASE("the runbook's operator may ask") {
  ApprovalFixture office;
  office.draft["asks"]["operator"] = "operator";
  CHECK(said(office.ask()) == "ok");
}

TEST_CASE("an approval by another person with the role allows the plan") {
  ApprovalFixture office;
  const Signed request = office.asked();
  CHECK(office.authorize(request, {office.approve(request, office.ben)}) == "ok");
  CHECK(office.authorize(request, {office.approve(request, office.ben_token)}) == "ok");
  CHECK(office.authorize(request, {office.approve(request, office.cyd, "https://example.com")}) ==
        "ok");
  const auto answer = office.authorizer()->examine(
      request.document, office.approve(request, office.ben_token, "mail"), office.now);
  REQUIRE(said(answer) == "ok");
  CHECK(answer->type == "decision");
  CHECK(answer->verdict == "approve");
  CHECK(answer->principal == "ben@token");
  CHECK(answer->person == "ben");
  CHECK(answer->roles == std::vector<std::string>{"approver"});
  CHECK(answer->reference == "mail");
  CHECK(answer->document_sha256 ==
        sha256_hex(*decision_document(request.document, kHead, "approve", "mail", "")));
}

TEST_CASE("who may not decide is refused, each with the reason") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const std::string stranger =
      "the key " + office.stranger.fingerprint() + " is not in allowed_signers";
  CHECK(office.authorize(request, {}) == "nobody has approved this yet");
  CHECK(office.authorize(request, {office.approve(request, office.ada)}) ==
        "\"ada\" asked for this change and cannot approve it too");
  CHECK(office.examine(request.document, office.approve(request, office.ada)) ==
        "\"ada\" asked for this change and cannot approve it too");
  CHECK(office.authorize(request, {office.approve(request, office.dan)}) ==
        "\"dan\" has no role that can approve this: operator");
  CHECK(office.examine(request.document, office.approve(request, office.dan)) ==
        "\"dan\" has no role that can approve this: operator");
  CHECK(office.authorize(request, {office.approve(request, office.stranger)}) == stranger);
  CHECK(office.examine(request.document, office.approve(request, office.stranger)) == stranger);
}

TEST_CASE("a person counts once, with however many keys and signatures") {
  ApprovalFixture office;
  office.draft["asks"]["requires"] = {{{"role", "approver"}, {"count", 2}}};
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  const Signed ben_again = office.approve(request, office.ben_token, "another text");
  const Signed cyd = office.approve(request, office.cyd);
  CHECK(office.authorize(request, {ben}) == "more approvals are needed: 1 x approver");
  CHECK(office.authorize(request, {ben, ben}) ==
        "\"ben\" approved twice, and a person counts once");
  CHECK(office.authorize(request, {ben, ben_again}) ==
        "\"ben\" approved twice, and a person counts once");
  CHECK(office.authorize(request, {ben, cyd}) == "ok");
  CHECK(office.authorize(request, {ben, ben_again, cyd}) == "ok");
}

TEST_CASE("an ECDSA signature and its twin are one person's one approval") {
  ApprovalFixture office;
  const FileKey& key = file_key("ecdsa -b 256");
  office.append("allowed_signers", "eva " + key.public_line + "\n");
  office.append("policy.toml", "[people.eva]\nprincipals = [\"eva\"]\nroles = [\"approver\"]\n");
  office.draft["asks"]["requires"] = {{{"role", "approver"}, {"count", 2}}};
  const Signed request = office.asked();
  const std::string document = *decision_document(request.document, kHead, "approve", "", "");
  const std::string made = keygen_sign(key, document, "countersign-decision");
  const Signed low{document, ecdsa_with(true, made)}, high{document, ecdsa_with(false, made)};
  const std::string twice = "\"eva\" approved twice, and a person counts once";
  CHECK(office.authorize(request, {low, high}) == twice);
  CHECK(office.authorize(request, {high, low}) == twice);
  for (const Signed& one : {low, high})
    CHECK(office.authorize(request, {one, office.approve(request, office.cyd)}) == "ok");
}

TEST_CASE("too few approvals are no refusal, but a wait") {
  ApprovalFixture office;
  office.draft["asks"]["requires"] = {{{"role", "approver"}, {"count", 2}}};
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  const Signed dan = office.approve(request, office.dan);
  const auto kind = [&](const std::vector<Signed>& decisions) {
    const Status status = office.authorizer()->authorize(request, decisions, office.now, false);
    return status ? "ok" : status.error().kind;
  };
  CHECK(kind({}) == "waiting");
  CHECK(kind({ben}) == "waiting");
  CHECK(kind({ben, ben}) == "waiting");
  CHECK(kind({ben, dan}) == "refused");
  CHECK(kind({ben, office.approve(request, office.cyd)}) == "ok");
}

TEST_CASE("a person fills one place, although they hold two roles") {
  ApprovalFixture office;
  office.draft["asks"]["effects"] = {"mutate", "destroy"};
  const Signed request = office.asked();
  const Signed cyd = office.approve(request, office.cyd), ben = office.approve(request, office.ben);
  CHECK(office.authorize(request, {cyd}) == "more approvals are needed: 1 x ceo");
  CHECK(office.authorize(request, {ben}) == "more approvals are needed: 1 x ceo");
  CHECK(office.authorize(request, {cyd, ben}) == "ok");
  CHECK(office.authorize(request, {ben, cyd}) == "ok");
}

TEST_CASE("one rejection ends it, and a rejection that does not hold is none") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  CHECK(office.authorize(request, {ben, office.reject(request, office.cyd, "not on a Friday")}) ==
        "\"cyd\" rejected this: not on a Friday");
  CHECK(office.authorize(request, {office.reject(request, office.dan, "no"), ben}) ==
        "\"dan\" rejected this: no");
  CHECK(office.authorize(request, {ben, office.reject(request, office.ada, "withdrawn")}) ==
        "\"ada\" rejected this: withdrawn");
  CHECK(office.authorize(request, {ben, office.reject(request, office.stranger, "no")}) == "ok");
  CHECK(office.examine(request.document, office.reject(request, office.cyd, "no")) == "ok");
}

TEST_CASE("a reference that is required is given, in writing") {
  ApprovalFixture office;
  office.draft["asks"]["reference"] = "required";
  const Signed request = office.asked();
  CHECK(json::parse(request.document)["reference"] == "required");
  CHECK(office.authorize(request, {office.approve(request, office.ben)}) ==
        "the approval has no reference");
  CHECK(office.authorize(request, {office.approve(request, office.ben, " ")}) ==
        "the approval has no reference");
  CHECK(office.authorize(request, {office.approve(request, office.ben, "mail of 20 Nov")}) == "ok");
}

TEST_CASE("a decision counts until decide_by, and its use goes on after that") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  office.now += 24 * kHour;
  CHECK(office.authorize(request, {ben}) == "ok");
  CHECK(office.examine(request.document, ben) == "ok");
  office.now += 1;
  CHECK(office.authorize(request, {ben}) == "the time to decide ended at 2026-11-21T12:00:00Z");
  CHECK(office.examine(request.document, ben) ==
        "the time to decide ended at 2026-11-21T12:00:00Z");
  CHECK(office.authorize(request, {ben}, true) == "ok");
}

TEST_CASE("a clock that runs backwards decides nothing") {
  ApprovalFixture office;
  const Signed request = office.asked();
  office.now -= 1;
  CHECK(office.authorize(request, {office.approve(request, office.ben)}) ==
        "the clock says 2026-11-20T11:59:59Z, which is before the request was made");
  CHECK(office.examine(request.document, office.approve(request, office.ben)) ==
        "the clock says 2026-11-20T11:59:59Z, which is before the request was made");
}

TEST_CASE("a key counts when it is valid by our clock, whenever it signed") {
  struct Row {
    std::string option;
    std::string refusal;
  };
  const std::string key = "the key " + LocalKey(2).fingerprint();
  const Row table[] = {
      {"valid-after=\"20261120Z\"", "ok"},
      {"valid-after=\"20261121Z\"", key + " is not valid before 2026-11-21T00:00:00Z"},
      {"valid-before=\"20261120Z\"", key + " was valid until 2026-11-20T00:00:00Z"},
      {"valid-before=\"20261121Z\"", "ok"},
      {"namespaces=\"git\"", key + " may not sign in the namespace \"countersign-decision\""},
      {"namespaces=\"countersign-request\"",
       key + " may not sign in the namespace \"countersign-decision\""},
      {"namespaces=\"countersign-decision\"", "ok"},
  };
  for (const auto& [option, refusal] : table) {
    INFO(option);
    ApprovalFixture office;
    office.edit("allowed_signers", "ben ssh", "ben " + option + " ssh");
    const Signed request = office.asked();
    const Signed ben = office.approve(request, office.ben);
    CHECK(office.authorize(request, {ben}) == refusal);
    CHECK(office.examine(request.document, ben) == refusal);
  }
  // It expires between the decision and a later operation.
  ApprovalFixture office;
  office.edit("allowed_signers", "ben ssh", "ben valid-before=\"20261120130000Z\" ssh");
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  CHECK(office.authorize(request, {ben}) == "ok");
  office.now += kHour + 1;
  CHECK(office.authorize(request, {ben}, true) == key + " was valid until 2026-11-20T13:00:00Z");
}

TEST_CASE("a revoked key counts no more, also in the middle of the use") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  CHECK(office.authorize(request, {ben}) == "ok");
  office.append("revoked", office.ben.fingerprint() + " stolen\n");
  const std::string refusal = "the key " + office.ben.fingerprint() + " is revoked";
  CHECK(office.authorize(request, {ben}) == refusal);
  CHECK(office.authorize(request, {ben}, true) == refusal);
  CHECK(office.examine(request.document, ben) == refusal);
  CHECK(office.authorize(request, {ben, office.approve(request, office.ben_token)}) == "ok");
  CHECK(office.authorize(request, {ben, office.approve(request, office.cyd)}) == "ok");
  office.append("revoked", office.ada.line() + "\n");
  CHECK(office.authorize(request, {office.approve(request, office.cyd)}) ==
        "the requester's signature: the key " + office.ada.fingerprint() + " is revoked");
}

TEST_CASE("trust files that changed void the request; only revocations may grow") {
  struct Row {
    std::string name;
    std::function<void(ApprovalFixture&)> change;
    std::string refusal;
  };
  const std::string policy = "policy.toml is not the one this request was made under";
  const std::string signers = "allowed_signers is not the one this request was made under";
  const std::string by_hand = "\" is not the version that was accepted";
  const Row table[] = {
      {"role taken away", [](ApprovalFixture& o) { o.edit("policy.toml", "[\"approver\"]", "[]"); },
       policy},
      {"a comment", [](ApprovalFixture& o) { o.append("policy.toml", "# later\n"); }, policy},
      {"signer removed", [](ApprovalFixture& o) { o.edit("allowed_signers", "ben ssh", "# ssh"); },
       signers},
      {"signer added",
       [](ApprovalFixture& o) { o.append("allowed_signers", "eve " + o.stranger.line() + "\n"); },
       signers},
      {"revocations grown",
       [](ApprovalFixture& o) { o.append("revoked", o.dan.fingerprint() + "\n"); }, "ok"},
      {"revocations empty", [](ApprovalFixture& o) { o.folder.write("revoked", ""); },
       "the revocation list \""},
      {"revocations gone",
       [](ApprovalFixture& o) { std::remove(o.folder.path("revoked").c_str()); }, "cannot read \""},
      {"revocations a folder",
       [](ApprovalFixture& o) {
         std::remove(o.folder.path("revoked").c_str());
         REQUIRE(std::system(("mkdir " + o.folder.path("revoked")).c_str()) == 0);
       },
       "cannot read \""},
  };
  for (const auto& [name, change, refusal] : table) {
    INFO(name);
    ApprovalFixture office;
    const Signed request = office.asked();
    const Signed ben = office.approve(request, office.ben);
    REQUIRE(office.authorize(request, {ben}) == "ok");
    change(office);
    if (refusal == policy || refusal == signers) {
      // By hand: the file is named. Accepted as it is, the request is void.
      for (const std::string& said_now :
           {office.authorize(request, {ben}), office.authorize(request, {ben}, true),
            office.examine(request.document, ben)}) {
        CHECK(said_now.find(refusal.substr(0, refusal.find(' '))) != std::string::npos);
        CHECK(said_now.find(by_hand) != std::string::npos);
      }
      office.accept_edits();
    }
    CHECK(office.authorize(request, {ben}).substr(0, refusal.size()) == refusal);
    CHECK(office.authorize(request, {ben}, true).substr(0, refusal.size()) == refusal);
    CHECK(office.examine(request.document, ben).substr(0, refusal.size()) == refusal);
  }
}

TEST_CASE("an older trust file that comes back is noticed") {
  ApprovalFixture office;
  const std::string policy = office.folder.read("policy.toml");
  const std::string signers = office.folder.read("allowed_signers");
  const Signed first = office.asked();
  office.append("policy.toml", "# second version\n");
  office.append("allowed_signers", "# second version\n");
  office.accept_edits();
  const Signed second = office.asked();
  CHECK(office.authorize(second, {office.approve(second, office.ben)}) == "ok");

  office.folder.write("policy.toml", policy);
  const std::string older = " is an older version than the one last accepted";
  CHECK(office.authorize(first, {office.approve(first, office.ben)}) ==
        "\"" + office.folder.path("policy.toml") + "\"" + older);
  CHECK(said(office.ask()) == "\"" + office.folder.path("policy.toml") + "\"" + older);
  office.folder.write("policy.toml", policy + "# second version\n");
  office.folder.write("allowed_signers", signers);
  CHECK(said(office.ask()) == "\"" + office.folder.path("allowed_signers") + "\"" + older);
  office.append("allowed_signers", "# back on purpose\n");
  CHECK(said(office.ask()).find("is not the version that was accepted") != std::string::npos);
  office.accept_edits();
  CHECK(said(office.ask()) == "ok");
}

TEST_CASE("a revocation is never taken away") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed cyd = office.approve(request, office.cyd);
  const std::string before = office.folder.read("revoked");
  office.append("revoked", office.ben.fingerprint() + "\n");
  CHECK(office.authorize(request, {cyd}) == "ok");  // this is where it is learnt
  office.folder.write("revoked", before);
  const std::string refusal = "the revocation list \"" + office.folder.path("revoked") +
                              "\" no longer names the key " + office.ben.fingerprint();
  CHECK(office.authorize(request, {cyd}) == refusal);
  CHECK(said(office.ask()) == refusal);
  CHECK(office.examine(request.document, cyd) == refusal);
  office.folder.write("revoked", office.dan.fingerprint() + "\n" + office.ben.line() + "\n");
  CHECK(office.authorize(request, {cyd}) == "ok");
}

TEST_CASE(
    "what was pinned is kept in trust.json, for its owner alone, and cannot be damaged silently") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  const std::string pins = office.folder.read("home/trust.json");
  CHECK(said(parse_canonical(pins)) == "ok");
  CHECK(json::parse(pins)["files"].size() == 3);
  REQUIRE(std::system(
              ("test $(stat -c %a " + office.folder.path("home/trust.json") + ") = 600").c_str()) ==
          0);
  for (const std::string text :
       {"", "{}", "[]", "{\"version\":1,\"files\":[]}", "{\"version\":2,\"files\":{}}",
        "{\"version\":1,\"files\":{\"x\":1}}"}) {
    office.folder.write("home/trust.json", text);
    INFO(text);
    CHECK(office.authorize(request, {ben})
              .find("cannot use \"" + office.folder.path("home/trust.json")) == 0);
  }
  office.folder.write("home/trust.json", pins);
  CHECK(office.authorize(request, {ben}) == "ok");
  CHECK(office.folder.read("home/trust.json") == pins);
}

TEST_CASE("two folders of trust files do not disturb each other's versions") {
  ApprovalFixture office, other;
  other.append("policy.toml", "# of the other\n");
  const auto ask = [&](ApprovalFixture& from) {
    AuthorizerSettings settings{from.paths(), office.folder.path("home"), "ada"};
    settings.sign = [&](const std::string& document, std::string_view name_space) {
      return Result<std::string>(from.ada.sign(document, std::string(name_space)));
    };
    return said(signed_authorizer(settings)->request(from.draft, from.now));
  };
  CHECK(ask(office) == "ok");
  CHECK(ask(other) == "ok");
  CHECK(ask(office) == "ok");
}

TEST_CASE("a key stands for one person of the policy, or for nobody") {
  ApprovalFixture office;
  office.append("allowed_signers", "cyd " + office.ben.line() + "\n");
  const Signed request = office.asked();
  CHECK(office.authorize(request, {office.approve(request, office.ben)}) ==
        "the key " + office.ben.fingerprint() + " belongs to two people, \"ben\" and \"cyd\"");

  ApprovalFixture expired;
  expired.append("allowed_signers", "cyd valid-before=\"20200101Z\" " + expired.ben.line() + "\n");
  const Signed again = expired.asked();
  CHECK(expired.authorize(again, {expired.approve(again, expired.ben)}) ==
        "the key " + expired.ben.fingerprint() + " belongs to two people, \"ben\" and \"cyd\"");

  ApprovalFixture nobody;
  nobody.append("allowed_signers", "eve " + nobody.stranger.line() + "\n");
  const Signed third = nobody.asked();
  CHECK(nobody.authorize(third, {nobody.approve(third, nobody.stranger)}) ==
        "\"eve\" may sign, but is nobody in policy.toml");

  ApprovalFixture wildcard;
  wildcard.append("allowed_signers", "* " + wildcard.stranger.line() + "\n");
  CHECK(said(wildcard.ask()) == "\"" + wildcard.folder.path("allowed_signers") +
                                    "\" line 6: the principal \"*\" is a pattern");
}

TEST_CASE("a separated request carries the requester's own signature") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  const auto with = [&](const std::string& signature) {
    return office.authorize({request.document, signature}, {ben});
  };
  CHECK(with(request.signature) == "ok");
  CHECK(with("") == "the request is not signed by who asked");
  CHECK(with(office.ben.sign(request.document, "countersign-request")) ==
        "the request names \"ada\" as who asks, but \"ben\" signed it");
  CHECK(with(office.ada.sign(request.document, "countersign-decision")) ==
        "the requester's signature: the signature is for the namespace \"countersign-decision\", "
        "not for \"countersign-request\"");
  CHECK(with(office.ada.sign("other", "countersign-request")) ==
        "the requester's signature: the signature does not belong to this document");
  CHECK(with(office.stranger.sign(request.document, "countersign-request")) ==
        "the requester's signature: the key " + office.stranger.fingerprint() +
            " is not in allowed_signers");
}

TEST_CASE("a decision is about one request and nothing else, field by field") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const json good = json::parse(*decision_document(request.document, kHead, "approve", "", ""));
  const std::string digest(64, 'b');
  const std::pair<json, std::string> table[] = {
      {json::object(), "ok"},
      {{{"request_sha256", digest}}, "the decision is about another request: it names " + digest},
      {{{"run", "r-2"}}, "the decision names the run \"r-2\", the request \"r-1\""},
      {{{"runbook", "x"}}, "the decision names the runbook \"x\", the request \"connie/cancel\""},
      {{{"account", "AC2"}}, "the decision names the account \"AC2\", the request \"AC1\""},
      {{{"nonce", "0"}},
       "the decision names the nonce \"0\", the request \"" + good["nonce"].get<std::string>() +
           "\""},
      {{{"decision", "yes"}}, "the answer's verdict is \"yes\""},
      {{{"type", "countersign-request"}},
       "the document of type \"countersign-request\" is not an answer"},
      {{{"version", 3}}, "the answer's version is not known"},
      {{{"reference", 1}}, "the answer has no text \"reference\""},
      {{{"reason", nullptr}}, "the answer has no text \"reason\""},
      {{{"more", "x"}}, "the answer has an unknown key \"more\""},
  };
  for (const auto& [change, refusal] : table) {
    json value = good;
    value.update(change);
    const std::string document = canonical(value);
    INFO(document);
    // Signed anew by the right person: the content alone is wrong.
    CHECK(office.authorize(request, {{document, office.ben.sign(document)}}) == refusal);
    CHECK(office.examine(request.document, {document, office.ben.sign(document)}) == refusal);
    // Changed after signing.
    if (!change.empty())
      CHECK(office.authorize(request, {{document, office.ben.sign(good.dump())}}) ==
            "the signature does not belong to this document");
  }
  const std::string newline = canonical(good) + "\n";
  CHECK(office.authorize(request, {{newline, office.ben.sign(newline)}})
            .find("the answer is not canonical JSON") == 0);
  const std::string other_namespace = office.ben.sign(canonical(good), "countersign-request");
  CHECK(office.authorize(request, {{canonical(good), other_namespace}}) ==
        "the signature is for the namespace \"countersign-request\", not for "
        "\"countersign-decision\"");
}

TEST_CASE("any change to a request after it was decided on voids the decision") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed ben = office.approve(request, office.ben);
  const json good = json::parse(request.document);
  // Every leaf, changed alone.
  const json flat = good.flatten();
  for (const auto& [pointer, leaf] : flat.items()) {
    json value = good;
    json& at = value[json::json_pointer(pointer)];
    if (at.is_string()) {
      auto text = at.get<std::string>();
      text.back() = text.back() == 'b' ? 'c' : 'b';
      at = text;
    } else if (at.is_boolean()) {
      at = !at.get<bool>();
    } else if (at.is_number()) {
      at = at.get<int>() + 1;
    } else {
      at = "x";
    }
    const std::string document = canonical(value);
    INFO(pointer);
    CHECK(office.authorize({document, request.signature}, {ben}) != "ok");
    CHECK(office.examine(document, ben) != "ok");
    // Even signed anew by who asked, the old decision is about the old request.
    CHECK(office.authorize({document, office.ada.sign(document, "countersign-request")}, {ben}) !=
          "ok");
  }
  for (const auto& [key, unused] : good.items()) {
    json value = good;
    value.erase(key);
    const std::string document = canonical(value);
    INFO(key);
    CHECK(office.authorize({document, office.ada.sign(document, "countersign-request")}, {ben}) !=
          "ok");
  }
}

TEST_CASE("a request cannot ask for less than the policy, whoever signed it") {
  ApprovalFixture office;
  office.draft["asks"]["effects"] = {"mutate", "destroy"};
  const json good = json::parse(office.asked().document);
  struct Row {
    json change;
    std::string refusal;
  };
  const std::string lowered =
      "the request needs something else than the policy demands for what it asks";
  const Row table[] = {
      {json::object(), "ok"},
      {{{"requires", {{{"role", "approver"}, {"count", 1}}}}}, lowered},
      {{{"separation", false}}, lowered},
      {{{"slack_seconds", 86400}}, lowered},
      {{{"decide_by", "2027-11-21T12:00:00Z"}}, lowered},
      {{{"reference", "required"}}, lowered},
      {{{"asks", nullptr}}, lowered},
      {{{"requires", json::array()}}, "the request does not say what it needs"},
      {{{"requires", {{{"role", "approver"}, {"count", 0}}}}},
       "the request does not say what it needs"},
      {{{"separation", "no"}}, "the request does not say what it needs"},
      {{{"decide_by", "tomorrow"}}, "the request does not say until when it is decided"},
      {{{"asked_at", 0}}, "the request does not say until when it is decided"},
      {{{"requester", "ada"}}, "the request does not say who asks"},
      {{{"trust", json::object()}}, "policy.toml is not the one this request was made under"},
      {{{"version", 3}}, "the request's version is not known"},
      {{{"type", "x"}}, "the document is not a request"},
  };
  for (const auto& [change, refusal] : table) {
    json value = good;
    value.update(change);
    const std::string document = canonical(value);
    const Signed request{document, office.ada.sign(document, "countersign-request")};
    INFO(document);
    std::vector<Signed> decisions;
    if (value["type"] == "countersign-request")
      decisions = {office.approve(request, office.ben), office.approve(request, office.cyd)};
    CHECK(office.authorize(request, decisions) == refusal);
  }
}

TEST_CASE("a decision on another run's request does not count here") {
  ApprovalFixture office;
  const Signed one = office.asked();
  office.draft["run"] = "r-2";
  const Signed two = office.asked();
  CHECK(office.authorize(two, {office.approve(one, office.ben)})
            .find("the decision is about another request") == 0);
  // The same run asks twice: the nonce keeps the two apart.
  const Signed three = office.asked();
  CHECK(office.authorize(three, {office.approve(two, office.ben)})
            .find("the decision is about another request") == 0);
}

TEST_CASE("attestations, sign-offs and settlements are bound to what they answer") {
  ApprovalFixture office;
  const std::string item = "{\"item\":\"greeting\",\"run\":\"r-1\"}";
  const std::string digest = sha256_hex(item);
  const auto signed_by = [](const LocalKey& key, const Result<std::string>& document) {
    return Signed{*document, key.sign(*document)};
  };
  const Signed pass = signed_by(
      office.dan, attestation_document({"r-1", kHead}, "greeting", digest, "pass", "heard"));
  const auto answer = office.authorizer()->examine(item, pass, office.now);
  REQUIRE(said(answer) == "ok");
  CHECK(answer->type == "attestation");
  CHECK(answer->verdict == "pass");
  CHECK(answer->person == "dan");
  CHECK(answer->reason == "heard");
  CHECK(office.examine(digest, pass) == "ok");
  CHECK(office.examine(item + " ", pass) ==
        "the attestation is about something else: it names " + digest);
  CHECK(office.examine(sha256_hex("x"), pass) ==
        "the attestation is about something else: it names " + digest);
  CHECK(office.examine(digest, signed_by(office.cyd, sign_off_document({"r-1", kHead}, digest,
                                                                       "pass", ""))) == "ok");
  CHECK(office.examine(digest,
                       signed_by(office.cyd, settlement_document({"r-1", kHead}, "apply/1", digest,
                                                                 "applied", "", "seen"))) == "ok");
  CHECK(office.examine(digest, signed_by(office.stranger,
                                         sign_off_document({"r-1", kHead}, digest, "pass", ""))) ==
        "the key " + office.stranger.fingerprint() + " is not in allowed_signers");
  CHECK(
      office.examine(digest, {pass.document, office.dan.sign(pass.document, "countersign-request")})
          .find("the signature is for the namespace") == 0);
  const Signed request = office.asked();
  CHECK(office.authorize(request, {pass}) == "an answer of type \"attestation\" is not a decision");
}

TEST_CASE("roles are held by different people") {
  ApprovalFixture office;
  const auto authorizer = office.authorizer();
  const auto answer = [](const std::string& person, std::vector<std::string> roles) {
    Answer out;
    out.person = person;
    out.roles = std::move(roles);
    return out;
  };
  const Answer ben = answer("ben", {"approver"}), cyd = answer("cyd", {"approver", "ceo"});
  CHECK(said(authorizer->holds({cyd}, {"ceo"})) == "ok");
  CHECK(said(authorizer->holds({cyd, ben}, {"ceo", "approver"})) == "ok");
  CHECK(said(authorizer->holds({}, {})) == "ok");
  const std::string missing = "the signers do not hold the roles that are asked for: missing are ";
  CHECK(said(authorizer->holds({ben}, {"ceo"})) == missing + "1 x ceo");
  CHECK(said(authorizer->holds({cyd}, {"ceo", "approver"})) == missing + "1 x ceo");
  CHECK(said(authorizer->holds({cyd, cyd}, {"ceo", "ceo"})) == missing + "1 x ceo");
  CHECK(said(authorizer->holds({}, {"ceo"})) == missing + "1 x ceo");
}

TEST_CASE("no refusal ends in a full stop, starts with a capital, or lacks its kind") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const auto authorizer = office.authorizer();
  for (const LocalKey* key : {&office.ada, &office.dan, &office.stranger}) {
    const Status status =
        authorizer->authorize(request, {office.approve(request, *key)}, office.now, false);
    REQUIRE_FALSE(status);
    CHECK(status.error().kind == "refused");
    CHECK(status.error().message.back() != '.');
    CHECK_FALSE(std::isupper(static_cast<unsigned char>(status.error().message[0])));
    CHECK_FALSE(status.error().hint.empty());
  }
}

TEST_CASE("what was proven once is proven of those bytes and that signature alone") {
  ApprovalFixture office;
  const Signed request = office.asked();
  const Signed yes = office.approve(request, office.ben);
  const auto same = office.authorizer();
  const auto said = [&](const Signed& asked, const Signed& decision) {
    return static_cast<bool>(same->authorize(asked, {decision}, office.now, true));
  };
  REQUIRE(said(request, yes));
  REQUIRE(said(request, yes));
  Signed other = yes;
  other.signature = office.approve(request, office.cyd).signature;
  CHECK(said(request, other));  // another's, and good
  other = yes;
  other.signature[other.signature.size() / 2] ^= 1;
  CHECK_FALSE(said(request, other));
  other = yes;
  other.document += " ";
  CHECK_FALSE(said(request, other));
  // A sound document that nobody signed, with the signature over another.
  CHECK_FALSE(
      said(request, {office.approve(request, office.ben, "other").document, yes.signature}));
  Signed asked = request;
  asked.document += " ";
  CHECK_FALSE(said(asked, yes));
  asked = request;
  asked.signature = yes.signature;
  CHECK_FALSE(said(asked, yes));
  // Whose key it is, and whether it counts, is asked anew.
  REQUIRE(said(request, yes));
  office.append("revoked", office.ben.fingerprint() + " stolen\n");
  CHECK_FALSE(said(request, yes));
}

}  // namespace
}  // namespace countersign
