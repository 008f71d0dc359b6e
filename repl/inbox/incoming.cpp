#include "repl/inbox/incoming.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "approvals/documents.h"
#include "approvals/signature_scheme.h"
#include "interpreter/descriptor.h"
#include "interpreter/utf8.h"
#include "interpreter/whole_file.h"

namespace countersign {
namespace {

constexpr std::size_t kMostEntries = 2000;  // of one folder
constexpr std::size_t kMostFolders = 200;
constexpr std::size_t kLargestDocument = 1u << 20;
constexpr std::size_t kLargestSignature = 32u << 10;
constexpr Time kBeingWritten = 10;  // seconds
const std::string kEnding = ".sig";

// What a settlement and a change of the trust files refer to.
const char* const kBeside[] = {"result.json", "change.json", "change.json.sig",
                               "allowed_signers.new", "policy.new.toml"};

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

struct OneFile {
  std::string bytes;
  Time modified = 0;
  std::string why;  // it cannot be used
};

bool ends_with_sig(const std::string& name) {
  return name.size() > kEnding.size() && name.ends_with(kEnding);
}

// A file of the folder itself: what a link or a device would lead to is nobody's answer.
OneFile read_file(int folder, const std::string& name, std::size_t most) {
  OneFile out;
  const Descriptor file(
      ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) {
    out.why =
        errno == ELOOP ? "it is a link" : std::string("it cannot be read: ") + std::strerror(errno);
    return out;
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    out.why = "it is no plain file";
    return out;
  }
  out.modified = status.st_mtime;
  WholeFile whole = read_whole(file.get(), most);
  if (whole.error == EFBIG)
    out.why = "it is larger than " + std::to_string(most >> 10) + " KiB";
  else if (!whole)
    out.why = std::string("it cannot be read: ") + std::strerror(whole.error);
  else
    out.bytes = std::move(whole.bytes);
  return out;
}

class FolderReader {
 public:
  FolderReader(Incoming& out, Time now) : out_(out), now_(now) {}

  void read(int descriptor, const std::string& shown, bool deeper) {
    Folder folder(::fdopendir(descriptor));
    if (!folder) {
      ::close(descriptor);
      return;
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string name = entry->d_name;
      if (name.empty() || name[0] == '.') continue;
      if (names.size() == kMostEntries) {
        problem(shown.empty() ? "." : shown,
                "it has more than " + std::to_string(kMostEntries) +
                    " entries: the rest was not looked at",
                "move what was taken in elsewhere");
        break;
      }
      names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    const int at = ::dirfd(folder.get());
    for (const std::string& name : names) {
      if (ends_with_sig(name)) pair(at, shown, name, names);
      if (deeper) enter(at, name);
    }
  }

 private:
  void problem(const std::string& name, const std::string& why, const std::string& hint = "",
               bool waits = false) {
    out_.problems.push_back({is_utf8(name) ? name : escape_bytes(name), why, hint, waits});
  }

  void enter(int at, const std::string& name) {
    struct stat status {};
    if (::fstatat(at, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(status.st_mode))
      return;
    if (++folders_ > kMostFolders) {
      if (folders_ == kMostFolders + 1)
        problem(name, "there are more than " + std::to_string(kMostFolders) +
                          " folders: the rest was not looked at");
      return;
    }
    const int inner = ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0) read(inner, name, false);
  }

  // What was written a moment ago may not be whole yet.
  bool fresh(const OneFile& file) const {
    return file.modified > now_ - kBeingWritten && file.modified < now_ + kBeingWritten;
  }

  void pair(int at, const std::string& shown, const std::string& signature_name,
            const std::vector<std::string>& names) {
    const std::string name = signature_name.substr(0, signature_name.size() - kEnding.size());
    const std::string path = shown.empty() ? name : shown + "/" + name;
    if (!std::binary_search(names.begin(), names.end(), name)) {
      problem(path + kEnding, "there is no \"" + name + "\" beside it",
              "hand in both files: the document and its signature", true);
      return;
    }
    const OneFile document = read_file(at, name, kLargestDocument);
    if (!document.why.empty()) return problem(path, document.why, "hand in the file itself");
    if (is_of_the_engine(document.bytes)) return;
    const OneFile signature = read_file(at, signature_name, kLargestSignature);
    if (!signature.why.empty())
      return problem(path + kEnding, signature.why, "hand in the file itself");
    const bool young = fresh(document) || fresh(signature);
    if (const Result<AnswerDocument> read = parse_answer(document.bytes); !read)
      return problem(path,
                     young ? "it is not whole yet: " + read.error().message : read.error().message,
                     "sign the document as it was written, byte for byte", young);
    if (const auto key = ssh_signatures().claimed_key(signature.bytes); !key)
      return problem(path + kEnding,
                     young ? "it is not whole yet: " + key.error().message : key.error().message,
                     "", young);
    IncomingPair one{
        is_utf8(path) ? path : escape_bytes(path), {document.bytes, signature.bytes}, {}};
    for (const char* other : kBeside)
      if (std::binary_search(names.begin(), names.end(), other)) {
        OneFile file = read_file(at, other, kLargestDocument);
        if (file.why.empty()) one.beside[other] = std::move(file.bytes);
      }
    out_.pairs.push_back(std::move(one));
  }

  // The request itself, and a change of the trust files, are handed out with a signature beside
  // them: they are no answers.
  static bool is_of_the_engine(const std::string& document) {
    for (const char* type :
         {"\"type\":\"countersign-request\"", "\"type\":\"countersign-trust-change\""})
      if (document.find(type) != std::string::npos) return true;
    return false;
  }

  Incoming& out_;
  Time now_;
  std::size_t folders_ = 0;
};

}  // namespace

Result<Incoming> read_incoming(const std::string& folder, Time now) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return Error{"usage", "\"" + folder + "\" cannot be looked into: " + std::strerror(errno),
                 "inbox takes the folder that signed answers arrive in"};
  Incoming out;
  FolderReader(out, now).read(descriptor, "", true);
  return std::move(out);
}

}  // namespace countersign
