#include "interpreter/exploration.h"

#include "interpreter/phase_execution.h"
#include "interpreter/vault.h"

namespace countersign {
namespace {

PlannedPhase empty_draft() {
  PlannedPhase phase;
  phase.name = "change";
  phase.kind = PhaseKind::mutate;
  phase.title = "Change";
  return phase;
}

template <class Walk>
class Listening : public Walk {
 public:
  using Answered = std::function<void(const HostCall&, const Result<json>&)>;
  template <typename... Arguments>
  explicit Listening(const Answered& answered, Arguments&&... arguments)
      : Walk(std::forward<Arguments>(arguments)...), answered_(answered) {}

  Status deliver(const HostCall& call, Result<json>& result) override {
    const Status kept = Walk::deliver(call, result);
    if (kept && answered_) answered_(call, result);
    return kept;
  }

 private:
  const Answered& answered_;
};

}  // namespace

Exploration::Exploration(Engine& engine, std::unique_ptr<Session> session,
                         std::unique_ptr<Journal> journal, std::string folder, json globals)
    : engine_(engine),
      ledger_(std::move(journal), RunState{}, {}, engine.clock),
      session_(std::move(session)),
      folder_(std::move(folder)),
      globals_(std::move(globals)) {
  if (session_) ledger_.set_vault(&session_->vault());
  plan_.phases.push_back(empty_draft());
}

Exploration::Exploration(Engine& engine, std::unique_ptr<RecordedSession> session,
                         Recording& recording, std::string phase, std::unique_ptr<Journal> journal,
                         json globals)
    : engine_(engine),
      ledger_(std::move(journal), RunState{}, {}, engine.clock),
      recording_(&recording),
      recorded_session_(session.get()),
      phase_(std::move(phase)),
      folder_("."),
      globals_(std::move(globals)) {
  session_ = std::move(session);
  ledger_.set_vault(&session_->vault());
  ledger_.simulated(true);  // its time is the recording's, and stands
  recording_->answers.enter(phase_);
  plan_.phases.push_back(empty_draft());
}

Exploration::~Exploration() = default;

std::unique_ptr<PhaseExecution> Exploration::walk_of(const PhaseContext& standing) {
  if (recording_ == nullptr)
    return std::make_unique<Listening<PhaseExecution>>(answered, engine_, session_.get(), ledger_,
                                                       standing, folder_);
  return std::make_unique<Listening<RecordedWalk>>(answered, *recording_, engine_,
                                                   recorded_session_, ledger_, standing, folder_);
}

PhaseResult Exploration::walked(const Kept& kept, bool replaying) {
  PhaseContext standing;
  standing.stage = kept.drafted ? Stage::draft : Stage::explore;
  standing.phase = phase_;
  standing.replaying = replaying;
  standing.draft = &plan_;
  standing.overlay = &overlay_;
  const std::unique_ptr<PhaseExecution> made = walk_of(standing);
  PhaseExecution& walk = *made;
  PlannedPhase& phase = plan_.phases.front();
  const auto before = intents_of(phase).size();
  walk.planned = phase;
  walk.first = next_ - static_cast<int>(before);
  walk.in_plan = &phase;
  if (!host_) {
    HostOptions talk = walk.talk();
    talk.globals = globals_;
    Result<std::unique_ptr<StayingHost>> started = StayingHost::start(talk);
    if (!started) {
      PhaseResult ending;
      ending.error = started.error();
      return ending;
    }
    host_ = std::move(*started);
  }
  const bool drafts = kept.drafted && !replaying;
  PlannedPhase phase_before = drafts ? phase : PlannedPhase();
  Overlay overlay_before = drafts ? overlay_ : Overlay();
  PhaseResult ending = host_->say(kept.chunk, walk);
  if (!drafts) return ending;
  next_ += static_cast<int>(intents_of(walk.planned).size() - before);
  if (ending.kind == PhaseResult::finished) {
    phase = std::move(walk.planned);
  } else {
    phase = std::move(phase_before);
    overlay_ = std::move(overlay_before);
  }
  return ending;
}

Status Exploration::revive() {
  if (host_ && host_->alive()) return Done{};
  host_.reset();
  std::vector<Kept> earlier;
  earlier.swap(kept_);
  for (std::size_t i = 0; i < earlier.size(); ++i) {
    const PhaseResult ending = walked(earlier[i], true);
    if (host_ && host_->alive()) {
      kept_.push_back(std::move(earlier[i]));
      continue;
    }
    if (ending.error.kind == "interrupted") {
      // Not given up for good: the next chunk tries again.
      for (; i < earlier.size(); ++i) kept_.push_back(std::move(earlier[i]));
      host_.reset();
      return ending.error;
    }
    // One that cannot be walked again takes the state along once more, so it is left out.
    ++lost_;
    host_.reset();
    earlier.erase(earlier.begin() + static_cast<std::ptrdiff_t>(i));
    kept_.clear();
    i = static_cast<std::size_t>(-1);
  }
  return Done{};
}

PhaseResult Exploration::say(const ScriptFile& script, bool whole, const std::string& keep) {
  PhaseResult ending;
  if (const Status alive = revive(); !alive) {
    ending.error = alive.error();
    return ending;
  }
  Kept one{{script, "line" + std::to_string(chunks_ + 1), keep, whole}, drafting_};
  ending = walked(one, false);
  if (session_) {
    // A script may have been told a secret; who looks over the shoulder is not.
    const Vault& vault = session_->vault();
    vault.scrub(ending.value);
    ending.error.message = vault.scrub(ending.error.message);
    ending.error.hint = vault.scrub(ending.error.hint);
  }
  if (ending.kind == PhaseResult::incomplete) return ending;
  ++chunks_;
  if (host_ && host_->alive()) kept_.push_back(std::move(one));
  return ending;
}

std::vector<std::string> Exploration::names(const json& path) {
  if (!host_ && kept_.empty()) {
    // Nothing was said yet: an empty chunk starts the host.
    (void)say({"", "line", ""}, true);
  }
  if (!revive() || !host_) return {};
  return host_->names(path);
}

Time Exploration::now() {
  if (session_)
    if (const Result<Time> now = session_->now()) return *now;
  return engine_.clock.now();
}

void Exploration::begin_draft() {
  drafting_ = true;
}

void Exploration::drop_draft() {
  drafting_ = false;
  plan_.phases.front() = empty_draft();
  overlay_ = Overlay();
}

}  // namespace countersign
