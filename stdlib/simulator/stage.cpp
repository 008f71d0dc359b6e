#include "stdlib/simulator/stage.h"

#include <algorithm>
#include <thread>

#include "stdlib/simulator/providers.h"

namespace countersign::simulator {
namespace {

constexpr std::size_t kLogLimit = 1'000'000;

bool is_loopback(const std::string& host) {
  return host.empty() || host == "127.0.0.1" || host == "localhost";
}

// Takes the provider's host from the Host header, or from the first element of the path.
void address_provider(Request& request) {
  request.host = request.host.substr(0, request.host.find(':'));
  if (!is_loopback(request.host)) return;
  std::size_t end = request.path.find('/', 1);
  request.host = request.path.substr(1, end == std::string::npos ? end : end - 1);
  request.path = end == std::string::npos ? "/" : request.path.substr(end);
}

json log_entry(const Request& request, std::size_t n, const std::string& time) {
  json principal;
  if (std::string user = request.credential().first; !user.empty()) principal = user;
  return {{"n", n},
          {"time", time},
          {"method", request.method},
          {"host", request.host},
          {"path", request.target()},
          {"body", request.body},
          {"principal", principal},
          {"status", nullptr},
          {"fault", nullptr}};
}

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

Reply error_of(const Fault& fault, const Request& request) {
  Reply reply =
      provider_error(request.host, fault.status, fault.code.value_or(code_of(fault.status)),
                     message_of(fault.status));
  if (fault.body) reply.body = *fault.body;
  if (fault.retry_after)
    reply.headers.emplace_back("Retry-After", std::to_string(*fault.retry_after));
  return reply;
}

// A valid JSON document of about so many megabytes.
std::string huge_body(long mb) {
  return "{\"filler\":\"" + std::string(static_cast<std::size_t>(mb) * 1024 * 1024, 'x') + "\"}";
}

// A provider does not fall over: what goes wrong inside is a 500.
Reply answer_safely(World& world, const Request& request) {
  try {
    return answer(world, request);
  } catch (const std::exception& problem) {
    return provider_error(request.host, 500, 20500,
                          std::string("Internal Server Error: ") + problem.what());
  }
}

Reply trouble(int status, const Error& error) {
  return Reply(
      status,
      {{"error", {{"kind", error.kind}, {"message", error.message}, {"hint", error.hint}}}});
}

}  // namespace

Reply Stage::handle(Request& request) {
  bool loopback = is_loopback(request.host.substr(0, request.host.find(':')));
  if (loopback && request.path.compare(0, 6, "/_sim/") == 0) return own(request);
  address_provider(request);
  return provider(request);
}

Reply Stage::provider(Request& request) {
  std::size_t n = 0;
  Faults::Fate fate;
  {
    std::lock_guard lock(mutex_);
    settle();
    fate = faults_.decide(request.method, request.host, request.target());
    n = log_.size();
    if (n < kLogLimit) log_.push_back(log_entry(request, n + 1, world_.stamp()));
    if (fate.fault && n < kLogLimit) log_[n]["fault"] = fate.fault->kind;
  }
  wait(fate.delay_ms);
  std::lock_guard lock(mutex_);
  Reply reply = fate.fault ? suffer(*fate.fault, request) : answer_safely(world_, request);
  if (reply.ending != Ending::reset && n < log_.size()) log_[n]["status"] = reply.status;
  return reply;
}

Reply Stage::suffer(const Fault& fault, const Request& request) {
  Reply reply;
  if (fault.kind == "status") return error_of(fault, request);
  if (fault.kind == "reset" || fault.kind == "late") {
    if (fault.kind == "late") late_.push_back({world_.clock.exact() + fault.seconds, request});
    if (fault.kind == "late" && fault.status != 0) return error_of(fault, request);
    reply.ending = Ending::reset;
    return reply;
  }
  if (fault.kind == "stale") {
    World past = world_;
    past.state = fault.before;
    return answer_safely(past, request);
  }
  reply = answer_safely(world_, request);
  if (fault.kind == "drop") reply.ending = Ending::reset;
  if (fault.kind == "fail_after") return error_of(fault, request);
  if (fault.kind == "truncate") {
    reply.ending = Ending::truncated;
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

// Carries out what arrives late and is due by now, in the order of its time.
void Stage::settle() {
  std::stable_sort(late_.begin(), late_.end(),
                   [](const Late& a, const Late& b) { return a.due < b.due; });
  double now = world_.clock.exact();
  while (!late_.empty() && late_.front().due <= now) {
    Request request = std::move(late_.front().request);
    late_.erase(late_.begin());
    answer_safely(world_, request);
  }
}

void Stage::wait(long ms) {
  auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  while (!stopping_) {
    auto left = until - std::chrono::steady_clock::now();
    if (left.count() <= 0) return;
    std::this_thread::sleep_for(
        std::min<std::chrono::steady_clock::duration>(left, std::chrono::milliseconds(50)));
  }
}

Reply Stage::own(const Request& request) {
  const std::string name = request.path.substr(6);
  const std::string& method = request.method;
  json body = request.body.empty() ? json() : json::parse(request.body, nullptr, false);
  if (name == "world" && method == "GET") return Reply(200, world());
  if (name == "requests" && method == "GET") return Reply(200, requests());
  if (name == "requests" && method == "DELETE") {
    std::lock_guard lock(mutex_);
    log_ = json::array();
    return no_content();
  }
  if (name == "clock") return own_clock(request);
  if (name == "patch" && method == "POST") {
    Status done = patch(body);
    return done ? no_content() : trouble(400, done.error());
  }
  if (name == "faults") {
    if (method == "POST") {
      // Text of the command line's form is no JSON.
      Status done = add_faults(body.is_discarded() ? json(request.body) : body);
      if (!done) return trouble(400, done.error());
    }
    std::lock_guard lock(mutex_);
    if (method == "DELETE") faults_.clear();
    return Reply(200, faults_.list());
  }
  return Reply(404, {{"error",
                      {{"kind", "usage"},
                       {"message", "no such address: " + method + " " + request.path},
                       {"hint", "there are world, requests, faults, clock and patch"}}}});
}

Reply Stage::own_clock(const Request& request) {
  std::lock_guard lock(mutex_);
  if (request.method == "POST") {
    json body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return trouble(400, {"argument", "the clock wants a JSON object"});
    if (body.contains("set")) {
      std::optional<Seconds> time;
      if (body["set"].is_string()) time = parse_date(body["set"].get<std::string>());
      if (!time)
        return trouble(400, {"argument", "set: got " + body["set"].dump() + ", want a date"});
      world_.clock.set(static_cast<double>(*time));
    }
    for (const char* field : {"advance", "scale"})
      if (body.contains(field) && !body[field].is_number())
        return trouble(400, {"argument", std::string(field) + " wants a number"});
    if (body.contains("advance")) world_.clock.advance(body["advance"].get<double>());
    if (body.contains("scale")) world_.clock.set_scale(body["scale"].get<double>());
    settle();
  }
  return Reply(
      200,
      {{"time", world_.stamp()}, {"unix", world_.clock.now()}, {"scale", world_.clock.scale()}});
}

std::string Stage::date() {
  std::lock_guard lock(mutex_);
  return http_date(world_.now());
}

json Stage::world() {
  std::lock_guard lock(mutex_);
  settle();
  return world_.document();
}

json Stage::requests() {
  std::lock_guard lock(mutex_);
  return log_;
}

Status Stage::patch(const json& operations) {
  std::lock_guard lock(mutex_);
  if (!operations.is_array())
    return Error{"argument", "a patch is a list of operations as in RFC 6902"};
  return world_.patch(operations);
}

Status Stage::add_faults(const json& faults) {
  std::vector<Fault> read;
  for (const json& entry : faults.is_array() ? faults : json::array({faults})) {
    Result<Fault> fault = read_fault(entry);
    if (!fault) return fault.error();
    read.push_back(std::move(*fault));
  }
  double refused = 0;
  {
    std::lock_guard lock(mutex_);
    for (Fault& fault : read) {
      if (fault.kind == "refuse") {
        refused = std::max(refused, fault.seconds);
        continue;
      }
      if (fault.kind == "stale") fault.before = world_.state;
      faults_.add(std::move(fault));
    }
  }
  if (refused > 0) refuse_(std::chrono::milliseconds(static_cast<long>(refused * 1000)));
  return Done{};
}

void Stage::advance(double seconds) {
  std::lock_guard lock(mutex_);
  world_.clock.advance(seconds);
  settle();
}

}  // namespace countersign::simulator
