#include "repl/zone_here.h"

#include "approvals/trust.h"
#include "repl/app_context.h"
#include "repl/views/console.h"

namespace countersign {

void show_zone(CommandContext& context) {
  const Result<TrustPaths> paths = context.app.trust();
  if (!paths) return;
  if (const Result<Trust> trust = load_trust(*paths))
    context.console.set_zone(trust->policy.time_zone);
}

}  // namespace countersign
