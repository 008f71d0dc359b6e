// files.*: texts and folders of the workspace. There is no row that deletes a file.
#include "stdlib/file_rows.h"

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/marker.h"
#include "stdlib/confinement.h"
#include "stdlib/file_edit.h"
#include "stdlib/file_state.h"
#include "stdlib/row_arguments.h"
#include "stdlib/rows.h"
#include "stdlib/secret_fields.h"

namespace countersign {
namespace {

const Parameter kPath = {"path", Type::text, true,
                         "The file, relative to countersign.toml's folder"};

// The text as a script may see it: secret fields of a JSON file are learned first, so that they are
// scrubbed.
std::string shown(ProviderSession& session, const std::string& absolute, std::string bytes) {
  if (const auto value = parse_json(bytes))
    with_handles(session.vault(), "file:" + session.workspace().name_of(absolute) + "#", *value,
                 false);
  return session.vault().scrub(std::move(bytes));
}

Result<json> read_text(const Call& call) {
  const auto path = plain_path(call, "path");
  if (!path) return path.error();
  auto bytes = files_of(call).read(*path);
  if (!bytes) return bytes.error();
  if (!canonicalize(json(*bytes)))
    return Error{"argument",
                 "\"" + provider(call).workspace().name_of(*path) + "\" is not a text in UTF-8"};
  return json(shown(provider(call), *path, std::move(*bytes)));
}

Result<json> find_text(const Call& call) {
  const auto path = plain_path(call, "path");
  if (!path) return path.error();
  if (files_of(call).kind(*path) == FileKind::missing) return json(nullptr);
  return read_text(call);
}

Result<json> list_folder(const Call& call) {
  const auto path = known_path(call, "folder");
  if (!path) return path.error();
  const auto entries = provider(call).workspace().list(*path);
  if (!entries) return entries.error();
  json list = json::array();
  for (const FolderEntry& entry : *entries) {
    json one = {{"name", entry.name}, {"kind", "other"}};
    if (entry.kind == FileKind::folder) one["kind"] = "folder";
    if (entry.kind == FileKind::file) {
      one["kind"] = "file";
      one["size"] = entry.size;
    }
    list.push_back(std::move(one));
  }
  return list;
}

Result<std::string> edited(const Call& call, const std::string& path) {
  const json& arguments = call.arguments;
  const int ways =
      arguments.contains("set") + arguments.contains("replace") + arguments.contains("text");
  if (ways != 1)
    return Error{"argument",
                 "files.edit: want one of set, replace and text, got " + std::to_string(ways)};
  const auto bytes = files_of(call).read(path);
  if (!bytes) return bytes.error();
  if (arguments.contains("set")) {
    for (const auto& [pointer, value] : arguments["set"].items())
      if (is_handle(value) || (!call.overlay && has_placeholder(value)))
        return Error{"argument", "set: \"" + pointer + "\": a handle cannot stand in a file"};
    return set_values(*bytes, arguments["set"]);
  }
  if (arguments.contains("text")) return content_text(call, arguments["text"]);
  const json& replace = arguments["replace"];
  if (!replace.contains("find") || !replace["find"].is_string() || !replace.contains("with"))
    return Error{"argument", "replace: want { find = text, with = text }"};
  const auto with = content_text(call, replace["with"]);
  if (!with) return with.error();
  return replace_once(*bytes, replace["find"].get<std::string>(), *with);
}

Result<std::string> written(const Call& call, const std::string& path) {
  const json& arguments = call.arguments;
  if (arguments.contains("text") == arguments.contains("document"))
    return Error{"argument", "files.write: want either text or document"};
  if (files_of(call).kind(path) != FileKind::missing && !arguments.value("overwrite", false))
    return Error{"refused", "\"" + provider(call).workspace().name_of(path) + "\" exists already",
                 "files.edit changes it; overwrite = true replaces it"};
  if (arguments.contains("text")) return content_text(call, arguments["text"]);
  const json& document = arguments["document"];
  return is_placeholder(document) ? content_text(call, document) : document_bytes(call, document);
}

// A file that was JSON, or is named so, stays JSON: a deploy would stumble over it otherwise.
Result<std::string> checked(const Call& call, const std::string& path, Result<std::string> bytes) {
  if (!bytes || path.size() < 5 || path.compare(path.size() - 5, 5, ".json") != 0) return bytes;
  if (bytes->find(kMark) != std::string::npos && call.overlay) return bytes;
  const auto value = parse_json(bytes->rfind("\xEF\xBB\xBF", 0) == 0 ? bytes->substr(3) : *bytes);
  if (!value)
    return Error{"argument", "\"" + provider(call).workspace().name_of(path) +
                                 "\" would not be JSON any more: " + value.error().message};
  return bytes;
}

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
  const auto from = plain_path(call, archive ? "path" : "from");
  if (!from) return from.error();
  const Workspace& workspace = provider(call).workspace();
  if (holds_declared(workspace.configuration(), *from))
    return Error{"refused",
                 "\"" + workspace.name_of(*from) + "\" is, or holds, what countersign.toml names",
                 "move what is inside, one by one"};
  const auto to = destination(call, *from);
  if (!to) return to.error();
  if (*to == *from || to->rfind(*from + "/", 0) == 0)
    return Error{"argument", "\"" + workspace.name_of(*from) + "\" cannot be moved into itself"};
  return Route{*from, *to};
}

Result<std::string> moved_target(const Call& call) {
  const auto way = route(call);
  if (!way) return way.error();
  return file_pointer(provider(call).workspace(), way->from);
}

Result<json> moved_before(const Call& call) {
  const auto way = route(call);
  if (!way) return way.error();
  return file_state(provider(call), files_of(call), way->from);
}

Result<json> moved_after(const Call& call, const json& before) {
  const auto way = route(call);
  if (!way) return way.error();
  const Workspace& workspace = provider(call).workspace();
  if (before.is_null())
    return Error{"argument", "\"" + workspace.name_of(way->from) + "\" does not exist"};
  if (files_of(call).kind(way->to) != FileKind::missing)
    return Error{"refused", "\"" + workspace.name_of(way->to) + "\" exists already",
                 "nothing is replaced; name another"};
  const Status moved = files_of(call).move(way->from, way->to);
  if (!moved) return moved.error();
  return json(nullptr);
}

Result<json> carry_move(const Call& call) {
  const auto way = route(call);
  if (!way) return way.error();
  const Workspace& workspace = provider(call).workspace();
  const Status moved = workspace.move(way->from, way->to);
  if (!moved) return moved.error();
  return json{{"from", workspace.name_of(way->from)}, {"to", workspace.name_of(way->to)}};
}

Row moving_row(std::string name, std::vector<Parameter> parameters, std::string summary) {
  Row row{std::move(name),   Effect::mutate,     Credential::none, std::move(parameters),
          "where it is now", std::move(summary), carry_move};
  row.target = moved_target;
  row.before = moved_before;
  row.project = moved_after;
  row.settle = Settle::by_state;
  row.affects = {"/files"};  // it appears elsewhere
  return row;
}

}  // namespace

