// Two at once, and deaths in the middle of waiting: one wins, the other is told so in a sentence,
// and nothing is done twice.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "tests/crash/crash_fixture.h"
#include "tests/crash/disk.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::crash;

namespace {

std::string message(const Ran& ran) {
  const json value = json::parse(ran.out, nullptr, false);
  if (!value.is_object() || !value.contains("error") || !value["error"].is_object()) return "";
  return value["error"].value("message", "");
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("of two processes that resume a run at once one goes on and the other is sent away") {
  CrashFixture& site = learnt();
  for (const std::size_t which : {0, 1, 2}) {
    site.set_back(site.step("resume", which));
    // Slow enough that both are there.
    REQUIRE(site.simulator.add_fault("match=* */v1/Configuration,kind=delay,ms=600,times=2"));
    const Errand words = site.person.todo.front();
    auto other = std::async(std::launch::async, [&] { return site.countersign(words); });
    const Ran one = site.next();
    const Ran two = other.get();
    INFO(one.out << one.err << two.out << two.err);
    const Ran& loser = one.code == 9 ? one : two;
    CHECK((one.code == 9) != (two.code == 9));
    CHECK(has(message(loser), "is being worked on by another process"));
    site.person.stuck = "";
    site.person.todo = {{"resume", site.person.id}};
    site.live_on();
    CHECK(site.wrong() == "");
  }
}

TEST_CASE("of two runs that change one account at once one waits its turn and changes nothing") {
  CrashFixture& site = learnt();
  site.set_back(site.step("run"));
  const auto approved = [&] {
    site.go_on_to("approve");
    site.go_on();
    return site.person;
  };
  const Operator first = approved();
  site.person = Operator();
  site.person.requests = first.requests;
  site.person.todo = {site.start()};
  const Operator second = approved();
  REQUIRE(first.id != second.id);
  const std::string flow = "/v2/Flows/FWbc3a4d5bbdf441d90c3cc781e7ef61fd";
  REQUIRE(site.simulator.add_fault("match=POST studio.twilio.com" + flow + ",kind=delay,ms=1500"));
  auto other = std::async(std::launch::async, [&] {
    // In the middle of the first one's change.
    for (int i = 0; i < 1000; ++i) {
      for (const json& one : site.simulator.requests())
        if (one["method"] == "POST" && one["path"] == flow)
          return site.countersign({"resume", second.id});
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return Ran();
  });
  site.person = first;
  const Ran one = site.next();
  const Ran two = other.get();
  INFO(one.out << one.err << two.out << two.err);
  CHECK(one.code == 4);
  CHECK(two.code == 9);
  CHECK(has(message(two), "another run is changing the account"));
  // The plan of the second no longer fits what is there.
  const Ran again = site.countersign({"resume", second.id});
  INFO(again.out);
  CHECK(again.code != 0);
  CHECK(message(again) != "");
  CHECK(site.changes().size() == 1);
  site.live_on();
  CHECK(site.person.stuck == "");
  CHECK(site.doubled() == 0);
  CHECK(site.lost() == 0);
}

TEST_CASE("a decision that arrives while a resume dies counts once, or is asked for again") {
  CrashFixture& site = learnt();
  const std::size_t step = site.step("approve");
  for (long point = 1; point <= 25; point += 6) {
    site.set_back(step);
    const Operator person = site.person;
    const Errand approve = person.todo.front();
    auto other = std::async(std::launch::async, [&] { return site.countersign(approve); });
    const Ran dying = site.countersign({"resume", person.id}, site.killer(point, false));
    const Ran taken = other.get();
    INFO("point " << point << "\n" << dying.out << dying.err << taken.out << taken.err);
    if (taken.code != 0) {
      CHECK(taken.code == 9);
      CHECK(has(message(taken), "is being worked on by another process"));
    }
    site.person.todo = {{"resume", person.id}};
    site.live_on();
    CHECK(site.wrong() == "");
  }
}

TEST_CASE("of two who take in one decision at once one is told that it is there already") {
  CrashFixture& site = learnt();
  site.set_back(site.step("approve"));
  const Errand approve = site.person.todo.front();
  auto other = std::async(std::launch::async, [&] { return site.countersign(approve); });
  const Ran one = site.countersign(approve), two = other.get();
  INFO(one.out << two.out);
  CHECK((one.code == 0) != (two.code == 0));
  const Ran& loser = one.code == 0 ? two : one;
  CHECK(loser.code == 9);
  CHECK((has(message(loser), "taken in already") || has(message(loser), "being worked on")));
  site.person.todo = {{"resume", site.person.id}};
  site.live_on();
  CHECK(site.wrong() == "");
}

TEST_CASE("a resume that waits goes on as soon as the time is over") {
  CrashFixture& site = learnt();
  site.set_back(site.step("resume"));
  site.person.todo.clear();
  auto waiting = std::async(std::launch::async, [&] {
    return site.countersign({"resume", site.person.id, "--wait"}, {{"CRASH_STILL", ""}});
  });
  const auto waits_in = [&](const std::string& phase) {
    for (int i = 0; i < 400; ++i) {
      const Ran shown = site.countersign({"show", site.person.id});
      json value = json::parse(shown.out, nullptr, false);
      if (value.is_object() && value["waiting_for"].is_object() &&
          value["waiting_for"].value("phase", "") == phase)
        return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    return false;
  };
  CHECK(waits_in("drain"));
  site.simulator.advance(86'400 - 60);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
  CHECK(site.changes().size() == 1);  // not early
  const auto over = std::chrono::steady_clock::now();
  site.simulator.advance(120);
  CHECK(waits_in("observe"));
  CHECK(std::chrono::steady_clock::now() - over < std::chrono::seconds(5));
  site.simulator.advance(86'400 + 60);
  const Ran ran = waiting.get();
  INFO(ran.err);
  CHECK(ran.code == 5);
  site.person.todo = {{"resume", site.person.id}};
  site.live_on();
  CHECK(site.doubled() == 0);
  CHECK(site.lost() == 0);
  CHECK(site.person.stuck == "");
}

TEST_CASE("a wait in which the program is killed is not begun anew") {
  CrashFixture& site = learnt();
  site.set_back(site.step("resume", 1));  // the drain is over
  const std::string id = site.person.id;
  site.set_back(site.step("resume"));
  CHECK(site.next().code == 4);
  const auto until = [&] {
    return json::parse(site.countersign({"show", id}).out)["waiting_for"]["until_unix"];
  };
  const json before = until();
  site.simulator.advance(3'600);
  for (const char* seconds : {"0.2", "0.7", "1.3"}) {
    const Ran killed = run_process({{"timeout", "-s", "KILL", seconds,
                                     COUNTERSIGN_BINARY_DIR "/countersign", "resume", id, "--wait"},
                                    site.folder,
                                    {{"HOME", site.folder}}});
    CHECK(killed.code == 137);
    CHECK(until() == before);
  }
  site.simulator.advance(-3'600 + 86'400 + 60);
  site.person.todo = {{"resume", id}};
  site.live_on();
  CHECK(site.wrong() == "");
}

TEST_CASE("a command that was stopped for taking too long is in doubt until a person says") {
  CrashFixture& site = learnt();
  for (const bool acted : {true, false}) {
    site.set_back(site.step("resume", 1));
    std::ofstream(site.path("../slow")).close();
    if (!acted) std::ofstream(site.path("../idle")).close();
    const Ran ran = site.next({{"CRASH_STILL", ""}});
    INFO(ran.err);
    CHECK(ran.code == 8);
    CHECK(has(message(ran), "stopped after 1 s"));
    for (const char* name : {"../slow", "../idle"}) std::filesystem::remove(site.path(name));
    site.simulator.advance(60);
    site.live_on();
    CHECK(site.person.stuck == "");
    CHECK(site.person.settled == 1);
    CHECK(site.deployed() == "acme\n");
    CHECK(site.lost() == 0);
    CHECK(site.doubled() == 0);
  }
}
