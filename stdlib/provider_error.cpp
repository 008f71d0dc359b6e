#include "stdlib/provider_error.h"

#include "interpreter/canonical.h"
#include "interpreter/utf8.h"
#include "stdlib/retry.h"

namespace countersign {
namespace {

constexpr std::size_t kLongestMessage = 400;

struct ErrorBody {
  long code = 0;
  std::string message;
};

// What stands there in an answer, if it is a text: nobody says that it has to be one.
std::string text_of(const json& value, const char* key) {
  const auto at = value.find(key);
  return at != value.end() && at->is_string() ? at->get<std::string>() : "";
}

// Twilio: {"code","message","details"}; Mailgun: {"message"}, {"Reason"}, {"Error"} or plain text.
ErrorBody read(const HttpResponse& answer) {
  ErrorBody said;
  const auto parsed = parse_json(answer.body);
  if (!parsed || !parsed->is_object()) {
    if (answer.body.size() <= 100 && answer.body.find('<') == std::string::npos)
      said.message = answer.body;
    return said;
  }
  for (const char* key : {"message", "Reason", "Error", "error"}) {
    const auto at = parsed->find(key);
    if (at == parsed->end() || !at->is_string()) continue;
    said.message = at->get<std::string>();
    break;
  }
  if (const auto at = parsed->find("code"); at != parsed->end() && at->is_number_integer())
    said.code = at->get<long>();
  // A flow's definition is refused with the places that are wrong (api/errors/81022).
  const json errors = parsed->value("details", json::object()).is_object()
                          ? (*parsed).value("details", json::object()).value("errors", json())
                          : json();
  if (errors.is_array())
    for (std::size_t i = 0; i < errors.size() && i < 3; ++i)
      if (errors[i].is_object())
        said.message += (i == 0 ? ": " : "; ") + text_of(errors[i], "property_path") + " " +
                        text_of(errors[i], "message");
  return said;
}

// As it can be journaled: what is not UTF-8 is written out, and no character is cut in two.
std::string shortened(const std::string& message) {
  std::string words = escape_bytes(message);
  if (words.size() <= kLongestMessage) return words;
  std::size_t end = kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80) --end;
  return words.substr(0, end);
}

const char* secret_key(Credential credential) {
  switch (credential) {
    case Credential::api_key:
      return "api_key and api_secret";
    case Credential::auth_token:
      return "account_sid and auth_token";
    case Credential::mail_account:
      return "mailgun_account_key";
    case Credential::mail_sending:
      return "the sending key";
    case Credential::none:
      break;
  }
  return "the credential";
}

std::string hint(const Profile& profile, Credential credential, const std::string& method,
                 int status, long code, long wait_ms) {
  const std::string whose =
      std::string(secret_key(credential)) + " of profile \"" + profile.name + "\"";
  switch (status) {
    case 400:
      return code == 0 ? "check the arguments"
                       : "check the arguments; the code is explained at "
                         "https://www.twilio.com/docs/api/errors/" +
                             std::to_string(code);
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

Error provider_error(const Profile& profile, Credential credential, const std::string& method,
                     const std::string& host, const HttpResponse& answer, Time now) {
  const ErrorBody said = read(answer);
  std::string message = host + " answered " + std::to_string(answer.status);
  if (said.code != 0 && said.code != answer.status)
    message += " (" + std::to_string(said.code) + ")";
  std::string words = shortened(said.message);
  while (!words.empty() && (words.back() == '.' || words.back() == '\n' || words.back() == ' '))
    words.pop_back();
  if (!words.empty()) message += ": " + words;
  return Error{
      "provider",
      message,
      hint(profile, credential, method, answer.status, said.code, asked_wait_ms(answer, now)),
      "",
      "",
      answer.status};
}

}  // namespace countersign
