#include "stdlib/command_state.h"

#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "stdlib/file_state.h"
#include "stdlib/glob.h"
#include "stdlib/row_arguments.h"

namespace countersign {
namespace {

std::string declaration_digest(const CommandDeclaration& command) {
  json secrets = json::object();
  for (const auto& [name, secret] : command.secrets) secrets[name] = secret.locator();
  return sha256_hex(canonical({{"argv", command.argv},
                               {"cwd", command.cwd},
                               {"effect", command.effect},
                               {"inputs", command.inputs},
                               {"timeout", command.timeout_seconds},
                               {"environment", command.environment},
                               {"secrets", secrets}}));
}

// Of .git and node_modules nothing is an input: the first is the repository's own, the second what
// a lock file, which is one, already says.
bool is_skipped(const std::string& folder) {
  return folder == ".git" || folder == "node_modules";
}

bool passes_skipped(const std::string& path) {
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = path.find('/', begin);
    if (end == std::string::npos) return false;
    if (is_skipped(path.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

// Adds to `digests` what matches below `root`.
Status digest_inputs(const Call& call, const std::vector<std::string>& patterns,
                     const std::string& root, const std::string& below, json& digests) {
  const auto entries = provider(call).workspace().list(root + (below.empty() ? "" : "/" + below));
  if (!entries) return entries.error();
  for (const FolderEntry& entry : *entries) {
    const std::string path = below.empty() ? entry.name : below + "/" + entry.name;
    if (entry.kind == FileKind::folder) {
      if (is_skipped(entry.name)) continue;
      const Status deeper = digest_inputs(call, patterns, root, path, digests);
      if (!deeper) return deeper;
      continue;
    }
    const auto wanted = [&](const std::string& pattern) { return glob_matches(pattern, path); };
    if (std::none_of(patterns.begin(), patterns.end(), wanted)) continue;
    if (entry.kind == FileKind::other)
      return Error{"refused", "the input \"" + path + "\" is a link or a device",
                   "name the file itself"};
    if (call.overlay && call.overlay->gone(root + "/" + path)) continue;
    auto digest = file_digest(provider(call), files_of(call), root + "/" + path);
    if (!digest) return digest.error();
    digests[path] = std::move(*digest);
  }
  return Done{};
}

}  // namespace

Result<json> command_state(const Call& call, const CommandDeclaration& command,
                           const std::string& folder) {
  json digests = json::object();
  if (!command.inputs.empty()) {
    const Status done = digest_inputs(call, command.inputs, folder, "", digests);
    if (!done) return done.error();
  }
  // Files that earlier operations of the plan will have made.
  if (call.overlay)
    for (const auto& [path, bytes] : call.overlay->contents()) {
      if (path.rfind(folder + "/", 0) != 0) continue;
      const std::string name = path.substr(folder.size() + 1);
      if (passes_skipped(name)) continue;
      for (const std::string& pattern : command.inputs) {
        if (!glob_matches(pattern, name)) continue;
        auto digest = file_digest(provider(call), files_of(call), path);
        if (!digest) return digest.error();
        digests[name] = std::move(*digest);
      }
    }
  return json{{"declaration", declaration_digest(command)}, {"inputs", std::move(digests)}};
}

}  // namespace countersign
