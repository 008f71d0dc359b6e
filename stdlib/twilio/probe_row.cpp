#include "stdlib/twilio/probe_row.h"

#include <algorithm>
#include <chrono>

#include "interpreter/digest.h"
#include "stdlib/http/url.h"
#include "stdlib/session/arguments.h"
#include "stdlib/twilio/settings.h"

namespace countersign {
namespace {

constexpr std::size_t kShownBytes = 16 * 1024;
// Values that no live call or queue has.
constexpr const char* kTestCall = "CA00000000000000000000000000000000";
constexpr const char* kTestQueue = "QU00000000000000000000000000000000";

Fields fields() {
  return {
      {{"path", Type::text, true, "the function's path, \"/features/…/wait-experience\""}},
      {{.name = "workflow_sid", .type = Type::sid, .summary = "its WorkflowSid", .prefix = "WW"},
       "WorkflowSid"},
      {{"attempts", Type::integer, false,
        "how often it is asked until it answers TwiML, 1 where not said, at most 5"}},
      {{"spacing", Type::integer, false,
        "seconds between attempts, 5 where not said, at most 30; on the run's clock"}},
  };
}

Error bad(const std::string& message, const std::string& hint = {}) {
  return Error{"argument", "serverless.probe: " + message, hint};
}

Result<std::string> probe_url(const Call& call) {
  const std::string& domain = provider(call).profile().text(twilio::kServerlessDomain);
  if (domain.empty())
    return Error{"config",
                 "profile \"" + provider(call).profile().name + "\" has no serverless_domain",
                 "only the profile's own domain is probed; add it to countersign.toml"};
  const std::string path = text_argument(call.arguments, "path");
  // `mode=` makes the function act: it takes callbacks and voicemails.
  if (path.empty() || path[0] != '/' || path.find_first_of("?#%\\") != std::string::npos ||
      path.find("..") != std::string::npos || path.rfind("//", 0) == 0)
    return bad("path: got \"" + path + "\", want a plain path that begins with /",
               "a query is not part of it; the workflow goes into workflow_sid");
  const auto pairs = TRY(wire_pairs(fields(), call.arguments, provider(call)));
  const std::string url =
      "https://" + domain + path + (pairs.empty() ? "" : "?" + urlencoded(pairs));
  const auto parts = split_url(url);
  if (!parts || parts->host != domain)
    return Error{"config", "serverless_domain \"" + domain + "\" is not a domain name"};
  return url;
}

Result<int> number(const Call& call, const char* name, int usual, int most) {
  if (!given(call.arguments, name)) return usual;
  const auto value = call.arguments[name].get<long long>();
  if (value < 1 || value > most)
    return bad(std::string(name) + ": got " + std::to_string(value) + ", want 1 to " +
               std::to_string(most));
  return static_cast<int>(value);
}

Result<json> ask(ProviderSession& session, const std::string& url) {
  const Pairs form = {{"AccountSid", session.profile().text(twilio::kAccountSid)},
                      {"CallSid", kTestCall},
                      {"QueueSid", kTestQueue}};
  const auto token = TRY(session.secret(twilio::kTokenSecret));
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.body = urlencoded(form);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"X-Twilio-Signature", webhook_signature(token, url, form)}};
  request.timeout_ms = 15'000;  // Twilio itself gives up on a webhook then
  request.max_bytes = 1 << 20;
  const Clock::Span begun = session.clock().steady();
  auto answer = session.exchange("", std::move(request));
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(session.clock().steady() - begun)
          .count();
  // No answer is what the probe is there to find: a result, not a failure.
  if (!answer && answer.error().kind == "transport")
    return json{{"reached", false}, {"why", answer.error().message},
                {"status", 0},      {"content_type", ""},
                {"body", ""},       {"milliseconds", took}};
  if (!answer) return answer.error();
  const auto type = answer->headers.find("content-type");
  std::string body = session.vault().scrub(answer->body).substr(0, kShownBytes);
  if (json(body).dump(-1, ' ', false, json::error_handler_t::ignore) !=
      json(body).dump(-1, ' ', false, json::error_handler_t::replace))
    body = "[not text]";
  return json{{"reached", true},
              {"why", ""},
              {"status", answer->status},
              {"content_type", type == answer->headers.end() ? "" : type->second},
              {"body", body},
              {"milliseconds", took}};
}

bool is_well(const json& answer) {
  return answer["status"] == 200 &&
         answer["body"].get<std::string>().find("<Response") != std::string::npos;
}

// The last answer, and what became of each attempt: one that failed says little by itself.
Result<json> probe(const Call& call) {
  ProviderSession& session = provider(call);
  const auto url = TRY(probe_url(call));
  const auto attempts = number(call, "attempts", 1, 5), spacing = number(call, "spacing", 5, 30);
  if (!attempts) return attempts.error();
  if (!spacing) return spacing.error();
  json tried = json::array();
  for (int attempt = 1;; ++attempt) {
    auto answer = ask(session, url);
    if (!answer) return answer.error();
    tried.push_back({{"reached", (*answer)["reached"]},
                     {"status", (*answer)["status"]},
                     {"why", (*answer)["why"]}});
    if (is_well(*answer) || attempt == *attempts) {
      (*answer)["attempts"] = tried;
      return answer;
    }
    TRY(session.pause(*spacing));
  }
}

}  // namespace

Row probe_row() {
  return Row{
      .name = "serverless.probe",
      .effect = Effect::read,
      .credential = twilio::kAuthToken,
      .parameters = parameters(fields()),
      .result =
          "{reached, why, status, content_type, body, milliseconds, attempts}: the last answer, "
          "and what "
          "became of each attempt",
      .summary =
          "Asks one of the profile's own functions for its instructions, signed as Twilio would",
      .carrier = probe};
}

std::string webhook_signature(const std::string& auth_token, const std::string& url,
                              std::vector<std::pair<std::string, std::string>> parameters) {
  std::sort(parameters.begin(), parameters.end());
  std::string text = url;
  for (const auto& [name, value] : parameters) text += name + value;
  return base64_encode(hmac_sha1_raw(auth_token, text));
}

}  // namespace countersign
