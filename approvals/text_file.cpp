#include "approvals/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interpreter/digest.h"

namespace countersign {
namespace {

constexpr std::size_t kLargest = 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string quoted(const std::string& path) {
  return "\"" + path + "\"";
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return fsync(fd) == 0;
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
  std::string text;
  char buffer[16384];
  for (;;) {
    const ssize_t got = read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unusable(std::strerror(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > kLargest) return unusable("it is larger than 1 MiB");
  }
}

Status replace_file(const std::string& path, std::string_view text) {
  const std::string temporary = path + "." + to_hex(random_bytes(8)) + ".tmp";
  const auto failed = [&](const std::string& what) {
    const std::string why = std::strerror(errno);
    unlink(temporary.c_str());
    return Error{"state", "cannot " + what + " " + quoted(path) + ": " + why};
  };
  {
    const Descriptor file(
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return failed("create");
    if (!write_all(file.get(), text)) return failed("write");
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) return failed("replace");
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == path.npos ? "." : path.substr(0, slash + 1);
  const Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || fsync(directory.get()) != 0) return failed("sync the folder of");
  return Done{};
}

Status create_file(const std::string& path, std::string_view text) {
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file.get() < 0 && errno == EEXIST)
    return Error{"config", quoted(path) + " is there already",
                 "move it away first, or edit it by hand"};
  if (file.get() < 0 || !write_all(file.get(), text))
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
