/* Preloaded into the programs that tests start: the system's list of users names the folder
   TEST_USER_HOME as the home of whoever asks. The program keeps locks, freezes and used decisions
   there, whatever HOME says; so it needs no option for tests, and tests leave nothing behind in
   the home of who runs them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

static char home[4096];

/* Read at once: the program may clear its environment. */
__attribute__((constructor)) static void begin(void) {
  const char* named = getenv("TEST_USER_HOME");
  if (named) snprintf(home, sizeof home, "%s", named);
}

int getpwuid_r(uid_t uid, struct passwd* entry, char* text, size_t size, struct passwd** found) {
  __typeof__(&getpwuid_r) real = (__typeof__(&getpwuid_r))dlsym(RTLD_NEXT, "getpwuid_r");
  int result = real(uid, entry, text, size, found);
  if (result == 0 && *found && home[0]) entry->pw_dir = home;
  return result;
}
