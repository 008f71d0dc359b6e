#include "stdlib/simulator/twilio/definition.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

namespace countersign::simulator {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 28> kWidgets = {"trigger",
                                                       "say-play",
                                                       "send-to-flex",
                                                       "split-based-on",
                                                       "gather-input-on-call",
                                                       "connect-call-to",
                                                       "enqueue-call",
                                                       "record-call",
                                                       "record-voicemail",
                                                       "capture-payments",
                                                       "send-message",
                                                       "send-and-wait-for-reply",
                                                       "make-http-request",
                                                       "run-function",
                                                       "set-variables",
                                                       "make-outgoing-call-v1",
                                                       "make-outgoing-call-v2",
                                                       "run-subflow",
                                                       "add-twiml-redirect",
                                                       "fork-stream",
                                                       "connect-virtual-agent",
                                                       "connect-virtual-agent-v2",
                                                       "send-to-autopilot",
                                                       "search-twilio-conversations",
                                                       "send-and-wait-for-reply-v2",
                                                       "send-to-conversation",
                                                       "state-machine",
                                                       "delay"};

constexpr std::size_t kMaxWidgets = 2000;

struct Checker {
  json errors = json::array();

  void complain(const std::string& path, const std::string& message) {
    errors.push_back({{"property_path", path}, {"message", message}});
  }

  void need_text(const json& object, const char* key, const std::string& path) {
    if (!object.contains(key) || !object[key].is_string() || object[key] == "")
      complain(path + "/" + key, std::string("required property is missing: ") + key);
  }

  void properties(const json& state, const std::string& path) {
    if (!state.contains("properties") || !state["properties"].is_object()) {
      complain(path + "/properties", "required property is missing: properties");
      return;
    }
    const json& properties = state["properties"];
    if (state["type"] == "send-to-flex") {
      need_text(properties, "workflow", path + "/properties");
      need_text(properties, "channel", path + "/properties");
    }
    if (state["type"] == "say-play" && !properties.contains("say") &&
        !properties.contains("play") && !properties.contains("digits"))
      complain(path + "/properties", "one of say, play, digits is required");
  }

  void transitions(const json& state, const std::set<std::string>& names, const std::string& path) {
    if (!state.contains("transitions") || !state["transitions"].is_array()) {
      complain(path + "/transitions", "required property is missing: transitions");
      return;
    }
    for (std::size_t i = 0; i < state["transitions"].size(); ++i) {
      const json& transition = state["transitions"][i];
      std::string place = path + "/transitions/" + std::to_string(i);
      if (!transition.is_object()) {
        complain(place, "must be an object");
        continue;
      }
      need_text(transition, "event", place);
      json next = transition.value("next", json());
      if (!next.is_null() && (!next.is_string() || !names.count(next.get<std::string>())))
        complain(place + "/next", "transition to a widget that does not exist: " + next.dump());
    }
  }

  void state(const json& state, std::set<std::string>& seen, const std::set<std::string>& names,
             const std::string& path) {
    if (!state.is_object()) return complain(path, "must be an object");
    need_text(state, "name", path);
    need_text(state, "type", path);
    std::string name = state.value("name", json("")).is_string() ? state.value("name", "") : "";
    if (!name.empty() && !seen.insert(name).second)
      complain(path + "/name", "widget names must be unique: " + name);
    if (!state.contains("type") || !state["type"].is_string()) return;
    std::string type = state["type"];
    if (!type.empty() && std::find(kWidgets.begin(), kWidgets.end(), type) == kWidgets.end())
      complain(path + "/type", "unknown widget type: " + type);
    properties(state, path);
    transitions(state, names, path);
  }
};

}  // namespace

json definition_errors(const json& definition) {
  Checker checker;
  if (!definition.is_object()) {
    checker.complain("#", "the definition must be a JSON object");
    return checker.errors;
  }
  checker.need_text(definition, "description", "#");
  checker.need_text(definition, "initial_state", "#");
  if (!definition.contains("states") || !definition["states"].is_array() ||
      definition["states"].empty()) {
    checker.complain("#/states", "required property is missing: states");
    return checker.errors;
  }
  const json& states = definition["states"];
  if (states.size() > kMaxWidgets) checker.complain("#/states", "more than 2000 widgets");
  std::set<std::string> names, seen;
  for (const json& state : states)
    if (state.is_object() && state.value("name", json()).is_string())
      names.insert(state["name"].get<std::string>());
  for (std::size_t i = 0; i < states.size(); ++i)
    checker.state(states[i], seen, names, "#/states/" + std::to_string(i));
  json start = definition.value("initial_state", json());
  if (start.is_string() && start != "" && !names.count(start.get<std::string>()))
    checker.complain("#/initial_state", "not the name of a widget: " + start.get<std::string>());
  return checker.errors;
}

}  // namespace countersign::simulator
