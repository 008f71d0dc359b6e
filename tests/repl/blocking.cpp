// freeze, thaw, due, windows, broken glass, copies and waits, as they are typed.
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/repl/room.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::Room;
namespace fs = std::filesystem;

namespace {

const char kRename[] = R"(return runbook {
  name = "rename", title = "Rename the number",
  parameters = {
    client = param.profile { why = "Which account" },
    label = param.text { why = "What it is called from now on" },
  },
  procedure = {
    read "inspect" (function(run)
      return { sid = twilio.numbers.find { phone_number = "+15550100200" }.sid }
    end),
    mutate "rename" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),
    wait "settle" { duration = "1h", why = "Let it settle" },
    mutate "again" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label .. "!" }
    end),
  },
  done = { attest { "heard", "A caller hears the greeting", due = "24h" } },
}
)";

std::string started(Room& room, const std::string& label = "Front desk") {
  room.write("rename.lua", kRename);
  return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=" + label}, 3)["run"];
}

std::size_t changes(Room& room) {
  std::size_t n = 0;
  for (const json& request : room.simulator.requests())
    if (request["method"] != "GET") ++n;
  return n;
}

}  // namespace

TEST_CASE("a freeze is signed, blocks every change of the account, and is lifted by who approves") {
  Room room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  CHECK(room.error({"freeze", "--reason", "x", "--yes"}, 2) ==
        "usage: it is not said what account is meant");
  CHECK(room.error({"freeze", "--profile", "acme"}, 2).find("usage: ") == 0);
  CHECK(room.error({"freeze", "--profile", "nobody", "--reason", "x", "--yes"}, 2).find("nobody") !=
        std::string::npos);
  const json latch =
      room.value({"freeze", "--profile", "acme", "--reason", "callers report dead air", "--yes"});
  CHECK(latch["person"] == "olive");
  const std::string blocked = room.error({"resume", id}, 9);
  CHECK(blocked.find("changes are frozen for the account of \"acme\"") != std::string::npos);
  CHECK(blocked.find("by olive: callers report dead air") != std::string::npos);
  CHECK(changes(room) == 0);
  CHECK(room.value({"due"})["latches"][0]["reason"] == "callers report dead air");
  const std::string page = room.countersign({"due"}).out;
  CHECK(page.find("frozen  acme since") == 0);

  CHECK(room.error({"thaw", "--all", "--reason", "over", "--yes"}, 2) ==
        "usage: nothing blocks changes of every account");
  room.value({"thaw", "--profile", "acme", "--reason", "it was the carrier", "--yes"});
  CHECK(room.value({"due"})["latches"].empty());
  CHECK(room.value({"resume", id}, 4)["status"] == "awaiting_time");
  CHECK(changes(room) == 1);

  // --all is above every account, and only --all lifts it.
  room.value({"freeze", "--all", "--reason", "audit", "--yes"});
  room.simulator.advance(3600);
  CHECK(room.error({"resume", id}, 9).find("changes are frozen everywhere") != std::string::npos);
  CHECK(room.error({"thaw", "--profile", "acme", "--reason", "over", "--yes"}, 2).find("nothing") !=
        std::string::npos);
  room.value({"thaw", "--all", "--reason", "audit done", "--yes"});
  CHECK(room.value({"resume", id}, 5)["status"] == "awaiting_attestation");
  CHECK(changes(room) == 2);
  CHECK(
      fs::exists(room.folder + "/home/latches/lifted/" + latch["id"].get<std::string>() + ".json"));
}

TEST_CASE("a latch that cannot be read blocks, and says which file it is") {
  Room room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  fs::create_directories(room.folder + "/home/latches");
  room.write("home/latches/ab.json", "{");
  CHECK(room.error({"resume", id}, 2).find("home/latches/ab.json\" cannot be read") !=
        std::string::npos);
  CHECK(changes(room) == 0);
}

