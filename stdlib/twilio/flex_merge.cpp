#include "stdlib/twilio/flex_merge.h"

#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "interpreter/canonical.h"
#include "interpreter/placeholder.h"
#include "stdlib/twilio/script_number.h"

namespace countersign {
namespace {

constexpr double kNoIndex =
    4294967295.0;  // 2^32 - 1: the first number that is no index of an array

// A JavaScript value. Unlike JSON's an array has members besides its elements: a merge can put
// them there, no JSON shows them, and later sources meet them.
struct Value {
  enum Kind { missing, plain, array, object } kind = missing;
  json scalar;
  std::vector<Value> elements;
  std::map<std::string, Value> members;
};

Error bad(const std::string& why) {
  return Error{"argument", "merge: " + why};
}

Status read(const json& source, Value& value, int depth = 0) {
  if (depth > kMaxDepth) return bad("nested too deeply");
  if (source.is_discarded()) return Done{};
  if (marked(source) || !source.is_structured()) {
    value.kind = Value::plain;
    value.scalar = source;
    return Done{};
  }
  value.kind = source.is_array() ? Value::array : Value::object;
  if (source.is_array()) value.elements.resize(source.size());
  std::size_t i = 0;
  for (const auto& [key, part] : source.items()) {
    Value& place = source.is_array() ? value.elements[i++] : value.members[key];
    const Status done = read(part, place, depth + 1);
    if (!done) return done;
  }
  return Done{};
}

// As JSON.stringify shows it.
json json_of(const Value& value) {
  switch (value.kind) {
    case Value::missing:
      return nullptr;
    case Value::plain:
      return value.scalar;
    case Value::array: {
      json list = json::array();
      for (const Value& element : value.elements) list.push_back(json_of(element));
      return list;
    }
    case Value::object:
      break;
  }
  json object = json::object();
  for (const auto& [key, member] : value.members)
    if (member.kind != Value::missing) object[key] = json_of(member);
  return object;
}

// "0", "17": a key that is an element's; nothing for "01", "-1", "4294967295".
std::optional<std::size_t> index_of(const std::string& key) {
  if (key.empty() || key.size() > 10 || key.find_first_not_of("0123456789") != std::string::npos ||
      (key.size() > 1 && key[0] == '0'))
    return std::nullopt;
  const std::uint64_t index = std::stoull(key);
  if (static_cast<double>(index) >= kNoIndex) return std::nullopt;
  return static_cast<std::size_t>(index);
}

// lodash's isLength of an object's own "length": what makes it array-like.
std::optional<double> like_array(const Value& object) {
  const auto at = object.members.find("length");
  if (at == object.members.end() || at->second.kind != Value::plain ||
      !at->second.scalar.is_number())
    return std::nullopt;
  const double length = at->second.scalar.get<double>();
  if (length < 0 || length != std::floor(length) || length > 9007199254740991.0)
    return std::nullopt;
  return length;
}

// copyArray of an array-like object.
Status to_array(Value& object) {
  const double length = *like_array(object);
  if (length > static_cast<double>(kMostElements)) return bad("a \"length\" beyond the limit");
  Value array;
  array.kind = Value::array;
  array.elements.resize(static_cast<std::size_t>(length));
  for (auto& [key, member] : object.members)
    if (const auto index = index_of(key); index && *index < array.elements.size())
      array.elements[*index] = std::move(member);
  object = std::move(array);
  return Done{};
}

// array.length = value.
Status set_length(Value& array, const Value& value) {
  const double length = value.kind == Value::array    ? script_number(script_text(json_of(value)))
                        : value.kind == Value::object ? std::numeric_limits<double>::quiet_NaN()
                                                      : script_number(value.scalar);
  if (!(length >= 0) || length != std::floor(length) || length > kNoIndex)
    return bad("an array's \"length\" is set to something that is no length");
  if (length > static_cast<double>(kMostElements)) return bad("a \"length\" beyond the limit");
  array.elements.resize(static_cast<std::size_t>(length));
  return Done{};
}

Status merge_into(Value& object, const Value& source, int depth);

// What `target[key]` becomes when `value` is merged there; `there` holds what stands there.
Status merge_value(Value& there, const Value& value, int depth) {
  if (value.kind == Value::missing) return Done{};
  if (value.kind == Value::plain) {
    there = value;
    return Done{};
  }
  if (value.kind == Value::array && there.kind != Value::array) {
    if (there.kind == Value::object && like_array(there)) {
      const Status copied = to_array(there);
      if (!copied) return copied;
    } else {
      there = Value();
      there.kind = Value::array;
    }
  } else if (value.kind == Value::object && there.kind != Value::array &&
             there.kind != Value::object) {
    there = Value();
    there.kind = Value::object;
  }
  return merge_into(there, value, depth + 1);
}

Status merge_key(Value& object, const std::string& key, const Value& value, int depth) {
  // lodash reads nothing from there, not even from the source; a plain value is defined as its own.
  if (key == "__proto__" && value.kind != Value::plain) return Done{};
  if (object.kind == Value::array) {
    if (const auto index = index_of(key)) {
      if (*index >= object.elements.size()) {
        if (*index >= kMostElements) return bad("an index beyond the limit");
        object.elements.resize(*index + 1);
      }
      return merge_value(object.elements[*index], value, depth);
    }
    if (key == "length") {
      if (value.kind == Value::missing) return Done{};
      Value length;  // what stands there is a number, so nothing of it survives a merge
      const Status merged = merge_value(length, value, depth);
      return merged ? set_length(object, length) : merged;
    }
  }
  return merge_value(object.members[key], value, depth);
}

Status merge_into(Value& object, const Value& source, int depth) {
  if (depth > kMaxDepth) return bad("nested too deeply");
  for (std::size_t i = 0; i < source.elements.size(); ++i) {
    const Status merged = merge_key(object, std::to_string(i), source.elements[i], depth);
    if (!merged) return merged;
  }
  // In order of bytes, digits come before "length", as integer keys do in JavaScript: an array
  // gets its elements first and is cut afterwards.
  for (const auto& [key, value] : source.members) {
    const Status merged = merge_key(object, key, value, depth);
    if (!merged) return merged;
  }
  return Done{};
}

// What uniqBy compares, as text: an undefined name is "", and objects are equal to themselves only.
std::optional<std::string> name_of(const json& skill) {
  if (!skill.is_object() || !skill.contains("name") || skill["name"].is_discarded()) return "";
  const json& name = skill["name"];
  if (name.is_structured()) return std::nullopt;
  if (name.is_number()) return "=" + json(name.get<double>() + 0.0).dump();  // 1 is 1.0, -0 is 0
  return "=" + name.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<json> merge(const json& object, const std::vector<json>& sources) {
  if (!object.is_object()) return bad("want an object to merge into");
  Value merged;
  Status done = read(object, merged);
  if (!done) return done.error();
  for (const json& source : sources) {
    if (!source.is_object()) return bad("want objects to merge");
    Value layer;
    done = read(source, layer);
    if (!done) return done.error();
    done = merge_into(merged, layer, 0);
    if (!done) return done.error();
  }
  return json_of(merged);
}

Result<json> merge_ui_attributes(const FlexLayers& layers, bool overwrite) {
  json live = layers.live.is_null() ? json::object() : layers.live;
  if (!overwrite) return merge(json::object(), {layers.common, layers.client, live});
  if (live.is_object()) live.erase("custom_data");
  return merge(live, {layers.common, layers.client});
}

Result<json> merge_skills(const json& live, const json& source) {
  // Without a live list the pipeline sends the source's as it stands.
  if (live.is_null() && source.is_array()) return source;
  json merged = json::array();
  std::set<std::string> names;
  for (const json* list : {&live, &source}) {
    if (list->is_null()) continue;
    if (!list->is_array()) return bad("taskrouter_skills is no list");
    for (const json& skill : *list) {
      const auto name = name_of(skill);
      if (!name || names.insert(*name).second) merged.push_back(skill);
    }
  }
  return merged;
}

}  // namespace countersign
