#include "interpreter/ledger.h"

#include "interpreter/clock.h"
#include "interpreter/vault.h"

namespace countersign {

Ledger::Ledger(std::unique_ptr<Journal> journal, RunState state,
               std::function<void(const Record&)> event)
    : journal_(std::move(journal)),
      state_(std::move(state)),
      event_(std::move(event)),
      base_(system_now()),
      base_at_(std::chrono::steady_clock::now()) {}

Status Ledger::add(RecordKind kind, json body) {
  if (frozen_)
    return Error{"drift", std::string("the journal has no such \"") + to_string(kind) +
                              "\": " + body.value("key", "")};
  if (vault_) vault_->scrub(body);
  Record record = TRY(journal_->append(to_string(kind), std::move(body), now()));
  if (const Status applied = state_.apply(record, *journal_); !applied) return applied;
  if (event_) event_(record);
  return Done{};
}

Time Ledger::now() const {
  if (simulated_) return base_;
  const auto passed = std::chrono::steady_clock::now() - base_at_;
  return base_ + std::chrono::duration_cast<std::chrono::seconds>(passed).count();
}

void Ledger::set_now(Time now) {
  base_ = now;
  base_at_ = std::chrono::steady_clock::now();
}

}  // namespace countersign
