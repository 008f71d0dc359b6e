// What is kept for the user, beside any home folder.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "interpreter/account_key.h"
#include "interpreter/digest.h"
#include "interpreter/home.h"
#include "tests/support/catch.h"

using namespace countersign;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    char draft[] = "/tmp/countersign-user-XXXXXX";
    path = ::mkdtemp(draft);
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

void append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

const std::string kAccount = "https://api.twilio.com AC1";

std::string changes_of(const std::string& folder) {
  return folder + "/accounts/" + sha256_hex(kAccount).substr(0, 32) + "/changes";
}

}  // namespace

TEST_CASE("an account is known by where it is, and a simulated one by its simulator too") {
  json endpoint = {{"origin", "http://127.0.0.1:1"}, {"simulated", true}, {"instance", "ab"}};
  CHECK(account_key(endpoint, "AC1") == "http://127.0.0.1:1 AC1 ab");
  CHECK(any_instance("http://127.0.0.1:1 AC1 ab") == "http://127.0.0.1:1 AC1");
  CHECK(any_instance("http://127.0.0.1:1 AC1") == "http://127.0.0.1:1 AC1");
  endpoint["simulated"] = false;
  CHECK(account_key(endpoint, "AC1") == "http://127.0.0.1:1 AC1");
}

TEST_CASE("no variable chooses the user's folder") {
  const std::string before = *UserState::folder_by_uid();
  const char* home = getenv("HOME");
  const std::string old = home ? home : "";
  for (const char* name : {"HOME", "XDG_STATE_HOME", "COUNTERSIGN_HOME"}) {
    const char* value = getenv(name);
    const std::string kept = value ? value : "";
    setenv(name, "/tmp", 1);
    CHECK(*UserState::folder_by_uid() == before);
    value ? setenv(name, kept.c_str(), 1) : unsetenv(name);
  }
}

TEST_CASE("a user's folder that is not the user's own alone is not used, and nothing is changed") {
  const Folder f;
  const std::string path = f.path + "/user";
  const UserState user(path);
  const auto refused = [&](const std::string& why) {
    const Result<Lock> lock = user.lock_account(kAccount, "run", "home");
    REQUIRE_FALSE(lock);
    CHECK(lock.error().kind == "state");
    INFO(lock.error().message);
    CHECK(lock.error().message.find(why) != std::string::npos);
    CHECK_FALSE(user.latch_folder(kAccount));
    CHECK_FALSE(user.changes(kAccount));
    CHECK_FALSE(user.note_change(kAccount, {"r", 1, "", ""}));
    CHECK_FALSE(user.use_of("aa"));
    CHECK_FALSE(user.use("aa", {"t", "r", "h", 1, {}}));
    CHECK_FALSE(user.note_sent("aa", 1, "k"));
  };
  fs::create_directories(f.path + "/elsewhere");
  chmod((f.path + "/elsewhere").c_str(), 0700);
  fs::create_symlink(f.path + "/elsewhere", path);
  refused("is a symbolic link");
  CHECK(fs::is_empty(f.path + "/elsewhere"));
  fs::remove(path);
  append(path, "");
  refused("is no folder");
  fs::remove(path);
  fs::create_directory(path);
  for (const mode_t mode : {0750u, 0707u, 0701u}) {
    chmod(path.c_str(), mode);
    refused("can be used by others");
  }
  CHECK(fs::is_empty(path));
  if (geteuid() == 0) {
    chmod(path.c_str(), 0700);
    REQUIRE(chown(path.c_str(), 12345, 12345) == 0);
    refused("belongs to another user");
    REQUIRE(chown(path.c_str(), 0, 0) == 0);
  }
  chmod(path.c_str(), 0700);
  CHECK(user.lock_account(kAccount, "run", "home"));
}

TEST_CASE("the folder is made for the user alone, and says which accounts it keeps") {
  const Folder f;
  const std::string path = f.path + "/a/b/user";
  const UserState user(path);
  CHECK(user.latch_folder(kAccount)->empty());
  CHECK(user.changes(kAccount)->empty());
  CHECK_FALSE(user.use_of("aa")->has_value());
  CHECK_FALSE(fs::exists(path));
  REQUIRE(user.lock_account(kAccount, "run", "home"));
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0700);
  std::ifstream in(path + "/accounts/" + sha256_hex(kAccount).substr(0, 32) + "/account.json");
  CHECK(json::parse(in)["account"] == kAccount);
}

TEST_CASE("changes of an account are kept in order, whatever a dying writer left behind") {
  const Folder f;
  const UserState user(f.path + "/user");
  REQUIRE(user.note_change(kAccount, {"one", 5, "h1", "/home/one"}));
  append(changes_of(f.path + "/user"), "{\"run\":\"torn");
  CHECK(user.changes(kAccount)->size() == 1);
  REQUIRE(user.note_change(kAccount, {"two", 6, "h2", "/home/\xff"}));
  const auto changes = user.changes(kAccount);
  REQUIRE(changes);
  REQUIRE(changes->size() == 2);
  CHECK(changes->at(0).run == "one");
  CHECK(changes->at(0).folder == "/home/one");
  CHECK(changes->at(1).run == "two");
  CHECK(changes->at(1).at == 6);
  // A whole line that says nothing is damage.
  append(changes_of(f.path + "/user"), "{\"run\":\n");
  CHECK_FALSE(user.changes(kAccount));
}

TEST_CASE("a decision is used by whoever comes first, and it is kept what was sent under it") {
  const Folder f;
  const UserState user(f.path + "/user");
  const std::string request(64, 'a'), path = f.path + "/user/used/" + request;
  CHECK_FALSE(user.note_sent(request, 1, "m/one"));  // nobody used it
  const auto first = user.use(request, {"t1", "run", "h1", 7, {}});
  REQUIRE(first);
  CHECK(first->token == "t1");
  const auto second = user.use(request, {"t2", "run", "h2", 8, {}});
  REQUIRE(second);
  CHECK(second->token == "t1");
  CHECK(second->home == "h1");
  REQUIRE(user.note_sent(request, 1, "m/one two"));
  append(path, "2 m/to");
  REQUIRE(user.note_sent(request, 2, "m/two"));
  const auto use = user.use_of(request);
  REQUIRE(use);
  REQUIRE(use->has_value());
  CHECK((*use)->sent == std::set<std::pair<int, std::string>>{{1, "m/one two"}, {2, "m/two"}});
  std::ofstream(path, std::ios::trunc) << "";
  CHECK(user.use_of(request).error().kind == "state");
  fs::remove(path);
  fs::create_symlink(f.path + "/elsewhere", path);
  CHECK_FALSE(user.use_of(request));
}
