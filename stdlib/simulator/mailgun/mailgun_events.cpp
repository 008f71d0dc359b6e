// api.mailgun.net: what became of messages, as events and as logs read it.
#include <algorithm>

#include "interpreter/digest.h"
#include "stdlib/simulator/mailgun/mailgun.h"

namespace countersign::simulator {

std::string write_token(const json& value) {
  std::string text = base64_encode(dump(value));
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

json read_token(std::string text) {
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  std::string bytes;
  if (!base64_decode(text, bytes)) return json();
  return json::parse(bytes, nullptr, false);
}

Records visible_events(const World& world) {
  const json& mailgun = world.state["mailgun"];
  double now = world.clock.exact();
  double latest = now - mailgun["event_lag_seconds"].get<double>();
  double earliest = now - mailgun["retention_days"].get<double>() * 24 * 3600;
  Records events = select(mailgun["events"], [&](const json& event) {
    double time = event["timestamp"].get<double>();
    return time <= latest && time >= earliest;
  });
  return events;
}

void order(Records& events, bool ascending) {
  std::stable_sort(events.begin(), events.end(), [&](const json* a, const json* b) {
    double left = (*a)["timestamp"].get<double>(), right = (*b)["timestamp"].get<double>();
    return ascending ? left < right : left > right;
  });
}

std::string header_of(const json& event, const char* name) {
  return event["message"].value("headers", json::object()).value(name, "");
}

namespace {

constexpr long kMaxEvents = 300;

// Of the provider's filter expressions: plain values and "a OR b".
bool field_matches(const std::string& wanted, const std::string& actual) {
  std::size_t begin = 0;
  for (;;) {
    std::size_t end = wanted.find(" OR ", begin);
    if (wanted.substr(begin, end == std::string::npos ? end : end - begin) == actual) return true;
    if (end == std::string::npos) return false;
    begin = end + 4;
  }
}

bool event_matches(const json& event, const json& filter) {
  for (const auto& [name, value] : filter.items()) {
    std::string wanted = value, actual;
    if (name == "event" || name == "recipient" || name == "severity")
      actual = event.value(name, "");
    else if (name == "from" || name == "to" || name == "subject" || name == "message-id")
      actual = header_of(event, name.c_str());
    else
      continue;
    if (!field_matches(wanted, actual)) return false;
  }
  return true;
}

std::optional<double> epoch(const std::string& text) {
  if (text.find_first_not_of("0123456789.") == std::string::npos && !text.empty())
    return std::stod(text);
  std::optional<Seconds> time = parse_date(text);
  if (!time) return std::nullopt;
  return static_cast<double>(*time);
}

// The first page's cursor from the query; a message where the query is wrong.
std::string read_cursor(const RequestContext& visit, json& cursor) {
  const Fields& query = visit.request.query;
  double now = visit.world.clock.exact();
  std::string begin = query.get("begin"), end = query.get("end"), way = query.get("ascending");
  if (!way.empty() && way != "yes" && way != "no") return "ascending must be yes or no";
  std::optional<double> from = begin.empty() ? std::optional(0.0) : epoch(begin);
  std::optional<double> to = end.empty() ? std::optional(now) : epoch(end);
  if (!from || !to) return "begin and end must be dates";
  if (!begin.empty() && end.empty() && way.empty()) return "ascending is required without end";
  bool ascending = way.empty() ? !begin.empty() && *from <= *to : way == "yes";
  // Without a begin, or read backwards, the newer of the two limits comes first.
  if (!end.empty() && *from > *to) std::swap(from, to);
  if (begin.empty() && !ascending) from = 0.0;
  long limit = count_of(query, "limit", 100);
  if (limit < 1 || limit > kMaxEvents) return "limit must be between 1 and 300";
  json filter = json::object();
  for (const char* name : {"event", "recipient", "severity", "from", "to", "subject", "message-id"})
    if (query.has(name)) filter[name] = query.get(name);
  cursor = {{"from", *from},  {"to", *to}, {"ascending", ascending},
            {"limit", limit}, {"skip", 0}, {"filter", filter}};
  return "";
}

std::string page_url(const RequestContext& visit, json cursor, long skip) {
  cursor["skip"] = std::max(0L, skip);
  return "https://" + visit.request.host + "/v3/" + visit.variable("domain") + "/events/" +
         write_token(cursor);
}

json event_view(const json& event) {
  json view = event;
  view.erase("domain");
  view.erase("api-key-id");
  if (view["message"].is_object()) {
    json message = {{"attachments", json::array()}, {"size", 0}};
    message.update(view["message"]);
    view["message"] = message;
  }
  return view;
}

}  // namespace

ServedReply list_mail_events(RequestContext& visit) {
  if (!domain_of(visit)) return mailgun_error(404, "Domain not found");
  json cursor;
  std::string token = visit.variable("token");
  if (token.empty()) {
    std::string wrong = read_cursor(visit, cursor);
    if (!wrong.empty()) return mailgun_error(400, wrong);
  } else {
    cursor = read_token(token);
    if (!cursor.is_object() || !cursor.contains("skip"))
      return mailgun_error(400, "the page token is not valid");
  }
  Records events = visible_events(visit.world);
  std::erase_if(events, [&](const json* event) {
    double time = (*event)["timestamp"].get<double>();
    return (*event)["domain"] != visit.variable("domain") || time < cursor["from"].get<double>() ||
           time > cursor["to"].get<double>() || !event_matches(*event, cursor["filter"]);
  });
  order(events, cursor["ascending"].get<bool>());
  long skip = cursor["skip"].get<long>(), limit = cursor["limit"].get<long>();
  json items = json::array();
  for (long i = skip; i < skip + limit && i < static_cast<long>(events.size()); ++i)
    items.push_back(event_view(*events[static_cast<std::size_t>(i)]));
  long size = static_cast<long>(events.size());
  long next = skip + static_cast<long>(items.size());
  return ServedReply(200, {{"items", items},
                           {"paging",
                            {{"first", page_url(visit, cursor, 0)},
                             {"previous", page_url(visit, cursor, skip - limit)},
                             {"next", page_url(visit, cursor, next)},
                             {"last", page_url(visit, cursor, size - limit)}}}});
}

}  // namespace countersign::simulator
