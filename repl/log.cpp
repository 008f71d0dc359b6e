// spdlog and fmt are compiled in, here only: their shared libraries would be loaded at every start.
#define FMT_HEADER_ONLY
#define SPDLOG_HEADER_ONLY
#define SPDLOG_FMT_EXTERNAL
#undef SPDLOG_COMPILED_LIB
#include "repl/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "repl/log_file.h"

namespace countersign {
namespace {

using Moment = spdlog::log_clock::time_point;

constexpr std::size_t kMostEarly = 200;  // lines from before the home is known

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

class FileSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit FileSink(const std::string& folder) : file_(folder) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (given_up_) return;
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const std::string why = file_.append(fmt::to_string(line));
    if (why.empty()) return;
    given_up_ = true;
    std::fprintf(stderr,
                 "countersign: warning: the log cannot be written, and the command goes on without "
                 "it: %s\n",
                 why.c_str());
  }
  void flush_() override {}

  LogFile file_;
  bool given_up_ = false;
};

// One line for one event, whatever is in it.
std::string on_one_line(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7f)
      out += '?';
    else
      out += c;
  }
  return out;
}

class ProgramLog : public LogSink {
 public:
  void open(LogLevel level, bool verbose) {
    level_ = level;
    verbose_ = verbose;
    set_log(this, verbose ? std::min(level, LogLevel::debug) : level);
  }

  void into(const std::string& folder) {
    const std::lock_guard lock(mutex_);
    if (file_ || level_ == LogLevel::off) return;
    file_.emplace("countersign", std::make_shared<FileSink>(folder));
    auto formatter = std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %l %P %v", spdlog::pattern_time_type::utc, "\n");
    file_->set_formatter(std::move(formatter));
    file_->set_level(spdlog::level::trace);
    for (const Early& one : early_) put(one);
    early_.clear();
  }

  std::function<std::string(std::string)> scrub_with(
      std::function<std::string(std::string)> scrub) {
    const std::lock_guard lock(mutex_);
    return std::exchange(scrub_, std::move(scrub));
  }

  void write(LogLevel level, const std::string& run, const std::string& text) override try {
    const std::lock_guard lock(mutex_);
    Early one{Moment(std::chrono::duration_cast<Moment::duration>(wall_clock().since_epoch())),
              level, (run.empty() ? "-" : run) + " " + on_one_line(scrub_ ? scrub_(text) : text)};
    if (verbose_ && level >= LogLevel::debug) terminal().log(one.at, {}, level_of(level), one.text);
    if (level < level_) return;
    if (file_)
      put(one);
    else if (early_.size() < kMostEarly)
      early_.push_back(std::move(one));
  } catch (...) {
    // No memory for a line: the command matters more.
  }

 private:
  struct Early {
    Moment at;
    LogLevel level;
    std::string text;
  };

  void put(const Early& one) { file_->log(one.at, {}, level_of(one.level), one.text); }

  spdlog::logger& terminal() {
    if (!terminal_) {
      terminal_.emplace("countersign", std::make_shared<spdlog::sinks::stderr_sink_st>());
      terminal_->set_pattern("%H:%M:%S.%e %l %v");
      terminal_->set_level(spdlog::level::trace);
    }
    return *terminal_;
  }

  std::mutex mutex_;
  LogLevel level_ = LogLevel::off;
  bool verbose_ = false;
  std::function<std::string(std::string)> scrub_;
  std::optional<spdlog::logger> file_, terminal_;
  std::vector<Early> early_;
};

ProgramLog& program_log() {
  static ProgramLog log;
  return log;
}

}  // namespace

void open_log(LogLevel level, bool verbose) {
  program_log().open(level, verbose);
}
void log_into(const std::string& folder) {
  program_log().into(folder);
}
std::function<std::string(std::string)> scrub_log_with(
    std::function<std::string(std::string)> scrub) {
  return program_log().scrub_with(std::move(scrub));
}

}  // namespace countersign
