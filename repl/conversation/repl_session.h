// A conversation: a function from a line to a reply. It knows no terminal.
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "interpreter/catalogue.h"
#include "interpreter/exploration.h"
#include "repl/command_context.h"
#include "repl/conversation/cassette.h"
#include "repl/conversation/completion.h"
#include "repl/conversation/input_line.h"
#include "repl/views/conversation_view.h"

namespace countersign {

// Where a conversation takes place. Everything outlives it.
struct ReplDependencies {
  Exploration& exploration;
  Clock& clock;
  const Catalogue& catalogue;
  PromptInfo where;
  std::function<Style()> style;                               // of what is said; may change
  std::function<std::string(const std::string&)> scrub;       // redacts secrets that are known
  std::string drafts;                                         // the folder of filed drafts
  std::function<Result<Reply>(const std::string& path)> run;  // as the command `run` does
  std::function<std::size_t()> page;  // how many entries or lines of a value are shown at once
  std::string operator_role = "operator", approver_role = "approver";  // by the policy
};

class ReplSession {
 public:
  enum class Then { go_on, more, leave };
  // `text` is for people, `value` for programs: {"value", "kept"}, {"error"}, or null where there
  // is nothing to say.
  struct ReplOutput {
    std::string text;
    json value;
    int code = 0;
    Then then = Then::go_on;
  };

  explicit ReplSession(ReplDependencies surroundings);

  // Takes a line. `more`: it is the beginning of something, and the next line goes on with it;
  // `last`: no line comes after this one.
  ReplOutput line(const std::string& text, bool last = false);
  // Forgets the lines that were begun.
  void abandon() { begun_.clear(); }
  bool in_chunk() const { return !begun_.empty(); }

  std::string prompt(char guard = '\0') const;
  Completion complete(const std::string& line);

 private:
  ReplOutput answer(const std::string& text, bool last);
  ReplOutput chunk(const std::string& text, bool last);
  bool leaves(const std::string& line);
  void know_language();
  std::vector<std::string> names_given();
  ReplOutput command(const std::string& line);
  ReplOutput help(const std::string& query);
  ReplOutput more(const std::string& rest);
  ReplOutput plan(const std::string& rest);
  ReplOutput request();
  ReplOutput save(const std::string& rest);
  ReplOutput cassette(const std::string& typed);
  ReplOutput shown(const json& value);
  ReplOutput failed(Error error) const;
  PromptInfo where() const;
  std::string date();

  ReplDependencies all_;
  std::string begun_;  // the lines of a chunk that is not complete
  std::vector<InputLine> typed_;
  std::set<std::string> language_;  // the globals that nobody typed
  std::vector<Answered> reads_;     // of the chunk that runs
  std::optional<Cassette> cassette_;
  int results_ = 0;
  std::size_t noted_ = 0;  // intents that were shown
  json last_;              // the value that was last shown, and how far
  std::size_t shown_ = 0;
};

}  // namespace countersign
