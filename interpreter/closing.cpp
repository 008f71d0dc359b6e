#include "interpreter/closing.h"

#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/chain_head.h"
#include "interpreter/run_state.h"

namespace countersign {
namespace {

bool is_signed(const Record& record) {
  return record.body.contains("document") && record.body.contains("signature");
}

// What holds nothing of its own: people's documents, the closing, a status that says only where the
// run stands by what was before it.
bool only_follows(const Record& record) {
  if (is<ClosedRecord>(record)) return true;
  if (is<StatusRecord>(record)) return record.body.size() == 1;
  return is_signed(record) && !is<RequestRecord>(record);
}

// The document of a record, or an object without anything.
json document_of(const Record& record, const Documents& documents) {
  const json sha256 = record.body.value("document", json());
  const Result<std::string> text = sha256.is_string()
                                       ? documents.get(sha256.get<std::string>())
                                       : Result<std::string>(Error{"state", "no document"});
  const json value = text ? json::parse(*text, nullptr, false) : json();
  return value.is_object() ? value : json::object();
}

}  // namespace

Coverage coverage_of(const std::vector<Record>& records, const Documents& documents) {
  Coverage out;
  std::int64_t asked = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    if (is<RequestRecord>(record)) asked = record.seq;
    if (!is_signed(record)) continue;
    const json document = document_of(record, documents);
    const auto named = [&](const char* key) {
      const json hash = document.value(key, json());
      return hash.is_string() ? record_of(records, i, hash.get<std::string>()) : 0;
    };
    if (is<ClosedRecord>(record)) {
      out.closed_to = std::max(out.closed_to, named("head"));
      continue;
    }
    std::int64_t to = named("head");
    if (is<RequestRecord>(record)) to = record.seq;
    if (is<DecisionRecord>(record)) to = std::max(to, asked);
    if (is<SignOffRecord>(record)) to = std::max(to, named("evidence_sha256"));
    // Bound to all that the run was when it was taken over.
    if (is<AdoptedRecord>(record)) to = record.seq - 1;
    out.signed_to = std::max(out.signed_to, to);
  }
  const auto nothing_behind = [&](std::int64_t to) {
    return to > 0 && std::all_of(records.begin() + static_cast<std::ptrdiff_t>(to), records.end(),
                                 only_follows);
  };
  out.end = nothing_behind(out.signed_to);
  out.closed = nothing_behind(out.closed_to);
  return out;
}

Result<std::string> closing_key(Authorizer& authorizer) {
  auto* const closer = dynamic_cast<Closer*>(&authorizer);
  return closer ? closer->closing_key() : Result<std::string>(std::string());
}

Result<std::string> sign_closing(Authorizer& authorizer, const std::string& document) {
  auto* const closer = dynamic_cast<Closer*>(&authorizer);
  if (closer) return closer->close(document);
  return Error{"state", "there is no key of the engine's to close runs with"};
}

bool is_left_open(const RunState& state, const std::vector<Record>& records,
                  const Documents& documents) {
  if (!is_final(state.status) || state.closing_key.empty()) return false;
  const Coverage now = coverage_of(records, documents);
  return !now.end && !now.closed;
}

std::string closing_document(const RunState& state, const Record& last) {
  return canonical({{"type", "countersign-closing"},
                    {"version", 1},
                    {"run", state.id()},
                    {"status", state.status},
                    {"records", last.seq},
                    {"head", last.hash}});
}

}  // namespace countersign
