// Worlds in which something is wrong with a client's deployment, or nothing, or only nearly: what
// the troubleshooting runbook has to name in each, and what it must not.
#pragma once
#include <functional>

#include "tests/runbooks/case_room.h"

namespace countersign::firm {

struct CaseWorld {
  std::string name;
  std::string reported;  // in a reporter's words
  std::string cause;     // the root; empty: none is known
  json patch = json::array();
  std::vector<json> calls = {};
  std::vector<std::string> faults = {};                    // while callers call
  std::vector<std::string> later = {};                     // from then on
  std::function<void(CompanyFixture&)> prepare = nullptr;  // after the calls
  json parameters = json::object();                        // "call": "the last" is the last call's
  std::string profile = {};                                // lines of the profile
  std::string first = {};  // the first finding, where another is named sooner
};

// The worlds as they are, one for each thing that has to be told from another.
std::vector<CaseWorld> case_worlds();

// The same and healthy ones, each beside things that change nothing about it: what is unrelated,
// over, or unreadable.
std::vector<CaseWorld> generated_worlds();

struct Verdict {
  std::string first;   // the first finding's cause; empty: none
  std::string root;    // the cause that the run takes for the root; empty: none is known
  std::string crash;   // what ended the run that is no verdict
  bool gone = false;   // it says that the fault is gone
  bool mended = true;  // callers have again what they had, where a fix was tried
  bool fixed = false;
  std::string said;
};

// Plays the world: callers, the diagnosis, and, where `fix`, the approved fix and callers again.
Verdict judged(const CaseWorld& world, bool fix);

}  // namespace countersign::firm
