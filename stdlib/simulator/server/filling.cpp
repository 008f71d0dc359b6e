#include "stdlib/simulator/server/filling.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "stdlib/simulator/server/filler.h"

namespace countersign::simulator {
namespace {

bool is_sid(const std::string& text, std::string_view prefix) {
  return text.size() == 34 && text.compare(0, 2, prefix) == 0 &&
         text.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
}

const char* noun_of(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "text";
  if (value.is_boolean()) return "true or false";
  if (value.is_number()) return "a number";
  return "null";
}

bool same_kind(const json& value, const json& model) {
  return value.is_null() || model.is_null() || value.type() == model.type() ||
         (value.is_number() && model.is_number());
}

bool is_branch(std::string_view kind, std::string_view key) {
  for (const ChildList& branch : branches())
    if (branch.parent == kind && branch.key == key) return true;
  return false;
}

void check_keys(const json& record, const Shape& shape, const std::string& pointer) {
  const json& known = defaults_of(shape.kind);
  for (const auto& [key, value] : record.items())
    if (key != "sid" && key[0] != '$' && !known.contains(key) && !is_branch(shape.kind, key))
      throw Mistake{step_into(pointer, key), "unknown field"};
}

void fill_keys(json& keys, const Filler& filler, const std::string& pointer) {
  for (auto& [sid, key] : keys.items()) {
    std::string place = step_into(pointer, sid);
    if (!is_sid(sid, "SK"))
      throw Mistake{place, "want SK and 32 hexadecimal digits as the name of an API key"};
    if (key.is_string()) key = json{{"secret", key}};
    filler.record(key, shape_of("api_key"), place);
    key.erase("sid");
  }
}

void check_due(const json& due) {
  for (std::size_t i = 0; i < due.size(); ++i)
    if (!due[i].is_object() || !due[i].value("at", json()).is_number())
      throw Mistake{"/due/" + std::to_string(i), "want an object with a number `at`"};
}

void fill_voice(json& voice, const Filler& filler, const std::string& pointer) {
  filler.record(voice, shape_of("voice"), pointer);
  const std::pair<const char*, std::vector<json>> choices[] = {
      {"recordings", {"completed", "empty", "absent"}},
      {"transcriptions", {"completed", "failed"}}};
  for (const auto& [key, allowed] : choices) {
    if (std::find(allowed.begin(), allowed.end(), voice[key]) != allowed.end()) continue;
    throw Mistake{step_into(pointer, key),
                  "got " + voice[key].dump() + ", want one of " + json(allowed).dump()};
  }
}

}  // namespace

std::string step_into(const std::string& pointer, std::string_view key) {
  return pointer + "/" + escape_pointer(std::string(key));
}

std::string digits_of(const std::string& seed) {
  return sha256_hex("world" + seed).substr(0, 32);
}

void Filler::record(json& record, const Shape& shape, const std::string& pointer) const {
  if (!record.is_object())
    throw Mistake{pointer, std::string("got ") + noun_of(record) + ", want an object"};
  expand(record, shape.kind, *this);
  if (shape.closed) check_keys(record, shape, pointer);
  fields(record, shape, pointer);
  for (const ChildList& branch : branches())
    if (branch.parent == shape.kind) {
      std::string key(branch.key);
      if (!record.contains(key) || record[key].is_null()) record[key] = json::array();
      list(record[key], shape_of(branch.child), step_into(pointer, key));
    }
  derive(record, shape.kind, pointer);
}

void Filler::list(json& records, const Shape& shape, const std::string& pointer) const {
  if (!records.is_array())
    throw Mistake{pointer, std::string("got ") + noun_of(records) + ", want a list"};
  std::set<std::string> taken;
  for (const json& entry : records)
    if (entry.is_object() && entry.value("sid", json()).is_string())
      taken.insert(entry["sid"].get<std::string>());
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::string place = pointer + "/" + std::to_string(i);
    json& entry = records[i];
    if (!shape.prefix.empty() && entry.is_object() && !entry.contains("sid")) {
      // A place may have been used before (records move when a patch inserts one): then hash on.
      std::string seed = place, sid;
      do {
        sid = std::string(shape.prefix) + digits_of(seed);
        seed += "+";
      } while (!taken.insert(sid).second);
      entry["sid"] = sid;
    }
    record(entry, shape, place);
  }
}

void Filler::fields(json& record, const Shape& shape, const std::string& pointer) const {
  if (!shape.prefix.empty() && record.contains("sid")) {
    const json& sid = record["sid"];
    if (!sid.is_string() || !is_sid(sid.get<std::string>(), shape.prefix))
      throw Mistake{pointer + "/sid", "got " + sid.dump() + ", want " + std::string(shape.prefix) +
                                          " and 32 hexadecimal digits"};
  }
  for (const auto& [key, model] : defaults_of(shape.kind).items()) {
    bool is_date = model == "@now";
    if (!record.contains(key)) {
      // What was created at a time and never changed was updated at that time.
      const char* created = key == "date_updated" ? "date_created"
                            : key == "updated_at" ? "created_at"
                                                  : nullptr;
      if (created && is_date && record.contains(created))
        record[key] = record[created];
      else
        record[key] = is_date ? json(stamp()) : model;
    } else if (!same_kind(record[key], model)) {
      throw Mistake{step_into(pointer, key),
                    std::string("got ") + noun_of(record[key]) + ", want " + noun_of(model)};
    }
    if (is_date) date(record[key], step_into(pointer, key));
  }
}

void Filler::date(json& value, const std::string& pointer) const {
  if (!value.is_string()) return;
  std::optional<Seconds> time = parse_date(value.get<std::string>());
  if (!time) throw Mistake{pointer, "got " + value.dump() + ", want a date"};
  value = iso_time(*time);
}

Result<json> fill_world(const json& document, Seconds now) {
  json world = document;
  Filler filler(now);
  try {
    filler.record(world, shape_of("world"), "");
    world["time"] = iso_time(now);
    filler.record(world["status_page"], shape_of("status_page"), "/status_page");
    for (auto& [url, page] : world["web"].items())
      filler.record(page, shape_of("web_page"), step_into("/web", url));
    for (auto& [sid, account] : world["accounts"].items()) {
      std::string pointer = "/accounts/" + sid;
      if (!is_sid(sid, "AC"))
        throw Mistake{pointer, "want AC and 32 hexadecimal digits as the name of an account"};
      filler.record(account, shape_of("account"), pointer);
      fill_keys(account["api_keys"], filler, pointer + "/api_keys");
      fill_voice(account["voice"], filler, pointer + "/voice");
      if (account["flex_configuration"].is_object()) {
        json& flex = account["flex_configuration"];
        if (!flex.contains("taskrouter_workspace_sid") && !account["taskrouter"].empty())
          flex["taskrouter_workspace_sid"] = account["taskrouter"][0]["sid"];
        filler.record(flex, shape_of("flex_configuration"), pointer + "/flex_configuration");
      }
      derive_account(account, sid, pointer);
    }
    fill_mailgun(world["mailgun"], filler);
    check_due(world["due"]);
  } catch (const Mistake& mistake) {
    return Error{"config",
                 "the world is wrong at " +
                     (mistake.pointer.empty() ? std::string("its top") : mistake.pointer) + ": " +
                     mistake.message};
  } catch (const json::exception&) {
    return Error{"config", "the world has a value of the wrong kind in an unexpected place"};
  }
  return world;
}

}  // namespace countersign::simulator
