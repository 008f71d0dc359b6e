// files.*: texts and folders of the workspace. There is no row that deletes a file.
#include "stdlib/workspace/file_rows.h"

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/session/secret_fields.h"
#include "stdlib/workspace/file_edit.h"

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
  const auto path = TRY(plain_path(call, "path"));
  auto bytes = TRY(files_of(call).read(path));
  if (!canonicalize(json(bytes)))
    return Error{"argument",
                 "\"" + provider(call).workspace().name_of(path) + "\" is not a text in UTF-8"};
  return json(shown(provider(call), path, std::move(bytes)));
}

Result<json> find_text(const Call& call) {
  const auto path = TRY(plain_path(call, "path"));
  if (files_of(call).kind(path) == FileKind::missing) return json(nullptr);
  return read_text(call);
}

Result<json> list_folder(const Call& call) {
  const auto path = TRY(known_path(call, "folder"));
  const auto entries = TRY(provider(call).workspace().list(path));
  json list = json::array();
  for (const FolderEntry& entry : entries) {
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
  const auto bytes = TRY(files_of(call).read(path));
  if (arguments.contains("set")) {
    for (const auto& [pointer, value] : arguments["set"].items())
      if (is_handle(value) || (!call.overlay && has_placeholder(value)))
        return Error{"argument", "set: \"" + pointer + "\": a handle cannot stand in a file"};
    auto set = set_values(bytes, arguments["set"]);
    if (set) return set;
    return Error{set.error().kind,
                 "\"" + provider(call).workspace().name_of(path) + "\": " + set.error().message,
                 set.error().hint};
  }
  if (arguments.contains("text")) return content_text(call, arguments["text"]);
  const json& replace = arguments["replace"];
  if (!replace.contains("find") || !replace["find"].is_string() || !replace.contains("with"))
    return Error{"argument", "replace: want { find = text, with = text }"};
  const auto with = TRY(content_text(call, replace["with"]));
  return replace_once(bytes, replace["find"].get<std::string>(), with);
}

json edited_back(const json& arguments, const json& before) {
  json back = {{"path", arguments["path"]}};
  if (arguments.contains("set")) {
    back["set"] = json::object();
    for (const auto& [pointer, value] : arguments["set"].items()) {
      // What stood nowhere before could not be taken away again by setting it.
      const json was = at_pointer(before, pointer);
      if (was.is_null() || is_handle(was)) return nullptr;
      back["set"][pointer] = was;
    }
  } else if (arguments.contains("replace") && arguments["replace"]["with"].is_string() &&
             arguments["replace"]["with"] != "") {
    back["replace"] = {{"find", arguments["replace"]["with"]},
                       {"with", arguments["replace"]["find"]}};
  } else {
    return nullptr;
  }
  return {{"operation", "files.edit"}, {"arguments", back}};
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

}  // namespace

Status add_files_rows(Catalogue& catalogue) {
  const auto path = [](const Call& call) { return plain_path(call, "path"); };
  std::vector<Row> rows;
  rows.push_back({"files.read",
                  Effect::read,
                  "",
                  {kPath},
                  "the text",
                  "The text of a file in the workspace",
                  read_text});
  rows.push_back({"files.find",
                  Effect::read,
                  "",
                  {kPath},
                  "the text, or nil",
                  "The text of a file in the workspace, nil where there is none",
                  find_text});
  rows.push_back(
      {"files.list",
       Effect::read,
       "",
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
  rows.back().inverse = edited_back;
  rows.push_back(
      changing_row("files.write",
                   {kPath,
                    {"text", Type::text, false, "What is to stand in it"},
                    {"document", Type::handle, false, "A snapshot or document to write instead"},
                    {"overwrite", Type::flag, false, "Replace a file that exists"}},
                   "Writes a new file", path, written));
  for (Row& row : rows) {
    const Status added = catalogue.add(std::move(row));
    if (!added) return added;
  }
  return add_move_rows(catalogue);
}

}  // namespace countersign
