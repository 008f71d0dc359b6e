// Values and their differences as lines: what is signed, so nothing of it is left out but what the
// two sides have in common, and the rest of what is very long, which is said.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "repl/views/edits.h"
#include "repl/views/page.h"

namespace countersign {

using json = nlohmann::json;

struct Line {
  std::size_t indent;
  Spans spans;
};

struct Detail {
  bool full = false;        // everything whole, what both sides have too
  std::size_t width = 100;  // what one line should not go beyond
};

class ValueLines {
 public:
  explicit ValueLines(Detail detail) : detail_(detail) {}

  // `sign`: "+", "-" or "·". A text of several lines, a record, a list and a call flow take lines
  // of their own below the label.
  void value(std::size_t indent, const std::string& sign, const std::string& label,
             const json& value);
  // What differs, each part with its own label below `label`. Lists whose entries have names are
  // compared by them.
  void difference(std::size_t indent, const std::string& label, const json& from, const json& to);
  void say(std::size_t indent, Spans spans) { lines_.push_back({indent, std::move(spans)}); }

  const Detail& detail() const { return detail_; }
  std::vector<Line>& lines() { return lines_; }

 private:
  void text(std::size_t indent, const std::string& sign, const std::vector<std::string>& lines,
            bool ended);
  void record(std::size_t indent, const std::string& sign, const json& value);
  void list(std::size_t indent, const std::string& sign, const std::string& label,
            const json& value);
  void texts(std::size_t indent, const std::string& label, const std::string& from,
             const std::string& to);
  void line_difference(std::size_t indent, const std::string& label,
                       const std::vector<std::string>& from, const std::vector<std::string>& to);
  void entries(std::size_t indent, const std::string& label, const json& from, const json& to,
               const std::vector<EditStep>& steps);
  void lists(std::size_t indent, const std::string& label, const json& from, const json& to);
  void replaced(std::size_t indent, const std::string& label, Spans from, Spans to);

  Detail detail_;
  std::vector<Line> lines_;
};

// A value on one line however long; texts in quotes, what is marked (secrets, results of earlier
// operations) in words. No two different values look alike.
std::string whole_value(const json& value);

// The name of an entry's own that tells it from the others of its list; empty: they have none.
std::string key_of(const json& list);

// How wide lines may be that are put on a page `indent` columns in; never too narrow to read.
std::size_t room_beside(const Page& page, std::size_t indent);

// Lines put on a page: wrapped where no blank is lost by it.
void put(Page& page, std::size_t indent, const std::vector<Line>& lines);

}  // namespace countersign
