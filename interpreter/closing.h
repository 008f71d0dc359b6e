// How a run's records end: covered by a person's signature, or closed by the engine's own key.
//
// Every person's document names a record of the chain (chain_head.h) and so covers all up to it.
// What comes after the last of them nobody signed: outcomes, checks, why a run failed. Such a run
// is closed when it ends: its last status and the closing are one transaction, so that a crash
// leaves both or neither. The closing document, signed with the key that the request names, names
// the head behind that status.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/journal.h"

namespace countersign {

struct RunState;

struct Coverage {
  std::int64_t signed_to = 0;  // the last record that a person's signature covers; 0: none
  // Whether nothing stands behind it but signed documents and a status that follows from them.
  bool end = false;
  std::int64_t closed_to = 0;  // the last record that the engine closed; 0: none
  bool closed = false;         // and whether nothing but such stands behind that
};

// By what the documents name; whether their signatures hold is for others to say.
Coverage coverage_of(const std::vector<Record>& records, const Documents& documents);

// Who closes runs for the engine. An Authorizer that keeps a key for it is one too; with another,
// nothing is closed.
class Closer {
 public:
  virtual ~Closer() = default;
  // The public key, as in a .pub file without its comment. Errors: kind "state".
  virtual Result<std::string> closing_key() = 0;
  // The signature over a closing document. Errors: kind "state".
  virtual Result<std::string> close(const std::string& document) = 0;
};

// Empty: there is nobody who closes.
Result<std::string> closing_key(Authorizer& authorizer);
Result<std::string> sign_closing(Authorizer& authorizer, const std::string& document);

// Whether the run has ended so that the engine has to close it, and it is not closed. Never of a
// run that names no key: an earlier version's.
bool is_left_open(const RunState& state, const std::vector<Record>& records,
                  const Documents& documents);

// What the engine signs of a run that ended with the last of `records`: canonical.
std::string closing_document(const RunState& state, const Record& last);

}  // namespace countersign
