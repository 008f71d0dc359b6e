#include "interpreter/ledger.h"

#include "interpreter/log.h"
#include "interpreter/vault.h"

namespace countersign {
namespace {

// What became of the run and of what was in doubt; the rest is in the journal itself.
void log_record(const Record& record) {
  const json& body = record.body;
  const auto text = [&](const char* key) {
    const auto at = body.find(key);
    return at != body.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  if (is<StatusRecord>(record))
    log(LogLevel::info, "status " + text("status"));
  else if (is<SettledRecord>(record))
    log(LogLevel::info, "settled " + text("key") + ": " + text("verdict") + " by " + text("by"));
  else if (is<OutcomeRecord>(record) && !text("settled").empty())
    log(LogLevel::info, "settled " + text("key") + ": " + text("operation") + " was applied, by " +
                            text("settled"));
  else if (logs(LogLevel::debug))
    log(LogLevel::debug, "record " + std::to_string(record.seq) + " " + record.kind +
                             (text("key").empty() ? "" : " " + text("key")));
}

}  // namespace

Ledger::Ledger(std::unique_ptr<Journal> journal, RunState state,
               std::function<void(const Record&)> event, Clock& clock)
    : journal_(std::move(journal)),
      state_(std::move(state)),
      event_(std::move(event)),
      clock_(clock),
      base_(clock.now()),
      base_at_(clock.steady()) {}

Status Ledger::add(RecordKind kind, json body) {
  if (frozen_)
    return Error{"drift", std::string("the journal has no such \"") + to_string(kind) +
                              "\": " + body.value("key", "")};
  if (vault_) vault_->scrub(body);
  Record record = TRY(journal_->append(to_string(kind), std::move(body), now()));
  if (const Status applied = state_.apply(record, *journal_); !applied) return applied;
  log_record(record);
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
