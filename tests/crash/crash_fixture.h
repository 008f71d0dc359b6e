// A firm whose power fails: the demo's workspace on disk, its people's keys, the simulated
// providers with their clock standing still, the program started as its users start it, and an
// operator who does what the program asks for until the run is done.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "stdlib/simulator/server/server.h"
#include "tests/support/process.h"

namespace countersign::crash {

using json = nlohmann::json;

// What a run leaves behind.
struct Traces {
  std::vector<std::string> changes;          // requests that changed something, in order
  json world;                                // of the simulated providers
  std::map<std::string, std::string> files;  // of the workspace, by path
};

// The words of a command line, or "sign" and "advance": what people do without the program.
using Errand = std::vector<std::string>;

// What the operator knows.
struct Operator {
  std::string id;           // of the run
  std::deque<Errand> todo;  // next first
  int requests = 0;         // written so far
  int doubts = 0;           // how often the program said that something is in doubt
  int looks = 0;            // how often it was looked at again before that was decided
  int settled = 0;          // how often a person had to say what happened
  bool done = false;
  std::string stuck;  // what the program said that the operator cannot help
};

// A death: at a point (killer.c) of one of the processes of the run.
struct Death {
  std::size_t step = 0;
  long point = 0;
  bool power = false;  // what was not synced is lost, too
  std::string text() const;
};

class CrashFixture {
 public:
  // `type`: A, a teardown of a live service; B, its switch to another flow; C, the removal of a
  // test deployment; setup; queue, a change that adds one; fault, a case that is troubleshot; undo,
  // a number that is bought, found wrong and given back.
  explicit CrashFixture(const std::string& type = "A");
  ~CrashFixture();

  // Lives through a whole run undisturbed and remembers how it was before each process. False: it
  // did not end well, and `person.stuck` says why.
  bool learn();
  struct Step {
    Errand words;
    std::vector<std::string> points;  // what killer.c calls each
    Operator person;                  // before
    json world;
    std::vector<std::string> changes;  // of the whole run, before
    std::string deployed;
  };
  const std::vector<Step>& steps() const { return steps_; }
  // What an undisturbed run leaves behind.
  const Traces& wanted() const { return wanted_; }
  // The first step of that command, counted from 0 among them.
  std::size_t step(const std::string& command, std::size_t which = 0) const;

  // Everything as it was before that process was started.
  void set_back(std::size_t step);
  // The operator's next command, which must be one of the program's.
  Ran next(const std::map<std::string, std::string>& environment = {});
  // Sets back, starts that process and has it die. False: it ended before it came to that point.
  bool die(const Death& death);
  // What starts the run.
  Errand start() const;
  // The operator does the next thing.
  void go_on();
  // … until the next thing is that command.
  void go_on_to(const std::string& command);
  // … until the run is done, or nothing helps.
  void live_on();
  // How what is there differs from what an undisturbed run leaves: "" if it does not.
  std::string wrong() const;
  // Changes that were carried out more often than in an undisturbed run, or less often.
  int doubled() const;
  int lost() const;

  // CRASH_STILL in the environment: empty where the program's own clock is to run on.
  Ran countersign(const Errand& words, std::map<std::string, std::string> environment = {});
  // The environment that makes killer.c count, and act at that point.
  // `call`: only its points are counted.
  std::map<std::string, std::string> killer(long point, bool store, const std::string& call = "");
  std::vector<std::string> points() const;  // as recorded by the last process with a killer
  std::vector<std::string> changes() const;
  Traces traces() const;
  std::string deployed() const;  // what the declared command did, a line each time
  std::string path(const std::string& name) const { return folder + "/" + name; }
  std::string run_file() const { return path("state/runs/" + person.id + ".run"); }

  simulator::Simulator simulator;
  Operator person;
  std::string folder;  // the workspace; the state folder is below it

 private:
  void heard(const Errand& words, const Ran& ran);
  Errand settlement(const json& shown) const;
  void serve(const json& world);
  std::map<std::string, int> compared() const;

  std::string base_, type_;
  int port_ = 0;
  std::vector<Step> steps_;
  std::vector<std::string> before_;  // changes before the step that was set back to
  Traces wanted_;
};

// A site that learnt: made once and used by one test after another, each of which sets it back.
CrashFixture& learnt(const std::string& type = "A", int which = 0);

}  // namespace countersign::crash
