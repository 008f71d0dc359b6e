// Faults: what goes wrong between a provider and its client, on purpose. Grammar and meaning are
// described in docs/formats/faults.md.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interpreter/error.h"

namespace countersign::simulator {

using nlohmann::json;

struct Fault {
  std::string kind;
  std::string match = "*";  // glob over "METHOD host/path"
  long times = 1;           // 0: always
  long skip = 0;            // so many matching requests pass untouched first
  int status = 0;
  std::optional<int> code;              // the error code in the body
  std::optional<int> retry_after;       // seconds
  std::optional<std::string> location;  // a redirect's header
  std::optional<std::string> body;
  long ms = 0;         // delay
  long mb = 0;         // huge
  double seconds = 0;  // late, refuse
  long seen = 0;       // matching requests so far
  long used = 0;       // of them, those it was applied to
  json before;         // stale: the state as it was when the fault was set
};

// Reads a fault as JSON or as the command line's text. Error kind "argument".
Result<Fault> read_fault(const json& value);
Result<Fault> parse_fault(std::string_view text);

json to_json(const Fault& fault);

// The faults in the order in which they were set.
class Faults {
 public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }
  json list() const;

  // What happens to one request: the delays add up, of the others the first that fits applies.
  struct Fate {
    long delay_ms = 0;
    std::optional<Fault> fault;
  };
  Fate decide(std::string_view method, std::string_view host, std::string_view target);

 private:
  std::vector<Fault> faults_;
};

}  // namespace countersign::simulator
