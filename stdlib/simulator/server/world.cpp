#include "stdlib/simulator/server/world.h"

#include "interpreter/digest.h"
#include "stdlib/simulator/server/filling.h"

namespace countersign::simulator {
namespace {

Result<double> start_time(const json& document, Clock& real) {
  if (!document.is_object()) return Error{"config", "a world is a JSON object"};
  if (!document.contains("time")) return std::chrono::duration<double>(real.since_epoch()).count();
  const json& text = document["time"];
  std::optional<Seconds> time;
  if (text.is_string()) time = parse_date(text.get<std::string>());
  if (!time)
    return Error{"config", "/time: got " + text.dump() + ", want a date",
                 "write it as 2026-11-20T12:00:00Z"};
  return static_cast<double>(*time);
}

}  // namespace

Result<World> World::read(const json& document, double time_scale, Clock& real) {
  double start = TRY(start_time(document, real));
  json filled = TRY(fill_world(document, static_cast<Seconds>(start)));
  return World(std::move(filled), SimulatedClock(start, time_scale, real));
}

json World::document() const {
  json copy = state;
  copy["time"] = stamp();
  return copy;
}

Status World::patch(const json& operations) {
  const json original = document();
  json changed;
  try {
    changed = original.patch(operations);
  } catch (const json::exception& problem) {
    // The library's text is "[json.exception.…] reason"; people get the reason.
    std::string text = problem.what();
    std::size_t end = text.find("] ");
    return Error{"argument", "the patch does not apply: " +
                                 (end == std::string::npos ? text : text.substr(end + 2))};
  }
  std::optional<Seconds> time;
  if (changed.is_object() && changed.value("time", json()).is_string())
    time = parse_date(changed["time"].get<std::string>());
  json filled = TRY(fill_world(changed, time.value_or(now())));
  state = std::move(filled);
  // Only a patch of the time moves the clock, which has gone on meanwhile.
  if (time && changed["time"] != original.value("time", json()))
    clock.set(static_cast<double>(*time));
  return Done{};
}

std::string World::new_sid(std::string_view prefix) {
  std::uint64_t count = state.value("minted", std::uint64_t{0}) + 1;
  state["minted"] = count;
  return std::string(prefix) +
         sha256_hex("minted/" + std::string(prefix) + "/" + std::to_string(count)).substr(0, 32);
}

json* find_record(json& records, std::string_view value, std::string_view field) {
  for (json& record : records) {
    auto it = record.find(field);
    if (it != record.end() && it->is_string() && it->get_ref<const std::string&>() == value)
      return &record;
  }
  return nullptr;
}

bool erase_record(json& records, std::string_view value, std::string_view field) {
  for (auto it = records.begin(); it != records.end(); ++it)
    if (it->value(field, "") == value) {
      records.erase(it);
      return true;
    }
  return false;
}

}  // namespace countersign::simulator
