// inbox: the signed answers that lie in a folder, taken in.
#include <algorithm>

#include "repl/app_context.h"
#include "repl/commands/commands.h"
#include "repl/exit_code.h"
#include "repl/inbox/incoming.h"
#include "repl/inbox/taking_in.h"
#include "repl/views/console.h"
#include "repl/views/inbox_view.h"

namespace countersign {

Result<Reply> inbox_command(CommandContext& context) {
  TRY(context.app.configuration());
  Incoming incoming = TRY(read_incoming(context.arguments.folder, context.app.clock().now()));
  std::stable_sort(incoming.pairs.begin(), incoming.pairs.end(),
                   [](const IncomingPair& a, const IncomingPair& b) {
                     return rank_of(a.answer) < rank_of(b.answer);
                   });
  InboxShown shown{context.arguments.folder, {}, std::move(incoming.problems)};
  bool refused = false;
  for (const IncomingPair& one : incoming.pairs) {
    InboxEntry entry{one.name, take_in(context, one.answer, one.beside)};
    refused = refused || !entry.taken;
    shown.entries.push_back(std::move(entry));
  }
  for (const IncomingProblem& one : shown.problems) refused = refused || !one.waits;
  return Reply{inbox_text(shown, context.console.style()), inbox_json(shown),
               refused ? kCheckFailed : kDone};
}

}  // namespace countersign
