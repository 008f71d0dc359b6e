#include "interpreter/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "interpreter/descriptor.h"
#include "interpreter/digest.h"

namespace countersign {

bool is_full(int error) {
  return error == ENOSPC || error == EDQUOT;
}

bool write_synced(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return fsync(fd) == 0;
}

const char* put_file(const std::string& path, const std::function<std::string(int fd)>& bytes,
                     Existing existing) {
  const std::string draft = path + "." + to_hex(random_bytes(8)) + ".tmp";
  const auto failed = [&](const char* what) {
    const int why = errno;
    unlink(draft.c_str());
    errno = why;
    return what;
  };
  {
    const Descriptor file(
        open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file || fchmod(file.get(), 0600) != 0) return failed("create");
    if (!write_synced(file.get(), bytes(file.get()))) return failed("write");
  }
  if (existing == Existing::replace) {
    if (rename(draft.c_str(), path.c_str()) != 0) return failed("replace");
  } else {
    if (link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) return failed("replace");
    unlink(draft.c_str());
  }
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == path.npos ? "." : path.substr(0, slash + 1);
  const Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory && fsync(directory.get()) == 0 ? nullptr : "sync the folder of";
}

bool make_private_folder(const std::string& path) {
  struct stat there {};
  if (stat(path.c_str(), &there) == 0) {
    if (!S_ISDIR(there.st_mode)) errno = ENOTDIR;
    return S_ISDIR(there.st_mode);
  }
  if (errno != ENOENT) return false;
  const std::size_t slash = path.find_last_not_of('/') == path.npos
                                ? path.npos
                                : path.rfind('/', path.find_last_not_of('/'));
  if (slash != path.npos && slash > 0 && !make_private_folder(path.substr(0, slash))) return false;
  if (mkdir(path.c_str(), 0700) != 0) return errno == EEXIST;
  return chmod(path.c_str(), 0700) == 0;
}

bool make_private_file(const std::string& path) {
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  return file ? fchmod(file.get(), 0600) == 0 : errno == EEXIST;
}

}  // namespace countersign
