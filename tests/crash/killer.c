/* Preloaded into the program: ends it at a chosen point, without a word, as kill -9 or a power cut
   would. So the program needs no branch for tests.

   A point is the moment before a call that leaves something behind outside the process: what
   changes files below CRASH_ROOT, what starts another program, what connects, and what sends a
   changing request; of such a request also the moments after it was sent and after its answer was
   read. The end of the program is the last point.

     CRASH_ROOT    the folder whose files count
     CRASH_RECORD  file that every point is written to: P NUMBER CALL PATH
     CRASH_AT      the point to die at; without it, they are only counted
     CRASH_CALL    CRASH_AT counts only the points of this call
     CRASH_ERRNO   instead of dying there, that call and every later one that would change a file
                   fails with this error number; with one of the network, every later one that
                   would connect or send a changing request
     CRASH_TIMES   so many calls fail, and no more
     CRASH_STILL   not empty: the clock that the program measures with stands still, as that of the
                   simulator does; a slow machine would else be a clock that runs behind
     CRASH_JUMP    instead of dying there, libcurl's clock jumps so many seconds
     CRASH_STORE   folder that keeps what is synced, for disk.cpp to tell what a power cut leaves;
                   the record then also has
                     F FILE NUMBER MODE              the file was synced; its bytes are STORE/NUMBER
                     D FOLDER, then E FILE TYPE MODE NAME for each entry: the folder was synced
                     R FOLDER FOLDER FILE, then O NAME and N NAME: renamed

   A file is known by device, inode and time of birth: inode numbers are used again. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define PATH 4096

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int armed, record = -1, failing_with;
static const char* counted_call;
static long point_to_die_at, points, counted, kept, failures_left, jump;
static volatile long jumped;
static volatile struct timespec still;
static const char *root, *store;
static char changing[65536]; /* by descriptor: a changing request was sent and not yet followed */

static void say(const char* form, ...) {
  char line[2 * PATH];
  va_list words;
  va_start(words, form);
  int size = vsnprintf(line, sizeof line, form, words);
  va_end(words);
  if (size >= (int)sizeof line) size = sizeof line - 1;
  if (size > 0 && syscall(SYS_write, record, line, (size_t)size) < 0) abort();
}