Row changing_row(std::string name, std::vector<Parameter> parameters, std::string summary,
                 PathOf path_of, ContentOf content_of) {
  Row row{std::move(name),
          Effect::mutate,
          Credential::none,
          std::move(parameters),
          "{path, sha256} of the file",
          std::move(summary),
          {}};
  row.carrier = [path_of, content_of](const Call& call) -> Result<json> {
    const auto path = path_of(call);
    if (!path) return path.error();
    const auto bytes = checked(call, *path, content_of(call, *path));
    if (!bytes) return bytes.error();
    const Workspace& workspace = provider(call).workspace();
    const Status written_down = workspace.write(*path, *bytes);
    if (!written_down) return written_down.error();
    return json{{"path", workspace.name_of(*path)}, {"sha256", sha256_hex(*bytes)}};
  };
  row.target = [path_of](const Call& call) -> Result<std::string> {
    const auto path = path_of(call);
    if (!path) return path.error();
    return file_pointer(provider(call).workspace(), *path);
  };
  row.before = [path_of](const Call& call) -> Result<json> {
    const auto path = path_of(call);
    if (!path) return path.error();
    return file_state(provider(call), files_of(call), *path);
  };
  row.project = [path_of, content_of](const Call& call, const json&) -> Result<json> {
    const auto path = path_of(call);
    if (!path) return path.error();
    const auto bytes = checked(call, *path, content_of(call, *path));
    if (!bytes) return bytes.error();
    // Live there is no overlay to look through; one that holds just this file serves as well.
    const Overlay alone;
    const Overlay& overlay = call.overlay ? *call.overlay : alone;
    overlay.set_content(*path, *bytes);
    return file_state(provider(call), ProjectedFiles(provider(call).workspace(), &overlay), *path,
                      false);
  };
  row.settle = Settle::by_state;
  return row;
}

Status add_files_rows(Catalogue& catalogue) {
  const auto path = [](const Call& call) { return plain_path(call, "path"); };
  std::vector<Row> rows;
  rows.push_back({"files.read",
                  Effect::read,
                  Credential::none,
                  {kPath},
                  "the text",
                  "The text of a file in the workspace",
                  read_text});
  rows.push_back({"files.find",
                  Effect::read,
                  Credential::none,
                  {kPath},
                  "the text, or nil",
                  "The text of a file in the workspace, nil where there is none",
                  find_text});
  rows.push_back(
      {"files.list",
       Effect::read,
       Credential::none,
       {{"folder", Type::text, true, "The folder, relative to countersign.toml's folder"}},
       "list of {name, kind, size}",
       "What is in a folder of the workspace, by name",
       list_folder});
  rows.push_back(changing_row(
      "files.edit",
      {kPath,
       {"set", Type::object, false, "JSON files: JSON pointer to the value that is to stand there"},
       {"replace", Type::object, false, "{ find, with }: the only occurrence of find is replaced"},
       {"text", Type::text, false, "The whole new text"}},
      "Changes a file that exists", path, edited));
  rows.push_back(
      changing_row("files.write",
                   {kPath,
                    {"text", Type::text, false, "What is to stand in it"},
                    {"document", Type::handle, false, "A snapshot or document to write instead"},
                    {"overwrite", Type::flag, false, "Replace a file that exists"}},
                   "Writes a new file", path, written));
  rows.push_back(moving_row("files.move",
                            {{"from", Type::text, true, "The file or folder"},
                             {"to", Type::text, true, "Its new path; nothing may be there"}},
                            "Renames a file or folder within its file system"));
  rows.push_back(moving_row("files.archive", {{"path", Type::text, true, "The file or folder"}},
                            "Moves a file or folder into the folder _archive beside it"));
  for (Row& row : rows) {
    const Status added = catalogue.add(std::move(row));
    if (!added) return added;
  }
  return Done{};
}

}  // namespace countersign
