#include "approvals/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/descriptor.h"
#include "interpreter/durable_file.h"
#include "interpreter/whole_file.h"

namespace countersign {
namespace {

constexpr std::size_t kLargest = 1024 * 1024;

std::string quoted(const std::string& path) {
  return "\"" + path + "\"";
}

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  const auto unusable = [&](const std::string& why) {
    return Error{"config", "cannot read " + quoted(path) + ": " + why,
                 "see [trust] in countersign.toml for where it is looked for"};
  };
  if (file.get() < 0) return unusable(std::strerror(errno));
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return unusable(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return unusable("it is not a regular file");
  WholeFile whole = read_whole(file.get(), kLargest);
  if (whole.error == EFBIG) return unusable("it is larger than 1 MiB");
  if (!whole) return unusable(std::strerror(whole.error));
  return std::move(whole.bytes);
}

Status replace_file(const std::string& path, std::string_view text) {
  const char* failed = put_file(path, [&](int) { return std::string(text); });
  if (failed == nullptr) return Done{};
  return Error{"state",
               std::string("cannot ") + failed + " " + quoted(path) + ": " + std::strerror(errno)};
}

Status create_file(const std::string& path, std::string_view text) {
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file.get() < 0 && errno == EEXIST)
    return Error{"config", quoted(path) + " is there already",
                 "move it away first, or edit it by hand"};
  if (file.get() < 0 || !write_synced(file.get(), text))
    return Error{"config", "cannot write " + quoted(path) + ": " + std::strerror(errno)};
  return Done{};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    lines.push_back(text.substr(0, newline));
    if (newline == text.npos) break;
    text.remove_prefix(newline + 1);
  }
  return lines;
}

Error at_line(const std::string& path, int line, const std::string& why, std::string hint) {
  return Error{"config", quoted(path) + " line " + std::to_string(line) + ": " + why,
               std::move(hint)};
}

bool has_control_characters(std::string_view text) {
  for (const unsigned char c : text)
    if (c < 0x20 || c == 0x7F) return true;
  return false;
}

}  // namespace countersign
