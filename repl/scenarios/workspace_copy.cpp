#include "repl/scenarios/workspace_copy.h"

#include <filesystem>
#include <fstream>
#include <vector>

#include "repl/input.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMostBytes = 256u << 20;
constexpr std::size_t kMostFiles = 20'000;

Error cannot(const std::string& what, const std::string& why, const std::string& hint = "") {
  return Error{"config", "the workspace's " + what + " " + why, hint};
}

bool inside(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_normal().lexically_relative(folder.lexically_normal());
  return !relative.empty() && *relative.begin() != "..";
}

// A link of the workspace is a link of the copy only where it stays inside: what is written through
// it must not leave.
Status copy_link(const fs::path& link, const fs::path& root, const fs::path& to) {
  std::error_code bad;
  const fs::path target = fs::read_symlink(link, bad);
  if (bad || target.is_absolute() || !inside(link.parent_path() / target, root))
    return cannot("link \"" + link.string() + "\"", "leads out of it",
                  "put a copy in its place; a scenario changes copies only");
  fs::copy_symlink(link, to, bad);
  if (bad) return cannot("link \"" + link.string() + "\"", "cannot be copied: " + bad.message());
  return Done{};
}

}  // namespace

Status copy_workspace(const std::string& from, const std::string& to) {
  std::error_code bad;
  if (inside(to, from))
    return cannot("folder \"" + from + "\"", "holds the folder for temporary files",
                  "set TMPDIR to a folder outside of it");
  fs::create_directories(to, bad);
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
  auto at = fs::recursive_directory_iterator(from, bad);
  for (; !bad && at != fs::recursive_directory_iterator(); at.increment(bad)) {
    const fs::path source = at->path();
    const fs::path target = to / source.lexically_relative(from);
    if (source.filename() == ".git") {
      at.disable_recursion_pending();
      continue;
    }
    if (++files > kMostFiles || bytes > kMostBytes)
      return cannot("folder \"" + from + "\"", "is too large to be copied for each scenario",
                    "at most 256 MiB in 20000 files: make a smaller one for scenarios");
    if (at->is_symlink()) {
      if (const Status copied = copy_link(source, from, target); !copied) return copied;
    } else if (at->is_directory()) {
      fs::create_directory(target, bad);
    } else if (at->is_regular_file()) {
      bytes += at->file_size(bad);
      fs::copy_file(source, target, bad);
    }
    if (bad) break;
  }
  if (bad) return cannot("folder \"" + from + "\"", "cannot be copied: " + bad.message());
  return Done{};
}

Status copy_scripts(const std::string& from, const std::string& to) {
  std::error_code bad;
  std::vector<fs::path> scripts;
  auto at = fs::recursive_directory_iterator(from, bad);
  for (; !bad && at != fs::recursive_directory_iterator(); at.increment(bad)) {
    const fs::path& path = at->path();
    if (at->is_directory() && path.filename().string().front() == '.')
      at.disable_recursion_pending();
    if (at->is_regular_file() && path.extension() == ".lua") scripts.push_back(path);
  }
  for (const fs::path& path : scripts) {
    const fs::path target = to / path.lexically_relative(from);
    if (!bad) fs::create_directories(target.parent_path(), bad);
    if (!bad) fs::copy_file(path, target, bad);
  }
  if (!bad) return Done{};
  return Error{"config", "the scripts in \"" + from + "\" cannot be copied: " + bad.message()};
}

Status edit_file(const std::string& folder, const std::string& file, const std::string& from,
                 const std::string& to) {
  const fs::path path = fs::path(folder) / file;
  if (file.empty() || fs::path(file).is_absolute() || !inside(path, folder))
    return Error{"usage", "edit: \"" + file + "\" is no file of the workspace",
                 "name it relative to the workspace"};
  std::string text = to;
  std::error_code bad;
  if (!from.empty()) {
    const Result<std::string> before = read_input(path.string());
    if (!before)
      return Error{"usage", "edit: there is no file \"" + file + "\"",
                   "name it relative to the workspace, or a script by its file name"};
    const std::size_t at = before->find(from);
    if (at == std::string::npos)
      return Error{"usage", "edit: \"" + file + "\" does not hold \"" + from + "\"",
                   "what is to be replaced must stand there exactly so"};
    text = *before;
    text.replace(at, from.size(), to);
  } else {
    fs::create_directories(path.parent_path(), bad);
  }
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) return Error{"usage", "edit: \"" + file + "\" cannot be written"};
  return Done{};
}

}  // namespace countersign
