// files.move and files.archive.
#include "stdlib/session/confinement.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/workspace/file_rows.h"
#include "stdlib/workspace/file_state.h"

namespace countersign {
namespace {

// Where a moved path goes: `to`, or the folder _archive beside it.
Result<std::string> destination(const Call& call, const std::string& from) {
  if (call.arguments.contains("to")) return plain_path(call, "to");
  const std::size_t cut = from.rfind('/');
  return provider(call).workspace().resolve(from.substr(0, cut) + "/_archive" + from.substr(cut));
}

struct Route {
  std::string from, to;
};

Result<Route> route(const Call& call) {
  const bool archive = !call.arguments.contains("to");
  const auto from = TRY(plain_path(call, archive ? "path" : "from"));
  const Workspace& workspace = provider(call).workspace();
  if (holds_declared(workspace.configuration(), from))
    return Error{"refused",
                 "\"" + workspace.name_of(from) + "\" is, or holds, what countersign.toml names",
                 "move what is inside, one by one"};
  const auto to = TRY(destination(call, from));
  if (to == from || to.rfind(from + "/", 0) == 0)
    return Error{"argument", "\"" + workspace.name_of(from) + "\" cannot be moved into itself"};
  return Route{from, to};
}

Result<std::string> moved_target(const Call& call) {
  const auto way = TRY(route(call));
  return file_pointer(provider(call).workspace(), way.from);
}

Result<json> moved_before(const Call& call) {
  const auto way = TRY(route(call));
  return file_state(provider(call), files_of(call), way.from);
}

Result<json> moved_after(const Call& call, const json& before) {
  const auto way = TRY(route(call));
  const Workspace& workspace = provider(call).workspace();
  if (before.is_null())
    return Error{"argument", "\"" + workspace.name_of(way.from) + "\" does not exist"};
  if (files_of(call).kind(way.to) != FileKind::missing)
    return Error{"refused", "\"" + workspace.name_of(way.to) + "\" exists already",
                 "nothing is replaced; name another"};
  TRY(files_of(call).move(way.from, way.to));
  return json(nullptr);
}

Result<json> carry_move(const Call& call) {
  const auto way = TRY(route(call));
  const Workspace& workspace = provider(call).workspace();
  TRY(workspace.move(way.from, way.to));
  return json{{"from", workspace.name_of(way.from)}, {"to", workspace.name_of(way.to)}};
}

// Each file that goes, and where it appears.
Result<std::vector<std::string>> moved_files(const Call& call) {
  const auto way = TRY(route(call));
  const Workspace& workspace = provider(call).workspace();
  const ProjectedFiles files = files_of(call);
  std::vector<std::string> names = {""};
  // Projected, it is gone already; then its files are found where they went.
  const std::string& there = files.kind(way.from) == FileKind::missing ? way.to : way.from;
  if (files.kind(there) == FileKind::folder) {
    const auto below = TRY(files.below(there));
    for (const std::string& name : below) names.push_back("/" + name);
  }
  std::vector<std::string> pointers;
  for (const std::string& name : names)
    for (const std::string& path : {way.from + name, way.to + name})
      pointers.push_back(file_pointer(workspace, path));
  return pointers;
}

Row moving_row(std::string name, std::vector<Parameter> parameters, std::string summary) {
  Row row{std::move(name),   Effect::mutate,     "",        std::move(parameters),
          "where it is now", std::move(summary), carry_move};
  row.target = moved_target;
  row.before = moved_before;
  row.project = moved_after;
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.affects_of = moved_files;
  return row;
}

}  // namespace

Status add_move_rows(Catalogue& catalogue) {
  Row move = moving_row("files.move",
                        {{"from", Type::text, true, "The file or folder"},
                         {"to", Type::text, true, "Its new path; nothing may be there"}},
                        "Renames a file or folder within its file system");
  move.inverse = [](const json& arguments, const json&) -> json {
    return {{"operation", "files.move"},
            {"arguments", {{"from", arguments["to"]}, {"to", arguments["from"]}}}};
  };
  const Status added = catalogue.add(std::move(move));
  if (!added) return added;
  return catalogue.add(moving_row("files.archive",
                                  {{"path", Type::text, true, "The file or folder"}},
                                  "Moves a file or folder into the folder _archive beside it"));
}

}  // namespace countersign
