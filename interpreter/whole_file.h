// A file read whole.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace countersign {

struct WholeFile {
  std::string bytes;
  int error = 0;  // as errno has them; EFBIG: there is more than was allowed

  explicit operator bool() const { return error == 0; }
};

// What the descriptor has from here to its end, at most `most` bytes.
WholeFile read_whole(int fd, std::size_t most = SIZE_MAX);
// Links are followed. What is no file (a folder, nothing) is an error.
WholeFile read_whole(const std::string& path, std::size_t most = SIZE_MAX);

}  // namespace countersign
