// The terminal, or what stands for it: people's output on stdout, progress on stderr, questions.
#pragma once
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "repl/views/page.h"

namespace countersign {

class Console {
 public:
  Console(bool no_color, bool quiet);

  // Asks the terminal for its width again.
  void measure();
  // Colours stand only on a terminal, and never with --no-color or NO_COLOR.
  Style style() const { return out_; }              // of stdout
  Style style_of_progress() const { return err_; }  // of stderr

  void say(const std::string& text);
  void say_json(const nlohmann::json& value);       // indented, one value
  void say_json_line(const nlohmann::json& value);  // at once, on one line
  void progress(const std::string& text);           // not with -q
  void warn(const std::string& text);

  // Whether stderr is a terminal on which a line can be written over.
  bool shows_status() const { return status_; }
  // One line at the end of stderr that the next one, or anything else that is said, takes the
  // place of; empty: none. Only where `shows_status`. Cut to the width of the terminal.
  void status(const std::string& line);

  // From now on moments are shown in this zone beside UTC.
  void set_zone(const std::string& zone);

  // Whether somebody is there to be asked.
  bool can_ask() const;
  // Asks on stderr, reads the answer from the terminal.
  bool agrees(const std::string& question);

  // Whether everything that was said reached stdout.
  bool finish();

 private:
  // Everything that is written goes through here: what is waited for is said from a thread.
  void put(int fd, const std::string& text);

  Style out_, err_;
  bool no_color_, quiet_;
  bool status_ = false;
  std::mutex mutex_;  // of what follows
  bool failed_ = false, status_shown_ = false;
};

}  // namespace countersign
