// One script host's conversation with the engine: what it is told to run, and the calls it makes.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

using json = nlohmann::json;

// A file of Lua as it is handed over: bytes, the name it has in error messages, its digest.
struct ScriptFile {
  std::string name;   // "dsl", "connie.texts"
  std::string chunk;  // "runbooks/connie/cancel.lua"
  std::string text;
};

// A call as the script made it. `key` is its place: "inspect/parallel#1[3].2".
struct HostCall {
  std::string key, name, where;
  json arguments;
};

// `error` with the operation and line of the call it happened in, where it names none itself.
inline Error located(Error error, const HostCall& call) {
  if (error.operation.empty()) error.operation = call.name;
  if (error.where.empty()) error.where = call.where;
  return error;
}

// What is to become of a call. Exactly one of the three.
struct CallOutcome {
  std::function<Result<json>()>
      job;  // carried out, on another thread where the script does not wait for it alone
  std::optional<Result<json>>
      reply;  // answered at once; `order` says when among others that are replayed
  std::int64_t order = 0;
  std::optional<Error> final;  // ends the conversation; no pcall sees it

  static CallOutcome end(Error error) {
    CallOutcome s;
    s.final = std::move(error);
    return s;
  }
  static CallOutcome answer(Result<json> value, std::int64_t order = 0) {
    CallOutcome s;
    s.reply = std::move(value);
    s.order = order;
    return s;
  }
  static CallOutcome carry(std::function<Result<json>()> job) {
    CallOutcome s;
    s.job = std::move(job);
    return s;
  }
};

class CallServer {
 public:
  virtual ~CallServer() = default;
  virtual CallOutcome serve(const HostCall& call) = 0;
  // A job's result, on the engine's thread, before the script sees it. An Error here ends the
  // conversation.
  virtual Status deliver(const HostCall& call, Result<json>& result) = 0;
  // The text of a module that the script requires.
  virtual Result<ScriptFile> module(const std::string& name) = 0;
  virtual void print(const std::string& text) = 0;
};

struct HostOptions {
  std::string executable;           // of the script host
  std::vector<ScriptFile> prelude;  // the standard library's Lua
  ScriptFile script;
  json setup;          // for the prelude: {"operations": [names]}
  json task;           // what to run: {"kind": "describe" | "phase" | …}
  std::string prefix;  // of the calls' keys
  std::size_t memory_limit = 256u << 20;
  json globals = json::object();  // what else the script finds by name
  // Set from a signal handler: what is under way is given up, and the script host with it.
  const std::atomic<bool>* interrupted = nullptr;
};

struct PhaseResult {
  enum Kind { finished, skipped, unknown, incomplete, failed } kind = failed;
  json value;               // finished
  std::string what;         // unknown: the phase that is not known yet
                            // finished: what the value is where it has no form as data
  bool expression = false;  // finished: what was typed is an expression
  Error error;              // failed
};

// Starts a script host, serves its calls until it ends or is ended.
PhaseResult converse(const HostOptions& talk, CallServer& server);

// What is typed at a conversation: compiled first, as an expression and as statements, and run
// once.
struct Chunk {
  ScriptFile script;
  std::string prefix;  // of the calls' keys; another one for every chunk
  std::string keep;    // the global that its value is kept in, besides `_`
  bool whole = true;   // no more is coming; else text that ends too early is `incomplete`, not run
};

// A script host that stays: chunk after chunk in one Lua state. What ends it (a limit, a refusal,
// an interruption) takes the state with it.
class StayingHost {
 public:
  // `script`, `task` and `prefix` of the talk say nothing here. Errors: state, limit.
  static Result<std::unique_ptr<StayingHost>> start(const HostOptions& talk);
  ~StayingHost();

  PhaseResult say(const Chunk& chunk, CallServer& server);
  // The names of the fields that `path`, names and numbers, leads to from the globals.
  std::vector<std::string> names(const json& path);
  bool alive() const;

 private:
  struct State;
  explicit StayingHost(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace countersign
