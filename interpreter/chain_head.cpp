#include "interpreter/chain_head.h"

#include <algorithm>

#include "interpreter/journal_format.h"

namespace countersign {
namespace {

// The number of the last of the first `count` records for which `is` holds; 0: there is none.
template <class Is>
std::int64_t last_of(const std::vector<Record>& records, std::size_t count, Is is) {
  for (std::size_t i = std::min(count, records.size()); i-- > 0;)
    if (is(records[i])) return records[i].seq;
  return 0;
}

}  // namespace

std::string head_of(const std::string& document) {
  const json value = json::parse(document, nullptr, false);
  const json head = value.is_object() ? value.value("head", json()) : json();
  return head.is_string() ? head.get<std::string>() : std::string();
}

std::int64_t record_of(const std::vector<Record>& records, std::size_t count,
                       const std::string& hash) {
  return last_of(records, count, [&](const Record& record) { return record.hash == hash; });
}

std::int64_t answered_record(const std::vector<Record>& records, std::size_t count,
                             const std::string& kind, const json& body) {
  const auto answer = parse_word<RecordKind>(kind);
  return last_of(records, count, [&](const Record& record) {
    if (answer == RecordKind::decision) return is<RequestRecord>(record);
    if (answer == RecordKind::settled && body.contains("corrects"))
      return is<SettledRecord>(record) && record.body.value("document", json()) == body["corrects"];
    if (answer == RecordKind::settled)
      return is<IntentRecord>(record) &&
             record.body.value("key", json()) == body.value("key", json());
    if (answer != RecordKind::attestation) return false;
    return is<EvidenceVoidedRecord>(record) ||
           (is<AttestationRecord>(record) &&
            record.body.value("item", json()) == body.value("item", json()));
  });
}

std::string misplaced(const std::vector<Record>& records, std::size_t count,
                      const std::string& kind, const json& body, const std::string& head) {
  if (head.empty()) return "it names no head of the run's records: an earlier version wrote it";
  const std::int64_t known = record_of(records, count, head);
  if (known == 0)
    return "it was written for other records than this run's: the head it names, " +
           head.substr(0, 16) + "…, is none of those before it";
  const std::int64_t answered = answered_record(records, count, kind, body);
  if (known < answered)
    return "it was written at record " + std::to_string(known) + ", before record " +
           std::to_string(answered) + " (" + records[static_cast<std::size_t>(answered) - 1].kind +
           "), which it would have to know";
  return "";
}

}  // namespace countersign
