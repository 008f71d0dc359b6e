#include "stdlib/file_state.h"
#include "stdlib/scopes.h"

namespace countersign {
namespace {

bool is_json(const std::string& name) {
  return name.size() > 5 && name.compare(name.size() - 5, 5, ".json") == 0;
}

}  // namespace

// "/files/<name>" for each JSON file of the Flex configuration and for the registry, as their rows
// show them.
Result<json> files_scope(ProviderSession& session) {
  const Workspace& workspace = session.workspace();
  const auto& declared = workspace.configuration().workspace;
  std::vector<std::string> paths;
  if (!declared.flex_config.empty()) {
    const auto folder = workspace.resolve(declared.flex_config);
    if (!folder) return folder.error();
    if (workspace.exists(*folder)) {
      const auto entries = workspace.list(*folder);
      if (!entries) return entries.error();
      for (const FolderEntry& entry : *entries)
        if (entry.kind == FileKind::file && is_json(entry.name))
          paths.push_back(*folder + "/" + entry.name);
    }
  }
  if (!declared.registry.empty()) {
    const auto registry = workspace.resolve(declared.registry);
    if (!registry) return registry.error();
    if (workspace.exists(*registry)) paths.push_back(*registry);
  }
  json files = json::object();
  for (const std::string& path : paths) {
    auto state = file_state(session, ProjectedFiles(workspace, nullptr), path);
    if (!state) return state.error();
    files[workspace.name_of(path)] = std::move(*state);
  }
  return files;
}

}  // namespace countersign
