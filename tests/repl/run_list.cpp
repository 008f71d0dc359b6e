// `runs`: one run told from another, and filters.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::renaming;

namespace {

std::string run(CliFixture& room, const std::string& label) {
  return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=" + label}, 3)["run"];
}

std::vector<std::string> ids(const json& runs) {
  std::vector<std::string> all;
  for (const json& one : runs) all.push_back(one["run"]);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("runs of one runbook are told apart by what they were given and what they change") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", renaming("", false));
  room.write("other.lua", [] {
    std::string text = renaming("", false);
    return text.replace(text.find("\"rename\", title"), 8, "\"rebrand\"");
  }());
  const std::string front = run(room, "Front desk"), back = run(room, "Back office");
  room.value({"approve", front, "--yes"});
  room.value({"resume", front});
  const Ran listed = room.countersign({"runs"});
  for (const char* words : {"Rename the number, 1 change made: label = Front desk",
                            "Rename the number, 1 change planned: label = Back office"}) {
    INFO(listed.out);
    CHECK(listed.out.find(words) != std::string::npos);
  }
  const json all = room.value({"runs"});
  for (const json& one : all) {
    CHECK(one["title"] == "Rename the number");
    CHECK(one["about"] == json{{"label", one["run"] == front ? "Front desk" : "Back office"}});
    CHECK(one["changes_planned"] == 1);
    CHECK(one["changes_made"] == (one["run"] == front ? 1 : 0));
  }

  CHECK(ids(room.value({"runs", "--status", "done"})) == std::vector<std::string>{front});
  CHECK(room.value({"runs", "--profile", "acme"}).size() == 2);
  CHECK(room.error({"runs", "--profile", "acne"}, 2).find("there is no profile \"acne\"") !=
        std::string::npos);
  room.value({"run", "other.lua", "-p", "client=acme", "-p", "label=Third"}, 3);
  CHECK(room.value({"runs", "--runbook", "rename"}).size() == 2);
  CHECK(room.value({"runs", "--runbook", "rebrand"}).size() == 1);
  CHECK(room.value({"runs", "--limit", "2"}).size() == 2);
  const Ran limited = room.countersign({"runs", "--limit", "1"});
  CHECK(limited.out.find("… and 2 earlier ones") != std::string::npos);
  CHECK(room.error({"runs", "--limit", "0"}, 2).find("usage") == 0);
  CHECK(room.value({"runs", "--since", "2020-01-01"}).size() == 3);
  CHECK(room.value({"runs", "--since", "2030-01-01T00:00:00Z"}).empty());
  CHECK(room.countersign({"runs", "--since", "2030-01-01"}).out ==
        "No run is of that kind. `countersign runs` lists all.\n");
  CHECK(room.error({"runs", "--since", "yesterday"}, 2) ==
        "usage: --since: \"yesterday\" is no time");
}

TEST_CASE("profiles ends with 1 where an account does not answer") {
  CliFixture room;
  room.furnish();
  CHECK(room.value({"profiles"}, 0)[0]["ok"] == true);
  room.environment["SECRET"] = "wrong";
  CHECK(room.value({"profiles"}, 1)[0]["ok"] == false);
}
