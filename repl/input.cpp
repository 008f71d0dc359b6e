#include "repl/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/descriptor.h"

namespace countersign {
namespace {

constexpr std::size_t kMost = 64u << 20;

}  // namespace

Result<std::string> read_input(const std::string& path) {
  const bool is_stdin = path == "-";
  const Descriptor file(is_stdin ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto unusable = [&](const std::string& why) {
    return Error{"usage", (is_stdin ? std::string("stdin") : "\"" + path + "\"") +
                              " cannot be read: " + why};
  };
  if (!file) return unusable(std::strerror(errno));
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unusable(std::strerror(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > kMost) return unusable("it is larger than 64 MiB");
  }
}

}  // namespace countersign
