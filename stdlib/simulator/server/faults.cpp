#include "stdlib/simulator/server/faults.h"

#include <algorithm>
#include <array>

#include "interpreter/wildcard.h"

namespace countersign::simulator {
namespace {

constexpr std::array<std::string_view, 12> kKinds = {"status", "reset",    "drop",    "fail_after",
                                                     "delay",  "truncate", "garbage", "huge",
                                                     "late",   "stale",    "refuse",  "replace"};

constexpr std::array<std::string_view, 9> kNumbers = {
    "times", "skip", "after", "status", "code", "retry_after", "ms", "mb", "seconds"};

Error wrong(const std::string& what) {
  return fault_error(what);
}

bool applies(Fault& fault, const std::string& request) {
  if (fault.times > 0 && fault.used >= fault.times) return false;
  // A pattern that says nothing about the query fits any query.
  std::size_t question = request.find('?');
  bool whole = fault.match.find('?') != std::string::npos;
  if (!wildcard_matches(fault.match, whole ? request : request.substr(0, question),
                        QuestionMark::itself))
    return false;
  if (++fault.seen <= fault.skip) return false;
  ++fault.used;
  return true;
}

// What a replacement must say, and what only it may.
std::optional<Error> wrong_replacement(const Fault& fault) {
  if (fault.kind != "replace") {
    if (fault.pointer) return wrong("pointer belongs to kind replace");
    if (fault.value) return wrong("value belongs to kind replace");
    if (fault.header) return wrong("header belongs to kind replace");
    return std::nullopt;
  }
  if (fault.pointer.has_value() != fault.value.has_value())
    return wrong("pointer and value go together");
  if (fault.pointer && fault.body) return wrong("want either pointer and value, or body");
  if (!fault.pointer && !fault.body && !fault.header && fault.status == 0)
    return wrong("kind replace wants pointer and value, body, status or header");
  if (fault.pointer && !fault.pointer->empty() && fault.pointer->front() != '/')
    return wrong("got pointer " + *fault.pointer + ", want one such as /calls/0/sid");
  if (!fault.header) return std::nullopt;
  const std::size_t colon = fault.header->find(':');
  if (colon == std::string::npos || colon == 0 ||
      fault.header->find_first_of("\r\n") != std::string::npos)
    return wrong("got header \"" + *fault.header + "\", want one such as Retry-After: 5");
  std::string name = fault.header->substr(0, colon);
  std::transform(name.begin(), name.end(), name.begin(), ::tolower);
  for (const char* framing : {"content-length", "connection", "transfer-encoding"})
    if (name == framing)
      return wrong("header " + name + " frames the answer; for that there are truncate and drop");
  return std::nullopt;
}

Result<Fault> checked(Fault fault) {
  if (fault.kind.empty()) fault.kind = fault.status != 0 ? "status" : "";
  if (std::find(kKinds.begin(), kKinds.end(), fault.kind) == kKinds.end())
    return wrong("got kind \"" + fault.kind +
                 "\", want one of status, reset, drop, fail_after, delay, truncate, garbage, huge, "
                 "late, stale, refuse, replace");
  if (std::optional<Error> error = wrong_replacement(fault)) return *error;
  if (fault.kind == "status" && fault.status == 0) return wrong("kind status wants status=NUMBER");
  if (fault.status != 0 && (fault.status < 200 || fault.status > 599))
    return wrong("status " + std::to_string(fault.status) + " is not an HTTP status");
  if (fault.kind == "fail_after" && fault.status == 0) fault.status = 500;
  if (fault.kind == "delay" && fault.ms == 0) return wrong("kind delay wants ms=NUMBER");
  if (fault.kind == "huge" && fault.mb == 0) fault.mb = 64;
  if (fault.mb > 1024) return wrong("mb is at most 1024");
  if ((fault.kind == "late" || fault.kind == "refuse") && fault.seconds <= 0)
    return wrong("kind " + fault.kind + " wants seconds=NUMBER");
  // "POST host/path" names a method; without one any method fits.
  if (fault.match.find(' ') == std::string::npos && fault.match != "*")
    fault.match = "* " + fault.match;
  return fault;
}

}  // namespace

Error fault_error(const std::string& what) {
  return Error{"argument", "a fault: " + what,
               "for example match=POST api.twilio.com/*/Keys*,times=2,status=429,retry_after=1"};
}

bool is_number_of_fault(std::string_view field) {
  return std::find(kNumbers.begin(), kNumbers.end(), field) != kNumbers.end();
}

Result<Fault> read_fault(const json& value) {
  if (value.is_string()) return parse_fault(value.get<std::string>());
  if (!value.is_object()) return wrong("want an object or text");
  Fault fault;
  if (value.contains("skip") && value.contains("after"))
    return wrong("skip and after are one thing: give one of them");
  for (const auto& [key, entry] : value.items()) {
    bool number = is_number_of_fault(key);
    if (number && !entry.is_number()) return wrong(key + " wants a number");
    if (number && entry.get<double>() < 0) return wrong(key + " must not be negative");
    if ((key == "kind" || key == "match" || key == "location" || key == "pointer" ||
         key == "header") &&
        !entry.is_string())
      return wrong(key + " wants text");
    if (key == "kind")
      fault.kind = entry;
    else if (key == "match")
      fault.match = entry;
    else if (key == "times")
      fault.times = entry;
    else if (key == "skip" || key == "after")
      fault.skip = entry;
    else if (key == "status")
      fault.status = entry;
    else if (key == "code")
      fault.code = entry.get<int>();
    else if (key == "retry_after")
      fault.retry_after = entry.get<int>();
    else if (key == "location")
      fault.location = entry.get<std::string>();
    else if (key == "ms")
      fault.ms = entry;
    else if (key == "mb")
      fault.mb = entry;
    else if (key == "seconds")
      fault.seconds = entry;
    else if (key == "pointer")
      fault.pointer = entry.get<std::string>();
    else if (key == "value")
      fault.value = entry;
    else if (key == "header")
      fault.header = entry.get<std::string>();
    else if (key == "body")
      fault.body = entry.is_string() ? entry.get<std::string>() : entry.dump();
    else
      return wrong("unknown field \"" + key + "\"");
  }
  return checked(std::move(fault));
}

json to_json(const Fault& fault) {
  json out = {{"kind", fault.kind}, {"match", fault.match}, {"times", fault.times},
              {"skip", fault.skip}, {"seen", fault.seen},   {"used", fault.used}};
  if (fault.status) out["status"] = fault.status;
  if (fault.code) out["code"] = *fault.code;
  if (fault.retry_after) out["retry_after"] = *fault.retry_after;
  if (fault.location) out["location"] = *fault.location;
  if (fault.body) out["body"] = *fault.body;
  if (fault.pointer) out["pointer"] = *fault.pointer;
  if (fault.value) out["value"] = *fault.value;
  if (fault.header) out["header"] = *fault.header;
  if (fault.ms) out["ms"] = fault.ms;
  if (fault.mb) out["mb"] = fault.mb;
  if (fault.seconds > 0) out["seconds"] = fault.seconds;
  return out;
}

json Faults::FaultDecision::name() const {
  if (fault) return fault->kind;
  return replacements.empty() ? json() : json("replace");
}

json Faults::list() const {
  json all = json::array();
  for (const Fault& fault : faults_) all.push_back(to_json(fault));
  return all;
}

Faults::FaultDecision Faults::decide(std::string_view method, std::string_view host,
                                     std::string_view target) {
  std::string request = std::string(method) + " " + std::string(host) + std::string(target);
  FaultDecision fate;
  for (Fault& fault : faults_) {
    if (fault.kind == "delay") {
      if (applies(fault, request)) fate.delay_ms += fault.ms;
    } else if (fault.kind == "replace") {
      if (applies(fault, request)) fate.replacements.push_back(fault);
    } else if (!fate.fault && applies(fault, request)) {
      fate.fault = fault;
    }
  }
  return fate;
}

}  // namespace countersign::simulator
