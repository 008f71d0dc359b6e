#include "repl/runbook_file.h"

#include <filesystem>
#include <set>

#include "interpreter/catalogue.h"
#include "interpreter/did_you_mean.h"
#include "interpreter/whole_file.h"

namespace countersign {
namespace fs = std::filesystem;
namespace {

std::string whole_path(const fs::path& path) {
  std::error_code bad;
  return fs::absolute(path, bad).lexically_normal().string();
}

bool is_file(const fs::path& path) {
  std::error_code bad;
  return fs::is_regular_file(path, bad);
}

Result<RunbookFile> read_runbook(const std::string& path) {
  WholeFile file = read_whole(path);
  if (!file)
    return Error{"usage", "the runbook \"" + path + "\" cannot be read", "check who may read it"};
  RunbookFile out;
  out.script = {fs::path(path).stem().string(), path, std::move(file.bytes)};
  out.folder = fs::path(path).parent_path().string();
  return out;
}

// Every name below the folders: "connie/cancel". Modules are among them, scenario files are not; a
// mistaken name is near to one of few.
std::vector<std::string> names() {
  std::set<std::string> found;
  for (const std::string& folder : runbook_folders()) {
    std::error_code bad;
    for (auto at = fs::recursive_directory_iterator(folder, bad);
         !bad && at != fs::recursive_directory_iterator(); at.increment(bad)) {
      const std::string stem = at->path().stem().string();
      const bool scenarios = stem.size() > 5 && stem.compare(stem.size() - 5, 5, "_test") == 0;
      if (at->path().extension() != ".lua" || scenarios) continue;
      found.insert(fs::path(at->path()).replace_extension().lexically_relative(folder).string());
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace

std::vector<std::string> runbook_folders() {
  std::vector<std::string> folders;
  std::error_code bad;
  const fs::path self = fs::read_symlink("/proc/self/exe", bad);
  std::vector<fs::path> candidates = {"runbooks"};
  if (!bad) candidates.push_back(self.parent_path() / "../share/countersign/runbooks");
#ifdef COUNTERSIGN_SOURCE_RUNBOOKS
  // A build tree that is not installed. What is installed reads no folder of where it was built.
  if (fs::equivalent(self.parent_path(), COUNTERSIGN_BUILD_FOLDER, bad))
    candidates.emplace_back(COUNTERSIGN_SOURCE_RUNBOOKS);
#endif
  for (const fs::path& candidate : candidates)
    if (fs::is_directory(candidate, bad)) folders.push_back(whole_path(candidate));
  return folders;
}

std::vector<std::string> runbook_names() {
  return names();
}

Result<RunbookFile> find_runbook(const std::string& name) {
  if (is_file(name)) return read_runbook(whole_path(name));
  const bool climbs = name.find("..") != std::string::npos;
  const bool is_path = name.empty() || name.front() == '/' || name.rfind("./", 0) == 0 || climbs;
  if (!is_path) {
    for (const std::string& folder : runbook_folders())
      for (const char* ending : {".lua", ""})
        if (is_file(folder + "/" + name + ending))
          return read_runbook(folder + "/" + name + ending);
  }
  return Error{"usage", "there is no runbook \"" + name + "\"",
               did_you_mean(name, names(),
                            "give a file, or a name below ./runbooks or the shipped runbooks")};
}

}  // namespace countersign
