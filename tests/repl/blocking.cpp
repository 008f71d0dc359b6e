// freeze, thaw, due, windows, broken glass, copies and waits, as they are typed.
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::changes;
using room::CliFixture;
using room::renaming;
namespace fs = std::filesystem;

namespace {

const std::string kRename =
    renaming(R"(attest { "heard", "A caller hears the greeting", due = "24h" })");

std::string started(CliFixture& room, const std::string& label = "Front desk") {
  room.write("rename.lua", kRename);
  return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=" + label}, 3)["run"];
}

// Of the user, whatever home folder is named.
std::string user_folder(const CliFixture& room) {
  return room.folder + "/.local/state/countersign-user";
}

}  // namespace

TEST_CASE("a freeze is signed, blocks every change of the account, and is lifted by who approves") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  CHECK(room.error({"freeze", "--reason", "x", "--yes"}, 2) == "usage: no account was named");
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
  bool recorded = false;
  for (const auto& entry : fs::recursive_directory_iterator(user_folder(room)))
    recorded =
        recorded || entry.path().string().find("/latches/lifted/" + latch["id"].get<std::string>() +
                                               ".json") != std::string::npos;
  CHECK(recorded);
}

TEST_CASE("without a terminal a freeze says what works") {
  CliFixture room;
  room.furnish();
  const json said = room.value({"freeze", "--profile", "acme", "--reason", "x"}, 2);
  CHECK(said["error"]["hint"] ==
        "give --yes; it is signed with the key of [operator], or with the one that --key names");
}

TEST_CASE("a freeze from one home folder stops runs of every other, and --home does not help") {
  CliFixture room;
  room.furnish();
  const std::string one = started(room);
  room.value({"approve", one, "--yes"});
  const auto elsewhere = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--home", room.folder + "/elsewhere"});
    return words;
  };
  const std::string two = room.value(
      elsewhere({"run", "rename.lua", "-p", "client=acme", "-p", "label=Back"}), 3)["run"];
  room.value(elsewhere({"approve", two, "--yes"}));
  for (const bool all : {false, true}) {
    std::vector<std::string> words = {"freeze", "--reason", "stop everything", "--yes", "--all"};
    if (!all) words = {"freeze", "--reason", "stop everything", "--yes", "--profile", "acme"};
    room.value(words);
    CHECK(room.error(elsewhere({"resume", two}), 9).find("by olive: stop everything") !=
          std::string::npos);
    CHECK(room.error({"resume", one}, 9).find("by olive: stop everything") != std::string::npos);
    CHECK(room.value(elsewhere({"due"}))["latches"][0]["reason"] == "stop everything");
    CHECK(changes(room) == 0);
    words[0] = "thaw";
    room.value(all ? words : elsewhere(words));
    CHECK(room.value(elsewhere({"due"}))["latches"].empty());
  }
  // No variable chooses another place.
  room.value({"freeze", "--reason", "stop everything", "--yes", "--profile", "acme"});
  room.environment["XDG_STATE_HOME"] = room.folder + "/x";
  room.environment["COUNTERSIGN_HOME"] = room.folder + "/elsewhere";
  room.write(
      "countersign.toml",
      room.read("countersign.toml").substr(room.read("countersign.toml").find("[operator]")));
  CHECK(room.error({"resume", two}, 9).find("by olive: stop everything") != std::string::npos);
  CHECK(changes(room) == 0);
}

TEST_CASE("a freeze of a simulated world ends with its simulator, and is not another one's") {
  CliFixture room;
  room.furnish();
  room.value({"freeze", "--reason", "stop", "--yes", "--profile", "acme"});
  const int port = room.simulator.port();
  const json world = room.simulator.world();
  room.simulator.stop();
  // While it does not answer, the account is frozen whichever simulator serves it next.
  const json any = room.value({"freeze", "--reason", "any", "--yes", "--profile", "acme"});
  REQUIRE(room.simulator.start(world, {.port = port}));
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  CHECK(room.error({"resume", id}, 9).find("by olive: any") != std::string::npos);
  CHECK(room.value({"thaw", "--reason", "over", "--yes", "--profile", "acme"}).size() == 1);
  CHECK(room.value({"resume", id}, 4)["status"] == "awaiting_time");
  CHECK(changes(room) == 1);
}

