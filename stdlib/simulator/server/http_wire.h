// HTTP/1.1 on one connected socket: reads requests, writes replies. No routing, no threads.
#pragma once
#include <optional>
#include <string>

#include "stdlib/simulator/server/message.h"

namespace countersign::simulator {

// Written by hand rather than taken from a library because faults need the socket: a reset is a
// reset, and a truncated body ends where it should. It also keeps the binary's start free of a
// further shared library.
class HttpWire {
 public:
  explicit HttpWire(int socket) : socket_(socket) {}

  // The next request; nothing at the end of the connection or on a malformed request, which is
  // answered with 400 first. `host` is filled from the Host header as sent, port included.
  std::optional<ServedRequest> read();

  // False when the connection must not be used again. `date` is the Date header's value.
  bool write(const ServedRequest& request, const ServedReply& reply, const std::string& date);

 private:
  bool fill();
  bool read_line(std::string& line);
  bool read_body(ServedRequest& request);
  bool read_chunks(std::string& body);
  bool take(std::size_t count, std::string& out);
  bool send(std::string_view bytes);
  void refuse(int status, std::string_view reason);

  int socket_;
  std::string buffer_;
  std::size_t begin_ = 0;
};

}  // namespace countersign::simulator
