// The wire between engine and script host: frames of a 4-byte little-endian length and that many
// bytes of JSON, over one stream socket. docs/formats/wire.md lists the messages.
#pragma once
#include <atomic>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "interpreter/error.h"

namespace countersign {

inline constexpr std::size_t kMaxFrame = 64u << 20;

// The script host's side, whose jail has no call but read and write. Waits for ever.
// Errors (kind "limit"): the frame is too long, the other side is gone ("closed").
Status write_frame(int fd, const std::string& payload);

// The engine's side: nothing that the script host does keeps it for longer than `timeout_ms`, and a
// vanished host is an error and no SIGPIPE. Gives up once `interrupted` is set.
// Errors: kind "limit" as above, and "timeout"; kind "interrupted".
Status send_frame(int fd, const std::string& payload, int timeout_ms,
                  const std::atomic<bool>* interrupted = nullptr);

// Reads frames from one descriptor, keeping what was read ahead.
class FrameReader {
 public:
  explicit FrameReader(int fd) : fd_(fd) {}
  // The next frame. `timeout_ms` < 0 waits for ever (and makes no system call but read).
  // Errors (kind "limit"): time passed (message "timeout"), end of stream ("closed"), a frame
  // beyond `kMaxFrame`.
  Result<std::string> next(int timeout_ms);
  // Whether a whole frame is waiting already.
  bool ready() const;

 private:
  int fd_;
  std::string buffer_;
  std::size_t start_ = 0;
};

}  // namespace countersign
