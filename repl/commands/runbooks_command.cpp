// runbooks, run RUNBOOK --help: what there is to run, and what it asks for.
#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/views/console.h"
#include "repl/views/runbooks_view.h"

namespace countersign {
namespace {

// One that is named. Errors: none of that name, it cannot be read, it is no runbook.
Result<FoundRunbook> named_runbook(CommandContext& context, const std::string& name) {
  Engine* engine = TRY(context.app.reading_engine(false));
  const RunbookFile file = TRY(find_runbook(name));
  Described described = TRY(describe_script(*engine, file));
  if (described.head.value("is", "") != "runbook")
    return Error{"usage", "\"" + name + "\" is not a runbook",
                 "`countersign runbooks` lists what there is to run"};
  return FoundRunbook{name, file.script.chunk, std::move(described)};
}

}  // namespace

Result<Reply> runbooks_command(CommandContext& context) {
  const Style style = context.console.style();
  if (!context.arguments.name.empty()) {
    const FoundRunbook one = TRY(named_runbook(context, context.arguments.name));
    return Reply{runbook_text(one, style), runbook_json(one)};
  }
  Engine* engine = TRY(context.app.reading_engine(false));
  const std::vector<FoundRunbook> all = found_runbooks(*engine);
  Reply reply{"", json::array()};
  for (const FoundRunbook& one : all) reply.value.push_back(runbook_json(one));
  reply.text = all.empty() ? "There are no runbooks below ./runbooks, and none are installed: "
                             "`countersign new runbook NAME` writes one to start from.\n"
                           : runbooks_text(all, style);
  return reply;
}

Result<Reply> run_help_command(CommandContext& context) {
  const FoundRunbook one = TRY(named_runbook(context, context.arguments.runbook));
  return Reply{runbook_text(one, context.console.style()) + "\n" + context.arguments.options,
               runbook_json(one)};
}

}  // namespace countersign
