// The crash matrix: the program dies at every point of every process of a whole run, and its
// operator goes on. In the end every change was made, and made once.
//
//   COUNTERSIGN_LONG_TESTS=1            every point; otherwise a sample spread over all of them
//   COUNTERSIGN_KILL_POINT=5:120:power  this one alone: STEP:POINT:kill or STEP:POINT:power
//   COUNTERSIGN_KILL_TYPE=C             of this kind of run (site.h); A where not said
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "tests/crash/crash_fixture.h"
#include "tests/support/catch.h"

using namespace countersign::crash;

namespace {

struct Tally {
  int points = 0, survived = 0, by_itself = 0, in_doubt = 0, doubled = 0, lost = 0, wrong = 0;
  void add(const Tally& other) {
    points += other.points;
    survived += other.survived;
    by_itself += other.by_itself;
    in_doubt += other.in_doubt;
    doubled += other.doubled;
    lost += other.lost;
    wrong += other.wrong;
  }
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool begins(const std::string& text, const std::string& with) {
  return text.rfind(with, 0) == 0;
}

// What a power cut leaves changes with what is synced, and what it is held against with what is
// sent: elsewhere it is as at the point before.
bool matters_to_a_disk(const std::vector<std::string>& points, std::size_t at) {
  const auto is = [&](std::size_t i) {
    for (const char* call : {"fsync", "fdatasync", "rename", "send", "sent", "answered", "spawn"})
      if (begins(points[i], call)) return true;
    return false;
  };
  return is(at) || (at > 0 && is(at - 1)) || at + 1 == points.size();
}

std::vector<Death> all_deaths(const CrashFixture& site) {
  std::vector<Death> all;
  for (std::size_t step = 0; step < site.steps().size(); ++step) {
    const auto& points = site.steps()[step].points;
    for (std::size_t at = 0; at < points.size(); ++at) {
      all.push_back({step, static_cast<long>(at) + 1, false});
      if (matters_to_a_disk(points, at)) all.push_back({step, static_cast<long>(at) + 1, true});
    }
  }
  return all;
}

// One of every so many; and where a changing request is under way, more of them.
std::vector<Death> sample(const CrashFixture& site, const std::vector<Death>& all,
                          std::size_t stride) {
  std::vector<Death> chosen;
  std::size_t others = 0, under_way = 0;
  for (const Death& death : all) {
    const std::string& call =
        site.steps()[death.step].points[static_cast<std::size_t>(death.point) - 1];
    const bool close = begins(call, "sen") || begins(call, "answered") || begins(call, "spawn");
    if (close ? under_way++ % 8 == 0 : others++ % stride == 0) chosen.push_back(death);
  }
  return chosen;
}

class Matrix {
 public:
  explicit Matrix(std::string type) : type_(std::move(type)) {}

  void run(std::size_t stride) {
    // Two at a time, each with a firm of its own. Both count the same points, but for some pages of
    // SQLite's and some connections.
    CrashFixture &first = learnt(type_), &second = learnt(type_, 1);
    const std::vector<Death> all = all_deaths(first);
    queue_ = stride > 1 ? sample(first, all, stride) : all;
    possible_ = all.size();
    if (const std::string only = variable("COUNTERSIGN_KILL_POINT"); !only.empty()) {
      Death death;
      char colon = 0;
      std::string kind;
      std::istringstream(only) >> death.step >> colon >> death.point >> colon >> kind;
      death.power = kind == "power";
      queue_ = {death};
    }
    std::thread worker([&] { work(second); });
    work(first);
    worker.join();
    report(first);
    for (const std::string& failure : failures_) FAIL_CHECK(failure);
    CHECK(total_.doubled == 0);
    CHECK(total_.lost == 0);
  }

 private:
  void work(CrashFixture& site) {
    for (;;) {
      Death death;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == queue_.size()) return;
        death = queue_[next_++];
      }
      try {
        one(site, death);
      } catch (const std::exception& failed) {
        const std::lock_guard lock(mutex_);
        failures_.push_back(death.text() + ": " + failed.what());
      }
    }
  }

