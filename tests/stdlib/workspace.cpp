#include "stdlib/session/workspace.h"

#include <thread>

#include "tests/stdlib/workspace_fixture.h"

using namespace workbench;

namespace {

std::string refusal(const Workspace& workspace, const std::string& path) {
  const auto resolved = workspace.resolve(path);
  return resolved ? "resolved to " + *resolved : resolved.error().kind;
}

}  // namespace

TEST_CASE("a path inside the workspace is resolved to where it really is") {
  WorkspaceFixture bench;
  const std::string& base = bench.folder.path;
  fs::create_directories(base + "/elsewhere");
  fs::create_directory_symlink(base + "/serverless", base + "/dev-logs/way");
  const struct {
    std::string asked, real;
  } table[] = {
      {"flex-config", base + "/flex-config"},
      {"flex-config/a.json", base + "/flex-config/a.json"},
      {"./flex-config//a.json", base + "/flex-config/a.json"},
      {base + "/serverless/.env.acme", base + "/serverless/.env.acme"},
      {"dev-logs/not/yet/there", base + "/dev-logs/not/yet/there"},
      {"PAC.md", base + "/PAC.md"},
      {"dev-logs/way/x", base + "/serverless/x"},  // a link that stays inside
      {"dev-logs/..name", base + "/dev-logs/..name"},
  };
  for (const auto& [asked, real] : table) {
    INFO(asked);
    const auto resolved = bench.workspace.resolve(asked);
    REQUIRE(resolved);
    CHECK(*resolved == real);
  }
  CHECK(bench.workspace.name_of(base + "/flex-config/a.json") == "flex-config/a.json");
}

TEST_CASE("a declared folder may itself be a link") {
  TemporaryFolder folder;
  fs::create_directories(folder.path + "/real/logs");
  fs::create_directory_symlink(folder.path + "/real", folder.path + "/link");
  Configuration config = configuration(folder.path);
  config.workspace.dev_logs = folder.path + "/link/logs";
  const Workspace workspace(config);
  CHECK(*workspace.resolve("link/logs/a") == folder.path + "/real/logs/a");
  CHECK(workspace.write(*workspace.resolve("link/logs/a"), "x"));
  CHECK(folder.read("real/logs/a") == "x");
}

TEST_CASE("a path that leads out of the workspace, or to what decides, is refused") {
  WorkspaceFixture bench;
  const std::string& base = bench.folder.path;
  bench.config.trust.revoked = base + "/serverless/trust/revoked";
  bench.config.home = base + "/dev-logs/home";
  bench.config.profiles["other"].secrets["twilio.api_secret"].file = "serverless/secret.txt";
  bench.config.user.key = base + "/serverless/id_ed25519";
  bench.folder.write("outside.txt", "x");
  bench.folder.write("flex-config/inside.json", "{}");
  bench.folder.write("flex-config/file", "x");
  fs::create_directory_symlink(base, base + "/flex-config/up");
  fs::create_directory_symlink("/", base + "/flex-config/root");
  fs::create_symlink(base + "/outside.txt", base + "/flex-config/link.txt");
  fs::create_symlink(base + "/flex-config/inside.json", base + "/flex-config/inner.json");
  fs::create_symlink(base + "/nowhere", base + "/flex-config/dangling");
  fs::create_symlink("loop", base + "/flex-config/loop");
  const std::string table[] = {
      "",
      "/",
      ".",
      "/etc/passwd",
      "outside.txt",
      "PAC.md.old",
      "PAC.md/x",
      "..",
      "flex-config/../outside.txt",
      "flex-config/a/../../outside.txt",
      base + "/flex-config/../outside.txt",
      "flex-config/..",
      "flex-configuration/a",
      "flex-config/up/outside.txt",
      "flex-config/up/home/x",
      "flex-config/root/etc/passwd",
      "flex-config/link.txt",
      "flex-config/inner.json",
      "flex-config/dangling",
      "flex-config/dangling/x",
      "flex-config/loop",
      "flex-config/loop/x",
      "flex-config/file/x",
      std::string("flex-config/a\0.json", 19),
      std::string("flex-config/\0", 13),
      "flex-config/a\nb",
      "flex-config/a\x1b[31m",
      "countersign.toml",
      "flex-config/policy.toml",
      "serverless/trust/revoked",
      "dev-logs/home",
      "dev-logs/home/journal",
      "serverless/secret.txt",
      "serverless/id_ed25519",
      "serverless/.git/hooks/post-commit",
      "serverless/.git",
      "serverless/.GIT/config",
      "serverless/.countersign-0123/x.js",
      "serverless/sub/.git/config",
      "repository/README.md",
      "~/x",
  };
  for (const std::string& path : table) {
    INFO(path);
    CHECK(refusal(bench.workspace, path) == "refused");
  }
}

