#include "stdlib/twilio/flex_source.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "interpreter/canonical.h"
#include "interpreter/large_integers.h"
#include "interpreter/placeholder.h"
#include "stdlib/session/env_file.h"
#include "stdlib/session/env_scope.h"
#include "stdlib/session/public_keys.h"
#include "stdlib/session/row_arguments.h"
#include "stdlib/session/secret_fields.h"

namespace countersign {
namespace {

constexpr const char* kBegin = "<YOUR_";

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// What fills placeholders: facts, and the env file, which is read when a fact does not do.
class Filling {
 public:
  explicit Filling(const Call& call) : call_(call) {}

  // Fills every placeholder in the texts below `value`, which stands in a field named `field`.
  Status fill(json& value, const std::string& field) {
    if (marked(value)) return Done{};
    if (value.is_string()) return fill_text(value.get_ref<std::string&>(), field);
    if (!value.is_structured()) return Done{};
    if (value.is_array()) {
      for (json& part : value)
        if (const Status filled = fill(part, field); !filled) return filled;
      return Done{};
    }
    for (auto& [key, part] : value.items()) {
      if (key.find(kBegin) != std::string::npos) return unfilled(key);
      if (const Status filled = fill(part, key); !filled) return filled;
    }
    return Done{};
  }

 private:
  static Error unfilled(const std::string& placeholder) {
    return Error{"refused",
                 "nothing fills the placeholder \"" + placeholder + "\" of the Flex source files",
                 "put the variable into the profile's env file, or the value into the source file"};
  }

  Status fill_text(std::string& text, const std::string& field) {
    for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
      const std::size_t end = text.find('>', at);
      if (end == std::string::npos) return unfilled(text.substr(at));
      const std::string placeholder = text.substr(at, end + 1 - at);
      const std::string name = placeholder.substr(6, placeholder.size() - 7);
      auto value = TRY(find(name, field));
      if (!value) return unfilled(placeholder);
      text.replace(at, placeholder.size(), *value);
      at += value->size();  // what was filled in is not filled again
    }
    return Done{};
  }

  Result<std::optional<std::string>> find(const std::string& name, const std::string& field) {
    using Found = std::optional<std::string>;
    const json& facts = call_.session.facts();
    std::string fact = lower(name);
    if (fact == "flex_workspace_sid") fact = "workspace_sid";
    if (const auto at = facts.find(fact); at != facts.end() && at->is_string())
      return Found(at->get<std::string>());
    TRY(read_env());
    for (const std::string& key : {name, "TWILIO_" + name}) {
      const auto value = env_ ? env_->find(key) : std::nullopt;
      if (!value || value->empty()) continue;
      if (call_.overlay && value->find(kMark) != std::string::npos)
        return Error{"refused",
                     "the variable " + key + " is known only after an earlier step of the plan",
                     "deploy in a later phase"};
      if (!is_public_key(provider(call_).workspace().configuration(), key) && !looks_secret(field))
        return Error{"refused",
                     "the secret variable " + key + " would stand in \"" + field +
                         "\", where everybody reads it",
                     "declare it under [workspace] public_keys if it is none"};
      return Found(*value);
    }
    return Found();
  }

  Status read_env() {
    if (read_) return Done{};
    read_ = true;
    if (provider(call_).profile().text("workspace.env_file").empty()) return Done{};
    const auto path = TRY(env_file_of(provider(call_)));
    const ProjectedFiles files = files_of(call_);
    if (files.kind(path) == FileKind::missing) return Done{};
    const auto text = TRY(files.read(path));
    env_.emplace(text);
    return Done{};
  }

  const Call& call_;
  bool read_ = false;
  std::optional<EnvFile> env_;
};

Result<json> read_json(const Call& call, const std::string& path, LargeIntegers large) {
  const auto bytes = TRY(files_of(call).read(path));
  const std::string name = provider(call).workspace().name_of(path);
  const std::string text = bytes.rfind("\xEF\xBB\xBF", 0) == 0 ? bytes.substr(3) : bytes;
  auto value =
      large == LargeIntegers::as_text ? parse_json_with_large_integers(text) : parse_json(text);
  if (!value) return Error{"argument", "\"" + name + "\" is not JSON: " + value.error().message};
  if (holds_mark(*value) && files_of(call).known_after(path) == 0)
    return Error{"refused", "\"" + name + "\" holds the reserved key \"" + kMark + "\""};
  Filling filling(call);
  const Status filled = filling.fill(*value, "");
  if (!filled)
    return Error{filled.error().kind, "\"" + name + "\": " + filled.error().message,
                 filled.error().hint};
  return value;
}

Result<json> read_object(const Call& call, const std::string& path, LargeIntegers large) {
  auto value = read_json(call, path, large);
  if (value && !value->is_object())
    return Error{"argument",
                 "\"" + provider(call).workspace().name_of(path) + "\" is no JSON object"};
  return value;
}

}  // namespace

Result<FlexSource> read_flex_source(const Call& call, LargeIntegers large) {
  const Workspace& workspace = provider(call).workspace();
  const std::string& declared = workspace.configuration().workspace.flex_config;
  if (declared.empty())
    return Error{"config", "no folder of Flex source files is declared",
                 "name it as flex_config under [workspace]"};
  const auto path_of = [&](const std::string& name) {
    return workspace.resolve(declared + "/" + name);
  };

  const std::string& profile = provider(call).profile().name;
  auto client = path_of("ui_attributes." + profile + ".json");
  if (client && files_of(call).kind(*client) == FileKind::missing)
    client = path_of("ui_attributes." + lower(profile) + ".json");
  if (!client) return client.error();
  if (files_of(call).kind(*client) == FileKind::missing)
    return Error{
        "refused",
        "the profile \"" + profile + "\" has no source file \"" + workspace.name_of(*client) + "\"",
        "write it first; an example in its place would be deployed as if it were the client's"};
  const auto common = TRY(path_of("ui_attributes.common.json"));
  const auto skills = TRY(path_of("taskrouter_skills.json"));

  FlexSource source;
  source.common_path = workspace.name_of(common);
  source.client_path = workspace.name_of(*client);
  source.skills_path = workspace.name_of(skills);
  auto value = read_object(call, common, large);
  if (!value) return value.error();
  source.common = std::move(*value);
  value = read_object(call, *client, large);
  if (!value) return value.error();
  source.client = std::move(*value);
  source.skills = json::array();
  if (files_of(call).kind(skills) == FileKind::missing) return source;
  value = read_json(call, skills, large);
  if (!value) return value.error();
  if (!value->is_array())
    return Error{"argument", "\"" + workspace.name_of(skills) + "\" is no JSON list"};
  source.skills = std::move(*value);
  return source;
}

}  // namespace countersign
