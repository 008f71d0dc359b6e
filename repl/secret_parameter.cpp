#include "repl/secret_parameter.h"

#include <filesystem>
#include <sstream>

#include "interpreter/vault.h"

namespace countersign {

Result<SecretReference> parse_secret_reference(const std::string& text) {
  SecretReference reference;
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "env") reference.env = rest;
  if (kind == "file") reference.file = rest;
  if (kind == "command") {
    std::istringstream words(rest);
    for (std::string word; words >> word;) reference.command.push_back(word);
    std::error_code bad;
    reference.cwd = std::filesystem::current_path(bad).string();
  }
  if (!reference.empty()) return reference;
  // Whatever stands there may be the secret itself, so it is not quoted.
  return Error{"usage", "a secret is given by where it is, never itself",
               "give env:NAME, file:PATH or command:PROGRAM"};
}

Result<nlohmann::json> hold_secret_parameter(Session& session, const std::string& text) {
  const SecretReference reference = TRY(parse_secret_reference(text));
  std::string secret = TRY(open_secret(reference));
  return session.vault().hold(text, std::move(secret));
}

}  // namespace countersign
