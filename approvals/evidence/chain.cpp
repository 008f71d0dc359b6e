#include "approvals/evidence/chain.h"

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/digest.h"
#include "interpreter/journal_format.h"

namespace countersign {
namespace {

const std::string kFirst(64, '0');

bool has_form(const json& value) {
  return value.is_object() && value.size() == 5 && value.contains("body") &&
         value.value("seq", json()).is_number_integer() &&
         value.value("time", json()).is_number_integer() &&
         value.value("kind", json()).is_string() && value.value("previous", json()).is_string();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string hash_line(const Record& record) {
  return record.hash + "  " + std::to_string(record.seq) + "\n";
}

}  // namespace

void write_chain(const std::vector<Record>& records, EvidenceFiles& files) {
  for (const Record& record : records) {
    files[kJournal] += canonical(to_json(record)) + "\n";
    files[kHashes] += hash_line(record);
  }
}

std::optional<VerificationError> read_chain(const EvidenceFiles& files,
                                            std::vector<Record>& records) {
  for (const char* name : {kJournal, kHashes})
    if (files.count(name) == 0) return VerificationError{name, 0, "it is missing"};
  const std::string& text = files.at(kJournal);
  if (text.empty()) return VerificationError{kJournal, 0, "it holds no record"};
  if (text.back() != '\n') return VerificationError{kJournal, 0, "its last line is not whole"};
  std::string hashes;
  for (const std::string& line : lines_of(text)) {
    const std::int64_t seq = static_cast<std::int64_t>(records.size()) + 1;
    const auto bad = [&](const std::string& what) {
      return VerificationError{kJournal, seq, what};
    };
    Result<json> value = parse_canonical(line);
    if (!value) return bad("it is not canonical JSON: " + value.error().message);
    if (!has_form(*value)) return bad("it has not the form of a record");
    const std::string& before = records.empty() ? kFirst : records.back().hash;
    if ((*value)["seq"] != seq)
      return bad("it says it is record " + (*value)["seq"].dump() +
                 ": a record was taken out, put in or moved");
    if ((*value)["previous"] != before)
      return bad("it does not follow the record before it, whose hash is " + before.substr(0, 16) +
                 "…: one of the two was changed");
    Record record{seq,
                  (*value)["time"].get<Time>(),
                  (*value)["kind"].get<std::string>(),
                  std::move((*value)["body"]),
                  before,
                  sha256_hex(line)};
    if (!kind_of(record))
      return bad(
          "it is of a kind that this version does not know, \"" + record.kind +
          "\": the run was written by a newer version of Countersign; verify it with that version");
    if (!records.empty() && record.time < records.back().time)
      return bad("it was written at " + iso_time(record.time) + ", before the record before it");
    hashes += hash_line(record);
    records.push_back(std::move(record));
  }
  if (files.at(kHashes) != hashes) {
    const auto are = lines_of(hashes), said = lines_of(files.at(kHashes));
    for (std::size_t i = 0; i < are.size(); ++i)
      if (i >= said.size() || said[i] != are[i])
        return VerificationError{kHashes, static_cast<std::int64_t>(i) + 1,
                                 "the hash of this record is " + are[i].substr(0, 16) +
                                     "…, which is not what stands there"};
    return VerificationError{kHashes, static_cast<std::int64_t>(are.size()) + 1,
                             "the journal has no such record; it was cut off"};
  }
  return std::nullopt;
}

}  // namespace countersign
