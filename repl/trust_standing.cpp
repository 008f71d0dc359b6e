#include "repl/trust_standing.h"

#include "approvals/pins.h"
#include "repl/app_context.h"
#include "repl/views/console.h"

namespace countersign {

Status trust_stands(CommandContext& context) {
  const Configuration* config = TRY(context.app.configuration_if_any());
  if (config == nullptr) return Done{};
  const TrustPaths paths = TRY(context.app.trust());
  Home* home = TRY(context.app.home());
  TrustPins pins(home->path());
  if (Status same = pins.unaltered(paths); !same) return same;
  const Result<Trust> trust = load_trust(paths);
  if (!trust) return Done{};
  bool first = false;
  if (Status known = pins.check(*trust, paths, &first); !known) return known;
  if (!first) return Done{};
  Page page(context.console.style_of_progress());
  page.line(0, {{"The trust files are used from " + home->path() +
                 " for the first time and accepted as they are: " + paths.policy + ", " +
                 paths.allowed_signers +
                 ". From now on every change of them is signed: countersign trust add, revoke, "
                 "accept."}});
  context.console.progress(page.text());
  return Done{};
}

}  // namespace countersign
