// Accepts connections on 127.0.0.1 and serves each on its own thread.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "interpreter/clock.h"
#include "interpreter/error.h"
#include "stdlib/simulator/server/message.h"

namespace countersign::simulator {

class Listener {
 public:
  using Handler = std::function<ServedReply(ServedRequest&)>;
  using Date = std::function<std::string()>;

  // Both are called from many threads at once. `real`: how long the port is closed is told by it.
  Listener(Handler handler, Date date, Clock& real);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Port 0 takes a free one. Answers the port. Error (kind "config"): the port cannot be had.
  Result<int> open(int port);

  // Ends every connection and waits for its thread.
  void close();

  // Closes the port for a while: connecting is refused, open connections are dropped, the one
  // that asked for it after its reply.
  void refuse(std::chrono::milliseconds duration);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace countersign::simulator
