// The network: HTTP by libcurl. One thread of ours does all input and output; any number of
// callers wait in `send`. Connections are kept and shared between them.
//
// Always: certificates and host names are verified, redirects are not followed, plain HTTP goes to
// this machine only, proxy variables and ~/.netrc are ignored, nothing is sent twice by itself.
#pragma once
#include <atomic>
#include <memory>

#include "interpreter/transport.h"

namespace countersign {

class CurlTransport : public Transport {
 public:
  // `interrupted`: once it is set, what is under way is given up (kind "interrupted"), and so is
  // what is asked for while it is.
  explicit CurlTransport(const std::atomic<bool>* interrupted = nullptr);
  // Requests that are under way are given up; their callers get an error.
  ~CurlTransport() override;

  // Beyond the contract of Transport: kind "config" where libcurl is missing, kind "refused"
  // (status -1) where the request itself may not be sent (its URL, a line break in a header, a huge
  // body).
  Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace countersign
