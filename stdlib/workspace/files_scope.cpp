#include "stdlib/workspace/scopes.h"

#include "stdlib/session/env_scope.h"
#include "stdlib/workspace/file_state.h"

namespace countersign {
namespace {

bool ends_with(const std::string& name, const std::string& end) {
  return name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

// The sources of the functions: what a deploy takes along. Not what is installed beside them.
Status add_sources(const Workspace& workspace, const std::string& folder,
                   std::vector<std::string>& paths) {
  const auto entries = TRY(workspace.list(folder));
  for (const FolderEntry& entry : entries) {
    const std::string path = folder + "/" + entry.name;
    if (entry.kind == FileKind::folder && entry.name[0] != '.' && entry.name != "node_modules")
      if (const Status below = add_sources(workspace, path, paths); !below) return below;
    if (entry.kind == FileKind::file &&
        (ends_with(entry.name, ".js") || ends_with(entry.name, ".ts")))
      paths.push_back(path);
  }
  return Done{};
}

// The files of one declared folder whose names end so.
Status add_files(const Workspace& workspace, const std::string& declared, const char* end,
                 std::vector<std::string>& paths) {
  if (declared.empty()) return Done{};
  const auto folder = TRY(workspace.resolve(declared));
  if (!workspace.exists(folder)) return Done{};
  const auto entries = TRY(workspace.list(folder));
  for (const FolderEntry& entry : entries)
    if (entry.kind == FileKind::file && ends_with(entry.name, end))
      paths.push_back(folder + "/" + entry.name);
  return Done{};
}

}  // namespace

bool in_files_scope(const Workspace& workspace, const std::string& absolute) {
  const auto& declared = workspace.configuration().workspace;
  const auto inside = [&](const std::string& folder, std::string& below) {
    const auto real = folder.empty() ? Result<std::string>(Error{}) : workspace.resolve(folder);
    if (!real || absolute.rfind(*real + "/", 0) != 0) return false;
    below = absolute.substr(real->size() + 1);
    return true;
  };
  std::string below;
  if (inside(declared.flex_config, below) && below.find('/') == std::string::npos &&
      ends_with(below, ".json"))
    return true;
  if (inside(declared.incidents, below) && below.find('/') == std::string::npos &&
      ends_with(below, ".md"))
    return true;
  if (inside(declared.serverless, below) && (ends_with(below, ".js") || ends_with(below, ".ts"))) {
    bool source = true;
    for (std::size_t begin = 0, end; (end = below.find('/', begin)) != std::string::npos;
         begin = end + 1)
      source = source && below[begin] != '.' && below.substr(begin, end - begin) != "node_modules";
    if (source) return true;
  }
  for (const std::string& name : {declared.registry, declared.doctrine})
    if (const auto path = name.empty() ? Result<std::string>(Error{}) : workspace.resolve(name);
        path && *path == absolute)
      return true;
  return false;
}

// "/files/<name>" for each JSON file of the Flex configuration, each source of the functions, each
// incident, the registry and the doctrine, as their rows show them.
Result<json> files_scope(ProviderSession& session) {
  const Workspace& workspace = session.workspace();
  const auto& declared = workspace.configuration().workspace;
  std::vector<std::string> paths;
  TRY(add_files(workspace, declared.flex_config, ".json", paths));
  TRY(add_files(workspace, declared.incidents, ".md", paths));
  if (!declared.serverless.empty()) {
    const auto folder = TRY(workspace.resolve(declared.serverless));
    if (workspace.exists(folder)) TRY(add_sources(workspace, folder, paths));
  }
  for (const std::string& name : {declared.registry, declared.doctrine}) {
    if (name.empty()) continue;
    const auto path = TRY(workspace.resolve(name));
    if (workspace.exists(path)) paths.push_back(path);
  }
  json files = json::object();
  for (const std::string& path : paths) {
    auto state = TRY(file_state(session, ProjectedFiles(workspace, nullptr), path));
    files[workspace.name_of(path)] = std::move(state);
  }
  return files;
}

Result<json> env_scope(ProviderSession& session) {
  if (session.profile().text("workspace.env_file").empty()) return json::object();
  const auto path = TRY(env_file_of(session));
  if (!session.workspace().exists(path)) return json::object();
  const auto text = TRY(session.workspace().read(path));
  return env_values(session, path, text);
}

}  // namespace countersign
