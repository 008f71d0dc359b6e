// TAP and JUnit: what other programs read of scenarios (scenario_view.h).
#include <cstdio>

#include "repl/views/escape.h"
#include "repl/views/scenario_view.h"
#include "stdlib/http/xml.h"

namespace countersign {
namespace {

constexpr std::size_t kColumns = 200;  // of a difference; there is no terminal to fit

// What is said of a scenario that did not come out as expected, a line each.
std::vector<std::string> complaints(const Played& played) {
  const ScenarioResult& one = played.performance;
  std::vector<std::string> lines;
  for (const Difference& difference : one.differences)
    for (const std::string& line : difference_lines(difference, kColumns)) lines.push_back(line);
  if (one.trouble) lines.push_back("it could not be played: " + one.trouble->message);
  if (!one.ok() && !one.trouble && one.error)
    lines.push_back("the run said: " + one.error->message);
  if (!played.unproven.empty()) lines.push_back("could not be shown to fail: " + played.unproven);
  return lines;
}

// A "#" would begin a directive.
std::string tap_words(const std::string& text) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string xml(const std::string& text) {
  return xml_escaped(visible(text));
}

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + xml(value) + "\"";
}

std::string time_of(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;

  void add(const ScenarioResult& one) {
    ++tests;
    seconds += one.seconds;
    if (!one.played)
      ++skipped;
    else if (one.trouble)
      ++errors;
    else if (!one.ok())
      ++failures;
  }
  std::string attributes() const {
    return attribute("tests", std::to_string(tests)) +
           attribute("failures", std::to_string(failures)) +
           attribute("errors", std::to_string(errors)) +
           attribute("skipped", std::to_string(skipped)) + attribute("time", time_of(seconds));
  }
};

std::string testcase(const Played& played) {
  const ScenarioResult& one = played.performance;
  std::string out = "    <testcase" + attribute("classname", played.file->path) +
                    attribute("name", played.scenario->name) +
                    attribute("file", played.file->path) +
                    attribute("line", std::to_string(played.scenario->line)) +
                    attribute("time", time_of(one.seconds));
  if (!one.played) return out + "><skipped/></testcase>\n";
  if (one.ok()) return out + "/>\n";
  const std::vector<std::string> lines = complaints(played);
  const char* kind = one.trouble ? "error" : "failure";
  out += ">\n      <" + std::string(kind) + attribute("message", lines.front()) + ">";
  for (const std::string& line : lines) out += xml(line) + "\n";
  return out + "</" + kind + ">\n    </testcase>\n";
}

}  // namespace

std::string tap_head(std::size_t count) {
  return "TAP version 14\n1.." + std::to_string(count) + "\n";
}

std::string tap_text(std::size_t nth, const Played& played) {
  const ScenarioResult& one = played.performance;
  std::string out = std::string(one.ok() ? "ok " : "not ok ") + std::to_string(nth) + " - " +
                    tap_words(played.file->path + ":" + std::to_string(played.scenario->line) +
                              ": " + played.scenario->name) +
                    "\n";
  for (const std::string& line : complaints(played)) out += "# " + visible(line) + "\n";
  return out;
}

std::string junit_text(const std::vector<Played>& all) {
  Counts whole;
  for (const Played& one : all) whole.add(one.performance);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + whole.attributes() + ">\n";
  for (std::size_t at = 0; at < all.size();) {
    Counts suite;
    std::string cases;
    const ScenarioFile* file = all[at].file;
    for (; at < all.size() && all[at].file == file; ++at) {
      suite.add(all[at].performance);
      cases += testcase(all[at]);
    }
    out += "  <testsuite" + attribute("name", file->path) + suite.attributes() + ">\n" + cases +
           "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace countersign
