#include "repl/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/descriptor.h"
#include "interpreter/whole_file.h"

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
  WholeFile whole = read_whole(file.get(), kMost);
  if (whole.error == EFBIG) return unusable("it is larger than 64 MiB");
  if (!whole) return unusable(std::strerror(whole.error));
  return std::move(whole.bytes);
}

}  // namespace countersign
