#include "interpreter/home.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "interpreter/durable_file.h"
#include "interpreter/journal.h"
#include "tests/support/catch.h"

using namespace countersign;
namespace fs = std::filesystem;

namespace {

class Place {
 public:
  Place() {
    char name[] = "/tmp/countersign-home-XXXXXX";
    path = mkdtemp(name);
  }
  Place(const Place&) = delete;
  ~Place() { fs::remove_all(path); }
  std::string path;
};

// A umask for a while.
class Mask {
 public:
  explicit Mask(mode_t mask) : before_(umask(mask)) {}
  Mask(const Mask&) = delete;
  ~Mask() { umask(before_); }

 private:
  mode_t before_;
};

unsigned mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

// Everything that a home folder gets to hold.
void fill(Home& home) {
  auto run = Journal::open(home.run_path("20261121-aaaaaa"), true);
  REQUIRE(run);
  REQUIRE((*run)->append("started", {{"run", "20261121-aaaaaa"}}, 1));
  REQUIRE((*run)->sync());
  REQUIRE(home.note({{"run", "20261121-aaaaaa"}}));
  REQUIRE(home.lock_run("20261121-aaaaaa"));
  REQUIRE(home.lock_account("AC1", "20261121-aaaaaa"));
  Latch freeze;
  freeze.kind = "freeze";
  freeze.account = "*";
  const Result<Latch> set = home.latches().set(freeze);
  REQUIRE(set);
  REQUIRE(home.latches().lift(*set, {{"person", "ada"}}));
  REQUIRE(home.latches().set(freeze));
  REQUIRE(home.renew_binding());
  // While it is open the write-ahead log lies beside it.
  CHECK(fs::exists(home.run_path("20261121-aaaaaa") + "-wal"));
  for (const auto& entry : fs::recursive_directory_iterator(home.path())) {
    INFO(entry.path().string());
    CHECK(mode_of(entry.path().string()) == (entry.is_directory() ? 0700 : 0600));
  }
}

TEST_CASE("a home folder and all that is in it are for its owner alone, whatever the umask") {
  for (const mode_t mask : {0000, 0022, 0077, 0277}) {
    const Place place;
    const Mask now(mask);
    const auto home = Home::open(place.path + "/above/home", place.path + "/user");
    REQUIRE(home);
    CHECK(mode_of(place.path + "/above/home") == 0700);
    CHECK(mode_of(place.path + "/above") == 0700);
    fill(**home);
  }
}

TEST_CASE("a folder that was there keeps its mode, and what is made in it is private") {
  for (const unsigned mode : {0755u, 01777u, 0700u}) {
    const Place place;
    const Mask now(0000);
    REQUIRE(chmod(place.path.c_str(), mode) == 0);
    const auto home = Home::open(place.path);
    REQUIRE(home);
    CHECK(mode_of(place.path) == mode);
    CHECK(Home::open(place.path + "/"));
    CHECK(mode_of(place.path) == mode);
    fill(**home);
  }
}

TEST_CASE("private folders and files are made once, and what is there stays as it is") {
  const Place place;
  CHECK(make_private_folder(place.path + "/a/b//c/"));
  CHECK(mode_of(place.path + "/a/b/c") == 0700);
  REQUIRE(chmod((place.path + "/a").c_str(), 0750) == 0);
  CHECK(make_private_folder(place.path + "/a/b/c"));
  CHECK(mode_of(place.path + "/a") == 0750);
  CHECK(make_private_file(place.path + "/f"));
  std::ofstream(place.path + "/f") << "x";
  REQUIRE(chmod((place.path + "/f").c_str(), 0640) == 0);
  CHECK(make_private_file(place.path + "/f"));
  CHECK(mode_of(place.path + "/f") == 0640);
  CHECK(fs::file_size(place.path + "/f") == 1);
  CHECK_FALSE(make_private_folder(place.path + "/f"));
  CHECK(errno == ENOTDIR);
  CHECK_FALSE(make_private_folder(place.path + "/f/below"));
  CHECK_FALSE(make_private_file(place.path + "/none/f"));
}

}  // namespace
