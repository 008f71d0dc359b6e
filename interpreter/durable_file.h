// Files that are there as a whole or not at all, also after a power cut, and what to do where they
// cannot be written.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace countersign {

// Whether there is no room: the disk, or what the user may have of it, is full. And what to do
// then.
bool is_full(int error);
inline constexpr char kDiskFull[] =
    "the disk is full: free some space, then do it again; a run goes on with countersign resume";

// Writes all of it and syncs the file. False: errno says why.
bool write_synced(int fd, std::string_view bytes);

// `keep`: a file that is there already stays; whoever comes second keeps the first one's.
enum class Existing { replace, keep };

// Puts a file of mode 0600 at `path` in one step: written beside it, synced, moved there, the
// folder synced. `bytes` is handed the new file's descriptor, for contents that name the file
// itself. Null: it is done; else what could not be done ("create" "write" "replace" "sync the
// folder of"), and errno says why.
const char* put_file(const std::string& path, const std::function<std::string(int fd)>& bytes,
                     Existing existing = Existing::replace);

// For what is nobody else's business, whatever the umask: a folder of mode 0700, with those missing
// above it, and an empty file of mode 0600. One that is there already stays as it is, mode and all.
// False: errno says why.
bool make_private_folder(const std::string& path);
bool make_private_file(const std::string& path);

}  // namespace countersign
