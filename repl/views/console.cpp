#include "repl/views/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include "repl/views/escape.h"

namespace countersign {
namespace {

constexpr std::size_t kWidth = 100, kNarrowest = 40, kWidest = 120;

// To the beginning of the line, and what stands on it away.
const std::string kNoLine = "\r\x1b[K";

bool can_write_over() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && *terminal != '\0' && std::strcmp(terminal, "dumb") != 0;
}

Style style_of(int fd, bool no_color) {
  Style style;
  const char* terminal = std::getenv("TERM");
  const char* none = std::getenv("NO_COLOR");
  style.color = !no_color && isatty(fd) != 0 && (none == nullptr || *none == '\0') &&
                terminal != nullptr && *terminal != '\0' && std::strcmp(terminal, "dumb") != 0;
  winsize size{};
  std::size_t width = 0;
  if (ioctl(fd, TIOCGWINSZ, &size) == 0) width = size.ws_col;
  if (const char* columns = std::getenv("COLUMNS"); width == 0 && columns != nullptr)
    width = static_cast<std::size_t>(std::max(0, std::atoi(columns)));
  style.width = width == 0 ? kWidth : std::clamp(width, kNarrowest, kWidest);
  return style;
}

// Everything or nothing is what a reader of stdout can use; stdio would hide which it was.
bool write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = write(fd, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

}  // namespace

Console::Console(bool no_color, bool quiet)
    : out_(style_of(STDOUT_FILENO, no_color)),
      err_(style_of(STDERR_FILENO, no_color)),
      no_color_(no_color),
      quiet_(quiet),
      status_(!quiet && isatty(STDERR_FILENO) != 0 && can_write_over()) {}

void Console::measure() {
  const std::string zone = out_.zone;
  out_ = style_of(STDOUT_FILENO, no_color_);
  err_ = style_of(STDERR_FILENO, no_color_);
  set_zone(zone);
}

void Console::set_zone(const std::string& zone) {
  out_.zone = err_.zone = zone;
}

void Console::put(int fd, const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (status_shown_) (void)write_all(STDERR_FILENO, kNoLine);
  status_shown_ = false;
  const bool wrote = write_all(fd, text);
  if (fd == STDOUT_FILENO) failed_ = !wrote || failed_;
}

void Console::status(const std::string& line) {
  if (!status_) return;
  const std::lock_guard lock(mutex_);
  if (line.empty() && !status_shown_) return;
  status_shown_ = !line.empty();
  (void)write_all(STDERR_FILENO, kNoLine + shortened(visible(line), err_.width - 1));
}

void Console::say(const std::string& text) {
  put(STDOUT_FILENO, text);
}

void Console::say_json(const nlohmann::json& value) {
  say(visible_json(value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n");
}

void Console::say_json_line(const nlohmann::json& value) {
  say(visible_json(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) + "\n");
}

void Console::progress(const std::string& text) {
  if (!quiet_) warn(text);
}

void Console::warn(const std::string& text) {
  if (!text.empty()) put(STDERR_FILENO, text);
}

bool Console::can_ask() const {
  return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
}

bool Console::agrees(const std::string& question) {
  warn(question + " [y/N] ");
  char answer[16] = {};
  if (std::fgets(answer, sizeof answer, stdin) == nullptr) return false;
  return answer[0] == 'y' || answer[0] == 'Y';
}

bool Console::finish() {
  const std::lock_guard lock(mutex_);
  return !failed_;
}

}  // namespace countersign
