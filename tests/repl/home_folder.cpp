// backup, prune, export --redact: the state folder and what leaves it.
#include <sys/stat.h>

#include <filesystem>

#include "interpreter/digest.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::renaming;
namespace fs = std::filesystem;

namespace {

std::string started(CliFixture& room, const std::string& label = "Front desk") {
  room.write("rename.lua", renaming("", false));
  return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=" + label}, 3)["run"];
}

std::string done(CliFixture& room, const std::string& label = "Front desk") {
  const std::string id = started(room, label);
  room.value({"approve", id, "--yes", "--reference", "mail of desk@acme.example"});
  CHECK(room.value({"resume", id})["status"] == "done");
  return id;
}

bool exists(const CliFixture& room, const std::string& path) {
  return fs::exists(room.folder + "/" + path);
}

}  // namespace

TEST_CASE("a backup is whole, and a run that is put back from it goes on once it was adopted") {
  CliFixture room;
  room.furnish();
  const std::string over = done(room), open = started(room, "Back office");
  const json kept = room.value({"backup", "--to", "kept"});
  CHECK(kept["runs"] == 2);
  CHECK(kept["sha256"] == sha256_hex(room.read("kept/SHA256SUMS")));
  CHECK(run_process({{"sha256sum", "-c", "--quiet", "SHA256SUMS"}, room.folder + "/kept"}).code ==
        0);
  CHECK(exists(room, "kept/key"));
  CHECK_FALSE(exists(room, "kept/locks"));
  CHECK_FALSE(exists(room, "kept/log"));
  struct stat mode {};
  REQUIRE(stat((room.folder + "/kept/key").c_str(), &mode) == 0);
  CHECK((mode.st_mode & 0777) == 0600);
  CHECK(room.error({"backup", "--to", "kept"}, 2) == "usage: \"kept\" is there already");
  CHECK(room.error({"backup", "--to", "home/inside"}, 2).find("inside of the state folder") !=
        std::string::npos);

  // Put back elsewhere: it can be read at once, and is gone on with after somebody signed for that.
  fs::copy(room.folder + "/kept", room.folder + "/restored", fs::copy_options::recursive);
  fs::permissions(room.folder + "/restored", fs::perms::owner_all);
  CHECK(room.value({"--home", "restored", "runs"}).size() == 2);
  CHECK(room.value({"--home", "restored", "show", over})["status"] == "done");
  CHECK(room.value({"--home", "restored", "resume", open}, 3)["status"] == "awaiting_decision");
}

TEST_CASE("prune removes what has ended, was exported and verifies, after it was said") {
  CliFixture room;
  room.furnish();
  const std::string exported = done(room), bare = done(room, "Second"),
                    spoilt = done(room, "Third"), open = started(room, "Fourth");
  REQUIRE(room.countersign({"export", exported, "--to", "evidence/one"}).code == 0);
  REQUIRE(room.countersign({"export", spoilt, "--to", "evidence/two"}).code == 0);
  room.write("evidence/two/README.md", "another story");
  const std::vector<std::string> prune = {"prune", "--older-than", "0s", "--evidence", "evidence"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> words = prune;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const json listed = room.value(with({}));
  CHECK(listed["removed"] == false);
  REQUIRE(listed["prunes"].size() == 1);
  CHECK(listed["prunes"][0]["run"] == exported);
  std::map<std::string, std::string> why;
  for (const json& one : listed["keeps"]) why[one["run"]] = one["why"];
  CHECK(why[bare] == "no exported evidence of it was found");
  CHECK(why[open] == "it has not ended");
  CHECK(why[spoilt].find("does not hold all of it, or does not verify") != std::string::npos);
  CHECK(exists(room, "home/runs/" + exported + ".run"));
  // Without a terminal and without --yes nothing goes.
  CHECK(room.countersign(prune).out.find("Nothing was removed") != std::string::npos);
  CHECK(exists(room, "home/runs/" + exported + ".run"));

  CHECK(room.value({"prune", "--evidence", "evidence", "--yes"})["prunes"].empty());
  CHECK(room.value(with({"--yes"}))["removed"] == true);
  CHECK_FALSE(exists(room, "home/runs/" + exported + ".run"));
  const json left = room.value({"runs"});
  CHECK(left.size() == 3);
  for (const json& one : left) CHECK(one["run"] != exported);
  CHECK(room.error({"prune", "--older-than", "long", "--evidence", "evidence"}, 2) ==
        "usage: --older-than: \"long\" is no duration");
  CHECK(room.error({"prune", "--evidence", "nowhere"}, 2) == "usage: \"nowhere\" is no folder");
}

TEST_CASE("a redacted copy lacks numbers, addresses and names, says so and does not verify") {
  CliFixture room;
  room.furnish();
  const std::string id = done(room);
  REQUIRE(room.countersign({"export", id, "--to", "whole"}).code == 0);
  CHECK(room.error({"export", id, "--redact"}, 2) ==
        "usage: a redacted copy is not put in the evidence's own place");
  const json copy = room.value({"export", id, "--redact", "--to", "copy"});
  CHECK(copy["manifest_sha256"] == sha256_hex(room.read("whole/MANIFEST")));
  CHECK(copy["redacted"]["numbers"].get<int>() > 0);
  CHECK(copy["redacted"]["names"].get<int>() > 0);
  for (const auto& file : fs::recursive_directory_iterator(room.folder + "/copy")) {
    if (!file.is_regular_file()) continue;
    const std::string text = room.read(file.path().lexically_relative(room.folder).string());
    INFO(file.path());
    for (const char* one :
         {"15550100200", "desk@acme.example", "olive@connie.example", "Acme main line"})
      CHECK(text.find(one) == std::string::npos);
  }
  CHECK(room.read("copy/README.md").rfind("> This is a redacted copy", 0) == 0);
  CHECK(room.read("copy/report.html").find("This is a redacted copy") != std::string::npos);
  CHECK(run_process({{"sha256sum", "-c", "--quiet", "MANIFEST"}, room.folder + "/copy"}).code == 0);
  const json verdict = room.value({"verify", "copy"}, 1);
  CHECK(verdict["wrong"]["file"] == "REDACTED.json");
  CHECK(verdict["wrong"]["message"].get<std::string>().find(
            copy["manifest_sha256"].get<std::string>()) != std::string::npos);
  // Changed afterwards, it is not even that.
  room.write("copy/README.md", "another story");
  CHECK(room.value({"verify", "copy"}, 1)["wrong"]["file"] == "README.md");
}

TEST_CASE("a report fits a phone: whatever is long is broken, and tables become lines") {
  CliFixture room;
  room.furnish();
  const std::string id = done(room);
  REQUIRE(room.countersign({"export", id, "--to", "evidence"}).code == 0);
  const std::string report = room.read("evidence/report.html");
  CHECK(report.find("width=device-width, initial-scale=1") != std::string::npos);
  CHECK(report.find("body{margin:0;overflow-wrap:anywhere") != std::string::npos);
  const std::size_t narrow = report.find("@media (max-width:40rem)");
  REQUIRE(narrow != std::string::npos);
  const std::string rules = report.substr(narrow, report.find("@media print") - narrow);
  for (const char* rule : {"table,tbody,tr,td{display:block}", "overflow-x:auto",
                           "white-space:normal;width:auto", ".timeline td.time{width:auto}"})
    CHECK(rules.find(rule) != std::string::npos);
}
