// A journal and the state that is folded from it, kept in step: nothing is in one and not in the
// other.
#pragma once
#include <memory>

#include "interpreter/clock.h"
#include "interpreter/journal.h"
#include "interpreter/run_state.h"

namespace countersign {

class Vault;

class Ledger {
 public:
  Ledger(std::unique_ptr<Journal> journal, RunState state, std::function<void(const Record&)> event,
         Clock& clock);

  // Appends a record (scrubbed of known secrets) and applies it.
  template <class R>
  Status add(const R& record) {
    return add(kind_of(&record), to_json(record));
  }
  Status write() { return journal_->write(); }
  Status sync() { return journal_->sync(); }
  const RunState& state() const { return state_; }
  Journal& journal() { return *journal_; }
  const Journal& journal() const { return *journal_; }

  // The run's clock: what `set_now` said last, plus the time that has passed here since. A
  // simulated clock may be slower than ours, or stand: what it said last, until it is asked again.
  Time now() const;
  void set_now(Time now);
  void simulated(bool is) { simulated_ = is; }
  // From now on nothing may be added: what a replay would add is a divergence (kind "drift").
  void freeze() { frozen_ = true; }
  void set_vault(const Vault* vault) { vault_ = vault; }

 private:
  Status add(RecordKind kind, json body);

  std::unique_ptr<Journal> journal_;
  RunState state_;
  std::function<void(const Record&)> event_;
  const Vault* vault_ = nullptr;
  bool frozen_ = false, simulated_ = false;
  Clock& clock_;
  Time base_;
  Clock::Span base_at_;
};

}  // namespace countersign