  void one(CrashFixture& site, const Death& death) {
    const bool died = site.die(death);
    site.live_on();
    const std::string wrong = site.wrong();
    Tally tally;
    tally.points = 1;
    tally.survived = !died;
    tally.wrong = !wrong.empty();
    tally.doubled = site.doubled() > 0;
    tally.lost = site.person.stuck.empty() && site.lost() > 0;
    tally.in_doubt = site.person.settled > 0;
    tally.by_itself = wrong.empty() && site.person.settled == 0;
    const std::lock_guard lock(mutex_);
    total_.add(tally);
    by_step_[{death.step, death.power}].add(tally);
    if (!wrong.empty()) failures_.push_back(failure(site, death, wrong));
  }

  std::string failure(const CrashFixture& site, const Death& death,
                      const std::string& wrong) const {
    const auto& step = site.steps()[death.step];
    const auto at = static_cast<std::size_t>(death.point) - 1;
    return "COUNTERSIGN_KILL_TYPE=" + type_ + " COUNTERSIGN_KILL_POINT=" + death.text() + "\n" +
           step.words[0] + " died before " +
           (at < step.points.size() ? step.points[at] : "its end") + "\n" + wrong;
  }

  void report(const CrashFixture& site) const {
    std::ostringstream out;
    const auto line = [&](const std::string& name, const Tally& one) {
      out << "  " << name << std::string(name.size() < 24 ? 24 - name.size() : 1, ' ');
      for (const int number : {one.points, one.by_itself, one.in_doubt, one.doubled, one.lost,
                               one.wrong, one.survived}) {
        const std::string text = std::to_string(number);
        out << std::string(text.size() < 10 ? 10 - text.size() : 1, ' ') << text;
      }
      out << "\n";
    };
    out << "Crash matrix, run of type " << type_ << ": " << total_.points << " of " << possible_
        << " points\n  " << std::string(24, ' ')
        << "    points by itself  in doubt   doubled      lost     wrong  survived\n";
    for (const auto& [key, tally] : by_step_)
      line(std::to_string(key.first) + " " + site.steps()[key.first].words[0] +
               (key.second ? ", power cut" : ", killed"),
           tally);
    line("all", total_);
    std::cout << out.str() << std::flush;
  }

  const std::string type_;
  std::mutex mutex_;  // guards what follows
  std::vector<Death> queue_;
  std::size_t next_ = 0, possible_ = 0;
  Tally total_;
  std::map<std::pair<std::size_t, bool>, Tally> by_step_;
  std::vector<std::string> failures_;
};

}  // namespace

TEST_CASE("a program that dies anywhere makes every change of the run once, and none twice") {
  const std::string type = variable("COUNTERSIGN_KILL_TYPE");
  const bool whole = !variable("COUNTERSIGN_LONG_TESTS").empty();
  Matrix(type.empty() ? "A" : type).run(whole ? 1 : 90);
  // The other paths through the same runbook, which do not wait for a day in their middle.
  if (type.empty())
    for (const char* path : {"B", "C"}) Matrix(path).run(whole ? 5 : 300);
  if (!type.empty()) return;
  // The other runbooks: what is made, what is saved, what is written. A setup's new key is shown
  // once: where its making is in doubt a person revokes it and has another made, so it is not among
  // them.
  for (const char* other : {"queue", "fault", "undo"}) Matrix(other).run(whole ? 5 : 200);
}

TEST_CASE("evidence of which a part was written or moved when the program died is completed") {
  CrashFixture& site = learnt();
  // The process that moves the client's dev-logs.
  std::size_t closing = 0, most = 0;
  for (std::size_t i = 0; i < site.steps().size(); ++i) {
    const auto& all = site.steps()[i].points;
    const auto moves = static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const auto& one) { return begins(one, "rename dev-logs/"); }));
    if (moves >= most && moves > 0) closing = i, most = moves;
  }
  const auto& points = site.steps()[closing].points;
  int tried = 0, turn = 0;
  for (std::size_t at = 0; at < points.size(); ++at) {
    if (!begins(points[at], "rename dev-logs/") && !begins(points[at], "fsync dev-logs")) continue;
    if (turn++ % 3 != 0 && variable("COUNTERSIGN_LONG_TESTS").empty()) continue;
    const Death death{closing, static_cast<long>(at) + 1, begins(points[at], "fsync")};
    INFO(death.text() << " " << points[at]);
    CHECK(site.die(death));
    site.live_on();
    CHECK(site.wrong() == "");
    CHECK(site.person.settled == 0);
    ++tried;
  }
  CHECK(tried >= 5);
}
