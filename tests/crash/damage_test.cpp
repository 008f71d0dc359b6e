// Disks that are full, read-only or broken, and files that are not what was written: the program
// says so in a sentence, sends nothing it could not record, and makes nothing worse. Where the
// damage is mended, the run goes on as if nothing had been.
#include <sqlite3.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "interpreter/digest.h"
#include "interpreter/journal.h"
#include "stdlib/simulator/server/changing_requests.h"
#include "tests/crash/crash_fixture.h"
#include "tests/crash/disk.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::crash;

namespace {

namespace fs = std::filesystem;

bool whole() {
  return std::getenv("COUNTERSIGN_LONG_TESTS") != nullptr;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

json error_of(const Ran& ran) {
  const json value = json::parse(ran.out, nullptr, false);
  return value.is_object() && value.contains("error") && value["error"].is_object()
             ? value["error"]
             : json::object();
}

// What every refusal for the state folder's sake is like.
void check_refusal(const Ran& ran, const std::string& part) {
  INFO(ran.out << ran.err);
  CHECK(ran.code == 2);
  const json error = error_of(ran);
  CHECK(error.value("kind", "") == "state");
  const std::string message = error.value("message", "");
  CHECK(has(message, part));
  CHECK_FALSE(has(message, "\n"));
  CHECK_FALSE(error.value("hint", "").empty());
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

bool is_beginning(const std::vector<std::string>& part, const std::vector<std::string>& whole_of) {
  return part.size() <= whole_of.size() && std::equal(part.begin(), part.end(), whole_of.begin());
}

// The point that is the nth of that call.
long nth(const std::vector<std::string>& points, const std::string& call, long n) {
  for (std::size_t at = 0; at < points.size(); ++at)
    if (points[at].rfind(call, 0) == 0 && --n == 0) return static_cast<long>(at) + 1;
  return static_cast<long>(points.size());
}

// Whether a change was sent after the first call that failed, of the process that ended last: from
// that point on all calls that change a file fail.
bool sent_after(const CrashFixture& site, long point) {
  const auto is_of_network = [](const std::string& one) {
    for (const char* call : {"connect", "send ", "sent ", "answered", "spawn"})
      if (one.rfind(call, 0) == 0) return true;
    return false;
  };
  const auto points = site.points();
  std::size_t before = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (static_cast<long>(i) + 1 >= point && !is_of_network(points[i])) break;
    before += points[i].rfind("sent ", 0) == 0;
  }
  std::size_t n = 0;
  for (const json& one : site.simulator.requests()) {
    if (one["method"] == "GET" || ++n <= before) continue;
    if (simulator::is_changing(one)) return true;
  }
  return false;
}

// A small file system of its own over a folder, with what was in it; only root can have one.
class SmallDisk {
 public:
  SmallDisk(const std::string& folder, int kilobytes) : folder_(folder) {
    const std::string aside = folder + "-aside";
    mirror(folder, aside);
    there_ = mount("tmpfs", folder.c_str(), "tmpfs", 0,
                   ("size=" + std::to_string(kilobytes) + "k").c_str()) == 0;
    if (there_) mirror(aside, folder);
    fs::remove_all(aside);
  }
  ~SmallDisk() {
    if (there_) umount2(folder_.c_str(), MNT_DETACH);
  }
  bool there() const { return there_; }
  bool make_read_only() {
    return mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0;
  }
  // Leaves so many kilobytes free; less than nothing frees them again.
  void fill(int leave) {
    fs::remove(folder_ + "/filler");
    if (leave < 0) return;
    const auto free = static_cast<std::int64_t>(fs::space(folder_).available) - leave * 1024;
    if (free > 0)
      write_bytes(folder_ + "/filler", std::string(static_cast<std::size_t>(free), 'x'));
  }

 private:
  std::string folder_;
  bool there_ = false;
};

}  // namespace

TEST_CASE("where the disk is full nothing is sent any more, and with room the run goes on") {
  CrashFixture& site = learnt();
  std::size_t turn = 0;
  int tried = 0;
  for (std::size_t step = 0; step < site.steps().size(); ++step) {
    const auto& points = site.steps()[step].points;
    for (std::size_t at = 0; at < points.size(); ++at) {
      if (++turn % (whole() ? 5 : 251) != 0) continue;
      const long point = static_cast<long>(at) + 1;
      site.set_back(step);
      auto environment = site.killer(point, false);
      environment["CRASH_ERRNO"] = std::to_string(ENOSPC);
      const Ran ran = site.next(environment);
      INFO(step << ":" << point << " " << points[at] << "\n" << ran.err);
      CHECK(ran.code < 128);
      CHECK_FALSE(sent_after(site, point));
      site.person.stuck = "";
      if (!site.person.done) site.person.todo = {{"runs"}};
      site.live_on();
      CHECK(site.wrong() == "");
      ++tried;
    }
  }
  CHECK(tried >= 5);
}

TEST_CASE("a sync of the run's file that fails is not tried again, and nothing is sent after it") {
  CrashFixture& site = learnt();
  const std::size_t step = site.step("resume", 1);
  const auto& points = site.steps()[step].points;
  std::size_t turn = 0;
  long syncs = 0;
  for (std::size_t at = 0; at < points.size(); ++at) {
    if (points[at].rfind("fdatasync ", 0) != 0) continue;
    ++syncs;
    if (!has(points[at], ".run-wal") || ++turn % (whole() ? 1 : 13) != 0) continue;
    // The last one is of the closing of the file: all is recorded by then.
    const bool closing =
        std::none_of(points.begin() + static_cast<long>(at), points.end(),
                     [](const std::string& one) { return has(one, "index.sqlite"); });
    site.set_back(step);
    auto environment = site.killer(syncs, false, "fdatasync");
    environment["CRASH_ERRNO"] = std::to_string(EIO);
    environment["CRASH_TIMES"] = "1";
    const Ran ran = site.next(environment);
    INFO("sync " << syncs << " of " << points[at]);
    if (!closing) {
      check_refusal(ran, "cannot be written");
      CHECK_FALSE(sent_after(site, nth(site.points(), "fdatasync ", syncs)));
    }
    site.person.stuck = "";
    site.person.todo = {{"resume", site.person.id}};
    site.live_on();
    CHECK(site.wrong() == "");
  }
}

TEST_CASE("a file system without room stops the run with a sentence") {
  CrashFixture& site = learnt();
  for (const int left : whole() ? std::vector<int>{0, 8, 40, 120, 300} : std::vector<int>{0, 40}) {
    site.set_back(site.step("resume", 1));
    SmallDisk disk(site.path("state"), 4096);
    if (!disk.there()) {
      WARN("only root can mount a small file system; the preloaded full disk was tried");
      return;
    }
    disk.fill(left);
    const Ran ran = site.next();
    INFO(left << " KiB\n" << ran.out << ran.err);
    if (ran.code != 4) {
      check_refusal(ran, "");
      CHECK(has(ran.out, "full"));
    }
    disk.fill(-1);
    site.person.stuck = "";
    site.person.todo = {{"resume", site.person.id}};
    site.live_on();
    CHECK(site.wrong() == "");
  }
}

TEST_CASE("a state folder that cannot be written to is refused and stays as it is") {
  CrashFixture& site = learnt();
  site.set_back(site.step("resume", 1));
  const std::string bytes = file_text(site.run_file());
  const Errand words = site.person.todo.front();
  for (const int error : {EROFS, EACCES}) {
    auto environment = site.killer(1, false);
    environment["CRASH_ERRNO"] = std::to_string(error);
    check_refusal(site.countersign(words, environment), "");
    CHECK(site.simulator.requests().empty());
    CHECK((file_text(site.run_file()) == bytes));
  }
  SmallDisk disk(site.path("state"), 4096);
  if (!disk.there() || !disk.make_read_only()) {
    WARN("only root can mount a read-only file system; the preloaded one was tried");
    return;
  }
  check_refusal(site.countersign(words), "");
  CHECK(site.simulator.requests().empty());
  CHECK((file_text(site.run_file()) == bytes));
}

TEST_CASE("a run that a newer version wrote is left alone") {
  CrashFixture& site = learnt();
  site.set_back(site.step("resume", 1));
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(site.run_file().c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, "PRAGMA user_version = 1000", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  const std::string bytes = file_text(site.run_file());
  const std::string& id = site.person.id;
  for (const Errand& words : std::vector<Errand>{{"resume", id},
                                                 {"show", id},
                                                 {"plan", id},
                                                 {"cancel", id, "--reason", "no more"},
                                                 {"request", id, "--to", "elsewhere"}})
    check_refusal(site.countersign(words), "newer version of Countersign");
  CHECK(site.simulator.requests().empty());
  CHECK((file_text(site.run_file()) == bytes));
}

TEST_CASE("a page of the run's file that was overwritten is refused or does not matter") {
  CrashFixture& site = learnt();
  const std::size_t step = site.step("resume", 1);
  site.set_back(step);
  const std::string good = file_text(site.run_file());
  const std::size_t page = 4096, pages = good.size() / page;
  int refused = 0;
  for (std::size_t at = 0; at < pages; at += whole() ? 1 : 24) {
    site.set_back(step);
    std::string bad = good;
    for (std::size_t i = 0; i < page; ++i) bad[at * page + i] = static_cast<char>(i * 37 + at);
    write_bytes(site.run_file(), bad);
    const Ran ran = site.next();
    INFO("page " << at << "\n" << error_of(ran).dump() << ran.err);
    CHECK(ran.code < 128);
    if (ran.code == 2) {
      ++refused;
      check_refusal(ran, "");
      CHECK(site.changes().size() == site.steps()[step].changes.size());
      CHECK((file_text(site.run_file()) == bad));
      continue;
    }
    site.live_on();
    CHECK(is_beginning(site.changes(), site.wanted().changes));
    if (site.person.done) CHECK(site.wrong() == "");
  }
  CHECK(refused > 0);
}

TEST_CASE("a run's file that is cut short is refused and stays as it is") {
  CrashFixture& site = learnt();
  const std::size_t step = site.step("resume", 1);
  site.set_back(step);
  const std::string good = file_text(site.run_file());
  int refused = 0;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{99}, std::size_t{100}, std::size_t{4095},
        std::size_t{4096}, good.size() / 2, good.size() - 4096, good.size() - 1}) {
    site.set_back(step);
    write_bytes(site.run_file(), good.substr(0, size));
    const Ran ran = site.next();
    INFO(size << " of " << good.size() << " bytes");
    if (ran.code == 4) {
      // What was cut off was no part of anything.
      site.live_on();
      CHECK(site.wrong() == "");
      continue;
    }
    check_refusal(ran, "");
    CHECK(site.changes().size() == site.steps()[step].changes.size());
    CHECK((file_text(site.run_file()) == good.substr(0, size)));
    ++refused;
  }
  CHECK(refused >= 6);
}

