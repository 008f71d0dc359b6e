#include "stdlib/simulator/server/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>

#include "stdlib/simulator/server/http_wire.h"

namespace countersign::simulator {
namespace {

int bind_loopback(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return -1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && listen(fd, 512) == 0)
    return fd;
  int reason = errno;
  ::close(fd);
  errno = reason;
  return -1;
}

}  // namespace

struct Listener::Impl {
  explicit Impl(Clock& clock) : real(clock) {}

  struct Connection {
    int socket;
    std::atomic<bool> done{false};
    std::thread thread;
  };

  Clock& real;
  Handler handler;
  Date date;
  int port = 0;
  int listening = -1;
  int wake[2] = {-1, -1};
  std::thread acceptor;
  std::mutex mutex;  // guards connections and refused_until
  std::list<Connection> connections;
  Clock::Span refused_until{Clock::Span::min()};
  std::atomic<bool> stopping{false};
  std::atomic<bool> refusing{false};

  void accept_all();
  void begin_refusal();
  void serve(Connection& connection);
  void reap(bool all);
  void poke() { [[maybe_unused]] ssize_t n = ::write(wake[1], "", 1); }
};

// The port is closed and bound again only here, so that no other thread meets a stale descriptor.
void Listener::Impl::accept_all() {
  while (!stopping) {
    Clock::Span until;
    {
      std::lock_guard lock(mutex);
      until = refused_until;
    }
    const Clock::Span now = real.steady();
    int wait = -1;
    if (now < until) {
      if (listening >= 0) begin_refusal();
      wait = static_cast<int>(
          std::chrono::duration_cast<std::chrono::milliseconds>(until - now).count() + 1);
    } else if (listening < 0) {
      listening = bind_loopback(port);
      if (listening < 0) wait = 10;  // somebody else has it; try again
      if (listening >= 0) refusing = false;
    }
    pollfd fds[2] = {{wake[0], POLLIN, 0}, {listening, POLLIN, 0}};
    poll(fds, listening < 0 ? 1 : 2, wait);
    if (fds[0].revents) {
      char drain[64];
      [[maybe_unused]] ssize_t n = ::read(wake[0], drain, sizeof drain);
    }
    if (listening < 0 || !(fds[1].revents & POLLIN)) continue;
    int fd = accept(listening, nullptr, nullptr);
    if (fd < 0) continue;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    reap(false);
    std::lock_guard lock(mutex);
    Connection& connection = connections.emplace_back();
    connection.socket = fd;
    connection.thread = std::thread([this, &connection] { serve(connection); });
  }
}

void Listener::Impl::begin_refusal() {
  ::close(listening);
  listening = -1;
  refusing = true;
  std::lock_guard lock(mutex);
  // Reading ends, so an idle connection closes; one that is being answered finishes its reply.
  for (Connection& connection : connections)
    if (!connection.done) shutdown(connection.socket, SHUT_RD);
}

void Listener::Impl::serve(Connection& connection) {
  HttpWire wire(connection.socket);
  while (!stopping) {
    std::optional<ServedRequest> request = wire.read();
    if (!request) break;
    ServedReply reply = handler(*request);
    if (!wire.write(*request, reply, date())) break;
  }
  // Under the mutex, so that nobody shuts down a descriptor that has been given to someone else.
  std::lock_guard lock(mutex);
  ::close(connection.socket);
  connection.done = true;
}

void Listener::Impl::reap(bool all) {
  std::list<Connection> finished;
  {
    std::lock_guard lock(mutex);
    for (auto it = connections.begin(); it != connections.end();) {
      auto next = std::next(it);
      if (all && !it->done) shutdown(it->socket, SHUT_RDWR);
      if (all || it->done) finished.splice(finished.end(), connections, it);
      it = next;
    }
  }
  for (Connection& connection : finished) connection.thread.join();
}

Listener::Listener(Handler handler, Date date, Clock& real) : impl_(std::make_unique<Impl>(real)) {
  impl_->handler = std::move(handler);
  impl_->date = std::move(date);
}

Listener::~Listener() {
  close();
}

Result<int> Listener::open(int port) {
  impl_->listening = bind_loopback(port);
  if (impl_->listening < 0 || pipe(impl_->wake) != 0)
    return Error{
        "config",
        "port " + std::to_string(port) + " on 127.0.0.1 cannot be opened: " + std::strerror(errno),
        "choose another port, or 0 for a free one"};
  for (int fd : impl_->wake) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(impl_->listening, reinterpret_cast<sockaddr*>(&address), &size);
  impl_->port = ntohs(address.sin_port);
  impl_->stopping = false;
  impl_->acceptor = std::thread([this] { impl_->accept_all(); });
  return impl_->port;
}

void Listener::close() {
  if (!impl_->acceptor.joinable()) return;
  impl_->stopping = true;
  impl_->poke();
  impl_->acceptor.join();
  impl_->reap(true);
  for (int* fd : {&impl_->listening, &impl_->wake[0], &impl_->wake[1]}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
}

void Listener::refuse(std::chrono::milliseconds duration) {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->refused_until = impl_->real.steady() + duration;
  }
  impl_->poke();
  // Whoever asked may rely on it: the next connection is refused.
  while (!impl_->refusing && !impl_->stopping) impl_->real.sleep(std::chrono::milliseconds(1));
}

}  // namespace countersign::simulator
