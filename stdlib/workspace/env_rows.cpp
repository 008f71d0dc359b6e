// env.*: the profile's own env file, key by key. Another account's file is never touched.
#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/env_file.h"
#include "stdlib/session/env_scope.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/workspace/file_rows.h"

namespace countersign {
namespace {

const Parameter kFile = {"file", Type::text, true, "The profile's env file (run.profile.env_file)"};
const Parameter kKey = {"key", Type::text, true, "The variable"};

// The file that the call names, which has to be the profile's own.
Result<std::string> own_file(const Call& call) {
  const auto asked = TRY(known_path(call, "file"));
  const auto own = TRY(env_file_of(provider(call)));
  if (asked != own)
    return Error{"refused",
                 "\"" + provider(call).workspace().name_of(asked) +
                     "\" is not the env file of the profile \"" + provider(call).profile().name +
                     "\"",
                 "a run changes its own account's file only"};
  return asked;
}

Result<std::string> current_text(const Call& call, const std::string& path) {
  const ProjectedFiles files = files_of(call);
  if (files.kind(path) == FileKind::missing) return std::string();
  return files.read(path);
}

Result<json> fetch(const Call& call) {
  const auto path = TRY(own_file(call));
  const auto text = TRY(files_of(call).read(path));
  return env_values(provider(call), path, text);
}

Result<std::string> target(const Call& call) {
  TRY(own_file(call));
  const auto key = TRY(known_text(call, "key"));
  return "/env/" + escape_pointer(key);
}

Result<json> before(const Call& call) {
  const auto path = TRY(own_file(call));
  const auto key = TRY(known_text(call, "key"));
  const auto text = TRY(current_text(call, path));
  const auto value = EnvFile(text).find(key);
  if (!value) return json(nullptr);
  return env_value(provider(call), path, key, *value);
}

// The new value as it stands in the file; while planning a placeholder stands there itself.
Result<std::string> new_value(const Call& call) {
  const json& value = call.arguments["value"];
  if (is_handle(value)) return open_handle(provider(call), value);
  return content_text(call, value);
}

Result<std::string> updated(const Call& call, const std::string& path) {
  const auto text = TRY(current_text(call, path));
  const auto key = TRY(known_text(call, "key"));
  const auto value = TRY(new_value(call));
  EnvFile file(text);
  TRY(file.set(key, value));
  return file.text();
}

Result<std::string> without_key(const Call& call, const std::string& path) {
  const auto text = TRY(current_text(call, path));
  const auto key = TRY(known_text(call, "key"));
  EnvFile file(text);
  file.erase(key);
  return file.text();
}

using Change = Result<std::string> (*)(const Call&, const std::string&);

Result<json> carry(const Call& call, Change change) {
  const auto path = TRY(own_file(call));
  const auto text = TRY(change(call, path));
  TRY(provider(call).workspace().write(path, text));
  return json{{"file", provider(call).workspace().name_of(path)}, {"key", call.arguments["key"]}};
}

// Records the changed text for later projections.
Status project_text(const Call& call, Change change, std::string& path) {
  const auto own = TRY(own_file(call));
  auto text = TRY(change(call, own));
  path = own;
  files_of(call).put(own, std::move(text));
  return Done{};
}

Row changing(std::string name, std::vector<Parameter> parameters, std::string summary,
             Change change) {
  Row row{std::move(name),
          Effect::mutate,
          "",
          std::move(parameters),
          "{file, key}",
          std::move(summary),
          [change](const Call& call) { return carry(call, change); }};
  row.target = target;
  row.before = before;
  // A secret's old value is not in the file any more, and not in the journal.
  row.inverse = [](const json& arguments, const json& was) -> json {
    json back = {{"file", arguments["file"]}, {"key", arguments["key"]}};
    if (was.is_null()) return {{"operation", "env.delete"}, {"arguments", back}};
    if (!was.is_string()) return nullptr;
    back["value"] = was;
    return {{"operation", "env.update"}, {"arguments", back}};
  };
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  return row;
}

}  // namespace

Status add_env_rows(Catalogue& catalogue) {
  Status added = catalogue.add({"env.fetch",
                                Effect::read,
                                "",
                                {kFile},
                                "key to text where the key is public, else to a secret's handle",
                                "The variables of the profile's env file",
                                fetch});
  if (!added) return added;

  Row update = changing(
      "env.update",
      {kFile, kKey, {"value", Type::text, true, "Text or a secret's handle", "", {}, true}},
      "Sets a variable in the profile's env file", updated);
  update.project = [](const Call& call, const json&) -> Result<json> {
    std::string path;
    TRY(project_text(call, updated, path));
    const json& value = call.arguments["value"];
    if (is_placeholder(value)) return value;
    const auto text = TRY(new_value(call));
    return env_value(provider(call), path, call.arguments["key"].get<std::string>(), text, false);
  };
  added = catalogue.add(std::move(update));
  if (!added) return added;

  Row remove = changing("env.delete", {kFile, kKey},
                        "Removes a variable from the profile's env file", without_key);
  remove.project = [](const Call& call, const json&) -> Result<json> {
    std::string path;
    TRY(project_text(call, without_key, path));
    return json(nullptr);
  };
  return catalogue.add(std::move(remove));
}

}  // namespace countersign
