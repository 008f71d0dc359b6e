#include "stdlib/simulator/server/server.h"

#include "stdlib/simulator/server/fault_layer.h"
#include "stdlib/simulator/server/listener.h"
#include "stdlib/simulator/server/served_clock.h"

namespace countersign::simulator {

// The stage outlives the listener: threads of the listener call into it until they are joined.
struct Simulator::Impl {
  explicit Impl(Clock& given) : real(given) {}

  Clock& real;
  std::unique_ptr<FaultLayer> stage;
  std::unique_ptr<Listener> listener;
  int port = 0;
  ServedClock clock{[this] { return stage->exact_time(); },
                    [this](double seconds) { stage->advance(seconds); }, real};
};

Simulator::Simulator(Clock& real) : impl_(std::make_unique<Impl>(real)) {}

Simulator::~Simulator() {
  stop();
}

Result<int> Simulator::start(const json& world, const Options& options) {
  stop();
  World read = TRY(World::read(world, options.time_scale, impl_->real));
  Impl* impl = impl_.get();
  auto stage = std::make_unique<FaultLayer>(
      std::move(read),
      [impl](std::chrono::milliseconds time) {
        if (impl->listener) impl->listener->refuse(time);
      },
      impl->real);
  impl->stage = std::move(stage);
  impl->listener = std::make_unique<Listener>(
      [impl](ServedRequest& request) { return impl->stage->handle(request); },
      [impl] { return impl->stage->date(); }, impl->real);
  for (const std::string& fault : options.faults) TRY(parse_fault(fault));
  Result<int> port = impl->listener->open(options.port);
  if (!port) return port;
  impl->port = *port;
  for (const std::string& fault : options.faults) TRY(impl->stage->add_faults(json(fault)));
  return port;
}

void Simulator::stop() {
  if (impl_->stage) impl_->stage->interrupt();
  if (impl_->listener) impl_->listener->close();
  impl_->listener.reset();
}

int Simulator::port() const {
  return impl_->port;
}

std::string Simulator::endpoint() const {
  return "http://127.0.0.1:" + std::to_string(impl_->port);
}

json Simulator::world() const {
  return impl_->stage->world();
}

json Simulator::requests() const {
  return impl_->stage->requests();
}

Status Simulator::patch(const json& operations) {
  return impl_->stage->patch(operations);
}

Status Simulator::add_fault(const std::string& text) {
  return impl_->stage->add_faults(json(text));
}

void Simulator::advance(double seconds) {
  impl_->stage->advance(seconds);
}

Clock& Simulator::clock() {
  return impl_->clock;
}

}  // namespace countersign::simulator
