#include "interpreter/journal.h"

#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {
std::atomic<int> syncs{0};
}

// What SQLite calls in this program to make a file durable.
extern "C" int fdatasync(int fd) {
  ++syncs;
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}
extern "C" int fsync(int fd) {
  ++syncs;
  return static_cast<int>(syscall(SYS_fsync, fd));
}

namespace {
struct Folder {
  std::string path = "/tmp/countersign-journal-" + to_hex(random_bytes(6));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file() const { return path + "/one.run"; }
};

void tamper(const std::string& file, const std::string& sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  char* error = nullptr;
  sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error);
  INFO((error ? error : ""));
  CHECK_FALSE(error);
  sqlite3_close(db);
}

void write_three(const std::string& file) {
  auto journal = Journal::open(file, true);
  REQUIRE(journal);
  for (int i = 1; i <= 3; ++i) REQUIRE((*journal)->append("note", {{"i", i}}, 1000 + i));
  (*journal)->put("a document");
  REQUIRE((*journal)->sync());
}
}  // namespace

TEST_CASE("what was appended and synced is there again, chained") {
  Folder folder;
  write_three(folder.file());
  const auto journal = Journal::open(folder.file(), false);
  REQUIRE(journal);
  const auto& records = (*journal)->records();
  REQUIRE(records.size() == 3);
  CHECK(records[0].previous == std::string(64, '0'));
  CHECK(records[1].previous == records[0].hash);
  CHECK(records[2].body == json{{"i", 3}});
  CHECK((*journal)->head() == records[2].hash);
  CHECK(*(*journal)->get(sha256_hex("a document")) == "a document");
}

TEST_CASE("what is written outlives the process, and one sync covers all that was written before") {
  Folder folder;
  auto journal = Journal::open(folder.file(), true);
  REQUIRE(journal);
  REQUIRE((*journal)->append("note", {{"i", 0}}, 1000));
  REQUIRE((*journal)->sync());
  const auto seen = [&] { return (*Journal::open(folder.file(), false))->records().size(); };
  const auto counted = [&](const auto& what) {
    const int before = syncs;
    REQUIRE(what());
    return syncs - before;
  };
  REQUIRE((*journal)->append("note", {{"i", 1}}, 1000));
  CHECK(seen() == 1);
  CHECK(counted([&] { return (*journal)->write(); }) == 0);
  CHECK(seen() == 2);
  REQUIRE((*journal)->append("note", {{"i", 2}}, 1000));
  CHECK(counted([&] { return (*journal)->sync(); }) == 1);
  CHECK(seen() == 3);
  CHECK(counted([&] { return (*journal)->sync(); }) == 0);
  // Written only, and then synced without anything new.
  REQUIRE((*journal)->append("note", {{"i", 3}}, 1000));
  CHECK(counted([&] { return (*journal)->write(); }) == 0);
  CHECK(counted([&] { return (*journal)->sync(); }) == 1);
  // Whoever leaves it leaves it durable.
  REQUIRE((*journal)->append("note", {{"i", 4}}, 1000));
  CHECK(counted([&] { return (*journal)->write(); }) == 0);
  const int before = syncs;
  journal->reset();
  CHECK(syncs > before);
}

TEST_CASE("a record of another form than every record has is corrupt, also with a good hash") {
  for (const json& wrong :
       {json{{"seq", "1"}}, json{{"time", nullptr}}, json{{"kind", 7}}, json{{"previous", {}}}}) {
    Folder folder;
    {
      auto journal = Journal::open(folder.file(), true);
      REQUIRE((*journal)->append("note", {}, 1000));
      REQUIRE((*journal)->sync());
    }
    json record = {{"seq", 1},
                   {"time", 1000},
                   {"kind", "note"},
                   {"body", nullptr},
                   {"previous", std::string(64, '0')}};
    record.update(wrong);
    const std::string text = canonical(record);
    tamper(folder.file(), "UPDATE journal SET text = CAST('" + text + "' AS BLOB), hash = CAST('" +
                              sha256_hex(text) + "' AS BLOB)");
    const auto journal = Journal::open(folder.file(), false);
    INFO(text);
    REQUIRE_FALSE(journal);
    CHECK(journal.error().message.find("is corrupt") != std::string::npos);
  }
}

TEST_CASE("time never runs behind the last record") {
  Folder folder;
  auto journal = Journal::open(folder.file(), true);
  REQUIRE(journal);
  REQUIRE((*journal)->append("note", {}, 2000));
  CHECK((*journal)->append("note", {}, 1500)->time == 2000);
}

