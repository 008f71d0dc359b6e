#include "tests/simulator/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "interpreter/digest.h"

namespace {

int connect_to(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

void parse(const std::string& text, Answer& answer) {
  std::size_t blank = text.find("\r\n\r\n");
  if (blank == std::string::npos) {
    if (answer.failure.empty()) answer.failure = "closed";
    return;
  }
  answer.status = std::atoi(text.c_str() + 9);
  std::size_t at = text.find("\r\n") + 2;
  while (at < blank + 2) {
    std::size_t end = text.find("\r\n", at), colon = text.find(':', at);
    std::string name = text.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(), ::tolower);
    answer.headers[name] = text.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  answer.text = text.substr(blank + 4);
  answer.body = nlohmann::json::parse(answer.text, nullptr, false);
  auto length = answer.headers.find("content-length");
  if (length != answer.headers.end() && std::stoull(length->second) > answer.text.size())
    answer.failure = "truncated";
}

}  // namespace

std::string encoded(const std::string& text) {
  static const char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c)) {
      out += static_cast<char>(c);
      continue;
    }
    out += '%';
    out += kHex[c >> 4];
    out += kHex[c & 15];
  }
  return out;
}

std::string Answer::verdict() const {
  if (!failure.empty()) return failure;
  std::string out = std::to_string(status);
  if (body.is_object() && body.contains("code") && body["code"].is_number())
    out += " " + std::to_string(body["code"].get<int>());
  return out;
}

std::string Client::exchange(const std::string& bytes, std::string& failure) const {
  int fd = connect_to(port_);
  if (fd < 0) {
    failure = "refused";
    return "";
  }
  ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  std::string text;
  char chunk[65536];
  for (;;) {
    ssize_t got = recv(fd, chunk, sizeof chunk, 0);
    if (got > 0) {
      text.append(chunk, static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0) failure = errno == ECONNRESET ? "reset" : "closed";
    break;
  }
  close(fd);
  return text;
}

Answer Client::send(const std::string& method, const std::string& path, const std::string& body,
                    Pairs headers) const {
  std::string text = method + " " + path + " HTTP/1.1\r\n";
  if (std::none_of(headers.begin(), headers.end(), [](auto& h) { return h.first == "Host"; }))
    headers.emplace_back("Host", "127.0.0.1:" + std::to_string(port_));
  if (!user_.empty())
    headers.emplace_back("Authorization",
                         "Basic " + countersign::base64_encode(user_ + ":" + password_));
  headers.emplace_back("Connection", "close");
  headers.emplace_back("Content-Length", std::to_string(body.size()));
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  Answer answer;
  parse(exchange(text + "\r\n" + body, answer.failure), answer);
  return answer;
}

Answer Client::get(const std::string& path, const Pairs& headers) const {
  return send("GET", path, "", headers);
}

Answer Client::del(const std::string& path, const Pairs& headers) const {
  return send("DELETE", path, "", headers);
}

Answer Client::put(const std::string& path) const {
  return send("PUT", path, "", {});
}

Answer Client::post(const std::string& path, const Pairs& form, const Pairs& headers) const {
  std::string body;
  for (const auto& [name, value] : form)
    body += (body.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
  Pairs all = headers;
  all.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  return send("POST", path, body, all);
}

Answer Client::post_json(const std::string& path, const nlohmann::json& body) const {
  return send("POST", path, body.dump(), {{"Content-Type", "application/json"}});
}
