#include "approvals/documents.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "approvals/times.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

using nlohmann::json;

// From the second version on the documents of a run name the head of its chain.
constexpr int kFirstVersion = 1;
constexpr int kVersion = 2;
constexpr std::string_view kPrefix = "countersign-";

Error refused(std::string message, std::string hint = "") {
  return Error{"refused", std::move(message), std::move(hint)};
}

// One row per type. Every field not named here is a text of any content.
struct Form {
  std::string_view type;
  std::string_view verdict;  // the key that holds the verdict
  std::vector<std::string_view> verdicts;
  std::string_view subject;  // the key that holds the digest of what is answered
  std::string_view note;
  std::vector<std::string_view> others;    // besides type, version, run and those above
  std::vector<std::string_view> optional;  // may be absent, may not be empty
  bool of_run = true;                      // names the head of a run's chain
};

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"decision",
       "decision",
       {"approve", "reject"},
       "request_sha256",
       "reason",
       {"account", "nonce", "reference", "runbook"},
       {"break_glass", "not_after", "not_before"}},
      {"attestation", "verdict", {"pass", "fail"}, "item_sha256", "note", {"item"}, {}},
      {"sign-off", "verdict", {"pass", "fail"}, "evidence_sha256", "note", {}, {}},
      {"latch", "verdict", {"freeze", "thaw"}, "latch_sha256", "note", {}, {}, false},
      {"trust", "verdict", {"accept"}, "trust_sha256", "note", {}, {}, false},
      {"settlement",
       "verdict",
       {"applied", "not-applied", "adopt"},
       "intent_sha256",
       "note",
       {"key", "result_sha256"},
       {"corrects"}},
  };
  return all;
}

const Form* form_of(std::string_view type) {
  for (const Form& form : forms())
    if (type.starts_with(kPrefix) && type.substr(kPrefix.size()) == form.type) return &form;
  return nullptr;
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == text.npos;
}

std::string text_at(const json& value, std::string_view key) {
  const auto at = value.find(key);
  return at != value.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// Writes a document and reads it back, so that nothing leaves that would not be taken in.
Result<std::string> finished(json document) {
  const Form* form = form_of(text_at(document, "type"));
  document["version"] = form != nullptr && form->of_run ? kVersion : kFirstVersion;
  auto text = canonicalize(document);
  if (!text) return text.error();
  const auto again = parse_answer(*text);
  if (!again) return Error{"argument", again.error().message, again.error().hint};
  return text;
}

}  // namespace

Result<RequestFacts> request_facts(std::string_view request) {
  const auto value = parse_canonical(request);
  if (!value) return refused("the request is " + value.error().message);
  if (!value->is_object() || text_at(*value, "type") != "countersign-request")
    return refused("the document is not a request");
  RequestFacts out;
  out.run = text_at(*value, "run");
  out.account = text_at(*value, "account");
  out.nonce = text_at(*value, "nonce");
  out.sha256 = sha256_hex(request);
  const auto runbook = value->find("runbook");
  if (runbook != value->end())
    out.runbook = runbook->is_object() ? text_at(*runbook, "name") : text_at(*value, "runbook");
  if (out.run.empty() || out.nonce.empty())
    return refused("the request names no run, or has no nonce");
  return out;
}

Result<std::string> decision_document(std::string_view request, const std::string& head,
                                      const std::string& decision, const std::string& reference,
                                      const std::string& reason, const ApprovalTerms& terms) {
  const auto facts = TRY(request_facts(request));
  json document = {{"type", "countersign-decision"},
                   {"decision", decision},
                   {"request_sha256", facts.sha256},
                   {"run", facts.run},
                   {"head", head},
                   {"runbook", facts.runbook},
                   {"account", facts.account},
                   {"nonce", facts.nonce},
                   {"reference", reference},
                   {"reason", reason}};
  if (!terms.not_before.empty()) document["not_before"] = terms.not_before;
  if (!terms.not_after.empty()) document["not_after"] = terms.not_after;
  if (!terms.break_glass.empty()) document["break_glass"] = terms.break_glass;
  return finished(std::move(document));
}

Result<std::string> attestation_document(const RunHead& at, const std::string& item,
                                         const std::string& item_sha256, const std::string& verdict,
                                         const std::string& note) {
  return finished({{"type", "countersign-attestation"},
                   {"run", at.run},
                   {"head", at.head},
                   {"item", item},
                   {"item_sha256", item_sha256},
                   {"verdict", verdict},
                   {"note", note}});
}

Result<std::string> sign_off_document(const RunHead& at, const std::string& evidence_sha256,
                                      const std::string& verdict, const std::string& note) {
  return finished({{"type", "countersign-sign-off"},
                   {"run", at.run},
                   {"head", at.head},
                   {"evidence_sha256", evidence_sha256},
                   {"verdict", verdict},
                   {"note", note}});
}

