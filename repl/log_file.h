// The file that the log is appended to: <folder>/countersign.log, mode 0600 in a folder of mode
// 0700, made when the first line is written. Where it would grow beyond `most_bytes` it becomes
// countersign.1.log, that one countersign.2.log, and so on up to `kept`; the oldest goes.
//
// Several processes may write at once: a line is one write at the end of the file, and before each
// the file is looked at by its name, because another process may have moved it on. Only the moving
// itself is locked (<folder>/lock).
#pragma once
#include <cstddef>
#include <string>

namespace countersign {

class LogFile {
 public:
  static constexpr std::size_t kMostBytes = 5u << 20;
  static constexpr int kKept = 5;

  explicit LogFile(std::string folder, std::size_t most_bytes = kMostBytes, int kept = kKept);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // Appends `line`, which ends with a newline. Empty: it is written; else why it is not.
  std::string append(const std::string& line);
  std::string path(int age = 0) const;

 private:
  bool open_now();
  bool is_current() const;
  bool is_full(std::size_t more) const;
  bool rotate(std::size_t more);

  const std::string folder_;
  const std::size_t most_bytes_;
  const int kept_;
  int fd_ = -1;
};

}  // namespace countersign
