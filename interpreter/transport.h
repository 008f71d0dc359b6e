// The seam to the network: one exchange, blocking, callable from any thread.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "interpreter/error.h"

namespace countersign {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string user = {}, password = {};  // Basic authentication where user is not empty
  long timeout_ms = 30'000;
  std::size_t max_bytes = 32u << 20;  // a longer answer is an error
  bool safe = true;                   // may be repeated although the provider may have acted
};

struct HttpResponse {
  int status = 0;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // Any HTTP status is a response. Errors: kind "transport"; `status` is -1 where the request
  // surely was not sent (refused connection, unknown host), 0 where the provider may have acted.
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

}  // namespace countersign
