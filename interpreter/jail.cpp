#include "interpreter/jail.h"

#include <sys/resource.h>

#if defined(__linux__) && !defined(COUNTERSIGN_SANITIZE)
#define COUNTERSIGN_FILTER 1
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <csignal>
#endif

namespace countersign {

std::string jail_strength() {
#ifdef COUNTERSIGN_FILTER
  return "seccomp";
#else
  return "none";
#endif
}

Status enter_jail(int descriptor) {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_FSIZE, &none);
#ifdef COUNTERSIGN_FILTER
  const rlimit space = {1u << 30, 1u << 30};
  setrlimit(RLIMIT_AS, &space);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0);
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (!filter)
    return Error{"limit", "this system offers no seccomp filter, so a script cannot be jailed"};
  int bad = 0;
  const auto fd = static_cast<scmp_datum_t>(descriptor);
  bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, fd));
  bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, fd));
  bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  for (const int call : {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
                         SCMP_SYS(futex), SCMP_SYS(exit), SCMP_SYS(exit_group)})
    bad |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  if (bad == 0) bad = seccomp_load(filter);
  seccomp_release(filter);
  if (bad != 0)
    return Error{"limit", "the seccomp filter could not be set, so a script cannot be jailed"};
#else
  (void)descriptor;
#endif
  return Done{};
}

}  // namespace countersign
