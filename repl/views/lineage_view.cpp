#include "repl/views/lineage_view.h"

#include <algorithm>

#include "repl/views/edits.h"
#include "repl/views/plan_view.h"

namespace countersign {
namespace {

constexpr std::size_t kMostLines = 24;  // of what changed, unless everything is wanted

// The lines that differ, in order.
std::vector<std::string> changed_lines(const FileChange& file) {
  const std::vector<std::string> from = split_lines(file.from), to = split_lines(file.to);
  std::vector<std::string> out;
  for (const EditStep& step : edits(from, to)) {
    if (step.edit == Edit::remove) out.push_back("- " + from[step.from]);
    if (step.edit == Edit::add) out.push_back("+ " + to[step.to]);
  }
  return out;
}

Tone tone_of(const std::string& line) {
  return line.rfind("+", 0) == 0   ? Tone::added
         : line.rfind("-", 0) == 0 ? Tone::removed
                                   : Tone::plain;
}

// As many of them as there is room for; what is left out is said.
void some(Page& page, std::size_t indent, const std::vector<std::string>& lines, std::size_t& room,
          bool full) {
  std::size_t shown = 0;
  for (const std::string& line : lines) {
    if (!full && room == 0) break;
    page.unbroken(indent, {{line, tone_of(line)}});
    ++shown;
    if (!full) --room;
  }
  if (shown < lines.size())
    page.line(indent, {{"… and " + std::to_string(lines.size() - shown) +
                            " more lines: `countersign plan RUN --full`",
                        Tone::faint}});
}

std::string size_of(const std::vector<std::string>& lines) {
  const auto of = [&](char sign) {
    return std::count_if(lines.begin(), lines.end(),
                         [&](const std::string& line) { return line[0] == sign; });
  };
  return std::to_string(of('+')) + " lines added, " + std::to_string(of('-')) + " removed";
}

void runbook(Page& page, const Lineage& since, bool full) {
  page.heading("The runbook since it was last approved");
  const std::string when = "run " + since.run + ", " + moment(since.at, page.style());
  if (since.files.empty()) {
    page.line(2, {{"unchanged since " + when}});
    return;
  }
  page.line(2, {{"changed since " + when + ":", Tone::warning}});
  std::size_t room = kMostLines;
  for (const FileChange& file : since.files) {
    const std::vector<std::string> lines = changed_lines(file);
    page.line(4, {{file.file, Tone::strong},
                  {file.added     ? "  is new"
                   : file.removed ? "  is not used any more"
                                  : "  " + size_of(lines),
                   Tone::faint}});
    if (!file.added && !file.removed) some(page, 6, lines, room, full);
  }
}

void plan(Page& page, const Lineage& since, bool full) {
  page.heading("The plan since the one before");
  if (since.plan.empty()) {
    page.line(2, {{"the same operations, from the same states"}});
    return;
  }
  std::size_t room = kMostLines;
  some(page, 2, since.plan, room, full);
}

}  // namespace

void lineage_lines(Page& page, const Lineage& since, bool full) {
  if (!since.run.empty()) runbook(page, since, full);
  if (since.replanned) plan(page, since, full);
}

nlohmann::json approved_before_json(const Lineage& since) {
  if (since.run.empty()) return nullptr;
  nlohmann::json out = {{"run", since.run}, {"at", since.at}, {"files", nlohmann::json::array()}};
  for (const FileChange& file : since.files)
    out["files"].push_back({{"file", file.file},
                            {"change", file.added     ? "added"
                                       : file.removed ? "removed"
                                                      : "changed"},
                            {"lines", changed_lines(file)}});
  return out;
}

nlohmann::json planned_before_json(const Lineage& since) {
  return since.replanned ? nlohmann::json(since.plan) : nlohmann::json();
}

}  // namespace countersign
