// What lies in a folder that signed answers arrive in, which anybody may put things into: read
// without following a link, with bounds on everything, and never written to.
//
// A pair is NAME and NAME.sig beside it. Folders in the folder are looked into once, as `request`
// makes one for each of several things that wait; their own folders are not.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/error.h"

namespace countersign {

struct IncomingPair {
  std::string name;  // below the folder, as people may see it
  Signed answer;
  // What else of the same folder an answer may refer to, of a fixed list of names.
  std::map<std::string, std::string> beside;
};

struct IncomingProblem {
  std::string name;
  std::string why, hint;
  bool waits = false;  // it may be whole the next time
};

struct Incoming {
  std::vector<IncomingPair> pairs;  // by name
  std::vector<IncomingProblem> problems;
};

// `now`: files that were written in the last seconds may still be being written. Errors (kind
// "usage"): there is no such folder.
Result<Incoming> read_incoming(const std::string& folder, Time now);

}  // namespace countersign
