// A stranger's evidence: the journal's lines, and everything that is concluded from them.
#include "approvals/evidence/chain.h"
#include "approvals/evidence/manifest.h"
#include "approvals/evidence/verification.h"
#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "tests/fuzz/target.h"

namespace countersign::fuzz {
namespace {

using json = nlohmann::json;

// Gives each line the number and the hash of the one before, so that a fuzzer gets past the chain.
std::string chained(std::string_view lines) {
  std::string out, previous(64, '0');
  std::int64_t seq = 0;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const auto record = parse_json(lines.substr(0, end));
    lines.remove_prefix(end == lines.npos ? lines.size() : end + 1);
    if (!record || !record->is_object()) continue;
    json whole = *record;
    whole["seq"] = ++seq;
    whole["previous"] = previous;
    if (!whole.contains("time")) whole["time"] = 1;
    const std::string text = canonical(whole);
    previous = sha256_hex(text);
    out += text + "\n";
  }
  return out;
}

std::string hashes_of(std::string_view lines) {
  std::string out;
  for (int seq = 1; !lines.empty(); ++seq) {
    const std::size_t end = lines.find('\n');
    out += std::to_string(seq) + " " + sha256_hex(lines.substr(0, end)) + "\n";
    lines.remove_prefix(end == lines.npos ? lines.size() : end + 1);
  }
  return out;
}

}  // namespace

void play_journal(std::string_view bytes) {
  for (const std::string& journal : {std::string(bytes), chained(bytes)}) {
    EvidenceFiles files;
    files[kJournal] = journal;
    files[kHashes] = hashes_of(journal);
    files["evidence.json"] =
        R"({"run":"r","type":"countersign-evidence","version":1,"written_by":"another"})";
    files[kManifest] = manifest_of(files);
    const Verdict verdict = verify_evidence(files, {});
    expect(!verdict.anchored, "nothing is authentic without a file of keys from outside");
    if (verdict.wrong) expect(!verdict.wrong->what.empty(), "what is wrong is said");
  }
}

}  // namespace countersign::fuzz
