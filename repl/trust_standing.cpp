#include "repl/trust_standing.h"

#include "approvals/pins.h"
#include "repl/views/console.h"
#include "repl/workbench.h"

namespace countersign {

Status trust_stands(Desk& desk) {
  const Result<const Configuration*> config = desk.workbench.configuration_if_any();
  if (!config) return config.error();
  if (*config == nullptr) return Done{};
  const Result<TrustPaths> paths = desk.workbench.trust();
  if (!paths) return paths.error();
  const Result<Home*> home = desk.workbench.home();
  if (!home) return home.error();
  TrustPins pins((*home)->path());
  if (Status same = pins.unaltered(*paths); !same) return same;
  const Result<Trust> trust = load_trust(*paths);
  if (!trust) return Done{};
  bool first = false;
  if (Status known = pins.check(*trust, *paths, &first); !known) return known;
  if (!first) return Done{};
  Page page(desk.console.style_of_progress());
  page.line(0, {{"The trust files are used from " + (*home)->path() +
                 " for the first time and accepted as they are: " + paths->policy + ", " +
                 paths->allowed_signers +
                 ". From now on every change of them is signed: countersign trust add, revoke, "
                 "accept."}});
  desk.console.progress(page.text());
  return Done{};
}

}  // namespace countersign
