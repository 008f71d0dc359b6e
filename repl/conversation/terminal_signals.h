// Ctrl-C, and a terminal that changes: taken by a handler while this lives, so that they break off
// what is under way and not the program. One at a time.
#pragma once
#include <atomic>

namespace countersign {

class TerminalSignals {
 public:
  TerminalSignals();
  ~TerminalSignals();
  TerminalSignals(const TerminalSignals&) = delete;
  TerminalSignals& operator=(const TerminalSignals&) = delete;

  // Set by Ctrl-C until it is taken.
  const std::atomic<bool>& flag() const;
  bool take();
  // Whether the terminal has another size, or was somebody else's (Ctrl-Z, fg), since this was last
  // asked.
  bool changed();
  // Readable once either has happened, whichever thread the signal came to. Drained by `drain`.
  int descriptor() const;
  void drain();
};

}  // namespace countersign
