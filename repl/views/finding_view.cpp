#include "repl/views/finding_view.h"

#include <algorithm>

namespace countersign {
namespace {

std::string counted(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

}  // namespace

std::string findings_text(const std::vector<ScriptFinding>& findings, std::size_t scripts,
                          const Style& style) {
  Page page(style);
  for (const ScriptFinding& one : findings) {
    const std::string place =
        one.file + ":" + std::to_string(one.line) + ":" + std::to_string(one.column) + ": ";
    page.line(0, {{place, Tone::strong},
                  {one.severity, one.severity == "error" ? Tone::bad : Tone::warning},
                  {": " + one.message + " "},
                  {"[" + one.code + "]", Tone::faint}});
    if (!one.hint.empty()) page.line(2, {{"→ ", Tone::strong}, {one.hint}});
  }
  if (findings.empty()) {
    page.line(0, {{counted(scripts, "script") + ", nothing found", Tone::good}});
    return page.text();
  }
  const auto errors = static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [](const ScriptFinding& one) { return one.severity == "error"; }));
  const std::size_t warnings = findings.size() - errors;
  std::string all = errors > 0 ? counted(errors, "error") : "";
  if (warnings > 0) all += (all.empty() ? "" : ", ") + counted(warnings, "warning");
  page.line(0, {{all + " in " + counted(scripts, "script"), Tone::strong}});
  return page.text();
}

}  // namespace countersign
