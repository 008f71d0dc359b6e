// What is installed, and the Debian package of it, tried in folders of their own.
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "repl/command_table.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
namespace fs = std::filesystem;

namespace {

bool is_there(const std::string& program) {
  return run_process({{"sh", "-c", "command -v " + program}}).code == 0;
}

Ran in(const CliFixture& room, const std::vector<std::string>& argv) {
  // Packing is not what is tried here.
  Ran ran = run_process(
      {argv,
       room.folder,
       {{"HOME", room.folder}, {"LC_ALL", "C.UTF-8"}, {"DPKG_DEB_COMPRESSOR_TYPE", "none"}}});
  INFO(ran.out << ran.err);
  CHECK(ran.code == 0);
  return ran;
}

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  CHECK(text.find(part) != std::string::npos);
  return true;
}

// Everything that belongs below a prefix, but for where a user's units are.
void check_content(const std::string& prefix) {
  for (const char* file :
       {"bin/countersign", "share/countersign/runbooks/connie/cancel.lua",
        "share/bash-completion/completions/countersign",
        "share/fish/vendor_completions.d/countersign.fish",
        "lib/systemd/system/countersign-due@.service", "lib/systemd/system/countersign-due@.timer",
        "share/doc/countersign/copyright", "share/doc/countersign/README.md",
        "share/doc/countersign/docs/cli.md",
        "share/doc/countersign/docs/examples/worlds/demo.json"}) {
    INFO(file);
    CHECK(fs::exists(prefix + "/" + file));
  }
  CHECK_FALSE(fs::exists(prefix + "/share/countersign/runbooks/connie/cancel_test.lua"));
}

// It finds its own runbooks, and none of where it was built.
void check_runbooks(const CliFixture& room, const std::string& prefix) {
  const json all = json::parse(in(room, {prefix + "/bin/countersign", "--json", "runbooks"}).out);
  REQUIRE(all.size() >= 4);
  for (const json& one : all) {
    CHECK(one["error"].is_null());
    CHECK(one["path"].get<std::string>().rfind(prefix + "/share/countersign/runbooks/", 0) == 0);
  }
  fs::remove_all(prefix + "/share/countersign/runbooks");
  CHECK(json::parse(in(room, {prefix + "/bin/countersign", "--json", "runbooks"}).out).empty());
}

}  // namespace

TEST_CASE("the manual names every command and option, and is formatted without a warning") {
  const std::string page = COUNTERSIGN_SOURCE_DIR "/docs/man/countersign.1";
  if (!is_there("groff")) return;
  CliFixture room;
  const Ran checked = in(room, {"groff", "-ww", "-man", "-Tutf8", "-rLL=300n", page});
  CHECK(checked.err == "");
  const Ran plain = in(
      room, {"sh", "-c", "groff -man -Tutf8 -P-cbou -rLL=300n \"$0\" | sed 's/.\\x08//g'", page});
  for (const CommandText& command : command_texts()) {
    has(plain.out, "   " + command.name);
    for (const OptionText& option : command.options)
      for (const std::string& name : option.names) has(plain.out, name);
  }
  has(plain.out, "bash|zsh|fish");
  has(plain.out, "-p NAME=VALUE");
}

TEST_CASE("installed below a prefix it is whole, and knows its own runbooks only") {
  CliFixture room;
  const std::string prefix = room.folder + "/with blank";
  in(room, {"cmake", "--install", COUNTERSIGN_BINARY_DIR, "--prefix", prefix});
  check_content(prefix);
  check_runbooks(room, prefix);
  CHECK(fs::exists(prefix + "/share/man/man1/countersign.1"));
  const std::string unit = room.read("with blank/share/systemd/user/countersign-due.service");
  has(unit, prefix + "/bin/countersign\" -q resume --all-due");
  for (const char* shell :
       {"bash-completion/completions/countersign", "zsh/site-functions/_countersign",
        "fish/vendor_completions.d/countersign.fish"})
    has(room.read(std::string("with blank/share/") + shell), "__complete");
  if (!is_there("systemd-analyze")) return;
  const Ran verified = run_process({{"systemd-analyze", "verify", "--user", "--man=no",
                                     prefix + "/share/systemd/user/countersign-due.service",
                                     prefix + "/share/systemd/user/countersign-due.timer"},
                                    room.folder,
                                    {{"HOME", room.folder}, {"XDG_RUNTIME_DIR", room.folder}}});
  // Of ours nothing is wrong; what else the machine has is not ours.
  CHECK(verified.err.find("countersign") == std::string::npos);
}

#ifndef COUNTERSIGN_SANITIZE
TEST_CASE("the Debian package says what it needs, and holds what is installed") {
  if (!is_there("dpkg-shlibdeps")) return;
  CliFixture room;
  const std::string package =
      in(room, {COUNTERSIGN_SOURCE_DIR "/packaging/deb.sh", COUNTERSIGN_BINARY_DIR, "out"}).out;
  REQUIRE(package.rfind(room.folder + "/out/countersign_", 0) == 0);
  const std::string file = package.substr(0, package.size() - 1);
  const std::string said = in(room, {"dpkg-deb", "-I", file}).out;
  for (const char* needed : {"libc6 (>= 2.", "libcurl4", "libedit2", "openssh-client"})
    has(said, needed);
  has(said, " Package: countersign\n");
  has(said, " Version: 0.");
  in(room, {"dpkg-deb", "-x", file, "root"});
  check_content(room.folder + "/root/usr");
  check_runbooks(room, room.folder + "/root/usr");
  CHECK(room.has("root/usr/share/zsh/vendor-completions/_countersign"));
  CHECK(room.has("root/usr/share/man/man1/countersign.1.gz"));
  CHECK(room.has("root/usr/share/doc/countersign/changelog.gz"));
  has(room.read("root/usr/lib/systemd/user/countersign-due.service"),
      "ExecStart=\"/usr/bin/countersign\" -q resume --all-due");
  // Everything belongs to root, and nobody else writes there.
  const std::string list = in(room, {"dpkg-deb", "-c", file}).out;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.find(" root/root ") != std::string::npos);
    CHECK(line[5] == '-');
    CHECK(line[8] == '-');
  }
  // And it can be installed: into a folder of its own, whose dependencies are not looked for.
  if (geteuid() != 0) return;
  fs::create_directories(room.folder + "/system/var/lib/dpkg/updates");
  fs::create_directories(room.folder + "/system/var/lib/dpkg/info");
  room.write("system/var/lib/dpkg/status", "");
  room.write("system/var/lib/dpkg/available", "");
  in(room, {"dpkg", "--root=" + room.folder + "/system", "--force-depends", "-i", file});
  check_content(room.folder + "/system/usr");
}
#endif
