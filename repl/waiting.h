// What is waited for at the moment: a provider that takes long, an operation that is carried out.
// On a terminal stderr says so from the first second on, with how long it has taken; elsewhere a
// plain line does after some seconds. Nothing is said with -q.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "interpreter/clock.h"
#include "interpreter/transport.h"

namespace countersign {

class Console;

class Waiting {
 public:
  // Spans are measured on `clock`. Both outlive this.
  Waiting(Console& console, Clock& clock);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  // From any thread. `what`: as it is said, "GET api.twilio.com/…".
  std::uint64_t begin(const std::string& what);
  void end(std::uint64_t number);

 private:
  struct One {
    std::string what;
    Clock::Span since;
    bool said = false;
  };
  void watch();
  void say(One& one, Clock::Span now);

  Console& console_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, One> open_;
  std::uint64_t last_ = 0;
  bool over_ = false;
  std::thread thread_;  // begun with what is waited for first
};

// Tells `waiting` of every exchange. Null: tells nobody.
std::unique_ptr<Transport> watched(std::unique_ptr<Transport> inner, Waiting* waiting);

}  // namespace countersign
