// api.mailgun.net: the logs that replace events; the only count per key on a shared domain.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "stdlib/simulator/mailgun/mailgun.h"

namespace countersign::simulator {
namespace {

constexpr long kMaxLogs = 1000;

// What a log always says; an event says it where it is so.
const json& usual_flags() {
  static const json flags = {{"is-authenticated", true},   {"is-system-test", false},
                             {"is-routed", false},         {"is-test-mode", false},
                             {"is-delayed-bounce", false}, {"is-callback", false}};
  return flags;
}

// "2026-11-20T12:00:00.530Z"
std::string with_milliseconds(double time) {
  const double whole = std::floor(time);
  const long milliseconds = std::min(999L, static_cast<long>(std::lround((time - whole) * 1000)));
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03ldZ", milliseconds);
  return iso_time(static_cast<Seconds>(whole)).substr(0, 19) + fraction;
}

json log_view(const json& event, const json& account_id) {
  json view = event;
  view.erase("timestamp");
  view["@timestamp"] = with_milliseconds(event["timestamp"].get<double>());
  // An object in the events, text here.
  if (!view["user-variables"].is_string()) view["user-variables"] = dump(view["user-variables"]);
  json flags = usual_flags();
  if (view["flags"].is_object()) flags.update(view["flags"]);
  view["flags"] = flags;
  view["domain"] = {{"name", event["domain"]}};
  view["account"] = {{"id", account_id}};
  if (view["api-key-id"].is_null()) view.erase("api-key-id");
  return view;
}

// One condition of the logs' filter.
bool condition_holds(const json& condition, const json& event) {
  std::string attribute = condition.value("attribute", "");
  std::string comparator = condition.value("comparator", "=");
  json actual = event.value(attribute, json());
  if (attribute == "subject" || attribute == "from" || attribute == "to")
    actual = header_of(event, attribute.c_str());
  bool found = false;
  for (const json& entry : condition.value("values", json::array()))
    found = found || (entry.is_object() ? entry.value("value", json()) : entry) == actual;
  return comparator == "!=" ? !found : found;
}

}  // namespace

ServedReply list_mail_logs(RequestContext& visit) {
  json query = json::parse(visit.request.body, nullptr, false);
  if (!query.is_object()) return mailgun_error(400, "the body must be a JSON object");
  json pagination = query.value("pagination", json::object());
  std::optional<Seconds> start, end;
  if (query.contains("start")) start = parse_date(query["start"].get<std::string>());
  if (query.contains("end")) end = parse_date(query["end"].get<std::string>());
  if ((query.contains("start") && !start) || (query.contains("end") && !end))
    return mailgun_error(400, "start and end must be dates as in RFC 2822");
  Seconds from = start.value_or(visit.world.now() - 24 * 3600);
  Seconds to = end.value_or(visit.world.now());
  long limit = pagination.value("limit", 100L);
  if (limit < 1 || limit > kMaxLogs) return mailgun_error(400, "limit is out of range");
  json conditions = query.value("filter", json::object()).value("AND", json::array());
  json wanted = query.value("events", json::array());
  Records events = visible_events(visit.world);
  std::erase_if(events, [&](const json* event) {
    double time = (*event)["timestamp"].get<double>();
    if (time < static_cast<double>(from) || time > static_cast<double>(to)) return true;
    if (!wanted.empty() &&
        std::find(wanted.begin(), wanted.end(), (*event)["event"]) == wanted.end())
      return true;
    return !std::all_of(conditions.begin(), conditions.end(),
                        [&](const json& condition) { return condition_holds(condition, *event); });
  });
  order(events, pagination.value("sort", "timestamp:desc") == "timestamp:asc");
  json token = read_token(pagination.value("token", ""));
  long skip = token.is_object() ? token.value("skip", 0L) : 0;
  json items = json::array();
  long size = static_cast<long>(events.size());
  for (long i = skip; i < skip + limit && i < size; ++i)
    items.push_back(
        log_view(*events[static_cast<std::size_t>(i)], visit.world.mailgun()["account_id"]));
  auto at = [](long place) { return write_token({{"skip", std::max(0L, place)}}); };
  bool more = skip + limit < size;
  return ServedReply(200, {{"start", rfc2822_time(from)},
                           {"end", rfc2822_time(to)},
                           {"items", items},
                           {"pagination",
                            {{"first", at(0)},
                             {"last", at(size - limit)},
                             {"previous", skip > 0 ? at(skip - limit) : ""},
                             {"next", more ? at(skip + limit) : ""},
                             {"total", size}}},
                           {"aggregates", json::object()}});
}

}  // namespace countersign::simulator