__attribute__((constructor)) static void begin(void) {
  char self[PATH];
  ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
  if (size < 0) return;
  self[size] = 0;
  const char* name = strrchr(self, '/');
  root = getenv("CRASH_ROOT");
  /* The programs it starts inherit the environment; they are let live. */
  if (!root || !name || strcmp(name, "/countersign") != 0) return;
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  if (getenv("CRASH_STILL") && *getenv("CRASH_STILL")) still = now;
  if (!getenv("CRASH_RECORD")) return;
  const char* at = getenv("CRASH_AT");
  const char* error = getenv("CRASH_ERRNO");
  point_to_die_at = at ? atol(at) : 0;
  failing_with = error ? atoi(error) : 0;
  failures_left = getenv("CRASH_TIMES") ? atol(getenv("CRASH_TIMES")) : -1;
  jump = getenv("CRASH_JUMP") ? atol(getenv("CRASH_JUMP")) : 0;
  counted_call = getenv("CRASH_CALL");
  store = getenv("CRASH_STORE");
  int low = (int)syscall(SYS_openat, AT_FDCWD, getenv("CRASH_RECORD"),
                         O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (low < 0) return;
  record = fcntl(low, F_DUPFD_CLOEXEC, 900);
  syscall(SYS_close, low);
  armed = record >= 0;
}

enum kind { nothing, file, request };

static int of_network(int error) {
  return error == ECONNREFUSED || error == ECONNRESET || error == ETIMEDOUT || error == EPIPE;
}

/* Whether the call is to fail. Does not return where the program is to die. */
static int point(const char* call, const char* path, enum kind kind) {
  ++points;
  say("P %ld %s %s\n", points, call, path);
  int counts = !counted_call || strcmp(counted_call, call) == 0;
  counted += counts;
  if (point_to_die_at == 0 || counted < point_to_die_at) return 0;
  if (failing_with) {
    if (kind != (of_network(failing_with) ? request : file) || failures_left == 0) return 0;
    if (failures_left > 0) --failures_left;
    errno = failing_with;
    return 1;
  }
  if (!counts || counted > point_to_die_at) return 0;
  if (jump) {
    jumped = jump;
    return 0;
  }
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  Dl_info caller;
  if ((!jumped && !still.tv_sec) || clock == CLOCK_REALTIME ||
      !dladdr(__builtin_return_address(0), &caller) || !caller.dli_fname)
    return result;
  if (strstr(caller.dli_fname, "libcurl"))
    now->tv_sec += jumped;
  else if (still.tv_sec && clock == CLOCK_MONOTONIC && strstr(caller.dli_fname, "countersign"))
    *now = still;
  return result;
}

__attribute__((destructor)) static void end(void) {
  if (armed) point("end", "", nothing);
}

static int below_root(const char* path) {
  size_t size = strlen(root);
  return strncmp(path, root, size) == 0 && (path[size] == '/' || path[size] == 0);
}

static int path_of(int fd, char* path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, PATH - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return below_root(path);
}

static int path_at(int folder, const char* name, char* path) {
  char base[PATH];
  if (name[0] == '/') {
    snprintf(path, PATH, "%s", name);
  } else {
    if (folder == AT_FDCWD ? !getcwd(base, sizeof base) : !path_of(folder, base)) return 0;
    if (snprintf(path, PATH, "%s/%s", base, name) >= PATH) return 0;
  }
  return below_root(path);
}

static int identity(int folder, const char* name, char* id, struct statx* about) {
  if (syscall(SYS_statx, folder, name, AT_SYMLINK_NOFOLLOW | (name[0] ? 0 : AT_EMPTY_PATH),
              STATX_BASIC_STATS | STATX_BTIME, about) != 0)
    return 0;
  snprintf(id, 128, "%u:%u:%llu:%lld.%u", about->stx_dev_major, about->stx_dev_minor,
           (unsigned long long)about->stx_ino, (long long)about->stx_btime.tv_sec,
           about->stx_btime.tv_nsec);
  return 1;
}

static void keep_file(int fd, const char* id, unsigned mode) {
  char path[PATH], bytes[65536];
  snprintf(path, sizeof path, "%s/%ld", store, ++kept);
  int out =
      (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd); /* it may be open for writing only */
  int in = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  ssize_t got;
  while (in >= 0 && (got = syscall(SYS_read, in, bytes, sizeof bytes)) > 0)
    if (syscall(SYS_write, out, bytes, (size_t)got) != got) abort();
  syscall(SYS_close, in);
  syscall(SYS_close, out);
  say("F %s %ld %o\n", id, kept, mode);
}

static void keep_folder(int fd, const char* id) {
  char path[PATH], entries[32768], entry_id[128];
  struct statx about;
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int in = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  say("D %s\n", id);
  long got;
  while (in >= 0 && (got = syscall(SYS_getdents64, in, entries, sizeof entries)) > 0)
    for (long at = 0; at < got;) {
      struct dirent64* entry = (struct dirent64*)(entries + at);
      at += entry->d_reclen;
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (identity(in, entry->d_name, entry_id, &about))
        say("E %s %c %o %s\n", entry_id, S_ISDIR(about.stx_mode) ? 'd' : 'f',
            about.stx_mode & 07777u, entry->d_name);
    }
  syscall(SYS_close, in);
}

static int synced(const char* call, int fd) {
  char path[PATH], id[128];
  struct statx about;
  long number = call[1] == 's' ? SYS_fsync : SYS_fdatasync;
  if (!armed || !path_of(fd, path)) return (int)syscall(number, fd);
  pthread_mutex_lock(&turn);
  int result = point(call, path, file) ? -1 : (int)syscall(number, fd);
  int why = errno;
  if (result == 0 && store && identity(fd, "", id, &about)) {
    if (S_ISDIR(about.stx_mode))
      keep_folder(fd, id);
    else
      keep_file(fd, id, about.stx_mode & 07777u);
  }
  pthread_mutex_unlock(&turn);
  errno = why;
  return result;
}

int fsync(int fd) {
  return synced("fsync", fd);
}
int fdatasync(int fd) {
  return synced("fdatasync", fd);
}

static int on_network(int fd) {
  int domain = 0;
  socklen_t size = sizeof domain;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
         (domain == AF_INET || domain == AF_INET6);
}

/* What a call on a descriptor is: nothing to us, a change of a file, or part of a changing request.
 */
static enum kind kind_of(int fd, const void* bytes, size_t size, char* path) {
  if (!armed || fd < 0 || fd >= (int)sizeof changing) return nothing;
  if (path_of(fd, path)) return file;
  if (strncmp(path, "socket:", 7) != 0 || !on_network(fd)) return nothing;
  static const char* const methods[] = {"POST ", "PUT ", "PATCH ", "DELETE "};
  if (size >= 4 && memcmp(bytes, "GET ", 4) == 0) changing[fd] = 0;
  for (int i = 0; i < 4; ++i)
    if (size > strlen(methods[i]) && memcmp(bytes, methods[i], strlen(methods[i])) == 0)
      changing[fd] = 1;
  return changing[fd] ? request : nothing;
}

#define WRITES(call, bytes, size, real)                           \
  char path[PATH];                                                \
  enum kind kind = kind_of(fd, bytes, size, path);                \
  if (kind == nothing) return real;                               \
  pthread_mutex_lock(&turn);                                      \
  int fails = point(kind == request ? "send" : call, path, kind); \
  ssize_t result = fails ? -1 : real;                             \
  int why = errno;                                                \
  if (kind == request) point("sent", path, nothing);              \
  pthread_mutex_unlock(&turn);                                    \
  errno = why;                                                    \
  return result

ssize_t write(int fd, const void* bytes, size_t size) {
  WRITES("write", bytes, size, syscall(SYS_write, fd, bytes, size));
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  WRITES("pwrite", bytes, size, syscall(SYS_pwrite64, fd, bytes, size, at));
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  WRITES("pwrite", bytes, size, syscall(SYS_pwrite64, fd, bytes, size, at));
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  WRITES("writev", count > 0 ? parts[0].iov_base : "", count > 0 ? parts[0].iov_len : 0,
         syscall(SYS_writev, fd, parts, count));
}
ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  WRITES("send", bytes, size, syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0));
}
ssize_t sendto(int fd, const void* bytes, size_t size, int flags, const struct sockaddr* to,
               socklen_t to_size) {
  WRITES("send", bytes, size, syscall(SYS_sendto, fd, bytes, size, flags, to, to_size));
}
ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  const struct iovec* first = message->msg_iovlen > 0 ? message->msg_iov : NULL;
  WRITES("send", first ? first->iov_base : "", first ? first->iov_len : 0,
         syscall(SYS_sendmsg, fd, message, flags));
}
int ftruncate(int fd, off_t size) {
  WRITES("ftruncate", "", 0, syscall(SYS_ftruncate, fd, size));
}
int ftruncate64(int fd, off64_t size) {
  WRITES("ftruncate", "", 0, syscall(SYS_ftruncate, fd, size));
}

