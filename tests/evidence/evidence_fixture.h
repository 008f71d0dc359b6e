// A run brought to its end by two people through the program itself, exported; and what somebody
// who has the folder can do to it.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "approvals/evidence/verification.h"
#include "interpreter/journal.h"
#include "tests/repl/cli_fixture.h"

namespace countersign::archive {

using json = nlohmann::json;

// olive asks and signs the request, carla decides, attests and signs off.
class EvidenceFixture {
 public:
  EvidenceFixture();

  // Takes the run to the status: "awaiting_decision" "awaiting_time" "awaiting_attestation" "done".
  void live_to(const std::string& status);
  json start(const std::string& label = "Front desk");  // what `run` said
  // A whole run to "done", exported into a folder of that name; its files.
  EvidenceFiles exported(const std::string& name);
  EvidenceFiles read(const std::string& name) const;
  // The signature of an answer with the key of that name, by ssh-keygen.
  std::string sign(const std::string& document, const std::string& key) const;
  // Writes files as a folder, anew.
  void write(const std::string& name, const EvidenceFiles& files) const;

  room::CliFixture room;
  std::string run;
};

// Verified as the program does, pages too, in this process.
Verdict verdict_of(const EvidenceFiles& files, const std::string& signers = "");

// The exit code that `verify` gives a verdict.
int code_of(const Verdict& verdict);

// The same, and what docs/verify.sh says of the folder, which has to be the same. It does not look
// at what is written from the records (pages, plans, snapshots), so what is wrong with those alone
// is not held against it. `signers`: the keys that are known; empty: those of the folder.
Verdict judged(const EvidenceFiles& files, const std::string& signers = "");

// The manifest recomputed, as anybody can.
EvidenceFiles sealed(EvidenceFiles files);

// Everything recomputed that needs no key: chain, papers, pages, manifest.
class Forgery {
 public:
  explicit Forgery(const EvidenceFiles& files);
  // The first record of the kind.
  Record& record(const std::string& kind, std::size_t nth = 0);
  void erase(const std::string& kind, std::size_t nth = 0);
  // Moves a record behind the `by` records that follow it.
  void move(const std::string& kind, std::size_t by, std::size_t nth = 0);
  std::string put(const std::string& bytes);
  const std::string& document(const std::string& sha256) const;
  EvidenceFiles files() const;

  std::vector<Record> records;

 private:
  EvidenceFiles by_hand(const std::vector<Record>& chain) const;

  EvidenceFiles whole_;
  std::map<std::string, std::string> documents_;
};

}  // namespace countersign::archive
