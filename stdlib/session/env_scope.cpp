#include "stdlib/session/env_scope.h"

#include "interpreter/placeholder.h"
#include "stdlib/session/env_file.h"
#include "stdlib/session/public_keys.h"

namespace countersign {
namespace {

std::string locator(ProviderSession& session, const std::string& absolute, const std::string& key) {
  return "env-file:" + session.workspace().name_of(absolute) + "#" + key;
}

}  // namespace

json env_value(ProviderSession& session, const std::string& absolute, const std::string& key,
               const std::string& value, bool held) {
  if (is_public_key(session.workspace().configuration(), key)) return value;
  const std::string at = locator(session, absolute, key);
  if (held) return session.vault().hold(at, value);
  session.vault().know(at, value);
  return make_handle("secret", at, {{"fingerprint", session.vault().fingerprint(value)}});
}

json env_values(ProviderSession& session, const std::string& absolute, const std::string& text) {
  const EnvFile file(text);
  json values = json::object();
  for (const std::string& key : file.keys())
    values[key] = env_value(session, absolute, key, *file.find(key));
  return values;
}

Result<std::string> env_file_of(ProviderSession& session) {
  const std::string& declared = session.profile().text("workspace.env_file");
  if (declared.empty())
    return Error{"config", "the profile \"" + session.profile().name + "\" has no env file",
                 "name it as env_file under [profiles." + session.profile().name + ".workspace]"};
  return session.workspace().resolve(declared);
}

Result<std::string> open_handle(ProviderSession& session, const json& handle) {
  auto secret = session.vault().open(handle);
  if (secret) return secret;
  const auto path = env_file_of(session);
  if (!path) return secret;
  const std::string begin = locator(session, *path, "");
  const std::string id = handle_id(handle);
  if (id.rfind(begin, 0) != 0) return secret;
  const auto text = session.workspace().read(*path);
  if (!text) return secret;
  const auto value = EnvFile(*text).find(id.substr(begin.size()));
  if (!value || session.vault().fingerprint(*value) != (*marked(handle)).value("fingerprint", ""))
    return secret;
  session.vault().know(id, *value);
  return *value;
}

}  // namespace countersign
