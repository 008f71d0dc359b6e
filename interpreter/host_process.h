// A script host as the engine holds it: started jailed, spoken to over one socket, killed when it
// is dropped, silent for too long, or sends what cannot be.
#pragma once
#include <atomic>
#include <nlohmann/json.hpp>
#include <string>

#include "interpreter/error.h"
#include "interpreter/wire.h"

namespace countersign {

using json = nlohmann::json;

class HostProcess {
 public:
  // Starts `executable --script-host` with an empty environment, /dev/null as descriptors 0 to 2,
  // the socket as 3 and nothing else. Errors: kind "state", it cannot be started.
  static Result<HostProcess> start(const std::string& executable);
  HostProcess(HostProcess&& other) noexcept;
  HostProcess& operator=(HostProcess&&) = delete;
  ~HostProcess();

  // The host has ten seconds to read it. Errors: kind "limit" with the message "closed" (it is
  // gone); kind "limit" (killed: it does not read); kind "interrupted" (killed).
  Status send(const json& message, const std::atomic<bool>* interrupted = nullptr);
  // The host's next message: an object with a text "type". The host may compute for `silence_ms`
  // before it says something, and wait for its turn twelve times as long. Errors: kind "limit"
  // (killed: too long silent, too much memory, broken message); kind "interrupted" (killed) once
  // `interrupted` is set.
  Result<json> receive(const std::atomic<bool>* interrupted = nullptr, int silence_ms = 2500);
  bool ready() const { return reader_.ready(); }
  int descriptor() const { return fd_; }
  void kill();

 private:
  HostProcess(int pid, int fd) : pid_(pid), fd_(fd), reader_(fd) {}
  double computed() const;
  int pid_ = -1, fd_ = -1;
  FrameReader reader_;
};

}  // namespace countersign
