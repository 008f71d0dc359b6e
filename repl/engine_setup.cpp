#include "repl/engine_setup.h"

#include "repl/version.h"
#include "repl/views/plan_view.h"
#include "stdlib/catalogue.h"
#include "stdlib/lua/embedded.h"

namespace countersign {

std::unique_ptr<Engine> make_engine(Home& home, Clock& clock, Authorizer& authorizer,
                                    decltype(Engine::session) session,
                                    decltype(Engine::secret) secret) {
  return std::unique_ptr<Engine>(new Engine{.catalogue = standard_catalogue(),
                                            .clock = clock,
                                            .authorizer = authorizer,
                                            .home = home,
                                            .host_executable = "/proc/self/exe",
                                            .prelude = language(),
                                            .session = std::move(session),
                                            .secret = std::move(secret),
                                            .version = kVersion,
                                            .plan_document = bound_plan_document});
}

}  // namespace countersign
