#include "interpreter/log.h"

#include <array>
#include <atomic>
#include <mutex>

namespace countersign {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"trace", "debug", "info",
                                                    "warn",  "error", "off"};

std::atomic<LogLevel> lowest = LogLevel::off;
std::mutex mutex;  // over the two below
LogSink* to = nullptr;
std::string current_run;

}  // namespace

std::optional<LogLevel> log_level(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

void set_log(LogSink* sink, LogLevel level) {
  const std::lock_guard lock(mutex);
  to = sink;
  lowest = sink ? level : LogLevel::off;
}

void set_log_run(const std::string& run) {
  const std::lock_guard lock(mutex);
  current_run = run;
}

bool logs(LogLevel level) {
  return level != LogLevel::off && level >= lowest.load(std::memory_order_relaxed);
}

void log(LogLevel level, const std::string& text) {
  if (!logs(level)) return;
  const std::lock_guard lock(mutex);
  if (to) to->write(level, current_run, text);
}

long Stopwatch::ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - begun_).count();
}

}  // namespace countersign
