#include "repl/process_privacy.h"

#include <sys/resource.h>

#include <cstdlib>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

namespace countersign {

void keep_memory_private() {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if defined(__linux__) && !defined(COUNTERSIGN_SANITIZE)
  // The search for leaks reads the memory from a second process.
  prctl(PR_SET_DUMPABLE, 0);
#endif
  unsetenv("SSLKEYLOGFILE");
}

}  // namespace countersign
