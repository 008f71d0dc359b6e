// An engine as commands, scenarios and tests have it: the standard catalogue and language, this
// program as the script host, the plan that people read.
#pragma once
#include <memory>

#include "interpreter/engine.h"

namespace countersign {

// Everything else is what an Engine is without it. `home`, `clock` and `authorizer` outlive the
// engine.
std::unique_ptr<Engine> make_engine(Home& home, Clock& clock, Authorizer& authorizer,
                                    decltype(Engine::session) session,
                                    decltype(Engine::secret) secret);

}  // namespace countersign
