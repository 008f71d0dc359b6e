// Ctrl-C while a run goes on. The process ends there, at whatever instruction it is: the journal is
// written so that a killed process loses nothing silently, and what a gentler end would have to
// decide (was the request sent?) is what resuming finds out anyway. What is added is that it says
// what was under way, whether an outcome is unknown now, and how the run goes on.
//
// What would be said is made ready whenever something happens, and the signal's handler only writes
// it: no other thread gets to record that a program or a script host, which Ctrl-C reaches too, has
// failed.
#pragma once
#include <array>
#include <csignal>
#include <map>
#include <mutex>
#include <string>

#include "interpreter/journal.h"
#include "repl/command_context.h"

namespace countersign {

// The process ends with this code, as a shell says it of SIGINT.
inline constexpr int kBrokenOff = 130;

class BreakOff {
 public:
  // From here on Ctrl-C is taken. One at a time.
  explicit BreakOff(CommandContext& context);
  ~BreakOff();
  BreakOff(const BreakOff&) = delete;
  BreakOff& operator=(const BreakOff&) = delete;

  // The run that is gone on with; before that there is none to resume.
  void of_run(const std::string& id);
  // Each record as it is appended tells what is under way. From any thread.
  void follow(const Record& record);
  // Nothing is done but waiting, until what is named.
  void waits(const std::string& until);

 private:
  void make_ready();
  Error error() const;

  CommandContext& context_;
  struct sigaction before_;
  std::mutex mutex_;  // of what follows
  std::string run_, phase_, waits_;
  bool changing_ = false;
  std::map<std::string, std::string> begun_;  // operations without outcome, in words, by key
  // What was made ready last: a handler on another thread may still be writing an earlier one.
  std::array<std::string, 32> texts_, values_;
  std::size_t next_ = 0;
};

}  // namespace countersign
