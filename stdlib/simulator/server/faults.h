// Faults: what goes wrong between a provider and its client, on purpose. Grammar and meaning are
// described in docs/formats/faults.md.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interpreter/error.h"
#include "stdlib/simulator/server/message.h"

namespace countersign::simulator {

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
  std::optional<std::string> pointer;  // replace: which field of the answer; "*" is any segment
  std::optional<json> value;           // replace: what stands there instead
  std::optional<std::string> header;   // replace: "Name: value"
  long ms = 0;                         // delay
  long mb = 0;                         // huge
  double seconds = 0;                  // late, refuse
  long seen = 0;                       // matching requests so far
  long used = 0;                       // of them, those it was applied to
  json before;                         // stale: the state as it was when the fault was set
};

// Reads a fault as JSON or as the command line's text (in fault_text.cpp). Error kind "argument".
Result<Fault> read_fault(const json& value);
Result<Fault> parse_fault(std::string_view text);
Error fault_error(const std::string& what);
bool is_number_of_fault(std::string_view field);

json to_json(const Fault& fault);

// The faults in the order in which they were set.
class Faults {
 public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }
  json list() const;

  // What happens to one request: delays and replacements add up, of the others the first that fits
  // applies.
  struct FaultDecision {
    long delay_ms = 0;
    std::optional<Fault> fault;
    std::vector<Fault> replacements;

    // What the log of requests calls it; null for none.
    json name() const;
  };
  FaultDecision decide(std::string_view method, std::string_view host, std::string_view target);

 private:
  std::vector<Fault> faults_;
};

// Makes the answer a lie where the fault says so; an answer that does not have the place stays.
void replace_in(ServedReply& reply, const Fault& fault);

}  // namespace countersign::simulator
