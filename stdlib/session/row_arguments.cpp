#include "stdlib/session/row_arguments.h"

#include "interpreter/canonical.h"
#include "interpreter/placeholder.h"

namespace countersign {

ProjectedFiles files_of(const Call& call) {
  return ProjectedFiles(provider(call).workspace(), call.overlay);
}

Result<std::string> known_text(const Call& call, const std::string& name) {
  const auto at = call.arguments.find(name);
  if (at == call.arguments.end() || at->is_null()) return std::string();
  if (is_placeholder(*at))
    return Error{"refused",
                 name + ": is known only after step " + std::to_string(depends_on(*at)) +
                     " of the plan, and what is changed has to be known when it is planned",
                 "put this operation into a later phase"};
  if (!at->is_string()) return Error{"argument", name + ": want text"};
  return at->get<std::string>();
}

Result<std::string> known_path(const Call& call, const std::string& name) {
  const auto path = TRY(known_text(call, name));
  return provider(call).workspace().resolve(path);
}

Result<std::string> plain_path(const Call& call, const std::string& name) {
  auto path = known_path(call, name);
  if (path && is_env_file(*path))
    return Error{
        "refused",
        "\"" + provider(call).workspace().name_of(*path) + "\" is an env file and may hold secrets",
        "env.fetch reads it, env.update and env.delete change it, key by key"};
  return path;
}

Result<std::string> content_text(const Call& call, const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (is_placeholder(value)) {
    if (call.overlay) return canonical(value);
    return Error{"refused", "the text depends on an operation that has not run"};
  }
  return Error{"argument", "want text"};
}

Result<std::string> document_bytes(const Call& call, const json& handle) {
  if (!is_handle(handle) || is_handle(handle, "secret"))
    return Error{"argument", "want the handle of a snapshot or a document",
                 "a secret is written by env.update only"};
  return call.session.documents().get(handle_id(handle));
}

Result<std::string> content_of(const Call& call, const json& value) {
  if (value.is_string() || is_placeholder(value)) return content_text(call, value);
  if (is_handle(value)) return document_bytes(call, value);
  if (!value.is_structured()) return Error{"argument", "want text, a table or a document's handle"};
  if (!call.overlay && has_placeholder(value))
    return Error{"refused", "a value that is not known yet cannot be written"};
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace countersign
