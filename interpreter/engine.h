// What a run needs from outside, handed in once: catalogue, the time, sessions, people, the home
// folder, the script host.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "interpreter/authorizer.h"
#include "interpreter/catalogue.h"
#include "interpreter/clock.h"
#include "interpreter/host_conversation.h"
#include "interpreter/journal.h"
#include "interpreter/session.h"

namespace countersign {

class Home;
struct RunState;

struct Engine {
  const Catalogue& catalogue;
  // For what no provider is asked: waits, and the time of a run whose endpoint is not simulated.
  Clock& clock;
  Authorizer& authorizer;
  Home& home;
  std::string host_executable;
  std::vector<ScriptFile> prelude;
  // A session for the profile of that name; documents are kept in `documents`. Errors: config.
  std::function<Result<std::unique_ptr<Session>>(const std::string& profile, Documents& documents)>
      session;
  // Holds a secret parameter ("env:NAME", "file:PATH", "command:…") in the session's vault and
  // returns its handle.
  std::function<Result<json>(Session& session, const std::string& reference)> secret;
  std::string version = {};  // of this program, for people
  // How long a decision may take and how much later than planned a phase may begin: policy's words.
  Time decide_seconds = 24 * 3600, slack_seconds = 4 * 3600;
  // The page of a request that people read before they sign, the same bytes wherever and whenever
  // it is made. Empty: requests name none.
  std::function<std::string(const RunState& state, const json& request)> plan_document = {};
  // Every record as it is appended, and what scripts print. Either may be empty.
  std::function<void(const Record&)> event;
  std::function<void(const std::string&)> print;
  // Set where the user breaks off what is under way; null: nobody can.
  const std::atomic<bool>* interrupted = nullptr;
};

}  // namespace countersign
