// What a fault does to one request (member of Stage).
#include "stdlib/simulator/server/fault_layer.h"
#include "stdlib/simulator/server/providers.h"

namespace countersign::simulator {
namespace {

const char* message_of(int status) {
  switch (status) {
    case 401:
      return "Authenticate";
    case 409:
      return "A conflicting resource update is in progress";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

int code_of(int status) {
  switch (status) {
    case 401:
      return 20003;
    case 403:
      return 20403;
    case 404:
      return 20404;
    case 409:
      return 20162;
    case 429:
      return 20429;
    case 503:
      return 20503;
    default:
      return 20500;
  }
}

ServedReply error_of(const Fault& fault, const ServedRequest& request) {
  ServedReply reply =
      provider_error(request.host, fault.status, fault.code.value_or(code_of(fault.status)),
                     message_of(fault.status));
  if (fault.body) reply.body = *fault.body;
  if (fault.location) reply.headers.emplace_back("Location", *fault.location);
  if (fault.retry_after)
    reply.headers.emplace_back("Retry-After", std::to_string(*fault.retry_after));
  return reply;
}

// A valid JSON document of about so many megabytes.
std::string huge_body(long mb) {
  return "{\"filler\":\"" + std::string(static_cast<std::size_t>(mb) * 1024 * 1024, 'x') + "\"}";
}

}  // namespace

ServedReply FaultLayer::apply_fault(const Fault& fault, const ServedRequest& request) {
  ServedReply reply;
  if (fault.kind == "status") return error_of(fault, request);
  if (fault.kind == "reset" || fault.kind == "late") {
    if (fault.kind == "late") late_.push_back({world_.clock.exact() + fault.seconds, request});
    if (fault.kind == "late" && fault.status != 0) return error_of(fault, request);
    reply.ending = ConnectionEnd::reset;
    return reply;
  }
  if (fault.kind == "stale") {
    World past = world_;
    past.state = fault.before;
    past.outbound = reach;  // the past has neither faults nor a log
    return answer_or_500(past, request);
  }
  reply = answer_or_500(world_, request);
  if (fault.kind == "drop") reply.ending = ConnectionEnd::reset;
  if (fault.kind == "fail_after") return error_of(fault, request);
  if (fault.kind == "truncate") {
    reply.ending = ConnectionEnd::truncated;
    if (reply.status == 204) reply.status = 200;  // without a body nothing could be cut off
    if (reply.body.empty()) reply.body = "{}";
  }
  if (fault.kind == "garbage") {
    reply.content_type = "text/html";
    reply.body = fault.body.value_or("<html><body><h1>502 Bad Gateway</h1></body></html>");
    reply.status = fault.status != 0 ? fault.status : 200;
  }
  if (fault.kind == "huge") {
    reply.body = huge_body(fault.mb);
    if (reply.status == 204) reply.status = 200;
  }
  return reply;
}

}  // namespace countersign::simulator