TEST_CASE("due lists what waits for somebody, what is overdue first") {
  Room room;
  room.furnish();
  CHECK(room.countersign({"due"}).out == "Nothing is due.\n");
  const std::string id = started(room);
  json due = room.value({"due"})["due"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["kind"] == "decision");
  CHECK(due[0]["state"] == "due");
  CHECK(due[0]["do"] == "countersign plan " + id);
  room.value({"approve", id, "--yes"});
  room.value({"resume", id}, 4);
  due = room.value({"due"})["due"];
  REQUIRE(due.size() == 2);
  CHECK(due[0]["kind"] == "time");
  CHECK(due[0]["state"] == "pending");
  room.simulator.advance(3600);
  CHECK(room.value({"due"})["due"][0]["state"] == "due");
  room.value({"resume", id}, 5);
  due = room.value({"due"})["due"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["item"] == "heard");
  CHECK(due[0]["state"] == "pending");
  CHECK(room.error({"attest", id, "heard", "--pass", "--yes"}, 2).find("\"heard\" is due at") !=
        std::string::npos);
  room.simulator.advance(24 * 3600);
  CHECK(room.value({"due"})["due"][0]["state"] == "due");
  room.simulator.advance(25 * 3600);
  CHECK(room.value({"due", "--profile", "acme"})["due"][0]["state"] == "overdue");
  CHECK(room.value({"due", "--profile", "globex"})["due"].empty());
  room.value({"attest", id, "heard", "--pass", "--yes"});
  CHECK(room.value({"resume", id})["status"] == "done");
  CHECK(room.countersign({"due"}).out == "Nothing is due.\n");
}

TEST_CASE("an approval for later is waited for, and runs then") {
  Room room;
  room.furnish();
  const std::string id = started(room);
  CHECK(room.error({"approve", id, "--yes", "--not-before", "tonight"}, 2) ==
        "argument: the answer's not_before is not a time in UTC");
  const json plan = room.value({"plan", id});
  // Twenty hours on: inside the window of the phase.
  const std::string later =
      room.value({"eval", "-e", "return time.iso(time.now() + 72000)", "--profile", "acme"});
  const json waits = room.value({"approve", id, "--yes", "--not-before", later});
  CHECK(waits["status"] == "awaiting_time");
  CHECK(waits["waiting_for"]["until"] == later);
  CHECK(room.value({"resume", id}, 4)["status"] == "awaiting_time");
  CHECK(room.countersign({"plan", id}).out.find("not before") == std::string::npos);
  CHECK(room.countersign({"show", id}).out.find("approved by olive") != std::string::npos);
  CHECK(changes(room) == 0);
  room.simulator.advance(72001);
  CHECK(room.value({"resume", id}, 4)["waiting_for"]["phase"] == "settle");
  CHECK(changes(room) == 1);
}

TEST_CASE("resume --wait wakes when the wait is over, and when somebody answers") {
  Room room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  room.value({"resume", id}, 4);
  std::chrono::steady_clock::time_point over;
  std::thread clock([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    room.simulator.advance(3600);
    over = std::chrono::steady_clock::now();
  });
  const Ran waited = room.countersign({"resume", id, "--wait", "--json"});
  const auto woke = std::chrono::steady_clock::now();
  clock.join();
  CHECK(waited.code == 5);
  // It woke, looked, and changed what was signed. The limit is generous: a test shares its machine.
  CHECK(woke > over);
  CHECK(woke - over < std::chrono::milliseconds(2500));

  const std::string other = started(room, "Back desk");
  room.value({"approve", other, "--yes"});
  room.value({"resume", other}, 4);
  std::thread answer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    CHECK(room.countersign({"cancel", other, "--reason", "not wanted"}).code == 0);
  });
  const Ran ended = room.countersign({"resume", other, "--wait", "--json"});
  answer.join();
  CHECK(ended.code == 6);
}

TEST_CASE("a run in a copied state folder is taken over by a signed word, not unasked") {
  Room room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  room.value({"resume", id}, 4);
  fs::copy(room.folder + "/home", room.folder + "/elsewhere", fs::copy_options::recursive);
  room.simulator.advance(3600);
  const std::vector<std::string> here = {"--home", room.folder + "/elsewhere"};
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.begin(), here.begin(), here.end());
    return words;
  };
  CHECK(room.error(with({"resume", id}), 8).find("came here as a copy") != std::string::npos);
  CHECK(changes(room) == 1);
  CHECK(
      room.error(with({"settle", id, "--applied", "--note", "x", "--yes"}), 8).find("as a copy") !=
      std::string::npos);
  CHECK(room.error({"settle", id, "--adopt", "--note", "x", "--yes"}, 2).find("belongs to this") !=
        std::string::npos);
  CHECK(room.value(with({"settle", id, "--adopt", "--note", "the laptop died",
                         "--yes"}))["status"] == "running");
  CHECK(room.value(with({"resume", id}), 5)["status"] == "awaiting_attestation");
  CHECK(changes(room) == 2);
}

TEST_CASE("the index of runs is only for speed: a run that it lacks is listed all the same") {
  Room room;
  room.furnish();
  const std::string id = started(room);
  fs::remove(room.folder + "/home/index.sqlite");
  const json runs = room.value({"runs"});
  REQUIRE(runs.size() == 1);
  CHECK(runs[0]["run"] == id);
}
