// The engine's log: where it is, who may read it, what stands in it and what never does.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "interpreter/log.h"
#include "repl/log.h"
#include "repl/log_file.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using room::CliFixture;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat at;
  REQUIRE(lstat(path.c_str(), &at) == 0);
  return at.st_mode & 0777;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string kLog = "home/log/countersign.log";
const std::string kNumbers = "return #twilio.numbers.list {}";

}  // namespace

TEST_CASE("a log's file grows to its size, moves on, and the oldest goes; nobody else reads it") {
  CliFixture room;
  const std::string folder = room.folder + "/deep/log";
  LogFile file(folder, 100, 2);
  CHECK_FALSE(fs::exists(folder));
  for (int i = 0; i < 10; ++i)
    CHECK(file.append(std::to_string(i) + std::string(38, '.') + "\n") == "");
  CHECK(text_of(file.path()).rfind("8.", 0) == 0);
  CHECK(text_of(file.path(1)).rfind("6.", 0) == 0);
  CHECK(text_of(file.path(2)).rfind("4.", 0) == 0);
  CHECK_FALSE(fs::exists(file.path(3)));
  CHECK(mode_of(folder) == 0700);
  for (int age = 0; age <= 2; ++age) CHECK(mode_of(file.path(age)) == 0600);
}

TEST_CASE("several that write at once lose no line where the file moves on") {
  CliFixture room;
  const std::string folder = room.folder + "/log";
  std::vector<std::thread> writers;
  for (int who = 0; who < 4; ++who)
    writers.emplace_back([&folder] {
      LogFile file(folder, 2000, 50);
      for (int i = 0; i < 100; ++i) (void)file.append(std::string(49, 'x') + "\n");
    });
  for (std::thread& one : writers) one.join();
  std::size_t lines = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string text = text_of(entry.path());
    lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    CHECK(text.size() <= 2400);
  }
  CHECK(lines == 400);
}

TEST_CASE("a log is not written through a link") {
  CliFixture room;
  room.write("elsewhere", "");
  fs::create_directory(room.folder + "/log");
  fs::create_symlink(room.folder + "/elsewhere", room.folder + "/log/countersign.log");
  LogFile file(room.folder + "/log");
  CHECK(file.append("a line\n") != "");
  CHECK(room.read("elsewhere") == "");
}

TEST_CASE("each level lets through its own and those above; a secret stands in no line") {
  CliFixture room;
  open_log(LogLevel::warn, false);
  scrub_log_with([](std::string text) {
    for (std::size_t at; (at = text.find("hunter2hunter2")) != text.npos;)
      text.replace(at, 14, "[secret]");
    return text;
  });
  CHECK_FALSE(logs(LogLevel::info));
  CHECK(logs(LogLevel::warn));
  log(LogLevel::info, "not this");
  log(LogLevel::warn, "early, https://host/hunter2hunter2/x");
  log_into(room.folder + "/log");
  set_log_run("20261120-abc123");
  log(LogLevel::error, "two\nlines with hunter2hunter2");
  set_log_run("");
  scrub_log_with({});
  set_log(nullptr, LogLevel::off);
  const std::string text = text_of(room.folder + "/log/countersign.log");
  INFO(text);
  CHECK(text.find("not this") == std::string::npos);
  CHECK(text.find("hunter2") == std::string::npos);
  CHECK(text.find(" - early, https://host/[secret]/x\n") != std::string::npos);
  CHECK(text.find(" error " + std::to_string(getpid()) +
                  " 20261120-abc123 two\\nlines with [secret]\n") != std::string::npos);
  CHECK(text.substr(10, 1) == "T");
  CHECK(text.substr(23, 1) == "Z");
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("a command logs what it did, requests without their query, and none of its secrets") {
  CliFixture room;
  room.furnish();
  CHECK(room.countersign({"eval", "--profile", "acme", "-e", kNumbers}).code == 0);
  CHECK(mode_of(room.folder + "/home/log") == 0700);
  CHECK(mode_of(room.folder + "/" + kLog) == 0600);
  const std::string text = room.read(kLog);
  INFO(text);
  CHECK(text.find(" - command begun: eval, version ") != std::string::npos);
  CHECK(text.find(" - request GET 127.0.0.1:") != std::string::npos);
  CHECK(text.find("/IncomingPhoneNumbers.json 200 ") != std::string::npos);
  CHECK(text.find(" - command ended: eval, exit code 0, ") != std::string::npos);
  CHECK(text.find("PageSize") == std::string::npos);
  CHECK(text.find("fake-api-secret") == std::string::npos);
  // A script that says the secret, in an error: it stands in no line all the same.
  const Ran said = room.countersign({"eval", "--profile", "acme", "-e",
                                     "twilio.numbers.list {} error(\"fake-api-secret-acme\")"});
  CHECK(said.code != 0);
  CHECK(room.read(kLog).find("fake-api-secret") == std::string::npos);
  CHECK(room.read(kLog).find(" error ") != std::string::npos);
}

TEST_CASE("a run's lines name it, its statuses, and what was refused by which check") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", room::renaming("", false));
  const std::string id =
      room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=Desk"}, 3)["run"];
  const std::string text = room.read(kLog);
  INFO(text);
  CHECK(text.find(" " + id + " status awaiting_decision\n") != std::string::npos);
  room.write("reads.lua", R"(return runbook {
  name = "reads", title = "Only read",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = { read "inspect" (function(run)
    twilio.numbers.update { sid = "PN03cca2b259f51e6fe0b6503b54449880", friendly_name = "x" }
  end) },
})");
  CHECK(room.countersign({"run", "reads.lua", "-p", "client=acme"}).code == 9);
  const std::string later = room.read(kLog);
  INFO(later);
  CHECK(later.find(" refused by allowed_here: twilio.numbers.update (refused): ") !=
        std::string::npos);
}

TEST_CASE("how much is logged is said with --log-level, and off opens nothing") {
  CliFixture room;
  room.furnish();
  CHECK(room.countersign({"--log-level", "off", "runs"}).code == 0);
  CHECK_FALSE(room.has("home/log"));
  CHECK(room.countersign({"--log-level", "error", "runs"}).code == 0);
  CHECK_FALSE(room.has("home/log"));
  CHECK(room.countersign({"runs", "--log-level", "debug"}).code == 0);
  CHECK(room.read(kLog).find(" debug ") != std::string::npos);
  CHECK(room.error({"runs", "--log-level", "loud"}, 2).find("\"loud\"") != std::string::npos);
  // What needs no home has none made for it.
  CliFixture other;
  CHECK(other.countersign({"eval", "-e", "return 1"}).code == 0);
  CHECK(fs::is_empty(other.folder));
}

TEST_CASE("a log that cannot be written is one warning, and the command goes on") {
  CliFixture room;
  room.furnish();
  CHECK(room.countersign({"--log-level", "off", "runs"}).code == 0);
  room.write("home/log", "no folder");
  const Ran ran = room.countersign({"--json", "eval", "--profile", "acme", "-e", kNumbers});
  INFO(ran.err);
  CHECK(ran.code == 0);
  const std::size_t at = ran.err.find("the log cannot be written");
  CHECK(at != std::string::npos);
  CHECK(ran.err.find("the log cannot be written", at + 1) == std::string::npos);
}
