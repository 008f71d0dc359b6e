// One HTTP request as the simulator reads it, and the reply it writes.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interpreter/percent.h"

namespace countersign::simulator {

using nlohmann::json;

// Names and values in the order in which they came; a name may repeat.
class Fields {
 public:
  void add(std::string name, std::string value);
  // The first value of `name`.
  std::optional<std::string> find(std::string_view name) const;
  std::string get(std::string_view name, std::string_view otherwise = "") const;
  std::vector<std::string> all(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

struct ServedRequest {
  std::string method;
  std::string host;  // the provider's, without port
  std::string path;  // as sent, still percent-encoded, without query
  std::string query_text;
  Fields query;
  Fields headers;  // names in lower case
  std::string body;

  // The body's parameters: urlencoded or multipart (a file part's value is its content).
  Fields form() const;
  // Path and query as they were sent.
  std::string target() const;
  // The user and password of HTTP Basic; empty where there are none.
  std::pair<std::string, std::string> credential() const;
};

// How the connection goes on after a reply.
enum class ConnectionEnd {
  kept,       // the reply is whole, the connection stays
  reset,      // nothing is written, the peer sees a reset
  truncated,  // half the body is written, then the connection is closed
};

struct ServedReply {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  ConnectionEnd ending = ConnectionEnd::kept;

  ServedReply() = default;
  ServedReply(int code, const json& document);
};

ServedReply no_content();

Fields parse_urlencoded(std::string_view text);
Fields parse_multipart(std::string_view body, std::string_view content_type);

// The parts of a multipart form that are files.
struct FilePart {
  std::string name, filename, content_type;
  std::size_t size = 0;
};
std::vector<FilePart> parse_files(std::string_view body, std::string_view content_type);

// Text for people and logs: what is not UTF-8 is replaced.
std::string dump(const json& value, int indent = -1);

}  // namespace countersign::simulator