TEST_CASE("a folder replaced by a link after it was resolved is not followed") {
  WorkspaceFixture bench;
  bench.folder.write("outside/victim.txt", "untouched");
  bench.folder.write("serverless/sub/victim.txt", "inside");
  const auto path = bench.workspace.resolve("serverless/sub/victim.txt");
  REQUIRE(path);
  fs::rename(bench.folder.path + "/serverless/sub", bench.folder.path + "/serverless/old");
  fs::create_directory_symlink(bench.folder.path + "/outside",
                               bench.folder.path + "/serverless/sub");
  CHECK(bench.workspace.read(*path).error().kind == "refused");
  CHECK(bench.workspace.write(*path, "changed").error().kind == "refused");
  CHECK_FALSE(bench.workspace.move(*path, bench.folder.path + "/serverless/moved"));
  CHECK_FALSE(bench.workspace.list(bench.folder.path + "/serverless/sub"));
  CHECK_FALSE(bench.workspace.exists(*path));
  CHECK(bench.folder.read("outside/victim.txt") == "untouched");
}

TEST_CASE("a file replaced by a link after it was resolved is neither read nor written through") {
  WorkspaceFixture bench;
  bench.folder.write("outside.txt", "untouched");
  const auto path = bench.workspace.resolve("serverless/file.txt");
  REQUIRE(path);
  fs::create_symlink(bench.folder.path + "/outside.txt", *path);
  CHECK(bench.workspace.read(*path).error().kind == "refused");
  CHECK(bench.workspace.write(*path, "changed").error().kind == "refused");
  CHECK(bench.folder.read("outside.txt") == "untouched");
  CHECK(fs::is_symlink(*path));
}

TEST_CASE("what is no regular file of a sensible size is not read") {
  WorkspaceFixture bench;
  const std::string base = bench.folder.path + "/serverless";
  ::mkfifo((base + "/pipe").c_str(), 0600);
  std::ofstream(base + "/large").seekp(16 << 20).put('x');
  const struct {
    const char *name, *message;
  } table[] = {
      {"/pipe", "\"serverless/pipe\" is not a regular file"},
      {"", "\"serverless\" is not a regular file"},
      {"/large", "\"serverless/large\" is larger than 16 MiB"},
      {"/none", "\"serverless/none\" does not exist"},
      {"/no/folder", "\"serverless/no/folder\" does not exist"},
  };
  for (const auto& [name, message] : table) {
    const auto read = bench.workspace.read(base + name);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == "argument");
    CHECK(read.error().message == message);
  }
}

TEST_CASE("a write replaces the file whole, keeps its mode and leaves nothing behind") {
  WorkspaceFixture bench;
  const std::string path = bench.folder.path + "/serverless/file";
  bench.folder.write("serverless/file", "old");
  ::chmod(path.c_str(), 0640);
  struct stat about;
  ::stat(path.c_str(), &about);
  const auto inode = about.st_ino;
  REQUIRE(bench.workspace.write(path, "new"));
  ::stat(path.c_str(), &about);
  CHECK(bench.folder.read("serverless/file") == "new");
  CHECK((about.st_mode & 07777) == 0640);
  CHECK(about.st_ino != inode);  // a reader of the old file keeps the old bytes

  REQUIRE(bench.workspace.write(bench.folder.path + "/serverless/.env.new", "A=1\n"));
  ::stat((bench.folder.path + "/serverless/.env.new").c_str(), &about);
  CHECK((about.st_mode & 07777) == 0600);
  REQUIRE(bench.workspace.write(bench.folder.path + "/incidents/2026/11/a.md", "x"));
  CHECK(bench.folder.all() == std::vector<std::string>{"dev-logs", "flex-config", "incidents",
                                                       "incidents/2026", "incidents/2026/11",
                                                       "incidents/2026/11/a.md", "serverless",
                                                       "serverless/.env.new", "serverless/file"});
}

