#include "repl/views/scenario_view.h"

#include <algorithm>
#include <cstdio>

#include "repl/views/escape.h"
#include "repl/views/value_view.h"

namespace countersign {
namespace {

std::string place(const Played& played) {
  return played.file->path + ":" + std::to_string(played.scenario->line);
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1fs", seconds);
  return text;
}

std::string shown(const json& value, std::size_t most) {
  return value.is_null() ? "absent" : plain(value, most);
}

bool is_list(const json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(),
                                         [](const json& one) { return one.is_primitive(); });
}

// What it said when it came out otherwise; nothing where the differences say the same.
std::string reason(const ScenarioResult& one) {
  if (one.trouble) return "";
  if (one.ok() || !one.error) return "";
  for (const Difference& difference : one.differences)
    if (difference.what == "error") return "";
  // Some messages are a sentence and a list below it.
  std::string said;
  for (const char c : one.error->message)
    if (c != ' ' || said.empty() || said.back() != ' ') said += c == '\n' ? ' ' : c;
  return said + (one.error->where.empty() ? "" : " (" + one.error->where + ")");
}

std::size_t count_ok(const std::vector<Played>& all) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const Played& one) { return one.performance.ok(); }));
}

std::size_t count_played(const std::vector<Played>& all) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const Played& one) { return one.performance.played; }));
}

}  // namespace

std::vector<std::string> difference_lines(const Difference& one, std::size_t most) {
  const std::size_t used = columns(one.what) + 4;
  const std::size_t room = most > used + 20 ? most - used : 20;
  if (!is_list(one.expected) || !is_list(one.found))
    return {"- " + one.what + ": " + shown(one.expected, room),
            "+ " + one.what + ": " + shown(one.found, room)};
  std::size_t begin = 0, wanted = one.expected.size(), found = one.found.size();
  while (begin < std::min(wanted, found) && one.expected[begin] == one.found[begin]) ++begin;
  while (wanted > begin && found > begin && one.expected[wanted - 1] == one.found[found - 1]) {
    --wanted;
    --found;
  }
  std::vector<std::string> lines;
  const auto add = [&](const char* sign, const json& list, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      lines.push_back(sign + one.what + " " + std::to_string(i + 1) + ": " + shown(list[i], room));
  };
  add("- ", one.expected, wanted);
  add("+ ", one.found, found);
  return lines;
}

std::string scenario_text(const Played& played, const Style& style) {
  const ScenarioResult& one = played.performance;
  // What is compared stands on one line however long, so that two lines can be told apart.
  Page lines({style.color, 10'000});
  lines.line(0, {{one.ok() ? "✓ " : "✗ ", one.ok() ? Tone::good : Tone::bad},
                 {place(played) + ":", Tone::faint},
                 {" " + played.scenario->name, one.ok() ? Tone::plain : Tone::strong},
                 {" (" + seconds_text(one.seconds) + ")", Tone::faint}});
  for (const Difference& difference : one.differences)
    for (const std::string& line : difference_lines(difference, style.width - 4))
      lines.line(4, {{line, line[0] == '-' ? Tone::removed : Tone::added}});
  Page page(style);
  if (one.trouble) {
    page.line(4, {{"it could not be played: " + one.trouble->message}});
    if (!one.trouble->hint.empty()) page.line(4, {{"→ ", Tone::strong}, {one.trouble->hint}});
  }
  if (const std::string why = reason(one); !why.empty())
    page.line(4, {{"the run said: " + why, Tone::faint}});
  if (!one.folder.empty()) page.line(4, {{"kept: " + one.folder, Tone::faint}});
  return lines.text() + page.text();
}

std::string scenarios_end(const std::vector<Played>& all, const std::vector<Unreached>& unreached,
                          bool covers, double seconds, const Style& style) {
  Page page(style);
  if (covers) {
    page.heading("What no scenario reached");
    for (const Unreached& one : unreached) {
      if (one.missing.is_null()) {
        page.line(2, {{one.script + ": ", Tone::strong}, {"it cannot be read"}});
        continue;
      }
      std::size_t missing = 0;
      for (const json& list : one.missing) missing += list.size();
      page.line(2, {{one.script + ": ", Tone::strong},
                    {std::to_string(one.parts - missing) + " of " + std::to_string(one.parts) +
                     " reached"}});
      for (const auto& [kind, list] : one.missing.items())
        for (const json& text : list)
          page.line(4,
                    {{kind.substr(0, kind.size() - (kind == "fixes" ? 2 : 1)) + " ", Tone::faint},
                     {text.get<std::string>()}});
    }
    page.blank();
  }
  bool headed = false;
  for (const Played& one : all) {
    if (one.unproven.empty()) continue;
    if (!headed) page.heading("What could not be shown to fail");
    headed = true;
    page.line(2, {{place(one) + ": ", Tone::faint}, {one.scenario->name + ": " + one.unproven}});
  }
  if (headed) page.blank();
  const std::size_t ok = count_ok(all), played = count_played(all);
  Spans line = {{std::to_string(all.size()) + (all.size() == 1 ? " scenario: " : " scenarios: ")},
                {std::to_string(ok) + " as expected", ok == all.size() ? Tone::good : Tone::plain}};
  if (played > ok) {
    line.push_back({", "});
    line.push_back({std::to_string(played - ok) + " not", Tone::bad});
  }
  if (played < all.size())
    line.push_back({", " + std::to_string(all.size() - played) + " not played", Tone::warning});
  line.push_back({" (" + seconds_text(seconds) + ")", Tone::faint});
  page.line(0, line);
  return page.text();
}

json scenarios_json(const std::vector<Played>& all) {
  json list = json::array();
  for (const Played& one : all) {
    const ScenarioResult& performance = one.performance;
    json differences = json::array();
    for (const Difference& difference : performance.differences)
      differences.push_back({{"what", difference.what},
                             {"expected", difference.expected},
                             {"found", difference.found}});
    json entry = {{"file", one.file->path},
                  {"line", one.scenario->line},
                  {"scenario", one.scenario->name},
                  {"ok", performance.ok()},
                  {"differences", differences},
                  {"error", performance.trouble ? to_json(*performance.trouble) : json()},
                  {"seconds", performance.seconds},
                  {"run", performance.run}};
    if (!one.unproven.empty()) entry["unproven"] = one.unproven;
    if (!performance.folder.empty()) entry["folder"] = performance.folder;
    list.push_back(std::move(entry));
  }
  return list;
}

json unreached_json(const std::vector<Unreached>& all) {
  json list = json::array();
  for (const Unreached& one : all)
    list.push_back({{"script", one.script}, {"parts", one.parts}, {"unreached", one.missing}});
  return list;
}

}  // namespace countersign
