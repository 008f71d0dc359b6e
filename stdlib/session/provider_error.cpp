#include "stdlib/session/provider_error.h"

#include "interpreter/canonical.h"
#include "interpreter/utf8.h"
#include "stdlib/http/retry.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

constexpr std::size_t kLongestMessage = 400;

Refusal read(const System* system, const HttpResponse& answer) {
  Refusal said;
  const auto parsed = parse_json(answer.body);
  if (parsed && parsed->is_object()) {
    if (system && system->refusal) return system->refusal(*parsed);
    if (const auto at = parsed->find("message"); at != parsed->end() && at->is_string())
      said.message = at->get<std::string>();
  } else if (answer.body.size() <= 100 && answer.body.find('<') == std::string::npos) {
    said.message = answer.body;
  }
  return said;
}

// As it can be journaled: what is not UTF-8 is written out, and no character is cut in two.
std::string shortened(const std::string& message) {
  return clipped(escape_bytes(message), kLongestMessage, "");
}

std::string hint(const Profile& profile, const std::string& credential, const std::string& method,
                 int status, const Refusal& said, long wait_ms) {
  const CredentialKind* kind = credential_named(credential);
  const std::string whose =
      (kind ? kind->called : "the credential") + " of profile \"" + profile.name + "\"";
  switch (status) {
    case 400:
      return said.explained.empty()
                 ? "check the arguments"
                 : "check the arguments; the code is explained at " + said.explained;
    case 401:
      return "the credential was refused: check " + whose +
             " (deleted key, other region, suspended account)";
    case 403:
      return "the credential is good but may not do this: check the rights of " + whose;
    case 404:
      return "it is not there, or not in this account: check the name and the profile";
    case 409:
      return "another change of the same thing is under way; wait and try again";
    case 412:
      return "it changed since it was read; read it again";
    case 429: {
      if (wait_ms < 0) return "too many requests at once; wait a minute and try again";
      return "the provider asks to wait " + std::to_string((wait_ms + 999) / 1'000) +
             " s before the next request";
    }
    default:
      break;
  }
  if (status >= 500)
    return method == "GET" ? "the provider fails; look at its status page, then try again"
                           : "the provider may have acted: read the state before sending it again";
  if (status >= 300 && status < 400) return "redirects are not followed; check the address";
  return "";
}

}  // namespace

Error provider_error(const Profile& profile, const std::string& credential,
                     const std::string& method, const std::string& host, const HttpResponse& answer,
                     Time now) {
  const Refusal said = read(system_of(credential), answer);
  std::string message = host + " answered " + std::to_string(answer.status);
  if (said.code != 0 && said.code != answer.status)
    message += " (" + std::to_string(said.code) + ")";
  std::string words = shortened(said.message);
  while (!words.empty() && (words.back() == '.' || words.back() == '\n' || words.back() == ' '))
    words.pop_back();
  if (!words.empty()) message += ": " + words;
  return Error{"provider",
               message,
               hint(profile, credential, method, answer.status, said, asked_wait_ms(answer, now)),
               "",
               "",
               answer.status};
}

}  // namespace countersign
