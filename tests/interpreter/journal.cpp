#include "interpreter/journal.h"

#include <sqlite3.h>

#include <filesystem>

#include "interpreter/digest.h"
#include "tests/support/catch.h"

using namespace countersign;

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
