// A program at a real terminal, as somebody sits before it: a pseudo terminal that is typed at and
// read.
#pragma once
#include <sys/types.h>

#include <string>

#include "tests/support/process.h"

namespace countersign {

class Terminal {
 public:
  // TERM comes from the command's environment.
  explicit Terminal(const Command& command, int columns = 100, int rows = 40);
  ~Terminal();  // kills what still runs
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& keys);
  // Waits until `text` has come after what was waited for last; what came up to its end, without
  // escape sequences. Throws, with all that came, after `seconds`.
  std::string until(const std::string& text, double seconds = 20);
  void resize(int columns, int rows);
  // Waits for the program to end; its exit code, or 128 + the signal.
  int end(double seconds = 20);

  // All that ever came, as it came.
  const std::string& raw() const { return raw_; }
  // The same without escape sequences and carriage returns.
  std::string shown() const;

 private:
  bool take(int milliseconds);

  pid_t child_ = -1;
  int fd_ = -1;
  std::string raw_;
  std::size_t seen_ = 0;  // of shown()
};

// `text` without what moves or colours.
std::string without_escapes(const std::string& text);

}  // namespace countersign
