// An .env file as the dotenv programs read it, edited without touching what is not asked for:
// comments, order, quoting, `export` and line ends stay as they are.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

class EnvFile {
 public:
  // Reads any text: what is no assignment is kept as it stands.
  explicit EnvFile(const std::string& text);

  // The whole file; what was read, byte for byte, where nothing was changed.
  std::string text() const;

  // Each key once, in the order of its first assignment.
  std::vector<std::string> keys() const;
  // The value as a program sees it: of the last assignment, quotes removed, "\n" and "\r" expanded
  // in double quotes.
  std::optional<std::string> find(const std::string& key) const;

  // Changes the last assignment of `key` in its place, or adds one at the end. Keeps its kind of
  // quotes where they can hold the value. Errors (kind "argument"): a key that is no name, a value
  // that no kind of quotes can hold.
  Status set(const std::string& key, const std::string& value);
  // Removes every assignment of `key`; nothing happens where there is none.
  void erase(const std::string& key);

 private:
  // A stretch of the file. An assignment's parts follow each other; anything else is `before`
  // alone.
  struct Part {
    std::string before;  // up to the value: indentation, export, key, "="
    std::string key;     // empty: no assignment
    std::string raw;     // the value with its quotes
    std::string after;   // blanks, comment, line end
  };
  std::vector<Part> parts_;
  std::string line_end_ = "\n";
};

}  // namespace countersign
