#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "stdlib/http/curl_transport.h"
#include "tests/support/catch.h"

using namespace countersign;

namespace {

// Reads requests from raw connections and does with each what the test says: the worst that a
// network can.
class Hostile {
 public:
  using Act = std::function<void(int connection, int request)>;

  explicit Hostile(Act act) : act_(std::move(act)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 64) == 0);
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~Hostile() {
    stop_ = true;
    thread_.join();
    for (std::thread& one : conversations_) one.join();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port) + "/"; }
  int port = 0;
  std::atomic<int> connections{0}, requests{0};

 private:
  void accept_all() {
    while (!stop_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 10) <= 0) continue;
      const int connection = ::accept(listener_, nullptr, nullptr);
      ++connections;
      conversations_.emplace_back([this, connection] { converse(connection); });
    }
  }
  void converse(int connection) {
    std::string text;
    while (!stop_) {
      pollfd waiting{connection, POLLIN, 0};
      if (::poll(&waiting, 1, 10) <= 0) continue;
      char buffer[65536];
      const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
      if (text.find("\r\n\r\n") == std::string::npos) continue;
      text.clear();
      act_(connection, ++requests);
    }
    ::close(connection);
  }

  Act act_;
  int listener_ = -1;
  std::atomic<bool> stop_{false};
  std::thread thread_;
  std::vector<std::thread> conversations_;
};

void say(int connection, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::send(connection, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (count <= 0) return;
    done += static_cast<std::size_t>(count);
  }
}

void hang_up(int connection) {
  ::shutdown(connection, SHUT_RDWR);
}

void reset(int connection) {
  const linger at_once{1, 0};
  ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(::dup(connection));
  hang_up(connection);
}

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.timeout_ms = 2'000;
  return request;
}

HttpRequest post(const std::string& url) {
  HttpRequest request = get(url);
  request.method = "POST";
  request.body = "a=b";
  request.safe = false;
  return request;
}

// "0: what happened", the port taken out; or "200 body".
std::string told(const Result<HttpResponse>& outcome) {
  if (outcome) return std::to_string(outcome->status) + " " + outcome->body;
  std::string text = std::to_string(outcome.error().status) + ": " + outcome.error().message;
  const std::size_t at = text.find("127.0.0.1:");
  if (at != std::string::npos)
    text.erase(at + 9, text.find_first_not_of("0123456789", at + 10) - at - 9);
  return text;
}

std::string met(const std::string& text, bool then_close = true) {
  Hostile server([&](int connection, int) {
    say(connection, text);
    if (then_close) hang_up(connection);
  });
  CurlTransport transport;
  return told(transport.send(get(server.url())));
}

}  // namespace

TEST_CASE("an answer comes with its status, headers in lower case and body") {
  Hostile server([](int connection, int) {
    say(connection,
        "HTTP/1.1 404 Not Found\r\nX-One: 1\r\nx-one:  2 \r\nContent-Length: 2\r\n\r\nno");
  });
  CurlTransport transport;
  const auto outcome = transport.send(get(server.url()));
  REQUIRE(outcome);
  CHECK(told(outcome) == "404 no");
  CHECK(outcome->headers.count("x-one") == 2);
  CHECK(outcome->headers.lower_bound("x-one")->second == "1");
}

