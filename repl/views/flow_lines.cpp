#include "repl/views/flow_lines.h"

#include <algorithm>
#include <set>

#include "interpreter/placeholder.h"

namespace countersign {
namespace {

// What callers hear or read, in the properties of the widgets that say, play, ask and send.
struct Words {
  const char* property;
  const char* label;
};
constexpr Words kWords[] = {{"say", "says"}, {"play", "plays"}, {"body", "sends"}};

bool is_step(const json& one) {
  return one.is_object() && marked(one) == nullptr && one.value("name", json()).is_string() &&
         one.value("type", json()).is_string();
}

std::string text_of(const json& object, const char* key) {
  const json value = object.value(key, json());
  return value.is_string() ? value.get<std::string>() : std::string();
}

// "callComplete → goodbye"; with what else is said of it, such as its conditions.
std::vector<std::string> ways_of(const json& step) {
  std::vector<std::string> ways;
  for (const json& way : step.value("transitions", json::array())) {
    if (!way.is_object() || marked(way) != nullptr) {
      ways.push_back(whole_value(way));
      continue;
    }
    json rest = way;
    rest.erase("event");
    rest.erase("next");
    const json next = way.value("next", json());
    ways.push_back(text_of(way, "event") + " → " +
                   (next.is_null()     ? "(ends)"
                    : next.is_string() ? next.get<std::string>()
                                       : whole_value(next)) +
                   (rest.empty() ? "" : ", " + whole_value(rest)));
  }
  return ways;
}

// A step without what only the editor's canvas shows; its words under what they are to callers.
json shown_of(const json& step, bool full) {
  json properties = step.value("properties", json::object());
  if (!properties.is_object() || marked(properties) != nullptr) return {{"properties", properties}};
  if (!full) properties.erase("offset");
  return properties;
}

// What else a definition or step says beside what is shown of it.
json rest_of(json whole, std::initializer_list<const char*> shown) {
  for (const char* key : shown) whole.erase(key);
  return whole;
}

const char* words_label(const std::string& property) {
  for (const Words& one : kWords)
    if (property == one.property) return one.label;
  return nullptr;
}

bool leads_nowhere(const std::string& way) {
  static const std::string end = " → (ends)";
  return way.size() >= end.size() && way.compare(way.size() - end.size(), end.size(), end) == 0;
}

void step_lines(ValueLines& lines, std::size_t indent, const std::string& sign, const json& step) {
  const Tone tone = sign == "+" ? Tone::added : sign == "-" ? Tone::removed : Tone::plain;
  lines.say(indent, {{sign + " ", tone},
                     {text_of(step, "name"), Tone::strong},
                     {" (" + text_of(step, "type") + ")"}});
  const json properties = shown_of(step, lines.detail().full);
  for (const Words& one : kWords)
    if (properties.contains(one.property))
      lines.value(indent + 2, sign, one.label, properties[one.property]);
  for (const auto& [key, value] : properties.items())
    if (words_label(key) == nullptr) lines.value(indent + 2, sign, key, value);
  const json rest = rest_of(step, {"name", "type", "properties", "transitions"});
  for (const auto& [key, value] : rest.items()) lines.value(indent + 2, sign, key, value);
  for (const std::string& way : ways_of(step))
    if (lines.detail().full || !leads_nowhere(way))
      lines.say(indent + 2, {{sign + " ", tone}, {way, tone}});
}

std::vector<std::string> names_of(const json& flow) {
  std::vector<std::string> names;
  for (const json& step : flow["states"]) names.push_back(text_of(step, "name"));
  return names;
}

const json& step_of(const json& flow, const std::string& name) {
  return *std::find_if(flow["states"].begin(), flow["states"].end(),
                       [&](const json& step) { return text_of(step, "name") == name; });
}

void step_difference(ValueLines& lines, std::size_t indent, const json& from, const json& to) {
  if (from == to) return;
  lines.say(indent, {{"~ ", Tone::warning},
                     {text_of(to, "name"), Tone::strong},
                     {" (" + text_of(to, "type") + ")"}});
  const std::size_t below = indent + 2;
  lines.difference(below, "type", from["type"], to["type"]);
  const json was = from.value("properties", json::object()),
             is = to.value("properties", json::object());
  if (was.is_object() && is.is_object() && marked(was) == nullptr && marked(is) == nullptr) {
    // Where a step stands on the canvas changes nothing for callers.
    const bool moved = was.value("offset", json()) != is.value("offset", json());
    std::set<std::string> keys;
    for (const json* side : {&was, &is})
      for (const auto& [key, value] : side->items()) keys.insert(key);
    for (const std::string& key : keys) {
      const char* words = words_label(key);
      const std::string label = words != nullptr ? words : key;
      if (key == "offset" && !lines.detail().full) continue;
      if (!is.contains(key))
        lines.value(below, "-", label, was[key]);
      else if (!was.contains(key))
        lines.value(below, "+", label, is[key]);
      else
        lines.difference(below, label, was[key], is[key]);
    }
    if (moved && !lines.detail().full) lines.say(below, {{"(moved on the canvas)", Tone::faint}});
  } else {
    lines.difference(below, "properties", was, is);
  }
  lines.difference(below, "", rest_of(from, {"name", "type", "properties", "transitions"}),
                   rest_of(to, {"name", "type", "properties", "transitions"}));
  lines.difference(below, "leads", json(ways_of(from)), json(ways_of(to)));
}

}  // namespace

bool is_flow(const json& value) {
  if (!value.is_object() || marked(value) != nullptr) return false;
  const json* states = value.contains("states") ? &value["states"] : nullptr;
  if (states == nullptr || !states->is_array() || states->empty()) return false;
  std::set<std::string> names;
  return std::all_of(states->begin(), states->end(), [&](const json& one) {
    return is_step(one) && names.insert(text_of(one, "name")).second;
  });
}

void flow_lines(ValueLines& lines, std::size_t indent, const std::string& sign, const json& flow) {
  const json rest = rest_of(flow, {"states"});
  for (const auto& [key, value] : rest.items()) lines.value(indent, sign, key, value);
  for (const json& step : flow["states"]) step_lines(lines, indent, sign, step);
}

void flow_difference(ValueLines& lines, std::size_t indent, const std::string& label,
                     const json& from, const json& to) {
  const std::string below = label.empty() ? "" : label + "/";
  const json was_rest = rest_of(from, {"states"}), is_rest = rest_of(to, {"states"});
  lines.difference(indent, label, was_rest, is_rest);
  const std::vector<std::string> was = names_of(from), is = names_of(to);
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::size_t same = 0;
  for (const std::string& name : was) {
    if (!has(is, name)) {
      step_lines(lines, indent, "-", step_of(from, name));
      continue;
    }
    same += step_of(from, name) == step_of(to, name) ? 1 : 0;
    step_difference(lines, indent, step_of(from, name), step_of(to, name));
  }
  for (const std::string& name : is)
    if (!has(was, name)) step_lines(lines, indent, "+", step_of(to, name));
  if (same > 0)
    lines.say(indent,
              {{std::to_string(same) + (same == 1 ? " step stays" : " steps stay") + " as before",
                Tone::faint}});
  std::vector<std::string> kept_was, kept_is;
  for (const std::string& name : was)
    if (has(is, name)) kept_was.push_back(name);
  for (const std::string& name : is)
    if (has(was, name)) kept_is.push_back(name);
  if (kept_was != kept_is)
    lines.difference(indent, below + "their order", json(kept_was), json(kept_is));
}

}  // namespace countersign
