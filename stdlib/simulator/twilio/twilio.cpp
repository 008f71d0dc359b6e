#include "stdlib/simulator/twilio/twilio.h"

#include <algorithm>
#include <set>

#include "stdlib/simulator/server/shapes.h"

namespace countersign::simulator {
namespace {

constexpr Seconds kDay = 24 * 3600;

std::optional<Seconds> date_in(const json& value) {
  return value.is_string() ? parse_date(value.get<std::string>()) : std::nullopt;
}

bool is_secret(const std::string& field) {
  return field == "secret" || field == "auth_token" || field == "value" || field == "content";
}

}  // namespace

ServedReply twilio_error(int status, int code, const std::string& message, const json& details) {
  json body = {{"code", code},
               {"message", message},
               {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(code)},
               {"status", status}};
  if (!details.is_null()) body["details"] = details;
  return ServedReply(status, body);
}

ServedReply not_found(const ServedRequest& request) {
  return twilio_error(404, 20404, "The requested resource " + request.path + " was not found");
}

ServedReply missing_parameter(std::string_view name) {
  return twilio_error(400, 20001,
                      "Missing required parameter " + std::string(name) + " in the post body");
}

ServedReply bad_parameter(std::string_view name, const std::string& value) {
  return twilio_error(400, 20001, "Invalid parameter " + std::string(name) + ": " + value);
}

void newest_first(Records& records, const char* field) {
  // Of two with one date the later in the list is the newer. ISO 8601 in one zone sorts as text.
  std::reverse(records.begin(), records.end());
  std::stable_sort(records.begin(), records.end(), [field](const json* a, const json* b) {
    return a->value(field, "") > b->value(field, "");
  });
}

json shown(const RequestContext& visit, const json& record,
           std::initializer_list<const char*> hidden) {
  json copy = record;
  for (const char* key : hidden) copy.erase(key);
  copy["account_sid"] = visit.account_sid;
  return copy;
}

json core_resource(const RequestContext& visit, const json& record, const std::string& place,
                   std::initializer_list<const char*> hidden) {
  static const std::set<std::string> kDates = {"date_created", "date_updated", "start_time",
                                               "end_time",     "date_sent",    "message_date"};
  json copy = shown(visit, record, hidden);
  for (auto& [key, value] : copy.items())
    if (kDates.count(key))
      if (std::optional<Seconds> time = date_in(value)) value = rfc2822_time(*time);
  copy["api_version"] = "2010-04-01";
  copy["uri"] = "/2010-04-01/Accounts/" + visit.account_sid + "/" + place + ".json";
  return copy;
}

bool in_time(const RequestContext& visit, const std::string& parameter, const json& value) {
  for (const char* relation : {"", "<", ">"}) {
    std::optional<std::string> text = visit.request.query.find(parameter + relation);
    if (!text || text->empty()) continue;
    std::optional<Seconds> wanted = parse_date(*text), actual = date_in(value);
    if (!wanted || !actual) return false;
    Seconds last = is_day(*text) ? *wanted + kDay - 1 : *wanted;
    if (*relation == '<'   ? *actual > last
        : *relation == '>' ? *actual < *wanted
                           : *actual < *wanted || *actual > last)
      return false;
  }
  return true;
}

bool between(const RequestContext& visit, const char* begin, const char* end, const json& value) {
  std::optional<Seconds> actual = date_in(value);
  std::optional<std::string> from = visit.request.query.find(begin);
  std::optional<std::string> to = visit.request.query.find(end);
  if (from && !from->empty()) {
    std::optional<Seconds> time = parse_date(*from);
    if (!time || !actual || *actual < *time) return false;
  }
  if (to && !to->empty()) {
    std::optional<Seconds> time = parse_date(*to);
    if (!time || !actual || *actual > (is_day(*to) ? *time + kDay - 1 : *time)) return false;
  }
  return true;
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) && !out.empty()) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

std::optional<ServedReply> assign(const RequestContext& visit, json& record, std::string_view kind,
                                  std::initializer_list<const char*> names) {
  json changes = json::object();
  for (const char* name : names) {
    std::optional<std::string> text = visit.form.find(name);
    if (!text) continue;
    std::string field = snake_case(name);
    const json& model = defaults_of(kind).at(field);
    if (model.is_boolean()) {
      if (*text != "true" && *text != "false") return bad_parameter(name, *text);
      changes[field] = *text == "true";
    } else if (model.is_number()) {
      if (text->empty() || text->size() > 9 ||
          text->find_first_not_of("0123456789") != std::string::npos)
        return bad_parameter(name, *text);
      changes[field] = std::stoi(*text);
    } else if (field.size() > 4 && field.compare(field.size() - 4, 4, "_url") == 0 &&
               !text->empty() && text->rfind("http://", 0) != 0 &&
               text->rfind("https://", 0) != 0) {
      return twilio_error(400, 21402, std::string(name) + " is not a valid URL: " + *text);
    } else if (field.size() > 7 && field.compare(field.size() - 7, 7, "_method") == 0 &&
               *text != "GET" && *text != "POST") {
      return twilio_error(400, 21403, std::string(name) + " is not a valid method: " + *text);
    } else {
      changes[field] = *text;
    }
  }
  record.update(changes);
  return std::nullopt;
}

void record_change(RequestContext& visit, const std::string& type, const std::string& sid,
                   const std::string& verb, const json& before, const json& after) {
  json event = new_record(visit.world, "event");
  // Twilio names a user or an account, never the key that was used.
  event["actor_sid"] = visit.account_sid;
  event["event_type"] = type + "." + verb;
  event["resource_type"] = type;
  event["resource_sid"] = sid;
  json properties = json::object();
  if (before.is_object() && after.is_object())
    for (const auto& [key, value] : after.items()) {
      // Definitions and other large values would make the trail as large as the world.
      bool changed = !before.contains(key) || before[key] != value;
      if (!changed || key == "definition" || key == "revisions" || is_secret(key)) continue;
      properties[key] = {{"previous", before.value(key, json())}, {"updated", value}};
    }
  if (!properties.empty()) event["event_data"] = {{"resource_properties", properties}};
  visit.records("events").push_back(event);
}

}  // namespace countersign::simulator
