// Where the lines of a conversation come from: an editor on a terminal, or whatever stdin is.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "repl/conversation/completion.h"
#include "repl/conversation/terminal_signals.h"

namespace countersign {

class Lines {
 public:
  enum class Got { line, too_long, interrupted, end };
  virtual ~Lines() = default;
  // The next line, without its newline. `too_long`: one of over 1 MiB, which was passed over.
  // `interrupted`: Ctrl-C instead.
  virtual Got next(const std::string& prompt, std::string& line) = 0;
  // What can be called back.
  virtual void remember(const std::string&) {}
  // Around what asks somebody at the terminal itself.
  virtual void asks(bool) {}
};

// What encloses, in a prompt for edited lines, what takes no column.
inline constexpr char kPromptGuard = '\1';

// libedit on stdin and stdout, which are a terminal. Errors (kind "config"): it is not installed;
// (kind "usage"): the terminal cannot be edited on.
Result<std::unique_ptr<Lines>> edited_lines(
    TerminalSignals& interruption, std::function<Completion(const std::string& line)> complete,
    const std::vector<std::string>& earlier);

// stdin as it comes; `prompts`: the prompt is written to stderr first.
std::unique_ptr<Lines> plain_lines(TerminalSignals& interruption, bool prompts);

}  // namespace countersign
