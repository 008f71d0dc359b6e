#include "repl/views/row_view.h"

namespace countersign {

Tone tone_of(Effect effect) {
  return effect == Effect::destroy  ? Tone::bad
         : effect == Effect::mutate ? Tone::warning
                                    : Tone::faint;
}

void row_lines(Page& page, const Row& row) {
  page.line(
      0, {{row.name, Tone::strong}, {"  "}, {std::string(row.effect.name()), tone_of(row.effect)}});
  page.line(2, {{row.summary}});
  if (!row.irreversible.empty())
    page.line(2, {{"cannot be undone: " + row.irreversible, Tone::bad}});
  std::vector<std::vector<Span>> table;
  for (const Parameter& parameter : row.parameters) {
    std::string summary = parameter.summary;
    std::string choices;
    for (const std::string& choice : parameter.choices)
      choices += (choices.empty() ? "" : ", ") + choice;
    if (!choices.empty()) summary += (summary.empty() ? "" : ": ") + choices;
    table.push_back({{parameter.name, parameter.required ? Tone::strong : Tone::plain},
                     {std::string(to_string(parameter.type)), Tone::faint},
                     {parameter.required ? "required" : "", Tone::faint},
                     {summary}});
  }
  if (!table.empty()) {
    page.heading("Takes");
    page.table(2, table);
  }
  if (!row.result.empty()) {
    page.heading("Returns");
    page.line(2, {{row.result}});
  }
}

}  // namespace countersign
