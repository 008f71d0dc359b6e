#include "stdlib/workspace/command_state.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "stdlib/session/command_environment.h"
#include "stdlib/session/program_identity.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/workspace/file_state.h"
#include "stdlib/workspace/glob.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;

// Folders that a wildcard does not enter: the first is the repository's own, the second as large as
// it is, and said by a lock file. A glob that names one of them does.
constexpr const char* kPassedOver[] = {"node_modules", ".git"};

std::vector<std::string> steps(const std::string& path) {
  std::vector<std::string> all;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    all.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return all;
}

bool is_passed_over(const std::string& folder) {
  return std::find(std::begin(kPassedOver), std::end(kPassedOver), folder) != std::end(kPassedOver);
}

bool names(const std::string& glob, const std::string& folder) {
  const auto all = steps(glob);
  return std::find(all.begin(), all.end(), folder) != all.end();
}

bool any_names(const std::vector<std::string>& globs, const std::string& folder) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return names(glob, folder); });
}

bool in_passed_over(const std::string& path) {
  const auto all = steps(path);
  return std::any_of(all.begin(), all.end() - 1, is_passed_over);
}

bool wanted(const std::vector<std::string>& globs, const std::string& path) {
  const auto all = steps(path);
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return glob_matches(glob, path) &&
           std::all_of(all.begin(), all.end() - 1, [&](const std::string& folder) {
             return !is_passed_over(folder) || names(glob, folder);
           });
  });
}

// A link inside node_modules, which is full of them: where it leads, and to what.
Result<json> link_state(const std::string& root, const std::string& path) {
  std::error_code bad;
  const fs::path place = root + "/" + path;
  const std::string to = fs::read_symlink(place, bad).string();
  const std::string real = bad ? std::string() : fs::canonical(place, bad).string();
  if (bad || real.rfind(root + "/", 0) != 0)
    return Error{"refused", "the input \"" + path + "\" leads out of the command's folder",
                 "name the file itself"};
  if (!fs::is_regular_file(real, bad)) return json("to " + to);
  auto sum = TRY(file_sha256(real));
  return json("to " + to + ", " + sum);
}

// Adds to `digests` what matches below `root`.
Status digest_inputs(const Call& call, const std::vector<std::string>& globs,
                     const std::string& root, const std::string& below, json& digests) {
  const auto entries =
      TRY(provider(call).workspace().list(root + (below.empty() ? "" : "/" + below)));
  for (const FolderEntry& entry : entries) {
    const std::string path = below.empty() ? entry.name : below + "/" + entry.name;
    if (entry.kind == FileKind::folder) {
      if (is_passed_over(entry.name) && !any_names(globs, entry.name)) continue;
      const Status deeper = digest_inputs(call, globs, root, path, digests);
      if (!deeper) return deeper;
      continue;
    }
    if (!wanted(globs, path)) continue;
    const std::string whole = root + "/" + path;
    if (entry.kind == FileKind::other && in_passed_over(path) && fs::is_symlink(whole)) {
      auto link = TRY(link_state(root, path));
      digests[path] = std::move(link);
      continue;
    }
    if (entry.kind == FileKind::other)
      return Error{"refused", "the input \"" + path + "\" is a link or a device",
                   "name the file itself"};
    if (call.overlay && call.overlay->gone(whole)) continue;
    auto digest = TRY(file_digest(provider(call), files_of(call), whole));
    digests[path] = std::move(digest);
  }
  return Done{};
}

Result<json> inputs(const Call& call, const CommandDeclaration& command,
                    const std::string& folder) {
  json digests = json::object();
  if (command.inputs.empty()) return digests;
  TRY(digest_inputs(call, command.inputs, folder, "", digests));
  if (!call.overlay) return digests;
  // Files that earlier operations of the plan will have made.
  for (const auto& [path, bytes] : call.overlay->contents()) {
    if (path.rfind(folder + "/", 0) != 0) continue;
    const std::string name = path.substr(folder.size() + 1);
    if (!wanted(command.inputs, name)) continue;
    auto digest = TRY(file_digest(provider(call), files_of(call), path));
    digests[name] = std::move(digest);
  }
  return digests;
}

// Files that the plan changes before the command runs, and those of which no digest is shown.
PlannedFiles planned_files(const Call& call) {
  return [&call](const std::string& path) -> Result<std::optional<PlannedFile>> {
    const std::string* bytes = call.overlay ? call.overlay->content(path) : nullptr;
    const bool secret =
        is_env_file(path) && provider(call).workspace().kind(path) == FileKind::file;
    if (!bytes && !secret) return std::optional<PlannedFile>();
    auto digest = TRY(file_digest(provider(call), files_of(call), path));
    return std::optional<PlannedFile>({bytes ? *bytes : std::string(), std::move(digest)});
  };
}

json not_covered(const CommandDeclaration& command, const std::string& folder) {
  json all = json::array();
  if (command.inputs.empty()) {
    all.push_back("files below its folder: no inputs are declared");
  } else {
    for (const char* one : kPassedOver)
      if (!any_names(command.inputs, one)) all.push_back("**/" + std::string(one) + "/**");
  }
  std::error_code bad;
  for (std::size_t i = 1; i < command.argv.size(); ++i)
    if (const std::string& word = command.argv[i];
        !word.empty() && fs::is_directory(fs::path(folder) / word, bad))
      all.push_back("what is in the folder \"" + word + "\", but for what inputs name");
  all.push_back("whatever else the program opens, starts or asks the network for");
  return all;
}

}  // namespace

Result<std::string> command_folder(const Call& call, const CommandDeclaration& command) {
  const std::string& base = provider(call).workspace().configuration().folder;
  const std::string cwd = command.cwd.empty()     ? base
                          : command.cwd[0] == '/' ? command.cwd
                                                  : base + "/" + command.cwd;
  char* real = ::realpath(cwd.c_str(), nullptr);
  if (!real) return Error{"config", "the command's cwd \"" + command.cwd + "\" is not there"};
  std::string folder = real;
  std::free(real);
  return folder;
}

Result<json> command_sources(const Call& call, const CommandDeclaration& command) {
  const auto folder = TRY(command_folder(call, command));
  const auto environment = declared_environment(command);
  auto sources =
      program_sources({command.argv, folder, environment.at("PATH"), planned_files(call)});
  if (!sources) return sources.error();
  auto digests = TRY(inputs(call, command, folder));
  json secrets = json::object();
  for (const auto& [name, secret] : command.secrets)
    secrets[name] = sha256_hex(canonical(secret_terms(secret)));
  (*sources)["argv"] = command.argv;
  (*sources)["cwd"] = folder;
  (*sources)["timeout"] = command.timeout_seconds;
  (*sources)["globs"] = command.inputs;
  (*sources)["inputs"] = std::move(digests);
  (*sources)["environment"] = environment;
  (*sources)["secrets"] = std::move(secrets);
  (*sources)["variables"] = command.variables;
  (*sources)["not_covered"] = not_covered(command, folder);
  return sources;
}

}  // namespace countersign
