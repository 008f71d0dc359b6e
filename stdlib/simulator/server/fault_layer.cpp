#include "stdlib/simulator/server/fault_layer.h"

#include <algorithm>

#include "interpreter/digest.h"
#include "stdlib/simulator/server/due_entry.h"
#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/server/providers.h"
#include "stdlib/simulator/server/scheduler.h"

namespace countersign::simulator {
namespace {

constexpr std::size_t kLogLimit = 1'000'000;
constexpr double kTimeout = 15;  // seconds that Twilio waits for a webhook's answer

bool is_loopback(const std::string& host) {
  return host.empty() || host == "127.0.0.1" || host == "localhost";
}

// Takes the provider's host from the Host header, or from the first element of the path.
void address_provider(ServedRequest& request) {
  request.host = request.host.substr(0, request.host.find(':'));
  if (!is_loopback(request.host)) return;
  std::size_t end = request.path.find('/', 1);
  request.host = request.path.substr(1, end == std::string::npos ? end : end - 1);
  request.path = end == std::string::npos ? "/" : request.path.substr(end);
}

json log_entry(const ServedRequest& request, std::size_t n, const std::string& time) {
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

}  // namespace

FaultLayer::FaultLayer(World world, std::function<void(std::chrono::milliseconds)> refuse,
                       Clock& real)
    : instance_(to_hex(random_bytes(8))),
      world_(std::move(world)),
      refuse_(std::move(refuse)),
      real_(real) {
  world_.outbound = [this](World&, const ServedRequest& request) { return between(request); };
  world_.carry_out = carry_out;
}

ServedReply FaultLayer::handle(ServedRequest& request) {
  bool loopback = is_loopback(request.host.substr(0, request.host.find(':')));
  if (loopback && request.path.compare(0, 6, "/_sim/") == 0) return own(request);
  address_provider(request);
  return provider(request);
}

ServedReply FaultLayer::provider(ServedRequest& request) {
  std::size_t n = 0;
  Faults::FaultDecision fate;
  {
    std::lock_guard lock(mutex_);
    settle();
    fate = faults_.decide(request.method, request.host, request.target());
    n = log_.size();
    if (n < kLogLimit) log_.push_back(log_entry(request, n + 1, world_.stamp()));
    if (n < kLogLimit) log_[n]["fault"] = fate.name();
  }
  wait(fate.delay_ms);
  std::lock_guard lock(mutex_);
  ServedReply reply =
      fate.fault ? apply_fault(*fate.fault, request) : answer_or_500(world_, request);
  for (const Fault& lie : fate.replacements) replace_in(reply, lie);
  if (reply.ending != ConnectionEnd::reset && n < log_.size()) log_[n]["status"] = reply.status;
  return reply;
}

// What one party of the world asks another. The mutex is held. A delay passes by the simulated
// clock, where that stands still for a call, and ends a request as Twilio's own limit does.
ServedReply FaultLayer::between(const ServedRequest& request) {
  Faults::FaultDecision fate = faults_.decide(request.method, request.host, request.target());
  std::size_t n = log_.size();
  if (n < kLogLimit) {
    log_.push_back(log_entry(request, n + 1, world_.stamp()));
    log_[n]["by"] = request.headers.has("x-twilio-signature") ? "twilio" : "function";
    log_[n]["fault"] = fate.name();
  }
  double delay = std::min(static_cast<double>(fate.delay_ms) / 1000, kTimeout);
  if (world_.clock.is_held()) world_.clock.hold(world_.clock.exact() + delay);
  ServedReply reply = fate.fault ? apply_fault(*fate.fault, request) : reach(world_, request);
  for (const Fault& lie : fate.replacements) replace_in(reply, lie);
  if (delay >= kTimeout) reply.ending = ConnectionEnd::reset;
  if (reply.ending != ConnectionEnd::reset && n < log_.size()) log_[n]["status"] = reply.status;
  return reply;
}

// Carries out what arrives late and is due by now, in the order of its time; then what was going to
// happen by itself.
void FaultLayer::settle() {
  std::stable_sort(late_.begin(), late_.end(),
                   [](const Late& a, const Late& b) { return a.due < b.due; });
  double now = world_.clock.exact();
  while (!late_.empty() && late_.front().due <= now) {
    ServedRequest request = std::move(late_.front().request);
    late_.erase(late_.begin());
    answer_or_500(world_, request);
  }
  carry_out_due(world_, now);
}

void FaultLayer::wait(long ms) {
  real_.sleep(std::chrono::milliseconds(ms), &stopping_);
}

std::string FaultLayer::date() {
  std::lock_guard lock(mutex_);
  return http_time(world_.now());
}

json FaultLayer::world() {
  std::lock_guard lock(mutex_);
  settle();
  return world_.document();
}

json FaultLayer::requests() {
  std::lock_guard lock(mutex_);
  return log_;
}

Status FaultLayer::patch(const json& operations) {
  std::lock_guard lock(mutex_);
  if (!operations.is_array())
    return Error{"argument", "a patch is a list of operations as in RFC 6902"};
  return world_.patch(operations);
}

Status FaultLayer::add_faults(const json& faults) {
  std::vector<Fault> read;
  for (const json& entry : faults.is_array() ? faults : json::array({faults})) {
    Fault fault = TRY(read_fault(entry));
    read.push_back(std::move(fault));
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

double FaultLayer::exact_time() {
  std::lock_guard lock(mutex_);
  return world_.clock.exact();
}

void FaultLayer::advance(double seconds) {
  std::lock_guard lock(mutex_);
  world_.clock.advance(seconds);
  settle();
}

}  // namespace countersign::simulator