int connect(int fd, const struct sockaddr* to, socklen_t size) {
  if (!armed || to->sa_family != AF_INET) return (int)syscall(SYS_connect, fd, to, size);
  pthread_mutex_lock(&turn);
  int result = point("connect", "", request) ? -1 : (int)syscall(SYS_connect, fd, to, size);
  int why = errno;
  pthread_mutex_unlock(&turn);
  errno = why;
  return result;
}

static ssize_t received(int fd, ssize_t got) {
  if (!armed || got <= 0 || fd < 0 || fd >= (int)sizeof changing || !changing[fd]) return got;
  int why = errno;
  pthread_mutex_lock(&turn);
  point("answered", "", nothing);
  pthread_mutex_unlock(&turn);
  errno = why;
  return got;
}

ssize_t recv(int fd, void* bytes, size_t size, int flags) {
  return received(fd, syscall(SYS_recvfrom, fd, bytes, size, flags, NULL, NULL));
}
ssize_t recvfrom(int fd, void* bytes, size_t size, int flags, struct sockaddr* from,
                 socklen_t* from_size) {
  return received(fd, syscall(SYS_recvfrom, fd, bytes, size, flags, from, from_size));
}

/* Changes of names. `real` is a syscall. */
#define NAMES(call, folder, name, real)                         \
  char path[PATH];                                              \
  if (!armed || !path_at(folder, name, path)) return (int)real; \
  pthread_mutex_lock(&turn);                                    \
  int result = point(call, path, file) ? -1 : (int)real;        \
  int why = errno;                                              \
  pthread_mutex_unlock(&turn);                                  \
  errno = why;                                                  \
  return result

static void folder_of(const char* path, char* folder) {
  snprintf(folder, PATH, "%s", path);
  char* cut = strrchr(folder, '/');
  if (cut) *cut = 0;
}

