// The state of the simulated providers. docs/formats/world.md describes the document it is read
// from and written as.
#pragma once
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "interpreter/error.h"
#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/simulated_clock.h"

namespace countersign::simulator {

using nlohmann::json;

class World {
 public:
  // Reads a world, fills in what it leaves out. Error (kind "config"): what is wrong, with the
  // JSON pointer of the place. Its time goes by as `real`'s does, `time_scale` times as fast.
  static Result<World> read(const json& document, double time_scale, Clock& real = wall_clock());

  // The document as it stands, with the present simulated time: reading it gives this world.
  json document() const;

  // Applies an RFC 6902 patch and fills in what it leaves out; on an error nothing changes.
  Status patch(const json& operations);

  // A new identifier, e.g. FW and 32 hexadecimal digits; the same sequence in every run.
  std::string new_sid(std::string_view prefix);

  Seconds now() const { return clock.now(); }
  std::string stamp() const { return iso_time(clock.now()); }

  json& accounts() { return state["accounts"]; }
  json& mailgun() { return state["mailgun"]; }

  json state;
  SimulatedClock clock;
  std::uint64_t requests = 0;  // answered so far; not part of the document
  // Carries a request of one party of the world to another (Twilio's to a function, a function's to
  // Mailgun): whoever serves the world sets it, and puts faults and a log in between. Not part of
  // the document.
  std::function<ServedReply(World&, const ServedRequest&)> outbound;
  // Carries out an entry of the agenda whose time has come. Not part of the document.
  std::function<void(World&, const json& entry)> carry_out;

 private:
  World(json filled, SimulatedClock started) : state(std::move(filled)), clock(started) {}
};

// The record in the list `records` whose `field` is `value`; nullptr without one.
json* find_record(json& records, std::string_view value, std::string_view field = "sid");

// Takes it out of the list. False without one.
bool erase_record(json& records, std::string_view value, std::string_view field = "sid");

}  // namespace countersign::simulator