TEST_CASE("a torn last record is as if it had not been begun, and lost records double nothing") {
  CrashFixture& site = learnt();
  const std::size_t step = site.step("resume", 1);
  const auto& points = site.steps()[step].points;
  // Dies with a log that is not yet part of the file: after its tenth sync.
  long point = 0;
  for (std::size_t at = 0, syncs = 0; at < points.size() && point == 0; ++at)
    if (points[at].rfind("fdatasync ", 0) == 0 && ++syncs == 10) point = static_cast<long>(at) + 2;
  REQUIRE(site.die({step, point, false}));
  const std::string log = site.run_file() + "-wal", good = file_text(log);
  REQUIRE(good.size() > 4096);
  const std::size_t frame = 4096 + 24;
  std::vector<std::size_t> sizes = {0, 31, 32, 33, good.size() - 1, good.size() - frame + 1};
  for (std::size_t at = 32; at < good.size(); at += frame * (whole() ? 1 : 80)) sizes.push_back(at);
  for (const std::size_t size : sizes) {
    REQUIRE(site.die({step, point, false}));
    const std::string now = file_text(log);
    write_bytes(log, now.substr(0, std::min(size, now.size())));
    site.live_on();
    INFO(size << " of " << now.size() << " bytes\n" << site.person.stuck);
    // What is lost was synced: the run may stop and say that things are not as it knows them, or
    // that its file is an older one.
    CHECK(site.doubled() == 0);
    CHECK(is_beginning(site.changes(), site.wanted().changes));
    if (site.person.done) CHECK(site.wrong() == "");
    if (!site.person.done) {
      INFO("it stops with a sentence");
      CHECK((has(site.person.stuck, "ended with 7") || has(site.person.stuck, "ended with 9") ||
             has(site.person.stuck, "ended with 2") ||
             has(site.person.stuck, "restored from a backup")));
    }
  }
}

