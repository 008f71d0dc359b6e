// What the process gives away of itself: memory, keys of its connections, modes of its files.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "repl/process_setup.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"
#if defined(__linux__)
#include <sys/prctl.h>
#endif

using namespace countersign;
using room::CliFixture;

TEST_CASE("a process that holds secrets leaves no core file and no log of TLS keys") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit large = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_CORE, &large);
    setenv("SSLKEYLOGFILE", "/tmp/keys", 1);
    close_environment();
    keep_memory_private();
    rlimit core{};
    getrlimit(RLIMIT_CORE, &core);
    int bad = core.rlim_cur == 0 && core.rlim_max == 0 ? 0 : 1;
    if (getenv("SSLKEYLOGFILE") != nullptr) bad |= 2;
#if defined(__linux__) && !defined(COUNTERSIGN_SANITIZE)
    if (prctl(PR_GET_DUMPABLE) != 0) bad |= 4;
#endif
    _exit(bad);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("the program itself writes no TLS keys, whoever asks for them") {
  CliFixture room;
  room.furnish();
  room.environment["SSLKEYLOGFILE"] = room.folder + "/keys.log";
  CHECK(room.countersign({"eval", "--profile", "acme", "-e", "twilio.numbers.list()"}).code == 0);
  CHECK_FALSE(room.has("keys.log"));
}

TEST_CASE("--home leaves the mode of a folder that was there as it is") {
  CliFixture room;
  room.furnish();
  const std::string folder = room.folder + "/shared";
  std::filesystem::create_directory(folder);
  REQUIRE(chmod(folder.c_str(), 01777) == 0);
  CHECK(room.countersign({"--home", folder, "runs"}).code == 0);
  struct stat info {};
  REQUIRE(stat(folder.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 01777);
}

TEST_CASE("a word that is not UTF-8 is refused in one sentence, wherever it stands") {
  CliFixture room;
  room.furnish();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"export", "20261121-abcdef", "--to", "caf\xE9"},
                                             {"verify", "caf\xE9"},
                                             {"--home", "caf\xE9", "runs"},
                                             {"request", "x", "--to", "\xFF\xFE"}}) {
    const Ran ran = room.countersign(words);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find("is not UTF-8") != std::string::npos);
    CHECK(room.error(words, 2).find("\\x") != std::string::npos);
  }
}
