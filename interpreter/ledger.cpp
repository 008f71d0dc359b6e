#include "interpreter/ledger.h"

#include "interpreter/vault.h"

namespace countersign {

Ledger::Ledger(std::unique_ptr<Journal> journal, RunState state,
               std::function<void(const Record&)> event, Clock& clock)
    : journal_(std::move(journal)),
      state_(std::move(state)),
      event_(std::move(event)),
      clock_(clock),
      base_(clock.now()),
      base_at_(clock.steady()) {}

Status Ledger::add(const std::string& kind, json body) {
  if (frozen_)
    return Error{"drift", "the journal has no such \"" + kind + "\": " + body.value("key", "")};
  if (vault_) vault_->scrub(body);
  Record record = TRY(journal_->append(kind, std::move(body), now()));
  if (const Status applied = state_.apply(record, *journal_); !applied) return applied;
  if (event_) event_(record);
  return Done{};
}

Time Ledger::now() const {
  if (simulated_) return base_;
  const Clock::Span passed = clock_.steady() - base_at_;
  return base_ + std::chrono::duration_cast<std::chrono::seconds>(passed).count();
}

void Ledger::set_now(Time now) {
  base_ = now;
  base_at_ = clock_.steady();
}

}  // namespace countersign
