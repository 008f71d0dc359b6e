// The simulated providers on a loopback port: the world of the tests and of `countersign sim`.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "interpreter/clock.h"
#include "interpreter/error.h"

namespace countersign::simulator {

struct Options {
  int port = 0;                     // 0 takes a free one
  double time_scale = 1.0;          // simulated seconds in a second; 0 stands still
  std::vector<std::string> faults;  // as on the command line, docs/formats/faults.md
};

// One world, one port on 127.0.0.1. Every member may be called from any thread once started.
class Simulator {
 public:
  // `real`: what passes while nobody waits, and what delays take.
  explicit Simulator(Clock& real = wall_clock());
  ~Simulator();  // stops
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  // Reads the world (docs/formats/world.md) and serves it. Answers the port. Errors: config (the
  // world is wrong, with the JSON pointer; the port is taken), argument (a fault is wrong). A
  // simulator that was stopped can be started again.
  Result<int> start(const nlohmann::json& world, const Options& options = {});
  void stop();

  int port() const;
  std::string endpoint() const;  // http://127.0.0.1:PORT, as a profile's `endpoint` wants it

  // What the addresses below /_sim/ offer, without HTTP.
  nlohmann::json world() const;
  nlohmann::json requests() const;
  Status patch(const nlohmann::json& operations);
  Status add_fault(const std::string& text);
  void advance(double seconds);
  // The world's time, for those who live in it; see ServedClock. From `start` on.
  Clock& clock();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace countersign::simulator