TEST_CASE("an answer that is cut off is an error, never half an answer") {
  CHECK(met("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1}") ==
        "0: 127.0.0.1: the answer ended before it was complete");
  CHECK(met("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            .rfind("0: 127.0.0.1: ", 0) == 0);
  CHECK(met("") == "0: 127.0.0.1: the connection was closed without an answer");
  CHECK(met("HTTP/1.1 200 OK\r\nContent-Le").rfind("0: ", 0) == 0);
  CHECK(met("SSH-2.0-OpenSSH_9.2\r\n").rfind("0: ", 0) == 0);
}

TEST_CASE("an answer longer than the limit is cut off") {
  Hostile server([](int connection, int) {
    say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n");
    for (int i = 0; i < 50; ++i) say(connection, std::string(1 << 20, 'x'));
  });
  CurlTransport transport;
  HttpRequest request = get(server.url());
  request.timeout_ms = 20'000;
  CHECK(told(transport.send(request)) ==
        "0: 127.0.0.1: the answer is longer than 32 MB and was cut off");
}

TEST_CASE("headers without end are cut off") {
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 300; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  CHECK(met(many + "\r\n") == "0: 127.0.0.1: the answer's headers are too many or too long");
}

TEST_CASE("a slow answer ends with the time limit and may have been acted on") {
  Hostile server([](int connection, int) { say(connection, "HTTP/1.1 200 OK\r\nContent-Le"); });
  CurlTransport transport;
  HttpRequest request = post(server.url());
  request.timeout_ms = 300;
  const auto outcome = transport.send(request);
  CHECK(told(outcome) == "0: 127.0.0.1: no complete answer within 300 ms");
  CHECK(outcome.error().hint ==
        "the provider may have acted: read the state before sending it again");
}

TEST_CASE("a refused connection and an unknown host are surely not sent") {
  int port = 0;
  {
    port = Hostile([](int, int) {}).port;
  }
  CurlTransport transport;
  CHECK(told(transport.send(post("http://127.0.0.1:" + std::to_string(port) + "/"))) ==
        "-1: 127.0.0.1: the connection was refused or the host cannot be reached");
  CHECK(told(transport.send(get("https://no-such-host.invalid/")))
            .rfind("-1: no-such-host.invalid: ", 0) == 0);
}

TEST_CASE("a change is never sent twice, also where a kept connection dies under it") {
  // The first request is answered and the connection kept; every later one is read and then
  // dropped.
  Hostile server([](int connection, int request) {
    if (request == 1)
      say(connection, answer("ok"));
    else
      reset(connection);
  });
  CurlTransport transport;
  REQUIRE(told(transport.send(get(server.url()))) == "200 ok");
  CHECK(told(transport.send(post(server.url()))).rfind("0: ", 0) == 0);
  CHECK(server.requests == 2);
}

TEST_CASE("connections are kept between requests") {
  Hostile server([](int connection, int) { say(connection, answer("ok")); });
  CurlTransport transport;
  for (int i = 0; i < 10; ++i) CHECK(told(transport.send(get(server.url()))) == "200 ok");
  CHECK(server.connections == 1);
}

TEST_CASE("many callers are served at the same time") {
  Hostile server([](int connection, int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    say(connection, answer("ok"));
  });
  CurlTransport transport;
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> callers;
  std::atomic<int> good{0};
  for (int i = 0; i < 16; ++i)
    callers.emplace_back([&] { good += told(transport.send(get(server.url()))) == "200 ok"; });
  for (std::thread& caller : callers) caller.join();
  CHECK(good == 16);
  // One after the other they would need 3.2 s.
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(2'000));
}

TEST_CASE("a redirect is an answer and not followed") {
  Hostile other([](int connection, int) { say(connection, answer("stolen")); });
  Hostile server([&](int connection, int) {
    say(connection,
        "HTTP/1.1 302 Found\r\nLocation: " + other.url() + "\r\nContent-Length: 0\r\n\r\n");
  });
  CurlTransport transport;
  CHECK(told(transport.send(get(server.url()))) == "302 ");
  CHECK(other.requests == 0);
}

TEST_CASE("proxies of the environment are not used") {
  Hostile proxy([](int connection, int) { say(connection, answer("proxied")); });
  Hostile server([](int connection, int) { say(connection, answer("direct")); });
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"})
    ::setenv(name, proxy.url().c_str(), 1);
  CurlTransport transport;
  CHECK(told(transport.send(get(server.url()))) == "200 direct");
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
}

TEST_CASE("what may not be sent is refused before anything happens") {
  CurlTransport transport;
  const auto refusal = [&](const std::string& url) {
    const auto outcome = transport.send(get(url));
    return outcome ? "sent" : outcome.error().kind + " " + told(outcome);
  };
  CHECK(refusal("http://api.twilio.com/") ==
        "refused -1: plain http is sent to this machine only, not to api.twilio.com");
  for (const char* url :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "https://a@127.0.0.1/", "https://",
        "https://exa mple.com/", "https://127.0.0.1\\@evil/", "https://evil#x"})
    CHECK(refusal(url).find("is not an http or https URL") != std::string::npos);
  CHECK(refusal("http://127.evil.example/").find("plain http") != std::string::npos);
  CHECK(refusal("http://127.0.0.1.evil.example/").find("plain http") != std::string::npos);
  HttpRequest request = get("http://127.0.0.1:1/");
  request.headers = {{"X", "a\r\nY: b"}};
  CHECK(told(transport.send(request)) == "-1: a header of the request holds a control character");
  request.headers.clear();
  request.user = "a";
  request.password = "b\r\nX: y";
  CHECK(told(transport.send(request)) ==
        "-1: the credential for 127.0.0.1 holds a character that cannot be sent");
}

TEST_CASE("a transport that ends gives its callers an error") {
  Hostile server([](int, int) {});
  auto transport = std::make_unique<CurlTransport>();
  std::string said;
  std::thread caller([&] {
    HttpRequest request = post(server.url());
    request.timeout_ms = 60'000;
    said = told(transport->send(request));
  });
  while (server.requests == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  // The loop is told to stop while its caller waits.
  std::thread ender([&] { transport.reset(); });
  caller.join();
  ender.join();
  CHECK(said == "0: the request was given up because the program ends");
}
