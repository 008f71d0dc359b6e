// Lines as they come, from a pipe or a terminal that can do nothing: no editing, no escapes.
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "repl/conversation/lines.h"

namespace countersign {
namespace {

constexpr std::size_t kMost = 1u << 20;

class PlainLines : public Lines {
 public:
  PlainLines(TerminalSignals& interruption, bool prompts)
      : interruption_(interruption), prompts_(prompts) {}

  Got next(const std::string& prompt, std::string& line) override {
    if (prompts_ && write(STDERR_FILENO, prompt.data(), prompt.size()) < 0) return Got::end;
    for (;;) {
      const std::size_t end = buffer_.find('\n');
      if (too_long_ && (end != std::string::npos || ended_)) {
        buffer_.erase(0, end == std::string::npos ? end : end + 1);
        too_long_ = false;
        return Got::too_long;
      }
      if (end != std::string::npos) {
        line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        return Got::line;
      }
      // What is left of such a line is no line of its own.
      if (buffer_.size() > kMost) too_long_ = true;
      if (too_long_) buffer_.clear();
      if (ended_ && !too_long_) {
        if (buffer_.empty()) return Got::end;
        line.swap(buffer_);
        buffer_.clear();
        return Got::line;
      }
      pollfd waits[2] = {{STDIN_FILENO, POLLIN, 0}, {interruption_.descriptor(), POLLIN, 0}};
      if (poll(waits, 2, -1) < 0 && errno != EINTR) return Got::end;
      if (waits[1].revents != 0) interruption_.drain();
      if (interruption_.take()) {
        buffer_.clear();
        if (prompts_ && write(STDERR_FILENO, "\n", 1) < 0) return Got::end;
        return Got::interrupted;
      }
      if (waits[0].revents == 0) continue;
      char bytes[65536];
      const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0)
        ended_ = true;
      else
        buffer_.append(bytes, static_cast<std::size_t>(got));
    }
  }

 private:
  TerminalSignals& interruption_;
  const bool prompts_;
  std::string buffer_;
  bool ended_ = false, too_long_ = false;
};

}  // namespace

std::unique_ptr<Lines> plain_lines(TerminalSignals& interruption, bool prompts) {
  return std::make_unique<PlainLines>(interruption, prompts);
}

}  // namespace countersign
