// Every changing request of a whole run meets every fault of a network and of a provider. What was
// done is done once, or the run stands where it stopped and says so; nothing is done wrong.
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "tests/crash/crash_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::crash;

namespace {

bool begins(const std::string& text, const std::string& with) {
  return text.rfind(with, 0) == 0;
}

// A changing request of the run: where it is made, and where killer.c sees it.
struct Request {
  std::size_t step = 0;
  long synced = 0;   // how often something was synced before it; the last time, its intent
  long sent = 0;     // how many changing requests were sent up to it
  std::string line;  // METHOD host/path
  int earlier = 0;   // the same line before it within the step
};

std::vector<Request> requests(const CrashFixture& site) {
  std::vector<Request> all;
  std::size_t n = 0;
  for (std::size_t step = 0; step < site.steps().size(); ++step) {
    const std::size_t until = step + 1 < site.steps().size() ? site.steps()[step + 1].changes.size()
                                                             : site.wanted().changes.size();
    std::vector<Request> here;
    long synced = 0;
    for (const std::string& point : site.steps()[step].points) {
      synced += begins(point, "fdatasync ");
      if (begins(point, "sent "))
        here.push_back({step, synced, static_cast<long>(here.size()) + 1, "", 0});
    }
    // Checking a flow is a POST too, and changes nothing: it comes before the changes of its step.
    std::map<std::string, int> seen;
    for (; n < until; ++n) {
      Request one = here.at(here.size() - (until - n));
      const std::string& change = site.wanted().changes[n];
      one.line = change.substr(0, change.find(' ', change.find(' ') + 1));
      one.earlier = seen[one.line]++;
      all.push_back(one);
    }
  }
  return all;
}

using Environment = std::map<std::string, std::string>;

struct Fault {
  std::string name;
  std::string simulated;  // the simulator's, but for match and skip
  std::function<Environment(CrashFixture&, const Request&)> network;  // or killer.c's
  bool may_fail = false;  // the run may end there: the provider surely did not act
};

Environment fails(CrashFixture& site, const std::string& call, long nth, int error, int times) {
  Environment all = site.killer(nth, false, call);
  all["CRASH_ERRNO"] = std::to_string(error);
  if (times > 0) all["CRASH_TIMES"] = std::to_string(times);
  return all;
}

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      {"refused once", "",
       [](CrashFixture& site, const Request& one) {
         return fails(site, "fdatasync", one.synced, ECONNREFUSED, 1);
       }},
      {"refused for good", "",
       [](CrashFixture& site, const Request& one) {
         return fails(site, "fdatasync", one.synced, ECONNREFUSED, 0);
       },
       true},
      {"reset before it was sent", "",
       [](CrashFixture& site, const Request& one) {
         return fails(site, "send", one.sent, ECONNRESET, 1);
       }},
      {"reset, not carried out", "kind=reset", nullptr},
      {"reset, carried out", "kind=drop", nullptr},
      {"no answer in time, carried out", "kind=delay,ms=700",
       [](CrashFixture& site, const Request& one) {
         Environment late = site.killer(one.sent, false, "sent");
         late["CRASH_JUMP"] = "31";
         return late;
       }},
      {"a slow answer", "kind=delay,ms=1800", nullptr},
      {"half an answer", "kind=truncate", nullptr},
      {"an answer that is none", "kind=garbage", nullptr},
      {"429 once", "kind=status,status=429,retry_after=0", nullptr},
      {"429 for good", "kind=status,status=429,retry_after=60,times=0", nullptr, true},
      {"500, not carried out", "kind=status,status=500", nullptr},
      {"500, carried out", "kind=fail_after,status=500", nullptr},
      {"carried out late", "kind=late,seconds=30", nullptr},
      {"503, carried out", "kind=fail_after,status=503", nullptr},
  };
  return all;
}

// A run that ended early did the first of its changes, in their order, and no other.
bool is_beginning(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace

TEST_CASE("a changing request that meets a fault is carried out once or its run stands still") {
  CrashFixture& site = learnt();
  const std::vector<Request> all = requests(site);
  REQUIRE(all.size() == site.wanted().changes.size());
  std::map<std::string, std::map<std::string, int>> table;
  const bool whole = std::getenv("COUNTERSIGN_LONG_TESTS") != nullptr;
  std::size_t turn = 0;
  for (const Request& one : all) {
    ++turn;
    std::size_t number = 0;
    for (const Fault& fault : faults()) {
      // Not the whole: every fault once or twice, every request too.
      if ((turn + number++) % all.size() != 0 && !whole) continue;
      site.set_back(one.step);
      if (!fault.simulated.empty()) {
        const Status added = site.simulator.add_fault(
            "match=" + one.line + ",skip=" + std::to_string(one.earlier) + "," + fault.simulated);
        REQUIRE(added);
      }
      const Ran ran = site.next(fault.network ? fault.network(site, one) : Environment());
      INFO(one.line << " meets: " << fault.name << "\n" << ran.err);
      if (fault.network && fault.simulated.find("delay") != std::string::npos)
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
      site.live_on();
      auto& row = table[fault.name];
      ++row["tried"];
      const bool ended = !site.person.done;
      if (ended && fault.may_fail) {
        ++row["ended"];
        INFO(site.person.stuck);
        CHECK(is_beginning(site.changes(), site.wanted().changes));
        CHECK(site.person.stuck.find(", failed: ") != std::string::npos);
      } else {
        CHECK(site.wrong() == "");
        ++row[site.person.settled > 0  ? "by a person"
              : site.person.doubts > 0 ? "by itself"
                                       : "without a word"];
      }
      CHECK(site.doubled() == 0);
      row["doubled"] += site.doubled();
    }
  }
  std::ostringstream out;
  out << "Transport faults, " << all.size() << " changing requests: settled\n";
  for (const Fault& fault : faults()) {
    out << "  " << fault.name << std::string(34 - fault.name.size(), ' ');
    for (const char* column :
         {"tried", "without a word", "by itself", "by a person", "ended", "doubled"})
      out << " " << column << " " << table[fault.name][column];
    out << "\n";
  }
  std::cout << out.str();
}

TEST_CASE("a run in doubt that cannot be looked at says why, not what was said before") {
  CrashFixture& site = learnt();
  site.set_back(site.step("resume"));
  REQUIRE(site.simulator.add_fault("match=POST studio.twilio.com/v2/Flows/FW*,kind=drop"));
  const Ran doubtful = site.next();
  CHECK(doubtful.code == 8);
  site.simulator.stop();
  const Ran refused = site.countersign({"resume", site.person.id});
  CHECK(refused.code == 9);
  const std::string said = json::parse(refused.out)["error"]["message"];
  INFO(said);
  CHECK(said.find("connection was refused") != std::string::npos);
}
