#include "stdlib/simulator/server/http_wire.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace countersign::simulator {
namespace {

constexpr std::size_t kMaxLine = 64 * 1024;
constexpr std::size_t kMaxBody = 64 * 1024 * 1024;
constexpr int kMaxHeaders = 200;

#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0;
#endif

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string trimmed(std::string_view text) {
  std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

void reset(int socket) {
  // A zero linger time makes close() send RST instead of FIN.
  linger hard{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

}  // namespace

std::optional<ServedRequest> HttpWire::read() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  ServedRequest request;
  std::string line;
  if (!read_line(line)) return std::nullopt;
  std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string::npos || last == first || line.compare(last, 6, " HTTP/") != 0) {
    refuse(400, "malformed request line");
    return std::nullopt;
  }
  request.method = line.substr(0, first);
  std::string target = line.substr(first + 1, last - first - 1);
  std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query_text = target.substr(question + 1);
  request.query = parse_urlencoded(request.query_text);
  for (int count = 0;; ++count) {
    if (!read_line(line)) return std::nullopt;
    if (line.empty()) break;
    std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0 || count == kMaxHeaders) {
      refuse(400, "malformed header");
      return std::nullopt;
    }
    request.headers.add(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  request.host = request.headers.get("host");
  if (request.path.empty() || request.path[0] != '/') {
    refuse(400, "the target must be a path");
    return std::nullopt;
  }
  if (!read_body(request)) return std::nullopt;
  return request;
}

bool HttpWire::write(const ServedRequest& request, const ServedReply& reply,
                     const std::string& date) {
  if (reply.ending == ConnectionEnd::reset) {
    reset(socket_);
    return false;
  }
  bool keep =
      reply.ending == ConnectionEnd::kept && lower(request.headers.get("connection")) != "close";
  std::string text =
      "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason_of(reply.status));
  // A fault may lie about the date.
  const bool dated = std::any_of(reply.headers.begin(), reply.headers.end(),
                                 [](const auto& one) { return lower(one.first) == "date"; });
  if (!dated) text += "\r\nDate: " + date;
  if (!reply.content_type.empty()) text += "\r\nContent-Type: " + reply.content_type;
  if (reply.status != 204) text += "\r\nContent-Length: " + std::to_string(reply.body.size());
  for (const auto& [name, value] : reply.headers) text += "\r\n" + name + ": " + value;
  text += keep ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  // Head and body leave in one piece, or a small reply would wait for a delayed acknowledgement.
  if (request.method != "HEAD" && reply.status != 204) {
    if (reply.ending == ConnectionEnd::truncated)
      text.append(reply.body, 0, reply.body.size() / 2);
    else
      text += reply.body;
  }
  return send(text) && keep;
}

bool HttpWire::fill() {
  char chunk[16384];
  for (;;) {
    ssize_t got = recv(socket_, chunk, sizeof chunk, 0);
    if (got > 0) {
      buffer_.append(chunk, static_cast<std::size_t>(got));
      return true;
    }
    if (got == 0 || errno != EINTR) return false;
  }
}

bool HttpWire::read_line(std::string& line) {
  std::size_t from = begin_;
  for (;;) {
    std::size_t end = buffer_.find('\n', from);
    if (end != std::string::npos) {
      line = buffer_.substr(begin_, end - begin_);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      begin_ = end + 1;
      return true;
    }
    from = buffer_.size();
    if (buffer_.size() - begin_ > kMaxLine) {
      refuse(400, "line too long");
      return false;
    }
    if (!fill()) return false;
  }
}

bool HttpWire::read_body(ServedRequest& request) {
  if (lower(request.headers.get("expect")) == "100-continue")
    if (!send("HTTP/1.1 100 Continue\r\n\r\n")) return false;
  if (lower(request.headers.get("transfer-encoding")) == "chunked")
    return read_chunks(request.body);
  std::string length = request.headers.get("content-length", "0");
  if (length.empty() || length.size() > 12 ||
      length.find_first_not_of("0123456789") != std::string::npos ||
      std::stoull(length) > kMaxBody) {
    refuse(400, "bad content length");
    return false;
  }
  return take(std::stoull(length), request.body);
}

bool HttpWire::read_chunks(std::string& body) {
  std::string line;
  for (;;) {
    if (!read_line(line)) return false;
    std::size_t size = std::strtoull(line.c_str(), nullptr, 16);
    if (body.size() + size > kMaxBody) {
      refuse(400, "body too large");
      return false;
    }
    if (size == 0) break;
    std::string chunk;
    if (!take(size, chunk) || !read_line(line)) return false;
    body += chunk;
  }
  while (read_line(line))
    if (line.empty()) return true;  // trailers end with an empty line
  return false;
}

bool HttpWire::take(std::size_t count, std::string& out) {
  while (buffer_.size() - begin_ < count)
    if (!fill()) return false;
  out.assign(buffer_, begin_, count);
  begin_ += count;
  return true;
}

bool HttpWire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), kNoSignal);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpWire::refuse(int status, std::string_view reason) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Bad Request\r\nConnection: close" +
                     "\r\nContent-Length: " + std::to_string(reason.size()) + "\r\n\r\n" +
                     std::string(reason);
  send(text);
}

}  // namespace countersign::simulator
