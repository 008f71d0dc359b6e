#include "repl/conversation/history.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <regex>

#include "interpreter/descriptor.h"
#include "interpreter/durable_file.h"

namespace countersign {
namespace {

constexpr std::size_t kMost = 1'000;
constexpr std::size_t kLongest = 4'000;

std::vector<std::string> lines_in(const std::string& path) {
  std::vector<std::string> all;
  std::ifstream in(path, std::ios::binary);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) all.push_back(std::move(line));
  if (all.size() > kMost) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kMost));
  return all;
}

bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

bool looks_secret(const std::string& line) {
  for (std::size_t at = 0; at < line.size();) {
    std::size_t end = at;
    while (end < line.size() && is_hex(line[end])) ++end;
    // A SID is two letters and 32 hex digits; they may be hex digits themselves (AC, CA).
    const std::size_t length = end - at;
    const bool is_sid = (length == 34) ||
                        (length == 32 && at >= 2 && std::isupper(line[at - 1]) != 0 &&
                         std::isupper(line[at - 2]) != 0) ||
                        (length == 33 && at >= 1 && std::isupper(line[at - 1]) != 0);
    if (length >= 32 && !is_sid && length != 64) return true;
    at = end + 1;
  }
  // key-0123…, sk_live_…, password = "…": what people paste.
  static const std::regex named(
      R"((secret|token|passw|api_?key|private|credential|authorization)[a-z_]*["'\]]*\s*[=:]+\s*["'\[])",
      std::regex::icase);
  static const std::regex shaped(R"(\bkey-[0-9a-f]{16,}|-----BEGIN|\bBearer\s+\S{16,})",
                                 std::regex::icase);
  return std::regex_search(line, named) || std::regex_search(line, shaped);
}

History::History(std::string path, std::function<std::string(const std::string&)> scrub)
    : path_(std::move(path)), scrub_(std::move(scrub)) {}

std::vector<std::string> History::lines() const {
  if (path_.empty()) return {};
  return lines_in(path_);
}

Result<std::string> History::add(const std::string& line) {
  if (line.empty() || line[0] == ' ' || line.size() > kLongest || looks_secret(line))
    return std::string();
  std::string kept = scrub_(line);
  for (char& c : kept)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  if (path_.empty() || failed_) return kept;
  const auto unusable = [&] {
    failed_ = true;
    return Error{"state",
                 "what is typed cannot be kept in \"" + path_ + "\": " + std::strerror(errno),
                 "the session goes on without a history"};
  };
  const std::string folder = path_.substr(0, path_.rfind('/'));
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return unusable();
  struct stat there {};
  // Twice as long as what is read of it: what is not read any more goes.
  if (stat(path_.c_str(), &there) == 0 && there.st_size > (1 << 20)) {
    std::string all;
    for (const std::string& one : lines_in(path_)) all += one + "\n";
    if (put_file(path_, [&](int) { return all; }) != nullptr) return unusable();
  }
  const Descriptor file(
      open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file || fchmod(file.get(), 0600) != 0) return unusable();
  const std::string bytes = kept + "\n";
  if (write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return unusable();
  return kept;
}

}  // namespace countersign
