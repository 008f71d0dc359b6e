// api.mailgun.net: messages, and the two ways to read what became of them.
#include <algorithm>

#include "interpreter/digest.h"
#include "stdlib/simulator/mailgun.h"
#include "stdlib/simulator/twilio.h"

namespace countersign::simulator {
namespace {

constexpr long kMaxEvents = 300;
constexpr long kMaxLogs = 1000;

// Tokens are JSON in URL-safe base64: no table of cursors outlives a request.
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

// The events that can be read now: not in the future, not held back, not past retention.
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

// A day's worth of ways to write a filter is reduced to the first: "a OR b" and plain values.
bool field_matches(const std::string& wanted, const std::string& actual) {
  std::size_t begin = 0;
  for (;;) {
    std::size_t end = wanted.find(" OR ", begin);
    if (wanted.substr(begin, end == std::string::npos ? end : end - begin) == actual) return true;
    if (end == std::string::npos) return false;
    begin = end + 4;
  }
}

std::string header_of(const json& event, const char* name) {
  return event["message"].value("headers", json::object()).value(name, "");
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
std::string read_cursor(const Visit& visit, json& cursor) {
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

std::string page_url(const Visit& visit, json cursor, long skip) {
  cursor["skip"] = std::max(0L, skip);
  return "https://" + visit.request.host + "/v3/" + visit.variable("domain") + "/events/" +
         write_token(cursor);
}

json event_view(const json& event) {
  json view = event;
  view.erase("domain");
  view.erase("api-key-id");
  return view;
}

json log_view(const json& event, const json& account_id) {
  json view = event;
  view.erase("timestamp");
  view["@timestamp"] = rfc2822(static_cast<Seconds>(event["timestamp"].get<double>()));
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

Reply forbidden() {
  Reply reply;
  reply.status = 401;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = "Forbidden";
  return reply;
}

std::string address_in(const std::string& text) {
  std::size_t open = text.find('<'), close = text.find('>');
  return open == std::string::npos || close == std::string::npos
             ? text
             : text.substr(open + 1, close - open - 1);
}

}  // namespace

void add_mail_event(Visit& visit, const std::string& event, double delay,
                    const std::string& recipient, const json& message) {
  json record = new_record(visit.world, "mailgun_event");
  record["id"] = visit.world.mint("").substr(0, 22);
  record["event"] = event;
  record["timestamp"] = visit.world.clock.exact() + delay;
  record["domain"] = visit.variable("domain");
  record["recipient"] = recipient;
  record["recipient-domain"] = recipient.substr(recipient.find('@') + 1);
  record["message"] = message;
  if (visit.principal != "account") record["api-key-id"] = visit.principal;
  visit.world.mailgun()["events"].push_back(record);
}

Reply send_message(Visit& visit) {
  json* domain = domain_of(visit);
  if (!domain) return forbidden();
  for (const char* name : {"from", "to", "subject"})
    if (visit.form.get(name).empty())
      return mailgun_error(400, std::string(name) + " parameter is missing");
  std::string sender = visit.form.get("from");
  if (sender.find('@') == std::string::npos)
    return mailgun_error(400, "from parameter is not a valid address. please check documentation");
  if ((*domain)["state"] != "active")
    return mailgun_error(400, "Domain " + visit.variable("domain") +
                                  " is not allowed to send: The domain is " +
                                  (*domain)["state"].get<std::string>());
  std::string id = visit.world.mint("").substr(0, 16) + "@" + visit.variable("domain");
  json message = {{"headers",
                   {{"from", sender},
                    {"to", visit.form.get("to")},
                    {"subject", visit.form.get("subject")},
                    {"message-id", id}}},
                  {"attachments", json::array()},
                  {"size", visit.request.body.size()}};
  double delay = visit.world.mailgun()["delivery_seconds"].get<double>();
  for (const std::string& to : visit.form.all("to")) {
    std::string recipient = address_in(to);
    if (recipient.find('@') == std::string::npos)
      return mailgun_error(400, "to parameter is not a valid address. please check documentation");
    add_mail_event(visit, "accepted", 0, recipient, message);
    if (visit.form.get("o:testmode") == "yes") continue;
    json failures = visit.world.mailgun()["failing_recipients"];
    add_mail_event(visit, failures.contains(recipient) ? "failed" : "delivered", delay, recipient,
                   message);
    if (!failures.contains(recipient)) continue;
    json& failed = visit.world.mailgun()["events"].back();
    failed["severity"] = "permanent";
    failed["log-level"] = "error";
    failed["reason"] = failures[recipient];
  }
  return Reply(200, {{"id", "<" + id + ">"}, {"message", "Queued. Thank you."}});
}

Reply list_mail_events(Visit& visit) {
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
  return Reply(200, {{"items", items},
                     {"paging",
                      {{"first", page_url(visit, cursor, 0)},
                       {"previous", page_url(visit, cursor, skip - limit)},
                       {"next", page_url(visit, cursor, next)},
                       {"last", page_url(visit, cursor, size - limit)}}}});
}

Reply list_mail_logs(Visit& visit) {
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
  return Reply(200, {{"start", rfc2822(from)},
                     {"end", rfc2822(to)},
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
