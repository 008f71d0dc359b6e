#include "interpreter/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "interpreter/descriptor.h"

namespace countersign {

WholeFile read_whole(int fd, std::size_t most) {
  WholeFile file;
  char part[65536];
  for (;;) {
    const ssize_t got = read(fd, part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {"", errno};
    if (got == 0) return file;
    if (static_cast<std::size_t>(got) > most - file.bytes.size()) return {"", EFBIG};
    file.bytes.append(part, static_cast<std::size_t>(got));
  }
}

WholeFile read_whole(const std::string& path, std::size_t most) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  return file ? read_whole(file.get(), most) : WholeFile{"", errno};
}

}  // namespace countersign
