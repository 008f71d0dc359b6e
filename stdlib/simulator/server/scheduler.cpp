#include "stdlib/simulator/server/scheduler.h"

#include <algorithm>

namespace countersign::simulator {
namespace {

bool earlier(const json& a, const json& b) {
  return a["at"].get<double>() < b["at"].get<double>();
}

std::string described(const json& entry) {
  std::string kind = entry.value("kind", ""), step = entry.value("step", "");
  if (kind == "webhook") return "the function is told of the recording";
  if (kind == "transcription") return "the transcript is ready";
  if (step == "fetch") return "the function fetches the recording";
  return step == "mail" ? "the function mails the voicemail" : "the function mails once more";
}

}  // namespace

void schedule(World& world, double at, json entry) {
  entry["at"] = at;
  world.state["due"].push_back(std::move(entry));
}

void carry_out_due(World& world, double until) {
  json& due = world.state["due"];
  bool held = world.clock.is_held();
  double now = world.clock.exact();
  for (;;) {
    auto next = std::min_element(due.begin(), due.end(), earlier);
    if (next == due.end() || (*next)["at"].get<double>() > until) break;
    json entry = *next;
    due.erase(next);
    world.clock.hold(entry["at"]);
    try {
      world.carry_out(world, entry);
    } catch (const json::exception&) {
      // What the world's author wrote into `due` need not make sense; then nothing comes of it.
    }
  }
  if (held)
    world.clock.hold(now);
  else
    world.clock.let_go();
}

json due_of_call(const World& world, const std::string& call_sid) {
  json all = json::array();
  for (const json& entry : world.state["due"])
    if (entry.value("call", "") == call_sid) all.push_back(entry);
  std::sort(all.begin(), all.end(), earlier);
  for (json& entry : all)
    entry = {{"at", iso_time(static_cast<Seconds>(entry["at"].get<double>()))},
             {"what", described(entry)}};
  return all;
}

}  // namespace countersign::simulator
