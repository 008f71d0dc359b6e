#include "repl/break_off.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "interpreter/journal_format.h"
#include "repl/views/changes_view.h"
#include "repl/views/console.h"
#include "repl/views/error_view.h"
#include "repl/views/escape.h"
#include "stdlib/catalogue.h"

namespace countersign {
namespace {

// A signal handler reaches nothing but what is static.
std::atomic<const std::string*> said_on_stderr{nullptr}, said_on_stdout{nullptr};

void write_whole(int fd, const std::string* text) {
  std::size_t done = 0;
  while (text != nullptr && done < text->size()) {
    const ssize_t wrote = write(fd, text->data() + done, text->size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    done += static_cast<std::size_t>(wrote);
  }
}

void handle(int) {
  write_whole(STDERR_FILENO, said_on_stderr);
  write_whole(STDOUT_FILENO, said_on_stdout);
  _exit(kBrokenOff);
}

}  // namespace

static_assert(std::atomic<const std::string*>::is_always_lock_free, "a signal handler reads it");

BreakOff::BreakOff(CommandContext& context) : context_(context) {
  {
    const std::lock_guard lock(mutex_);
    make_ready();
  }
  struct sigaction action {};
  action.sa_handler = handle;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &before_);
}

BreakOff::~BreakOff() {
  sigaction(SIGINT, &before_, nullptr);
  said_on_stderr = said_on_stdout = nullptr;
}

void BreakOff::make_ready() {
  const Error what = error();
  const Console& console = context_.console;
  texts_[next_] =
      (console.shows_status() ? "\n" : "") + error_text(what, console.style_of_progress());
  const bool line = context_.arguments.events;
  values_[next_] = context_.arguments.json || line
                       ? visible_json(json{{"error", error_json(what)}}.dump(
                             line ? -1 : 2, ' ', false, json::error_handler_t::replace)) +
                             "\n"
                       : std::string();
  said_on_stderr = &texts_[next_];
  said_on_stdout = &values_[next_];
  next_ = (next_ + 1) % texts_.size();
}

void BreakOff::of_run(const std::string& id) {
  const std::lock_guard lock(mutex_);
  run_ = id;
  waits_.clear();
  make_ready();
}

void BreakOff::follow(const Record& record) {
  const std::lock_guard lock(mutex_);
  if (const auto run = as<RunStartedRecord>(record)) run_ = run->run;
  if (const auto phase = as<PhaseStartedRecord>(record)) {
    phase_ = phase->phase;
    changing_ = phase->kind != PhaseKind::read;
  } else if (const auto intent = as<IntentRecord>(record)) {
    json operation = {{"operation", intent->operation},
                      {"target", intent->target},
                      {"arguments", intent->arguments}};
    if (intent->before) operation["before"] = json::array({*intent->before});
    describe_operation(operation, standard_catalogue());
    begun_[intent->key] =
        "operation " + std::to_string(intent->n) + ", \"" + in_words(operation) + "\"";
  } else if (const auto outcome = as<OutcomeRecord>(record)) {
    begun_.erase(outcome->key);
  } else if (!is<RunStartedRecord>(record)) {
    return;
  }
  make_ready();
}

void BreakOff::waits(const std::string& until) {
  const std::lock_guard lock(mutex_);
  waits_ = until;
  make_ready();
}

Error BreakOff::error() const {
  if (run_.empty())
    return {"interrupted", "it was interrupted before the run began: nothing was recorded",
            "start it again"};
  const std::string on = "countersign resume " + run_;
  if (!begun_.empty()) {
    std::string all;
    for (const auto& [key, words] : begun_) all += (all.empty() ? "" : "; ") + words;
    return {"interrupted",
            "the run " + run_ + " was interrupted in the middle of a change: " + all +
                ": it is not known whether it was carried out",
            on + " looks at what is there before it goes on"};
  }
  if (!waits_.empty())
    return {"interrupted",
            "the run " + run_ + " was interrupted while it was waiting until " + waits_ +
                "; it waits on without this process",
            on + " goes on then; " + on + " --wait waits here again"};
  const std::string where = phase_.empty() ? "" : " in \"" + phase_ + "\"";
  return {"interrupted",
          "the run " + run_ + " was interrupted" + where +
              (changing_ ? ", between two changes" : ", while nothing was being changed"),
          "go on with it: " + on};
}

}  // namespace countersign
