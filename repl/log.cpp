// spdlog and fmt are compiled in, here only: their shared libraries would be loaded at every start.
#define FMT_HEADER_ONLY
#define SPDLOG_HEADER_ONLY
#define SPDLOG_FMT_EXTERNAL
#undef SPDLOG_COMPILED_LIB
#include "repl/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace countersign {
namespace {

spdlog::level::level_enum level = spdlog::level::warn;

// Made when the first line is written; most commands write none.
spdlog::logger& logger() {
  static spdlog::logger made = [] {
    spdlog::logger one("countersign", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    one.set_pattern("%H:%M:%S.%e %l %v");
    one.set_level(level);
    return one;
  }();
  return made;
}

}  // namespace

void open_log(bool verbose, bool quiet) {
  level = verbose ? spdlog::level::debug : quiet ? spdlog::level::err : spdlog::level::warn;
}

void log_debug(const std::string& text) {
  if (level <= spdlog::level::debug) logger().debug("{}", text);
}

void log_warning(const std::string& text) {
  if (level <= spdlog::level::warn) logger().warn("{}", text);
}

}  // namespace countersign