TEST_CASE("a reader beside a writer sees the old bytes or the new, never a mixture") {
  WorkspaceFixture bench;
  const std::string path = bench.folder.path + "/serverless/file";
  const std::string a(200'000, 'a'), b(200'000, 'b');
  REQUIRE(bench.workspace.write(path, a));
  bool stop = false;
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i) (void)bench.workspace.write(path, i % 2 == 0 ? b : a);
    __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
  });
  int mixed = 0;
  while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
    const auto bytes = bench.workspace.read(path);
    if (!bytes || (*bytes != a && *bytes != b)) ++mixed;
  }
  writer.join();
  CHECK(mixed == 0);
}

TEST_CASE("a write that fails leaves the file as it was") {
  WorkspaceFixture bench;
  bench.folder.write("serverless/folder/inside", "x");
  const auto onto_folder = bench.workspace.write(bench.folder.path + "/serverless/folder", "x");
  REQUIRE_FALSE(onto_folder);
  CHECK(onto_folder.error().message == "\"serverless/folder\" is not a regular file");
  bench.folder.write("serverless/file", "old");
  CHECK_FALSE(bench.workspace.write(bench.folder.path + "/serverless/file/below", "x"));
  CHECK(bench.folder.read("serverless/file") == "old");
  CHECK(bench.folder.all() == std::vector<std::string>{"dev-logs", "flex-config", "incidents",
                                                       "serverless", "serverless/file",
                                                       "serverless/folder",
                                                       "serverless/folder/inside"});
}

TEST_CASE("a move replaces nothing") {
  WorkspaceFixture bench;
  const std::string base = bench.folder.path + "/serverless/";
  bench.folder.write("serverless/a", "a");
  bench.folder.write("serverless/b", "b");
  fs::create_directories(base + "empty");
  CHECK(bench.workspace.move(base + "a", base + "b").error().kind == "refused");
  CHECK(bench.workspace.move(base + "a", base + "empty").error().kind == "refused");
  CHECK(bench.workspace.move(base + "none", base + "c").error().kind == "argument");
  CHECK(bench.folder.read("serverless/b") == "b");
  CHECK(bench.workspace.move(base + "a", base + "deep/er/c"));
  CHECK(bench.folder.read("serverless/deep/er/c") == "a");
  CHECK_FALSE(bench.folder.has("serverless/a"));
}

TEST_CASE("a folder is listed by name, without leftovers of interrupted writes") {
  WorkspaceFixture bench;
  bench.folder.write("serverless/b", "12345");
  bench.folder.write("serverless/a/x", "");
  bench.folder.write("serverless/.countersign-0123", "half");
  fs::create_symlink("b", bench.folder.path + "/serverless/c");
  const auto entries = bench.workspace.list(bench.folder.path + "/serverless");
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  CHECK((*entries)[0].name == "a");
  CHECK((*entries)[0].kind == FileKind::folder);
  CHECK((*entries)[1].kind == FileKind::file);
  CHECK((*entries)[1].size == 5);
  CHECK((*entries)[2].kind == FileKind::other);
}

TEST_CASE("a file whose name is not UTF-8 is named, and its folder not listed") {
  WorkspaceFixture bench;
  const std::string folder = bench.folder.path + "/dev-logs";
  bench.folder.write("dev-logs/caf\xE9.md", "x");
  const auto listed = bench.workspace.list(folder);
  REQUIRE_FALSE(listed);
  CHECK(listed.error().kind == "refused");
  CHECK(listed.error().message ==
        "\"dev-logs\" holds a file whose name is not UTF-8: \"caf\\xE9.md\"");
}
