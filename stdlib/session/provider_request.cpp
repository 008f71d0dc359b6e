// One request to a provider: where it goes, with whose credential, and what its answer means.
#include "interpreter/canonical.h"
#include "interpreter/placeholder.h"
#include "interpreter/utf8.h"
#include "stdlib/session/provider_error.h"
#include "stdlib/session/provider_state.h"
#include "stdlib/session/redaction.h"

namespace countersign {
namespace {

constexpr std::size_t kMaxAnswerBytes = 32u << 20;
constexpr std::size_t kMaxSeenBytes = 64u << 20;

// The provider's URL that `text` means. A page's link may already stand on our endpoint, the
// provider's host its first segment.
std::optional<Url> providers_own(const std::string& text, const std::string& endpoint) {
  if (!endpoint.empty() && text.size() > endpoint.size() + 1 &&
      text.compare(0, endpoint.size() + 1, endpoint + "/") == 0)
    return split_url("https://" + text.substr(endpoint.size() + 1));
  return split_url(text);
}

// No part of the path is empty, "." or "..": such a part comes from an argument that is one, and
// would turn an operation on one thing into one on the list of all.
bool whole_path(const std::string& target) {
  const std::string path = target.substr(0, target.find('?'));
  if (path.empty() || path == "/") return true;
  std::size_t at = 0;
  while (at != std::string::npos) {
    const std::size_t next = path.find('/', at + 1);
    const std::string part = path.substr(at + 1, next == std::string::npos ? next : next - at - 1);
    if (part.empty() || part == "." || part == "..") return false;
    at = next;
  }
  return true;
}

bool reads(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

HttpRequest composed(const std::string& method, const std::string& url, const std::string& body,
                     const std::string& content_type) {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.body = body;
  request.headers.emplace_back("Accept", "application/json");
  if (!body.empty() || method == "POST" || method == "PUT")
    request.headers.emplace_back(
        "Content-Type", content_type.empty() ? "application/x-www-form-urlencoded" : content_type);
  return request;
}

}  // namespace

std::string ProviderSession::State::rewritten(const Url& url) const {
  if (profile.endpoint.empty()) return url.origin() + url.target;
  return profile.endpoint + "/" + url.host + (url.target.empty() ? "/" : url.target);
}

void ProviderSession::State::forget() {
  seen.clear();
  seen_bytes = 0;
}

Result<HttpResponse> ProviderSession::State::sent(const std::string& credential,
                                                  const HttpRequest& request, bool login_given) {
  const std::string key = credential + " " + request.url;
  const bool plain = request.method == "GET" && request.body.empty() && !login_given;
  {
    const std::lock_guard lock(mutex);
    // Who changes something does not know what else that changes.
    if (!request.safe) forget();
    const auto at = seen.find(key);
    if (plain && at != seen.end() && at->second.body.size() <= request.max_bytes) return at->second;
  }
  auto answer = transport.send(request);
  const std::lock_guard lock(mutex);
  if (!request.safe) forget();
  if (!plain || looks == 0 || !answer || answer->status != 200 ||
      seen_bytes + answer->body.size() > kMaxSeenBytes)
    return answer;
  seen_bytes += answer->body.size();
  seen[key] = *answer;
  return answer;
}

Result<HttpResponse> ProviderSession::State::send(const std::string& credential,
                                                  HttpRequest request, bool safe) {
  const std::string& stand_in = profile.endpoint;
  const auto url = providers_own(request.url, stand_in);
  const auto refused = [&](const std::string& message, const std::string& hint = {}) {
    return Error{"refused", vault.scrub(message), hint, "", "", -1};
  };
  if (!url || url->scheme != "https" || !url->port.empty() || !whole_path(url->target))
    return refused("\"" + clipped(request.url, 200, "") + "\" is not the address of a provider");
  if (!belongs(credential, url->host))
    return refused(
        "the " + credential + " of profile \"" + profile.name + "\" is not sent to " + url->host,
        "a credential goes to the host that it belongs to, whoever asks");
  if (!stand_in.empty()) {
    const auto here = split_url(stand_in);
    if (!here || !is_loopback(here->host))
      return refused("the endpoint \"" + stand_in + "\" is not on this machine",
                     "credentials are sent there, so it must be http://127.0.0.1:PORT");
  }
  // A sending key just made comes with the request; every other login is opened here.
  const bool given = !request.user.empty();
  if (!given) {
    const auto opened_login = TRY(login(credential));
    request.user = opened_login.first;
    request.password = opened_login.second;
  }
  request.url = rewritten(*url);
  request.max_bytes = std::min(request.max_bytes, kMaxAnswerBytes);
  request.safe = safe;
  auto answer = sent(credential, request, given);
  if (!answer) {
    Error error = answer.error();
    // People know the provider's host, not the port that stands in for it.
    if (!stand_in.empty()) error.message = url->host + " at " + error.message;
    error.message = vault.scrub(error.message);
    return error;
  }
  return answer;
}

Result<HttpResponse> ProviderSession::exchange(const std::string& credential, HttpRequest request) {
  const bool safe = request.safe && reads(request.method);
  return state_->send(credential, std::move(request), safe);
}

Result<json> ProviderSession::request(const std::string& credential, const std::string& method,
                                      const std::string& url, const std::string& body,
                                      const std::string& content_type) {
  auto answer =
      TRY(state_->send(credential, composed(method, url, body, content_type), reads(method)));
  return understand(*this, credential, method, url, answer);
}

Result<json> ProviderSession::ask(const std::string& credential, const std::string& url,
                                  const std::string& body, const std::string& content_type) {
  auto answer = TRY(state_->send(credential, composed("POST", url, body, content_type), true));
  return understand(*this, credential, "GET", url, answer);
}

Result<json> understand(ProviderSession& session, const std::string& credential,
                        const std::string& method, const std::string& url,
                        const HttpResponse& answer) {
  const auto place = split_url(url);
  const std::string host = place ? place->host : "the provider";
  if (answer.status < 200 || answer.status > 299) {
    Error error =
        provider_error(session.profile(), credential, method, host, answer, session.clock().now());
    error.message = session.vault().scrub(error.message);
    return error;
  }
  const bool nothing = answer.body.find_first_not_of(" \t\r\n") == std::string::npos;
  if (answer.status == 204 || (method == "DELETE" && nothing)) return json();
  const auto bad = [&](const std::string& why) {
    return Error{"transport", host + " answered " + std::to_string(answer.status) + " " + why,
                 reads(method)
                     ? "try again; look at the provider's status page if it stays so"
                     : "the provider may have acted: read the state before sending it again"};
  };
  if (nothing) return bad("with an empty body");
  auto parsed = parse_json(answer.body);
  if (!parsed) return bad("with a body that is not JSON (" + parsed.error().message + ")");
  if (!parsed->is_object()) return bad("with JSON that is not an object");
  // What only the engine makes (a handle, a placeholder) is data where a provider sends it.
  disarm(*parsed);
  redact(session, credential, url, *parsed);
  return std::move(*parsed);
}

}  // namespace countersign
