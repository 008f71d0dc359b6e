#include "approvals/evidence/verification.h"

#include <algorithm>

#include "approvals/evidence/chain.h"
#include "approvals/evidence/history.h"
#include "approvals/evidence/manifest.h"
#include "interpreter/canonical.h"
#include "interpreter/closing.h"
#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::string_view kDocuments = "documents/";

// The documents of a folder, each looked at by its digest when it is asked for.
class FolderDocuments : public Documents {
 public:
  explicit FolderDocuments(const EvidenceFiles& files) : files_(files) {}
  std::string put(const std::string&) override { return ""; }
  Result<std::string> get(const std::string& sha256) const override {
    const auto file = files_.find(std::string(kDocuments) + sha256);
    if (file == files_.end()) return Error{"state", "there is no document " + sha256.substr(0, 16)};
    return file->second;
  }

 private:
  const EvidenceFiles& files_;
};

std::string count_of(std::size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

bool is_page(const std::string& path) {
  for (const std::string_view end : {".md", ".html", ".txt"})
    if (path.size() > end.size() && path.ends_with(end)) return true;
  return false;
}

std::optional<VerificationError> check_digests(const EvidenceFiles& files, std::size_t& count) {
  for (auto at = files.lower_bound(std::string(kDocuments));
       at != files.end() && at->first.starts_with(kDocuments); ++at, ++count)
    if (at->first.substr(kDocuments.size()) != sha256_hex(at->second))
      return VerificationError{at->first, 0, "it is not the document of that digest"};
  return std::nullopt;
}

std::optional<VerificationError> read_label(const EvidenceFiles& files, json& label) {
  const auto file = files.find("evidence.json");
  if (file == files.end()) return VerificationError{"evidence.json", 0, "it is missing"};
  const Result<json> value = parse_canonical(file->second);
  if (!value || !value->is_object() || value->value("type", json()) != "countersign-evidence" ||
      !value->value("written_by", json()).is_string())
    return VerificationError{"evidence.json", 0, "it does not say what this folder is"};
  if (value->value("version", json()) != 1)
    return VerificationError{
        "evidence.json", 0,
        "the folder was written by a newer version of Countersign, in the form " +
            value->value("version", json()).dump() + ": verify it with the version that wrote it"};
  label = *value;
  return std::nullopt;
}

// The folder's files are those that its journal and documents come to, byte for byte.
std::optional<VerificationError> check_files(const EvidenceFiles& files,
                                             const EvidenceFiles& wanted, bool with_pages) {
  for (const auto& [path, bytes] : wanted) {
    const auto file = files.find(path);
    if (file == files.end())
      return VerificationError{path, 0, "it is missing; the journal calls for it"};
    if (file->second != bytes)
      return VerificationError{path, 0, "it is not what the journal and the documents say"};
  }
  for (const auto& [path, bytes] : files)
    if (path != kManifest && wanted.count(path) == 0 && (with_pages || !is_page(path)))
      return VerificationError{path, 0, "the journal does not call for it: it was added"};
  return std::nullopt;
}

// The fingerprint of a public key's line.
std::string fingerprint_of(const std::string& line) {
  const std::size_t space = line.find(' ');
  const auto blob = parse_key_text(line.substr(0, space),
                                   space == line.npos ? std::string() : line.substr(space + 1));
  return blob ? fingerprint(*blob) : line;
}

// Whether a person's signature names the key: a request that was signed or decided on, or the
// answer by which a run was taken over.
bool is_signed_for(const std::string& key, const std::vector<Record>& records,
                   const Documents& documents) {
  std::string asked;
  for (const Record& record : records) {
    if (const auto made = as<RequestRecord>(record)) {
      const Result<std::string> text = documents.get(made->document);
      const json request = text ? json::parse(*text, nullptr, false) : json();
      const json closing = request.is_object() ? request.value("closing", json()) : json();
      asked = closing.is_object() ? closing.value("key", "") : "";
      if (made->signature && asked == key) return true;
    } else if (is<DecisionRecord>(record) && asked == key) {
      return true;
    } else if (const auto adopted = as<AdoptedRecord>(record);
               adopted && adopted->answer && adopted->closing == key) {
      return true;
    }
  }
  return false;
}

// How far people's signatures reach, and who answers for what is behind them.
std::optional<VerificationError> look_at_end(const Dossier& dossier, const Documents& documents,
                                             End& end) {
  const RunState& state = dossier.state;
  const Coverage coverage = coverage_of(dossier.records, documents);
  end.records = dossier.records.back().seq;
  end.signed_to = coverage.signed_to;
  end.is_signed = coverage.end;
  end.finished = is_final(state.status);
  end.closed = coverage.closed;
  if (!state.closing_key.empty()) {
    end.key = fingerprint_of(state.closing_key);
    end.key_signed = is_signed_for(state.closing_key, dossier.records, documents);
  }
  if (end.is_signed || !end.finished || end.closed || end.key.empty()) return std::nullopt;
  return VerificationError{
      kJournal, end.records,
      "the run ended here, and neither a person's signature covers that nor the engine's "
      "key " +
          end.key + " closed it: the end was cut off or written anew"};
}

// What the records behind the last signature hold, as far as somebody would want to change it.
std::string held_behind(const std::vector<Record>& records, std::int64_t signed_to) {
  std::size_t operations = 0, checks = 0;
  for (const Record& record : records) {
    if (record.seq <= signed_to) continue;
    if (is<IntentRecord>(record)) ++operations;
    if (is<CheckRecord>(record)) ++checks;
  }
  std::string out;
  if (operations > 0)
    out = count_of(operations, "operation", "operations") + " with what came of it";
  if (checks > 0) out += (out.empty() ? "" : ", ") + count_of(checks, "check", "checks");
  return out.empty() ? out : " (" + out + ")";
}

// The same in words.
void unsigned_part(const End& end, const std::vector<Record>& records, std::size_t signatures,
                   std::vector<std::string>& out) {
  if (signatures == 0) out.push_back("who wrote this: nobody signed anything in this run");
  if (end.is_signed) return;
  const std::string from = std::to_string(end.signed_to + 1), to = std::to_string(end.records);
  const std::string which =
      from == to ? "record " + to + " is" : "the records " + from + " to " + to + " are";
  std::string closed = "the run has not ended";
  if (end.finished && end.closed)
    closed = "the engine's key " + end.key + " closed them; it is " +
             (end.key_signed
                  ? "the one that the signed request names"
                  : "named by no person's signature, so whoever wrote the folder may have made it");
  else if (end.finished)
    closed = "the version of Countersign that wrote them closed nothing";
  out.push_back("whether " + which + " whole" + held_behind(records, end.signed_to) +
                ": no person's signature covers them; " + closed);
}

void verify(const EvidenceFiles& files, const VerifyOptions& options, Verdict& verdict) {
  const auto found = [&](std::optional<VerificationError> flaw) {
    verdict.wrong = std::move(flaw);
    return verdict.wrong.has_value();
  };
  const auto checked = [&](std::string what) { verdict.checked.push_back(std::move(what)); };
  json label;
  if (found(check_manifest(files))) return;
  checked("manifest: " + count_of(files.size() - 1, "file", "files"));
  if (found(read_label(files, label))) return;
  verdict.run = label.value("run", json()).is_string() ? label["run"].get<std::string>() : "";
  std::vector<Record> records;
  if (found(read_chain(files, records))) return;
  checked("journal: " + count_of(records.size(), "record", "records") + ", each bound to the last");
  const FolderDocuments documents(files);
  std::size_t count = 0;
  if (found(check_digests(files, count)) || found(check_documents(records, documents))) return;
  checked("documents: " + std::to_string(count) + " by their digests");
  TrustHistory trust(documents);
  VerificationCounts looked;
  if (found(check_history(records, documents, trust, looked))) return;
  checked("requests: " + std::to_string(looked.requests) +
          ", bound to runbook, modules, operations, parameters, plan and policy");
  checked("signatures: " + std::to_string(looked.signatures) +
          ", by the trust files and the clock of their time");
  checked("operations: " + std::to_string(looked.operations) +
          ", each the next one of the plan that was signed");
  checked("phases: " + std::to_string(looked.brackets) +
          " that changed something; what is there after each is what was before and was signed");
  checked("checks: " + std::to_string(looked.checks) + ", checklist and status");
  const std::string written_by = label["written_by"].get<std::string>();
  Result<Dossier> dossier = dossier_of(records, documents, written_by);
  if (!dossier) {
    verdict.wrong = VerificationError{kJournal, 0, dossier.error().message};
    return;
  }
  verdict.run = dossier->state.id();
  const bool ours = written_by == options.version && options.pages;
  if (ours) options.pages(*dossier);
  if (found(check_files(files, dossier->files, ours))) return;
  checked(ours ? "papers and pages: each says what the journal says"
               : "papers: each says what the journal says");
  if (!ours)
    verdict.unchecked.push_back(
        "the pages for people (README.md, report.html and the like): "
        "version \"" +
        written_by + "\" wrote them, and this is " + options.version);
  for (const Record& record : records)
    if (const json policy = record.body.value("trust", json::object()).value("policy", json());
        policy.is_string() && std::count(verdict.policies.begin(), verdict.policies.end(),
                                         policy.get<std::string>()) == 0)
      verdict.policies.push_back(policy.get<std::string>());
  for (const std::string& change : looked.foreign)
    verdict.unchecked.push_back("a change that nobody signed, " + change);
  if (!looked.taken_over.empty())
    verdict.unchecked.push_back("what the run " + looked.taken_over +
                                " did before: its own evidence proves that");
  if (found(look_at_end(*dossier, documents, verdict.end))) return;
  unsigned_part(verdict.end, records, looked.signatures, verdict.unchecked);
  if (found(check_policy(trust, options.policy_sha256))) return;
  verdict.policy_known = !options.policy_sha256.empty() && !trust.versions().empty();
  if (verdict.policy_known)
    checked("policy: whatever was decided was decided by the file from outside");
  if (!options.signers || found(check_anchor(trust, *options.signers))) return;
  checked("keys: the evidence trusts no key that the file from outside does not");
  verdict.anchored = looked.signatures > 0;
  return;
}

}  // namespace

std::string Verdict::word() const {
  if (wrong) return "wrong";
  if (!end.is_signed) return "end not signed";
  return anchored ? "authentic" : "consistent, not authenticated";
}

Verdict verify_evidence(const EvidenceFiles& files, const VerifyOptions& options) {
  Verdict verdict;
  try {
    verify(files, options, verdict);
  } catch (const json::exception&) {
    // A value of another type than this version writes, in a place that no rule above looks at.
    verdict.wrong =
        VerificationError{kJournal, 0, "a record has not the form that this version knows"};
  }
  return verdict;
}

}  // namespace countersign
