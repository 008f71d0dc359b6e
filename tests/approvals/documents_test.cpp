#include "approvals/documents.h"

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "tests/approvals/workshop.h"
#include "tests/support/catch.h"

namespace countersign {
namespace {

using nlohmann::json;

const std::string kDigest(64, 'a');

std::string request(const json& change = json::object()) {
  json value = {{"type", "countersign-request"},
                {"version", 1},
                {"run", "r-1"},
                {"runbook", {{"name", "connie/cancel"}, {"sha256", kDigest}}},
                {"account", "AC1"},
                {"nonce", "00"}};
  value.update(change);
  return canonical(value);
}

TEST_CASE("a decision says what it decides on, canonically and the same for everybody") {
  const auto document = decision_document(request(), kHead, "approve", "https://example.com/1", "");
  REQUIRE(said(document) == "ok");
  CHECK(*document ==
        "{\"account\":\"AC1\",\"decision\":\"approve\",\"head\":\"" + kHead +
            "\",\"nonce\":\"00\",\"reason\":\"\","
            "\"reference\":\"https://example.com/1\",\"request_sha256\":\"" +
            sha256_hex(request()) +
            "\",\"run\":\"r-1\",\"runbook\":\"connie/cancel\",\"type\":\"countersign-decision\","
            "\"version\":2}");
  CHECK(*decision_document(request(), kHead, "approve", "https://example.com/1", "") == *document);
  CHECK(decision_document(request({{"runbook", "plain"}}), kHead, "approve", "", "")
            ->find("\"runbook\":\"plain\"") != std::string::npos);
}

TEST_CASE("documents that would not be taken in are not written") {
  CHECK(said(decision_document(request(), kHead, "yes", "", "")) ==
        "the answer's verdict is \"yes\"");
  CHECK(said(decision_document(request(), kHead, "reject", "", " \n")) ==
        "a rejection without a reason");
  CHECK(said(decision_document(request(), kHead, "reject", "", "no")) == "ok");
  CHECK(said(decision_document(request() + "\n", kHead, "approve", "", ""))
            .rfind("the request is not canonical", 0) == 0);
  CHECK(said(decision_document(request({{"type", "x"}}), kHead, "approve", "", "")) ==
        "the document is not a request");
  CHECK(said(decision_document(request({{"run", 1}}), kHead, "approve", "", "")) ==
        "the request names no run, or has no nonce");
  CHECK(said(decision_document("[]", kHead, "approve", "", "")) == "the document is not a request");
  CHECK(said(decision_document(request(), kHead, "approve", "\xFF", "")) ==
        "a text is not UTF-8 at its byte 0");
  CHECK(said(attestation_document({"r", kHead}, "i", "x", "pass", "")) ==
        "the answer's item_sha256 is not a SHA-256 digest");
  CHECK(said(attestation_document({"r", kHead}, "i", kDigest, "approve", "")) ==
        "the answer's verdict is \"approve\"");
  CHECK(said(sign_off_document({"r", kHead}, kDigest, "maybe", "")) ==
        "the answer's verdict is \"maybe\"");
  CHECK(said(settlement_document({"r", kHead}, "k", kDigest, "pass", "", "")) ==
        "the answer's verdict is \"pass\"");
}

TEST_CASE("every kind of answer reads back as it was written") {
  const auto attestation =
      parse_answer(*attestation_document({"r", kHead}, "greeting", kDigest, "pass", "heard"));
  CHECK((attestation && attestation->type == "attestation" && attestation->verdict == "pass" &&
         attestation->run == "r" && attestation->subject_sha256 == kDigest &&
         attestation->note == "heard"));
  const auto sign_off = parse_answer(*sign_off_document({"r", kHead}, kDigest, "fail", "no"));
  CHECK((sign_off && sign_off->type == "sign-off" && sign_off->verdict == "fail"));
  const auto settlement =
      parse_answer(*settlement_document({"r", kHead}, "apply/1", kDigest, "not-applied", "", "n"));
  CHECK((settlement && settlement->type == "settlement" && settlement->verdict == "not-applied"));
  CHECK(said(parse_answer(*settlement_document({"r", kHead}, "", kDigest, "adopt", "", "n"))) ==
        "ok");
  const auto decision = parse_answer(*decision_document(request(), kHead, "reject", "ref", "why"));
  CHECK((decision && decision->type == "decision" && decision->verdict == "reject" &&
         decision->reference == "ref" && decision->note == "why" && decision->nonce == "00" &&
         decision->account == "AC1" && decision->runbook == "connie/cancel"));
}

TEST_CASE("an answer has exactly its keys, in canonical form") {
  const std::string good = *decision_document(request(), kHead, "approve", "", "");
  const auto changed = [&](auto change) {
    json value = json::parse(good);
    change(value);
    return canonical(value);
  };
  const std::pair<std::string, std::string> table[] = {
      {good, "ok"},
      {changed([](json& v) { v["type"] = "countersign-attestation"; }),
       "the answer has no text \"verdict\""},
      {changed([](json& v) { v["type"] = "countersign-request"; }),
       "the document of type \"countersign-request\" is not an answer"},
      {changed([](json& v) { v["type"] = "decision"; }),
       "the document of type \"decision\" is not an answer"},
      {changed([](json& v) { v["version"] = 3; }), "the answer's version is not known"},
      {changed([](json& v) { v["version"] = "1"; }), "the answer's version is not known"},
      {changed([](json& v) { v.erase("version"); }), "the answer's version is not known"},
      {changed([](json& v) { v.erase("nonce"); }), "the answer has no text \"nonce\""},
      {changed([](json& v) { v["reference"] = nullptr; }), "the answer has no text \"reference\""},
      {changed([](json& v) { v.erase("head"); }), "the answer has no text \"head\""},
      {changed([](json& v) { v["head"] = "AB"; }), "the answer's head is not a SHA-256 digest"},
      {changed([](json& v) { v["version"] = 1; }), "the answer has an unknown key \"head\""},
      {changed([](json& v) { v["extra"] = ""; }), "the answer has an unknown key \"extra\""},
      {changed([](json& v) { v["request_sha256"] = "AB"; }),
       "the answer's request_sha256 is not a SHA-256 digest"},
      {"[]", "the answer is not an object"},
      {good + "\n",
       "the answer is not canonical JSON (RFC 8785): it differs from its canonical form at byte " +
           std::to_string(good.size())},
      {"\xEF\xBB\xBF" + good, "the answer is not valid JSON: a byte order mark at byte 0"},
      {"{\"account\":\"AC1\"," + good.substr(1),
       "the answer is not valid JSON: the key \"account\" a second time at byte 17"},
      {"{\"type\":\"countersign-decision\",\"version\":1}", "the answer has no text \"run\""},
  };
  for (const auto& [text, result] : table) CHECK(said(parse_answer(text)) == result);
}

}  // namespace
}  // namespace countersign
