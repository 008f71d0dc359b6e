// What a run's journal and documents come to as papers: the one place that says which file of an
// evidence folder holds what. Export writes what stands here; verification expects exactly it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "approvals/evidence/folder.h"
#include "interpreter/run_state.h"

namespace countersign {

// A document that a person signed (or a request that policy lets go unsigned).
struct SignedDocument {
  std::int64_t record = 0;
  Time time = 0;
  RecordKind kind = RecordKind::request;  // of the record
  std::string path;                       // the signature lies beside it as path + ".sig"
  bool is_signed = false;
  std::string name_space, signers;  // what it is signed for; path of the allowed_signers then
  std::string fingerprint;          // of the key
  std::string item;                 // of an attestation
  Answer answer;                    // of a request: principal and person only
};

// A plan, and the request made for it.
struct PlanPaper {
  std::int64_t record = 0;
  Time time = 0;
  std::string path;    // "plan.json" "plan-2.json"
  RunState then;       // the run with this plan and request, without what its phases read
  int request = -1;    // index among the papers; -1: none was made
  Time consumed = 0;   // when its decision was used; 0: it was not
  std::string voided;  // why it no longer counts; empty: it does
};

// What stood around a mutating phase.
struct BracketPaper {
  std::string phase;
  std::int64_t before_record = 0, after_record = 0;  // after: 0 where the phase did not end
  Time before_time = 0, after_time = 0;
  std::string before, after;  // paths
  std::string diff;           // path; the same name with .txt is for people
  json differences = json::array();
};

// A document that the runbook captured, or what a declared command printed.
struct Captured {
  std::int64_t record = 0;
  std::string label, path;
  std::size_t size = 0;
};

// The engine's own signature over the end of a run that no person's signature ends.
struct ClosingPaper {
  std::int64_t record = 0;
  Time time = 0;
  std::string path;     // the signature lies beside it as path + ".sig"
  std::string signers;  // path of a file that lets the key sign closings, as "engine"
  std::string fingerprint;
};

struct Dossier {
  std::vector<Record> records;
  RunState state;
  std::vector<PlanPaper> plans;
  std::vector<SignedDocument> papers;  // in the order of their records
  std::vector<BracketPaper> brackets;
  std::vector<Captured> captured;
  std::vector<ClosingPaper> closings;
  EvidenceFiles files;  // all but pages for people and the manifest
};

// `written_by`: the version that writes or wrote the folder. Errors (kind "state"): a record that
// cannot be read, a document that is not there.
Result<Dossier> dossier_of(const std::vector<Record>& records, const Documents& documents,
                           const std::string& written_by);

// Every document that records name, or that such documents name, by digest.
std::vector<std::string> named_documents(const std::vector<Record>& records,
                                         const Documents& documents);

// A text made into a part of a file name: "Flow: acme/main" to "Flow-acme-main".
std::string file_name(const std::string& text);

}  // namespace countersign
