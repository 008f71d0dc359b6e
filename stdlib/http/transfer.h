// One exchange on libcurl's terms: its options, what has arrived, and how its end is told.
#pragma once
#include <string>

#include "interpreter/transport.h"
#include "stdlib/http/curl_library.h"

namespace countersign {

class Transfer {
 public:
  // `request` must outlive the transfer.
  explicit Transfer(const HttpRequest& request) : request_(request) {}
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Sets every option on a fresh or reset `easy`, which then refers to this object.
  bool prepare(const CurlLibrary& curl, CURL* easy);
  // What came of it, once libcurl is done with `easy`.
  Result<HttpResponse> conclude(const CurlLibrary& curl, CURL* easy, CURLcode code);

  // Guarded by the loop's mutex.
  bool done = false;
  Result<HttpResponse> outcome = HttpResponse();

 private:
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self);
  Error failure(const CurlLibrary& curl, CURL* easy, CURLcode code) const;

  const HttpRequest& request_;
  const CurlLibrary* curl_ = nullptr;
  curl_slist* headers_ = nullptr;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool headers_ended_ = false, too_large_ = false, too_many_headers_ = false;
};

}  // namespace countersign
