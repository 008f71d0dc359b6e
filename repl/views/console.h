// The terminal, or what stands for it: people's output on stdout, progress on stderr, questions.
#pragma once
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

  // Whether somebody is there to be asked.
  bool can_ask() const;
  // Asks on stderr, reads the answer from the terminal.
  bool agrees(const std::string& question);

  // Whether everything that was said reached stdout.
  bool finish();

 private:
  Style out_, err_;
  bool no_color_, quiet_;
  bool failed_ = false;
};

}  // namespace countersign
