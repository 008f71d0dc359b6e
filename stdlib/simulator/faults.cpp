#include "stdlib/simulator/faults.h"

#include <algorithm>
#include <array>

#include "stdlib/simulator/glob.h"

namespace countersign::simulator {
namespace {

constexpr std::array<std::string_view, 11> kKinds = {"status", "reset",    "drop",    "fail_after",
                                                     "delay",  "truncate", "garbage", "huge",
                                                     "late",   "stale",    "refuse"};

constexpr std::array<std::string_view, 8> kNumbers = {"times",       "skip", "status", "code",
                                                      "retry_after", "ms",   "mb",     "seconds"};

Error wrong(const std::string& what) {
  return Error{"argument", "a fault: " + what,
               "for example match=POST api.twilio.com/*/Keys*,times=2,status=429,retry_after=1"};
}

bool applies(Fault& fault, const std::string& request) {
  if (fault.times > 0 && fault.used >= fault.times) return false;
  // A pattern that says nothing about the query fits any query.
  std::size_t question = request.find('?');
  bool whole = fault.match.find('?') != std::string::npos;
  if (!glob_matches(fault.match, whole ? request : request.substr(0, question))) return false;
  if (++fault.seen <= fault.skip) return false;
  ++fault.used;
  return true;
}

Result<Fault> checked(Fault fault) {
  if (fault.kind.empty()) fault.kind = fault.status != 0 ? "status" : "";
  if (std::find(kKinds.begin(), kKinds.end(), fault.kind) == kKinds.end())
    return wrong("got kind \"" + fault.kind +
                 "\", want one of status, reset, drop, fail_after, delay, truncate, garbage, huge, "
                 "late, stale, refuse");
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

Result<Fault> read_fault(const json& value) {
  if (value.is_string()) return parse_fault(value.get<std::string>());
  if (!value.is_object()) return wrong("want an object or text");
  Fault fault;
  for (const auto& [key, entry] : value.items()) {
    bool number = std::find(kNumbers.begin(), kNumbers.end(), key) != kNumbers.end();
    if (number && !entry.is_number()) return wrong(key + " wants a number");
    if (number && entry.get<double>() < 0) return wrong(key + " must not be negative");
    if ((key == "kind" || key == "match" || key == "location") && !entry.is_string())
      return wrong(key + " wants text");
    if (key == "kind")
      fault.kind = entry;
    else if (key == "match")
      fault.match = entry;
    else if (key == "times")
      fault.times = entry;
    else if (key == "skip")
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
    else if (key == "body")
      fault.body = entry.is_string() ? entry.get<std::string>() : entry.dump();
    else
      return wrong("unknown field \"" + key + "\"");
  }
  return checked(std::move(fault));
}

Result<Fault> parse_fault(std::string_view text) {
  json fields = json::object();
  while (!text.empty()) {
    std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
      return wrong("got \"" + std::string(text) + "\", want NAME=VALUE");
    std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    // A body may hold commas: it is the last field and takes the rest.
    std::string_view value = name == "body" ? text : text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), value.size() + 1));
    if (fields.contains(name)) return wrong(name + " is given twice");
    if (name == "times" && value == "always") value = "0";
    if (std::find(kNumbers.begin(), kNumbers.end(), name) == kNumbers.end()) {
      fields[name] = std::string(value);
      continue;
    }
    if (value.empty() || value.size() > 9 ||
        value.find_first_not_of("0123456789.") != std::string_view::npos ||
        std::count(value.begin(), value.end(), '.') > 1 || value == ".")
      return wrong("got " + name + "=" + std::string(value) + ", want a number");
    fields[name] = std::stod(std::string(value));
  }
  return read_fault(fields);
}

json to_json(const Fault& fault) {
  json out = {{"kind", fault.kind}, {"match", fault.match}, {"times", fault.times},
              {"skip", fault.skip}, {"seen", fault.seen},   {"used", fault.used}};
  if (fault.status) out["status"] = fault.status;
  if (fault.code) out["code"] = *fault.code;
  if (fault.retry_after) out["retry_after"] = *fault.retry_after;
  if (fault.location) out["location"] = *fault.location;
  if (fault.body) out["body"] = *fault.body;
  if (fault.ms) out["ms"] = fault.ms;
  if (fault.mb) out["mb"] = fault.mb;
  if (fault.seconds > 0) out["seconds"] = fault.seconds;
  return out;
}

json Faults::list() const {
  json all = json::array();
  for (const Fault& fault : faults_) all.push_back(to_json(fault));
  return all;
}

Faults::Fate Faults::decide(std::string_view method, std::string_view host,
                            std::string_view target) {
  std::string request = std::string(method) + " " + std::string(host) + std::string(target);
  Fate fate;
  for (Fault& fault : faults_) {
    if (fault.kind == "delay") {
      if (applies(fault, request)) fate.delay_ms += fault.ms;
    } else if (!fate.fault && applies(fault, request)) {
      fate.fault = fault;
    }
  }
  return fate;
}

}  // namespace countersign::simulator