static int renamed(int from_folder, const char* from, int to_folder, const char* to,
                   unsigned flags) {
  char old_path[PATH], new_path[PATH], folder[PATH], id[3][128];
  struct statx about;
  if (!armed || !path_at(from_folder, from, old_path) || !path_at(to_folder, to, new_path))
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
  pthread_mutex_lock(&turn);
  int result = point("rename", new_path, file)
                   ? -1
                   : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
  int why = errno;
  if (result == 0 && store && identity(AT_FDCWD, new_path, id[2], &about)) {
    folder_of(old_path, folder);
    int known = identity(AT_FDCWD, folder, id[0], &about);
    folder_of(new_path, folder);
    if (known && identity(AT_FDCWD, folder, id[1], &about)) {
      say("R %s %s %s\n", id[0], id[1], id[2]);
      say("O %s\n", strrchr(old_path, '/') + 1);
      say("N %s\n", strrchr(new_path, '/') + 1);
    }
  }
  pthread_mutex_unlock(&turn);
  errno = why;
  return result;
}

int rename(const char* from, const char* to) {
  return renamed(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return renamed(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  return renamed(from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) {
  NAMES("link", AT_FDCWD, to, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}
int unlink(const char* name) {
  NAMES("unlink", AT_FDCWD, name, syscall(SYS_unlinkat, AT_FDCWD, name, 0));
}
int unlinkat(int folder, const char* name, int flags) {
  NAMES("unlink", folder, name, syscall(SYS_unlinkat, folder, name, flags));
}
int mkdir(const char* name, mode_t mode) {
  NAMES("mkdir", AT_FDCWD, name, syscall(SYS_mkdirat, AT_FDCWD, name, mode));
}
int mkdirat(int folder, const char* name, mode_t mode) {
  NAMES("mkdir", folder, name, syscall(SYS_mkdirat, folder, name, mode));
}

/* A file that is there already is only opened: no point. One that would be written to on a disk
   that is read-only does not open. */
static int opened(int folder, const char* name, int flags, mode_t mode) {
  char path[PATH];
  struct statx about;
  char id[128];
  int writes = (flags & O_ACCMODE) != O_RDONLY;
  if (!armed || (!writes && !(flags & O_CREAT)) || !path_at(folder, name, path) ||
      (flags & O_DIRECTORY))
    return (int)syscall(SYS_openat, folder, name, flags, mode);
  int there = identity(folder, name, id, &about);
  if (there && !(failing_with == EROFS || failing_with == EACCES))
    return (int)syscall(SYS_openat, folder, name, flags, mode);
  if (!there && !(flags & O_CREAT)) return (int)syscall(SYS_openat, folder, name, flags, mode);
  pthread_mutex_lock(&turn);
  int result = point(there ? "open" : "create", path, file)
                   ? -1
                   : (int)syscall(SYS_openat, folder, name, flags, mode);
  int why = errno;
  pthread_mutex_unlock(&turn);
  errno = why;
  return result;
}

#define OPENS(folder)             \
  mode_t mode = 0;                \
  if (flags & O_CREAT) {          \
    va_list words;                \
    va_start(words, flags);       \
    mode = va_arg(words, mode_t); \
    va_end(words);                \
  }                               \
  return opened(folder, name, flags, mode)

int open(const char* name, int flags, ...) {
  OPENS(AT_FDCWD);
}
int open64(const char* name, int flags, ...) {
  OPENS(AT_FDCWD);
}
int openat(int folder, const char* name, int flags, ...) {
  OPENS(folder);
}
int openat64(int folder, const char* name, int flags, ...) {
  OPENS(folder);
}

/* The script host is asked again after every death; it leaves nothing behind. */
static int is_other_program(const char* path) {
  const char* name = strrchr(path, '/');
  return strcmp(path, "/proc/self/exe") != 0 && strcmp(name ? name + 1 : path, "countersign") != 0;
}

#define SPAWNS(call)                                                         \
  if (!armed || !is_other_program(path))                                     \
    return REAL(call)(pid, path, actions, attributes, words, variables);     \
  pthread_mutex_lock(&turn);                                                 \
  point("spawn", path, nothing);                                             \
  int result = REAL(call)(pid, path, actions, attributes, words, variables); \
  point("spawned", path, nothing);                                           \
  pthread_mutex_unlock(&turn);                                               \
  return result

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const words[], char* const variables[]) {
  SPAWNS(posix_spawn);
}
int posix_spawnp(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const words[],
                 char* const variables[]) {
  SPAWNS(posix_spawnp);
}
