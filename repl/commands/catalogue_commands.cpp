// operations: the catalogue, as its rows say it.
#include <map>

#include "repl/commands/commands.h"
#include "repl/views/console.h"
#include "stdlib/rows.h"

namespace countersign {
namespace {

Tone tone_of(Effect effect) {
  return effect == Effect::destroy  ? Tone::bad
         : effect == Effect::mutate ? Tone::warning
                                    : Tone::faint;
}

void one_row(Page& page, const Row& row) {
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

}  // namespace

Result<Reply> operations_command(Desk& desk) {
  const Catalogue& catalogue = standard_catalogue();
  const std::string& name = desk.arguments.name;
  Page page(desk.console.style());
  if (const Row* row = catalogue.find(name)) {
    one_row(page, *row);
    return Reply{page.text(), describe(*row)};
  }
  json all = json::array();
  std::vector<std::vector<Span>> table;
  for (const Row& row : catalogue.rows()) {
    if (!name.empty() && row.name.rfind(name + (name.back() == '.' ? "" : "."), 0) != 0) continue;
    all.push_back(describe(row));
    table.push_back({{row.name, Tone::strong},
                     {std::string(row.effect.name()), tone_of(row.effect)},
                     {row.summary}});
  }
  if (all.empty()) {
    const auto near = catalogue.near(name);
    return Error{"usage", "there is no operation \"" + name + "\"",
                 near.empty() ? "`countersign operations` lists what there is"
                              : "did you mean \"" + near[0] + "\"?"};
  }
  page.table(0, table);
  return Reply{page.text(), all};
}

}  // namespace countersign