TEST_CASE("a flipped byte of a run's file is found or does not matter") {
  char draft[] = "/tmp/countersign-flip-XXXXXX";
  const std::string folder = mkdtemp(draft), path = folder + "/one.run",
                    copy = folder + "/copy.run";
  std::string document;
  {
    auto journal = Journal::open(path, true);
    REQUIRE(journal);
    document = (*journal)->put("a document that a record names");
    for (int i = 1; i <= 4; ++i)
      REQUIRE((*journal)->append("note", {{"i", i}, {"document", document}}, 1000 + i));
    REQUIRE((*journal)->sync());
  }
  const std::string good = file_text(path);
  int found = 0, harmless = 0;
  for (std::size_t at = 0; at < good.size(); at += whole() ? 1 : 29) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    write_bytes(copy, bad);
    std::string wrong;
    {
      auto journal = Journal::open(copy, false);
      const auto text = journal ? (*journal)->get(document) : Result<std::string>(journal.error());
      if (!journal || !text) {
        ++found;
        const Error& error = journal ? text.error() : journal.error();
        if (error.kind != "state" || error.message.empty())
          wrong = "an odd error: " + error.message;
      } else {
        ++harmless;
        if (*text != "a document that a record names") wrong = "another document";
        if ((*journal)->records().size() != 4) wrong = "other records";
        for (const Record& one : (*journal)->records())
          if (one.body != json{{"i", one.seq}, {"document", document}}) wrong = "another record";
      }
    }
    if (wrong.empty() && file_text(copy) != bad) wrong = "the file was changed by reading it";
    INFO("byte " << at);
    if (!wrong.empty()) FAIL_CHECK(wrong);
    fs::remove(copy + "-wal");
    fs::remove(copy + "-shm");
  }
  CHECK(found > 0);
  CHECK(harmless > 0);  // most of a page is empty
  fs::remove_all(folder);
}
