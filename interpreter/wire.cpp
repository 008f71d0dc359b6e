#include "interpreter/wire.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "interpreter/clock.h"

namespace countersign {
namespace {

std::uint32_t frame_length(const char* bytes) {
  const auto* b = reinterpret_cast<const unsigned char*>(bytes);
  return static_cast<std::uint32_t>(b[0]) | static_cast<std::uint32_t>(b[1]) << 8 |
         static_cast<std::uint32_t>(b[2]) << 16 | static_cast<std::uint32_t>(b[3]) << 24;
}

constexpr int kLook = 50;  // ms between two looks at the flag

Error too_long() {
  return {"limit", "a message of more than 64 MiB"};
}

std::string framed(const std::string& payload) {
  const auto n = static_cast<std::uint32_t>(payload.size());
  std::string bytes = {static_cast<char>(n & 255), static_cast<char>(n >> 8 & 255),
                       static_cast<char>(n >> 16 & 255), static_cast<char>(n >> 24 & 255)};
  return bytes += payload;
}

}  // namespace

Status write_frame(int fd, const std::string& payload) {
  if (payload.size() > kMaxFrame) return too_long();
  const std::string bytes = framed(payload);
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t wrote = write(fd, bytes.data() + sent, bytes.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return Error{"limit", "closed"};
    sent += static_cast<std::size_t>(wrote);
  }
  return Done{};
}

Status send_frame(int fd, const std::string& payload, int timeout_ms,
                  const std::atomic<bool>* interrupted) {
  if (payload.size() > kMaxFrame) return too_long();
  const std::string bytes = framed(payload);
  const Timer timer(wall_clock(), std::chrono::milliseconds(timeout_ms));
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t wrote =
        ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (wrote > 0) {
      sent += static_cast<std::size_t>(wrote);
      continue;
    }
    if (wrote == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
      return Error{"limit", "closed"};
    // A signal may reach any thread, so the flag is looked at rather than the call's end.
    if (interrupted && *interrupted) return Error{"interrupted", "it was interrupted"};
    const long left = timer.milliseconds_left();
    if (left <= 0) return Error{"limit", "timeout"};
    pollfd one = {fd, POLLOUT, 0};
    (void)poll(&one, 1, static_cast<int>(std::min<long>(left, kLook)));
  }
  return Done{};
}

bool FrameReader::ready() const {
  const std::size_t have = buffer_.size() - start_;
  return have >= 4 && have - 4 >= frame_length(buffer_.data() + start_);
}

Result<std::string> FrameReader::next(int timeout_ms) {
  const Timer timer(wall_clock(), std::chrono::milliseconds(timeout_ms));
  for (;;) {
    const std::size_t have = buffer_.size() - start_;
    if (have >= 4) {
      const std::uint32_t length = frame_length(buffer_.data() + start_);
      if (length > kMaxFrame) return too_long();
      if (have - 4 >= length) {
        std::string frame = buffer_.substr(start_ + 4, length);
        start_ += 4 + length;
        if (start_ == buffer_.size()) {
          buffer_.clear();
          start_ = 0;
        }
        return frame;
      }
    }
    if (timeout_ms >= 0) {
      const long left = timer.milliseconds_left();
      if (left <= 0) return Error{"limit", "timeout"};
      pollfd one = {fd_, POLLIN, 0};
      const int ready_count = poll(&one, 1, static_cast<int>(left));
      if (ready_count < 0 && errno == EINTR) continue;
      if (ready_count == 0) return Error{"limit", "timeout"};
    }
    if (start_ > 0) {
      buffer_.erase(0, start_);
      start_ = 0;
    }
    char chunk[65536];
    const ssize_t got = read(fd_, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error{"limit", "closed"};
    buffer_.append(chunk, static_cast<std::size_t>(got));
  }
}

}  // namespace countersign
