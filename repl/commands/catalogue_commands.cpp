// operations: the catalogue, as its rows say it.
#include "interpreter/did_you_mean.h"
#include "repl/commands/commands.h"
#include "repl/views/console.h"
#include "repl/views/row_view.h"
#include "stdlib/catalogue.h"

namespace countersign {
Result<Reply> operations_command(CommandContext& context) {
  const Catalogue& catalogue = standard_catalogue();
  const std::string& name = context.arguments.name;
  Page page(context.console.style());
  if (const Row* row = catalogue.find(name)) {
    row_lines(page, *row);
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
                 did_you_mean(near, "`countersign operations` lists what there is")};
  }
  page.table(0, table);
  return Reply{page.text(), all};
}

}  // namespace countersign
