// The journal of one run: an append-only, hash-chained table in the run's SQLite file, and beside
// it the documents that records name by digest. The run is its journal.
//
// A record is {"seq", "time", "kind", "body", "previous"}; its hash is the SHA-256 of its canonical
// text, and `previous` is the hash of the one before (64 zeros for the first). Appending is
// buffered in one transaction. `write` ends it: what was appended outlives this process. `sync`
// makes everything so far durable: it outlives the machine's power (WAL). A failed write or sync is
// never retried: nothing more is written, and the run stops.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"
#include "interpreter/session.h"

namespace countersign {

using json = nlohmann::json;

struct Record {
  std::int64_t seq = 0;
  Time time = 0;
  std::string kind;
  json body;
  std::string previous, hash;
};

json to_json(const Record& record);

class Journal : public Documents {
 public:
  // Opens or creates the file. Errors (kind "state"): not a run, of a newer version, damaged,
  // read-only, no space.
  static Result<std::unique_ptr<Journal>> open(const std::string& path, bool create);
  // A journal that nobody keeps: for eval.
  static std::unique_ptr<Journal> in_memory();
  ~Journal() override;

  // Everything appended so far, in order. Checked on opening: chain and digests.
  const std::vector<Record>& records() const;
  Result<Record> append(const std::string& kind, json body, Time time);
  Status write();
  Status sync();
  std::string head() const;  // hash of the last record

  std::string put(const std::string& bytes) override;
  Result<std::string> get(const std::string& sha256) const override;
  // Whether every document is what was written. Without it a damaged one is found where it is read.
  Status whole() const;
  std::vector<std::string> documents() const;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace countersign