TEST_CASE("a record that was changed, removed, added or moved is named") {
  struct Damage {
    const char* name;
    const char* sql;
    const char* said;
  };
  const Damage all[] = {
      {"a changed text",
       "UPDATE journal SET text = replace(text, '\"i\":2', '\"i\":9') WHERE seq = 2",
       "record 2 of the run's file"},
      {"a changed hash",
       "UPDATE journal SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE seq = 1",
       "record 1 of the run's file"},
      {"a removed first record", "DELETE FROM journal WHERE seq = 1", "record 1 of the run's file"},
      {"a removed middle record", "DELETE FROM journal WHERE seq = 2",
       "record 2 of the run's file"},
      {"a record twice", "INSERT INTO journal SELECT 4, text, hash FROM journal WHERE seq = 3",
       "record 4 of the run's file"},
      {"two records exchanged",
       "UPDATE journal SET seq = seq + 10; UPDATE journal SET seq = CASE seq WHEN 11 THEN 1 WHEN "
       "12 THEN 3 ELSE 2 END",
       "record 2 of the run's file"},
  };
  for (const Damage& damage : all) {
    DYNAMIC_SECTION(damage.name) {
      Folder folder;
      write_three(folder.file());
      tamper(folder.file(), damage.sql);
      const auto journal = Journal::open(folder.file(), false);
      REQUIRE_FALSE(journal);
      CHECK(journal.error().kind == "state");
      CHECK(journal.error().message.find(damage.said) == 0);
    }
  }
}

TEST_CASE("a changed document is not handed out") {
  Folder folder;
  write_three(folder.file());
  tamper(folder.file(), "UPDATE documents SET bytes = 'another document'");
  const auto journal = Journal::open(folder.file(), false);
  REQUIRE(journal);
  CHECK_FALSE((*journal)->get(sha256_hex("a document")));
}

TEST_CASE("a file of a newer version, and one that is no run, are left alone") {
  Folder folder;
  write_three(folder.file());
  tamper(folder.file(), "PRAGMA user_version = 99");
  CHECK(
      Journal::open(folder.file(), false).error().message.find("was written by a newer version") !=
      std::string::npos);
  tamper(folder.file(), "PRAGMA user_version = 1; PRAGMA application_id = 5");
  CHECK(Journal::open(folder.file(), false).error().message.find("is not a run of Countersign") !=
        std::string::npos);
}

namespace {

// Rewrites a record and gives it the hash of its new text, as whoever has the file can.
void rewrite(const std::string& file, std::int64_t seq, const std::function<void(json&)>& change) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  sqlite3_stmt* read = nullptr;
  sqlite3_prepare_v2(db, "SELECT text FROM journal WHERE seq = ?", -1, &read, nullptr);
  sqlite3_bind_int64(read, 1, seq);
  REQUIRE(sqlite3_step(read) == SQLITE_ROW);
  json record = json::parse(std::string(static_cast<const char*>(sqlite3_column_blob(read, 0)),
                                        static_cast<std::size_t>(sqlite3_column_bytes(read, 0))));
  sqlite3_finalize(read);
  change(record);
  const std::string text = canonical(record), hash = sha256_hex(text);
  sqlite3_stmt* write = nullptr;
  sqlite3_prepare_v2(db, "UPDATE journal SET text = ?, hash = ? WHERE seq = ?", -1, &write,
                     nullptr);
  sqlite3_bind_blob(write, 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  sqlite3_bind_blob(write, 2, hash.data(), static_cast<int>(hash.size()), SQLITE_STATIC);
  sqlite3_bind_int64(write, 3, seq);
  REQUIRE(sqlite3_step(write) == SQLITE_DONE);
  sqlite3_finalize(write);
  sqlite3_close(db);
}

std::string opened(const std::string& file) {
  const auto journal = Journal::open(file, false);
  return journal ? "ok" : journal.error().message.substr(0, 26);
}

}  // namespace

TEST_CASE("journal: a record rewritten together with its own hash breaks the chain behind it") {
  Folder folder;
  write_three(folder.file());
  rewrite(folder.file(), 2, [](json& record) { record["body"]["i"] = 9; });
  CHECK(opened(folder.file()) == "record 3 of the run's file");
}

TEST_CASE("journal: a record says which one it is, whatever its row says") {
  Folder folder;
  write_three(folder.file());
  rewrite(folder.file(), 3, [](json& record) { record["seq"] = 4; });
  CHECK(opened(folder.file()) == "record 3 of the run's file");
}

TEST_CASE("journal: a record's text is canonical, though it has the right hash") {
  Folder folder;
  write_three(folder.file());
  tamper(folder.file(), "UPDATE journal SET text = CAST(text || ' ' AS BLOB) WHERE seq = 3");
  CHECK(opened(folder.file()) == "record 3 of the run's file");
}

TEST_CASE("journal: the first record follows nothing") {
  Folder folder;
  write_three(folder.file());
  rewrite(folder.file(), 1, [](json& record) { record["previous"] = std::string(64, 'a'); });
  CHECK(opened(folder.file()) == "record 1 of the run's file");
}

TEST_CASE("journal: damaged documents are found all at once when they are looked for") {
  Folder folder;
  write_three(folder.file());
  CHECK((*Journal::open(folder.file(), false))->whole());
  tamper(folder.file(), "UPDATE documents SET bytes = 'another document'");
  const Status whole = (*Journal::open(folder.file(), false))->whole();
  REQUIRE_FALSE(whole);
  CHECK(whole.error().message.find("is corrupt (hash mismatch)") != std::string::npos);
}
