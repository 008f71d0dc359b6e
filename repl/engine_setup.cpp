#include "repl/engine_setup.h"

#include "repl/version.h"
#include "repl/views/plan_view.h"
#include "stdlib/embedded.h"
#include "stdlib/rows.h"

namespace countersign {

std::unique_ptr<Engine> make_engine(Home& home, Authorizer& authorizer,
                                    decltype(Engine::session) session,
                                    decltype(Engine::secret) secret) {
  return std::unique_ptr<Engine>(
      new Engine{.catalogue = standard_catalogue(),
                 .authorizer = authorizer,
                 .home = home,
                 .host_executable = "/proc/self/exe",
                 .prelude = language(),
                 .session = std::move(session),
                 .secret = std::move(secret),
                 .version = kVersion,
                 .plan_document = [](const RunState& state, const json& request) {
                   return plan_document(state, request, standard_catalogue(), true);
                 }});
}

}  // namespace countersign
