#include "stdlib/session/projected_files.h"

#include <algorithm>
#include <set>

#include "interpreter/placeholder.h"

namespace countersign {
namespace {

// What a moved folder's files may take in memory. A file beyond it is not seen at its new place by
// the rest of the plan, which then refuses to build on it.
constexpr std::size_t kLargestFolder = 64u << 20;

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() + 1 && path.compare(0, folder.size(), folder) == 0 &&
         path[folder.size()] == '/';
}

Status walk(const Workspace& workspace, const std::string& folder, const std::string& prefix,
            std::set<std::string>& out) {
  const auto entries = TRY(workspace.list(folder));
  for (const FolderEntry& entry : entries) {
    if (entry.kind == FileKind::file) out.insert(prefix + entry.name);
    if (entry.kind != FileKind::folder) continue;
    const Status deeper =
        walk(workspace, folder + "/" + entry.name, prefix + entry.name + "/", out);
    if (!deeper) return deeper;
  }
  return Done{};
}

}  // namespace

FileKind ProjectedFiles::kind(const std::string& absolute) const {
  if (overlay_) {
    if (overlay_->content(absolute)) return FileKind::file;
    for (const auto& [path, bytes] : overlay_->contents())
      if (is_below(path, absolute)) return FileKind::folder;
    if (overlay_->gone(absolute)) return FileKind::missing;
  }
  return workspace_.kind(absolute);
}

Result<std::string> ProjectedFiles::read(const std::string& absolute) const {
  if (overlay_) {
    if (const std::string* bytes = overlay_->content(absolute)) return *bytes;
    if (overlay_->gone(absolute))
      return Error{"argument",
                   "\"" + workspace_.name_of(absolute) + "\" was moved away earlier in this plan"};
  }
  return workspace_.read(absolute);
}

Result<std::vector<std::string>> ProjectedFiles::below(const std::string& folder) const {
  std::set<std::string> names;
  if (workspace_.kind(folder) == FileKind::folder) {
    TRY(walk(workspace_, folder, "", names));
  }
  if (overlay_) {
    std::erase_if(names,
                  [&](const std::string& name) { return overlay_->gone(folder + "/" + name); });
    for (const auto& [path, bytes] : overlay_->contents())
      if (is_below(path, folder)) names.insert(path.substr(folder.size() + 1));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

void ProjectedFiles::put(const std::string& absolute, std::string bytes) const {
  if (overlay_) overlay_->set_content(absolute, std::move(bytes));
}

void ProjectedFiles::remove(const std::string& absolute) const {
  if (overlay_) overlay_->remove_content(absolute);
}

Status ProjectedFiles::move(const std::string& from, const std::string& to) const {
  if (!overlay_) return Done{};
  std::map<std::string, std::string> moved;
  if (kind(from) == FileKind::file) {
    auto bytes = TRY(read(from));
    moved[to] = std::move(bytes);
  } else {
    const auto names = TRY(below(from));
    std::size_t room = kLargestFolder;
    for (const std::string& name : names) {
      auto bytes = read(from + "/" + name);
      if (!bytes || bytes->size() > room) continue;
      room -= bytes->size();
      moved[to + "/" + name] = std::move(*bytes);
    }
  }
  overlay_->remove_content(from);
  for (auto& [path, bytes] : moved) overlay_->set_content(path, std::move(bytes));
  return Done{};
}

int ProjectedFiles::known_after(const std::string& absolute) const {
  const std::string* bytes = overlay_ ? overlay_->content(absolute) : nullptr;
  if (!bytes) return 0;
  const std::string key = "\"placeholder\":";
  int last = 0;
  std::size_t at = bytes->find(kMark);
  while (at != std::string::npos && (at = bytes->find(key, at)) != std::string::npos) {
    at = std::min(bytes->find_first_not_of(' ', at + key.size()), bytes->size());
    int number = 0;
    for (; at < bytes->size() && (*bytes)[at] >= '0' && (*bytes)[at] <= '9'; ++at)
      number = std::min(number * 10 + ((*bytes)[at] - '0'), 1'000'000);
    last = std::max(last, number);
  }
  return last;
}

}  // namespace countersign
