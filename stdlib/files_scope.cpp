#include "stdlib/file_state.h"
#include "stdlib/scopes.h"

namespace countersign {
namespace {

bool ends_with(const std::string& name, const std::string& end) {
  return name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

// The sources of the functions: what a deploy takes along. Not what is installed beside them.
Status add_sources(const Workspace& workspace, const std::string& folder,
                   std::vector<std::string>& paths) {
  const auto entries = workspace.list(folder);
  if (!entries) return entries.error();
  for (const FolderEntry& entry : *entries) {
    const std::string path = folder + "/" + entry.name;
    if (entry.kind == FileKind::folder && entry.name[0] != '.' && entry.name != "node_modules")
      if (const Status below = add_sources(workspace, path, paths); !below) return below;
    if (entry.kind == FileKind::file &&
        (ends_with(entry.name, ".js") || ends_with(entry.name, ".ts")))
      paths.push_back(path);
  }
  return Done{};
}

}  // namespace

// "/files/<name>" for each JSON file of the Flex configuration, each source of the functions and
// the registry, as their rows show them.
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
        if (entry.kind == FileKind::file && ends_with(entry.name, ".json"))
          paths.push_back(*folder + "/" + entry.name);
    }
  }
  if (!declared.serverless.empty()) {
    const auto folder = workspace.resolve(declared.serverless);
    if (!folder) return folder.error();
    if (workspace.exists(*folder))
      if (const Status added = add_sources(workspace, *folder, paths); !added) return added.error();
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
