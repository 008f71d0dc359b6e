// The world with everything that happens around it: the requests it got, the faults it suffers,
// the operations that arrive late. One mutex guards all of it.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "stdlib/simulator/server/faults.h"
#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// How the simulator's own addresses refuse.
ServedReply trouble(int status, const Error& error);

class FaultLayer {
 public:
  // `refuse` closes the port for a while; `real` is the clock that delays are waited for on, as
  // they are on a network.
  FaultLayer(World world, std::function<void(std::chrono::milliseconds)> refuse, Clock& real);

  // Answers any request, the simulator's own addresses included.
  ServedReply handle(ServedRequest& request);

  // Lets nobody wait in a delay any longer.
  void interrupt() { stopping_ = true; }

  std::string date();
  json world();
  json requests();
  Status patch(const json& operations);
  Status add_faults(const json& faults);  // one, or a list of them
  double exact_time();
  void advance(double seconds);

 private:
  struct Late {
    double due;
    ServedRequest request;
  };

  ServedReply provider(ServedRequest& request);
  ServedReply own(const ServedRequest& request);
  ServedReply own_clock(const ServedRequest& request);
  ServedReply own_calls(const ServedRequest& request);
  ServedReply apply_fault(const Fault& fault, const ServedRequest& request);
  ServedReply between(const ServedRequest& request);
  void settle();
  void wait(long ms);

  std::mutex mutex_;
  // Tells this world from an earlier one that was served at the same port.
  const std::string instance_;
  World world_;
  Faults faults_;
  json log_ = json::array();
  std::vector<Late> late_;
  std::function<void(std::chrono::milliseconds)> refuse_;
  std::atomic<bool> stopping_{false};
  Clock& real_;
};

}  // namespace countersign::simulator