TEST_CASE("a run's file that was copied with its approval does nothing in another home folder") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  const std::string copy = room.folder + "/elsewhere/runs/" + id + ".run";
  fs::create_directories(room.folder + "/elsewhere/runs");
  fs::copy_file(room.folder + "/home/runs/" + id + ".run", copy);
  const std::vector<std::string> there = {"--home", room.folder + "/elsewhere", "resume", id};
  SECTION("one after the other") {
    room.value({"resume", id}, 4);
    for (int again = 0; again < 2; ++again)
      CHECK(room.error(there, 8).find("the decision on this request was used already") !=
            std::string::npos);
  }
  SECTION("both at once") {
    std::vector<std::string> with = {"--json"};
    with.insert(with.end(), there.begin(), there.end());
    Ran other;
    std::thread second([&] { other = room.countersign(with); });
    const Ran one = room.countersign({"--json", "resume", id});
    second.join();
    INFO(one.out << other.out);
    CHECK(one.code == 4);
    CHECK(other.code == 8);
  }
  CHECK(changes(room) == 1);

  // The copy put into its place, and the index gone.
  for (const char* side : {"", "-wal", "-shm"})
    fs::remove(room.folder + "/home/runs/" + id + ".run" + side);
  fs::remove(room.folder + "/home/index.sqlite");
  fs::copy_file(copy, room.folder + "/home/runs/" + id + ".run");
  room.simulator.advance(3600);
  for (int again = 0; again < 2; ++again) room.error({"resume", id}, 8);
  CHECK(changes(room) == 1);
}

TEST_CASE("a latch that cannot be read blocks, and says which file it is") {
  CliFixture room;
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
  CliFixture room;
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
  CliFixture room;
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
  CliFixture room;
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
  CliFixture room;
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
  CHECK(room.error(with({"resume", id}), 8).find("was copied or restored from a backup") !=
        std::string::npos);
  CHECK(changes(room) == 1);
  CHECK(
      room.error(with({"settle", id, "--applied", "--note", "x", "--yes"}), 8).find("was copied") !=
      std::string::npos);
  CHECK(room.error({"settle", id, "--adopt", "--note", "x", "--yes"}, 2).find("belongs to this") !=
        std::string::npos);
  CHECK(room.value(with({"settle", id, "--adopt", "--note", "the laptop died",
                         "--yes"}))["status"] == "running");
  // What was decided before does not count here any more.
  CHECK(room.value(with({"resume", id}), 3)["status"] == "awaiting_decision");
  CHECK(changes(room) == 1);
  room.value(with({"approve", id, "--yes"}));
  CHECK(room.value(with({"resume", id}), 5)["status"] == "awaiting_attestation");
  CHECK(changes(room) == 2);
}

TEST_CASE("the index of runs is only for speed: a run that it lacks is listed all the same") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  fs::remove(room.folder + "/home/index.sqlite");
  const json runs = room.value({"runs"});
  REQUIRE(runs.size() == 1);
  CHECK(runs[0]["run"] == id);
}

namespace {

// Two changes, of which the second can be made to fail.
const char* kTwoNames = R"(return runbook {
  name = "names", title = "Name the number twice",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = {
    read "inspect" (function(run)
      return { sid = twilio.numbers.find { phone_number = "+15550100200" }.sid }
    end),
    mutate "name" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "One" }
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "Two" }
    end),
  },
}
)";

}  // namespace

