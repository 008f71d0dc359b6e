// What the engine does, line by line, for whoever looks for the cause of a bad night. Where lines
// go is set by the program (repl/log); without that, and below the level, a call costs one
// comparison.
//
// A line never says more than it must: no bodies, no query of a URL, no arguments. The sink scrubs
// what is left of the secrets that the process knows. A line that cannot be written fails nothing.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "interpreter/clock.h"

namespace countersign {

enum class LogLevel { trace, debug, info, warn, error, off };

// "trace" "debug" "info" "warn" "error" "off"; nothing where it is none of them.
std::optional<LogLevel> log_level(std::string_view name);

class LogSink {
 public:
  virtual ~LogSink() = default;
  // From any thread. `run`: the run that the process works on, or empty. Must not throw.
  virtual void write(LogLevel level, const std::string& run, const std::string& text) = 0;
};

// Lines of `level` and above go to `sink`, which must outlive its being set; null: nowhere.
void set_log(LogSink* sink, LogLevel level);
// The run that the lines from here on are about; empty: none.
void set_log_run(const std::string& run);

bool logs(LogLevel level);
void log(LogLevel level, const std::string& text);

// How long something took, for a line about it. The clock outlives it.
class Stopwatch {
 public:
  explicit Stopwatch(Clock& clock) : clock_(clock), begun_(clock.steady()) {}
  long ms() const;

 private:
  Clock& clock_;
  Clock::Span begun_;
};

}  // namespace countersign