Result<std::string> settlement_document(const RunHead& at, const std::string& key,
                                        const std::string& intent_sha256,
                                        const std::string& verdict,
                                        const std::string& result_sha256, const std::string& note,
                                        const std::string& corrects) {
  json document = {{"type", "countersign-settlement"},
                   {"run", at.run},
                   {"head", at.head},
                   {"key", key},
                   {"intent_sha256", intent_sha256},
                   {"verdict", verdict},
                   {"result_sha256", result_sha256},
                   {"note", note}};
  if (!corrects.empty()) document["corrects"] = corrects;
  return finished(std::move(document));
}

Result<std::string> latch_document(const std::string& latch_sha256, const std::string& verdict,
                                   const std::string& note) {
  return finished({{"type", "countersign-latch"},
                   {"run", ""},
                   {"latch_sha256", latch_sha256},
                   {"verdict", verdict},
                   {"note", note}});
}

Result<std::string> trust_document(const std::string& trust_sha256, const std::string& note) {
  return finished({{"type", "countersign-trust"},
                   {"run", ""},
                   {"trust_sha256", trust_sha256},
                   {"verdict", "accept"},
                   {"note", note}});
}

Result<AnswerDocument> parse_answer(std::string_view document) {
  const auto value = parse_canonical(document);
  if (!value)
    return refused("the answer is " + value.error().message,
                   "sign the document as `countersign request` wrote it, byte for byte");
  if (!value->is_object()) return refused("the answer is not an object");
  const std::string type = text_at(*value, "type");
  const Form* form = form_of(type);
  if (form == nullptr) return refused("the document of type \"" + type + "\" is not an answer");

  const auto version = value->find("version");
  const bool first = version != value->end() && *version == kFirstVersion;
  if (!first && (version == value->end() || *version != kVersion || !form->of_run))
    return refused("the answer's version is not known");
  std::vector<std::string_view> keys = {"run", form->verdict, form->subject, form->note};
  if (!first) keys.push_back("head");
  keys.insert(keys.end(), form->others.begin(), form->others.end());
  for (const std::string_view key : keys) {
    const auto at = value->find(key);
    if (at == value->end() || !at->is_string())
      return refused("the answer has no text \"" + std::string(key) + "\"");
  }
  for (const std::string_view key : form->optional) {
    const auto at = value->find(key);
    if (at == value->end()) continue;
    if (!at->is_string() || is_blank(at->get_ref<const std::string&>()))
      return refused("the answer's \"" + std::string(key) + "\" is empty");
    keys.push_back(key);
  }
  for (const auto& [key, unused] : value->items())
    if (key != "type" && key != "version" &&
        std::find(keys.begin(), keys.end(), std::string_view(key)) == keys.end())
      return refused("the answer has an unknown key \"" + key + "\"");

  AnswerDocument out;
  out.type = form->type;
  out.verdict = text_at(*value, form->verdict);
  out.run = text_at(*value, "run");
  out.head = text_at(*value, "head");
  out.subject_sha256 = text_at(*value, form->subject);
  out.reference = text_at(*value, "reference");
  out.note = text_at(*value, form->note);
  out.runbook = text_at(*value, "runbook");
  out.account = text_at(*value, "account");
  out.nonce = text_at(*value, "nonce");
  if (std::find(form->verdicts.begin(), form->verdicts.end(), out.verdict) == form->verdicts.end())
    return refused("the answer's verdict is \"" + out.verdict + "\"",
                   "it may be " + std::string(form->verdicts.front()) +
                       (form->verdicts.size() > 1 ? " or " + std::string(form->verdicts[1]) : ""));
  if (!is_digest(out.subject_sha256))
    return refused("the answer's " + std::string(form->subject) + " is not a SHA-256 digest");
  if (!first && !is_digest(out.head))
    return refused("the answer's head is not a SHA-256 digest",
                   "it is the hash of the run's last record; write the document anew");
  out.corrects = text_at(*value, "corrects");
  if (!out.corrects.empty() && (!is_digest(out.corrects) || out.verdict == "adopt"))
    return refused(out.verdict == "adopt" ? "who adopts a run corrects no settlement"
                                          : "the answer's corrects is not a SHA-256 digest");
  if (out.verdict == "reject" && is_blank(out.note))
    return refused("a rejection without a reason",
                   "say why, so that the next request can be better");
  for (const auto& [key, time] :
       {std::pair("not_before", &out.not_before), std::pair("not_after", &out.not_after)}) {
    if (!value->contains(key)) continue;
    const auto moment = parse_utc(text_at(*value, key));
    if (!moment || *moment <= 0)
      return refused("the answer's " + std::string(key) + " is not a time in UTC",
                     "write it as 2026-11-20T22:00:00Z");
    *time = *moment;
  }
  out.break_glass = text_at(*value, "break_glass");
  if (out.not_before > 0 && out.not_after > 0 && out.not_after <= out.not_before)
    return refused("the approval's window ends before it begins");
  if (out.verdict == "reject" &&
      (out.not_before > 0 || out.not_after > 0 || !out.break_glass.empty()))
    return refused("a rejection cannot have not_before, not_after or break_glass");
  return out;
}

}  // namespace countersign
