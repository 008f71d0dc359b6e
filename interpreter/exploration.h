// Exploring: what is typed, chunk after chunk, in one Lua state that only reads. Every call goes
// through the gate and is journaled in memory as in a read phase.
//
// The Lua state ends with whatever is final: a refusal, a limit, an interruption. Then a new script
// host is started before the next chunk and the earlier chunks are walked again with nothing but
// the journal, so that variables keep their values and nobody is asked twice. Only what the chunk
// that ended it had done so far is gone.
//
// With a draft, changing operations are recorded as intents and return placeholders, as in a
// mutating phase that is planned. Nothing is ever carried out here.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "interpreter/engine.h"
#include "interpreter/gate.h"
#include "interpreter/host_conversation.h"
#include "interpreter/ledger.h"
#include "interpreter/overlay.h"
#include "interpreter/plan.h"
#include "interpreter/recorded_walk.h"

namespace countersign {

class Exploration {
 public:
  // `session` may be null: then there is no account to ask. `folder`: where modules are. `globals`:
  // what else scripts find by name. All references outlive this.
  Exploration(Engine& engine, std::unique_ptr<Session> session, std::unique_ptr<Journal> journal,
              std::string folder, json globals = json::object());
  // Over what was recorded: no account is asked, and reading calls are answered from there. `phase`
  // is the one that asks.
  Exploration(Engine& engine, std::unique_ptr<RecordedSession> session, Recording& recording,
              std::string phase, std::unique_ptr<Journal> journal, json globals);
  ~Exploration();

  // Compiles the chunk and runs it once. Its value is kept as `_` and as the global `keep`.
  // `whole`: no more of it is coming; otherwise a text that ends too early is `incomplete`.
  PhaseResult say(const ScriptFile& script, bool whole, const std::string& keep = "");

  // The names of the fields behind a path from the globals.
  std::vector<std::string> names(const json& path);

  // How many chunks could not be walked again since it was last asked. The next answer is 0.
  int lost() { return std::exchange(lost_, 0); }
  // Whether what is read comes from a recording.
  bool recorded() const { return recording_ != nullptr; }

  // The session's clock, else the engine's.
  Time now();
  Session* session() const { return session_.get(); }

  // Intents are collected from now on. What is dropped is forgotten; numbers are never given twice,
  // so that a placeholder of a dropped change is known for what it is.
  void begin_draft();
  void drop_draft();
  bool drafting() const { return drafting_; }
  const PlannedPhase& draft() const { return plan_.phases.front(); }

  // Every reading operation as it was answered: secrets are gone from it already.
  std::function<void(const HostCall&, const Result<json>&)> answered;

 private:
  struct Kept {
    Chunk chunk;
    bool drafted;
  };
  Status revive();
  PhaseResult walked(const Kept& kept, bool replaying);
  std::unique_ptr<PhaseExecution> walk_of(const PhaseContext& standing);

  Engine& engine_;
  Ledger ledger_;
  std::unique_ptr<Session> session_;
  Recording* recording_ = nullptr;
  RecordedSession* recorded_session_ = nullptr;
  std::string phase_ = "this session", folder_;
  json globals_;
  std::unique_ptr<StayingHost> host_;
  std::vector<Kept> kept_;
  int chunks_ = 0, lost_ = 0;
  bool drafting_ = false;
  Plan plan_;
  Overlay overlay_;
  int next_ = 1;
};

}  // namespace countersign