TEST_CASE("due lists a run that failed with a part of its changes made, until it goes on") {
  CliFixture room;
  room.furnish();
  room.write("names.lua", kTwoNames);
  const auto failed = [&](int skip) {
    const std::string id = room.value({"run", "names.lua", "-p", "client=acme"}, 3)["run"];
    room.value({"approve", id, "--yes"});
    REQUIRE(room.simulator.add_fault("match=POST *IncomingPhoneNumbers*,status=400,times=1,skip=" +
                                     std::to_string(skip)));
    CHECK(room.value({"resume", id}, 9)["status"] == "failed");
    return id;
  };
  failed(0);
  // Nothing was changed, so nothing is left half done.
  CHECK(room.countersign({"due"}).out == "Nothing is due.\n");
  const std::string id = failed(1);
  const json due = room.value({"due"})["due"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["kind"] == "failed");
  CHECK(due[0]["run"] == id);
  CHECK(due[0]["state"] == "due");
  CHECK(due[0]["text"].get<std::string>().find("failed after 1 change: ") == 0);
  CHECK(due[0]["do"] == "countersign resume " + id + " --replan");
  CHECK(room.countersign({"due"}).out.find("countersign resume " + id + " --replan") !=
        std::string::npos);
  CHECK(room.value({"due", "--profile", "globex"})["due"].empty());
  room.value({"resume", id, "--replan"}, 3);
  CHECK(room.value({"due"})["due"][0]["kind"] == "decision");
  room.value({"approve", id, "--yes"});
  CHECK(room.value({"resume", id})["status"] == "done");
  CHECK(room.countersign({"due"}).out == "Nothing is due.\n");
}

TEST_CASE("due reads a run that has ended once, and again where its file is another") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.value({"reject", id, "--reason", "no", "--yes"});
  CHECK(room.value({"due"})["due"].empty());
  const std::string path = room.folder + "/home/runs/" + id + ".run";
  REQUIRE(std::filesystem::exists(path));
  const Ran noted =
      run_process({{"sqlite3", room.folder + "/home/index.sqlite", "SELECT id FROM quiet"}});
  if (noted.code == 0) CHECK(noted.out == id + "\n");
  CHECK(room.value({"due"})["due"].empty());
  std::string bytes = room.read("home/runs/" + id + ".run");
  const std::size_t at = bytes.find("\"rejected\"");
  REQUIRE(at != std::string::npos);
  bytes.replace(at, 10, "\"rejectee\"");
  room.write("home/runs/" + id + ".run", bytes, 0600);
  const json due = room.value({"due"})["due"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["kind"] == "damaged");
}

TEST_CASE("due does not list what another run goes on with") {
  CliFixture room;
  room.furnish();
  room.write("names.lua", kTwoNames);
  const std::string id = room.value({"run", "names.lua", "-p", "client=acme"}, 3)["run"];
  room.value({"approve", id, "--yes"});
  REQUIRE(room.simulator.add_fault("match=POST *IncomingPhoneNumbers*,status=400,times=1,skip=1"));
  room.value({"resume", id}, 9);
  const std::string next =
      room.value({"run", "names.lua", "-p", "client=acme", "--take-over", id}, 3)["run"];
  const json due = room.value({"due"})["due"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["run"] == next);
}

TEST_CASE("while the provider does not answer the run halts before a change, and then goes on") {
  CliFixture room;
  room.furnish();
  room.write("names.lua", kTwoNames);
  const std::string id = room.value({"run", "names.lua", "-p", "client=acme"}, 3)["run"];
  room.value({"approve", id, "--yes"});
  REQUIRE(room.simulator.add_fault("match=GET *IncomingPhoneNumbers/PN*,status=503,times=always"));
  const json stopped = room.value({"resume", id}, 9);
  CHECK(stopped["status"] == "awaiting_decision");
  CHECK(stopped["waiting_for"]["kind"] == "halt");
  CHECK(stopped["waiting_for"]["ways"][0]["command"] == "countersign resume " + id);
  CHECK(stopped["error"]["hint"].get<std::string>().find("countersign resume " + id) !=
        std::string::npos);
  CHECK(changes(room) == 0);
  const json due = room.value({"due"})["due"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["do"] == "countersign resume " + id);
  REQUIRE(run_process({{"curl", "-s", "--fail", "-X", "DELETE",
                        room.simulator.endpoint() + "/_sim/faults"}})
              .code == 0);
  CHECK(room.value({"resume", id})["status"] == "done");
  CHECK(changes(room) == 2);
}
