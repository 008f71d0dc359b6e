#include "stdlib/http/transfer.h"

#include <algorithm>
#include <cctype>

#include "stdlib/http/http_limits.h"
#include "stdlib/http/url.h"

namespace countersign {
namespace {

std::string in_seconds(long milliseconds) {
  return milliseconds % 1'000 == 0 ? std::to_string(milliseconds / 1'000) + " s"
                                   : std::to_string(milliseconds) + " ms";
}

std::string in_megabytes(std::size_t bytes) {
  return bytes >= (1u << 20) ? std::to_string(bytes >> 20) + " MB"
                             : std::to_string(bytes) + " bytes";
}

// Ends that come before the first byte of the request: the provider cannot have acted.
bool before_sending(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_OPERATION_TIMEDOUT:
      return true;
    default:
      return false;
  }
}

}  // namespace

Transfer::~Transfer() {
  if (headers_) curl_->slist_free_all(headers_);
}

bool Transfer::prepare(const CurlLibrary& curl, CURL* easy) {
  curl_ = &curl;
  bool right = true;
  const auto set = [&](CURLoption option, auto value) {
    right = right && curl.easy_setopt(easy, option, value) == CURLE_OK;
  };
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // an empty text also keeps the environment's proxies out
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  // The hashed folder alone: with the bundle as well, every connection reads its 147 roots.
  set(CURLOPT_CAINFO, static_cast<char*>(nullptr));
  set(CURLOPT_CAPATH, "/etc/ssl/certs");
  set(CURLOPT_CONNECTTIMEOUT_MS, std::min(kConnectMilliseconds, request_.timeout_ms));
  set(CURLOPT_TIMEOUT_MS, request_.timeout_ms);
  set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  set(CURLOPT_HEADERDATA, this);
  // libcurl resends a request by itself when a kept connection turns out to be dead. The provider
  // may have acted before it died, so what may not be repeated goes out on a connection of its own.
  if (!request_.safe) set(CURLOPT_FRESH_CONNECT, 1L);

  if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (request_.method == "GET" && request_.body.empty()) {
    set(CURLOPT_HTTPGET, 1L);
  } else if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_POSTFIELDS, request_.body.c_str());
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  } else {
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  if (!request_.user.empty()) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, request_.user.c_str());
    set(CURLOPT_PASSWORD, request_.password.c_str());
  }
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl.slist_append(headers_, line.c_str());
    right = right && longer != nullptr;
    if (longer) headers_ = longer;
  };
  append("Expect:");
  if (!request_.body.empty() &&
      std::none_of(request_.headers.begin(), request_.headers.end(),
                   [](const auto& header) { return header.first == "Content-Type"; }))
    append("Content-Type:");
  for (const auto& [name, value] : request_.headers)
    append(value.empty() ? name + ";" : name + ": " + value);
  set(CURLOPT_HTTPHEADER, headers_);
  return right;
}

std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.response_.body.size() + size * count > transfer.request_.max_bytes) {
    transfer.too_large_ = true;
    return 0;
  }
  transfer.response_.body.append(bytes, size * count);
  return size * count;
}

std::size_t Transfer::take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  std::string_view line(bytes, size * count);
  transfer.header_bytes_ += line.size();
  auto& headers = transfer.response_.headers;
  if (transfer.header_bytes_ > kMaxHeaderBytes || headers.size() >= kMaxHeaders) {
    transfer.too_many_headers_ = true;
    return 0;
  }
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())))
    line.remove_suffix(1);
  transfer.headers_ended_ = line.empty();
  if (line.rfind("HTTP/", 0) == 0) headers.clear();  // "100 Continue" came before
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && line.rfind("HTTP/", 0) != 0) {
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && std::isspace(static_cast<unsigned char>(value.front())))
      value.remove_prefix(1);
    headers.emplace(std::move(name), std::string(value));
  }
  return size * count;
}

Result<HttpResponse> Transfer::conclude(const CurlLibrary& curl, CURL* easy, CURLcode code) {
  // libcurl takes headers that break off for the whole answer.
  if (code == CURLE_OK && !headers_ended_) code = CURLE_PARTIAL_FILE;
  if (code != CURLE_OK) return failure(curl, easy, code);
  long status = 0;
  curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

Error Transfer::failure(const CurlLibrary& curl, CURL* easy, CURLcode code) const {
  const auto url = split_url(request_.url);
  const std::string host = url ? url->host + (url->port.empty() ? "" : ":" + url->port) : "host";
  long sent = 0;
  curl.easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
  const bool surely_not_sent = before_sending(code) && sent == 0;
  Error error{"transport", "", "", "", "", surely_not_sent ? -1 : 0};
  const auto say = [&](const std::string& what, const std::string& next) {
    error.message = host + ": " + what;
    error.hint = next;
    if (!surely_not_sent && !request_.safe)
      error.hint = "the provider may have acted: read the state before sending it again";
    return error;
  };
  if (too_large_)
    return say("the answer is longer than " + in_megabytes(request_.max_bytes) + " and was cut off",
               "narrow the request with its filters or a limit");
  if (too_many_headers_) return say("the answer's headers are too many or too long", "");
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return say("this host name is not known here",
                 "check the network, the name server and the name");
    case CURLE_COULDNT_CONNECT:
      return say("the connection was refused or the host cannot be reached",
                 is_loopback(url ? url->host : "")
                     ? "is the simulator running on this port? `countersign sim "
                       "--world FILE --port PORT` starts it"
                     : "check the network, then try again");
    case CURLE_OPERATION_TIMEDOUT:
      return say(surely_not_sent
                     ? "no connection within " +
                           in_seconds(std::min(kConnectMilliseconds, request_.timeout_ms))
                     : "no complete answer within " + in_seconds(request_.timeout_ms),
                 "try again; look at the provider's status page if it stays so");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return say(
          "its certificate is not one that this machine trusts, so nothing was sent",
          "check the clock, the ca-certificates package, and who is between you and the host");
    case CURLE_SSL_CONNECT_ERROR:
      return say("no TLS connection could be agreed on, so nothing was sent",
                 "check who is between you and the host");
    case CURLE_PARTIAL_FILE:
      return say("the answer ended before it was complete", "try again");
    case CURLE_GOT_NOTHING:
      return say("the connection was closed without an answer", "try again");
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return say("the connection was reset before the answer was complete", "try again");
    default:
      return say(std::string("no usable answer came (") + curl.easy_strerror(code) + ")",
                 "try again");
  }
}

}  // namespace countersign
