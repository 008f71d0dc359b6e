// api.mailgun.net: domains with their DNS records, and keys.
#include "interpreter/digest.h"
#include "stdlib/simulator/mailgun/mailgun.h"
#include "stdlib/simulator/server/shapes.h"

namespace countersign::simulator {

// In mailgun_messages.cpp, mailgun_events.cpp and mailgun_logs.cpp.
ServedReply send_message(RequestContext&);
ServedReply list_mail_events(RequestContext&);
ServedReply list_mail_logs(RequestContext&);

ServedReply mailgun_error(int status, const std::string& message) {
  return ServedReply(status, {{"message", message}});
}

json* domain_of(RequestContext& visit) {
  json& domains = visit.world.mailgun()["domains"];
  auto found = domains.find(visit.variable("domain"));
  return found == domains.end() ? nullptr : &*found;
}

long count_of(const Fields& fields, const char* name, long otherwise) {
  std::optional<std::string> text = fields.find(name);
  if (!text || text->empty()) return otherwise;
  if (text->size() > 9 || text->find_first_not_of("0123456789") != std::string::npos) return -1;
  return std::stol(*text);
}

namespace {

json domain_view(const std::string& name, const json& domain) {
  json view = domain;
  for (const char* key : {"sending_dns_records", "receiving_dns_records", "dns_published"})
    view.erase(key);
  view["name"] = name;
  std::optional<Seconds> created = parse_date(domain["created_at"].get<std::string>());
  view["created_at"] = http_time(created.value_or(0));
  return view;
}

json whole_domain(const std::string& name, const json& domain) {
  return {{"domain", domain_view(name, domain)},
          {"receiving_dns_records", domain["receiving_dns_records"]},
          {"sending_dns_records", domain["sending_dns_records"]}};
}

ServedReply list_domains(RequestContext& visit) {
  const Fields& query = visit.request.query;
  long limit = count_of(query, "limit", 100), skip = count_of(query, "skip", 0);
  if (limit < 1 || limit > 1000) return mailgun_error(400, "limit must be between 1 and 1000");
  if (skip < 0) return mailgun_error(400, "skip must not be negative");
  json items = json::array();
  long total = 0;
  for (const auto& [name, domain] : visit.world.mailgun()["domains"].items()) {
    std::string state = query.get("state"), search = query.get("search");
    if (!state.empty() && domain["state"] != state) continue;
    if (!search.empty() && name.find(search) == std::string::npos) continue;
    if (total >= skip && total < skip + limit) items.push_back(domain_view(name, domain));
    ++total;
  }
  return ServedReply(200, {{"items", items}, {"total_count", total}});
}

ServedReply fetch_domain(RequestContext& visit) {
  json* domain = domain_of(visit);
  if (!domain) return mailgun_error(404, "Domain not found");
  return ServedReply(200, whole_domain(visit.variable("domain"), *domain));
}

ServedReply create_domain(RequestContext& visit) {
  std::string name = visit.form.get("name");
  if (name.find('.') == std::string::npos)
    return mailgun_error(400, "'name' must be a valid domain name");
  json& domains = visit.world.mailgun()["domains"];
  if (domains.contains(name)) return mailgun_error(400, "This domain name is already taken");
  // A patch fills in the rest, its DNS records too.
  std::string place = name;
  for (std::size_t at = 0; (at = place.find('/', at)) != std::string::npos; at += 2)
    place.replace(at, 1, "~1");
  Status added = visit.world.patch({{{"op", "add"},
                                     {"path", "/mailgun/domains/" + place},
                                     {"value", {{"state", "unverified"}}}}});
  if (!added) return mailgun_error(500, added.error().message);
  json view = whole_domain(name, visit.world.mailgun()["domains"][name]);
  view["message"] = "Domain has been created";
  return ServedReply(200, view);
}

// Looks the records up again: they are valid when the world says that they are published.
ServedReply verify_domain(RequestContext& visit) {
  json* domain = domain_of(visit);
  if (!domain) return mailgun_error(404, "Domain not found");
  bool published = (*domain)["dns_published"] == true;
  for (const char* list : {"sending_dns_records", "receiving_dns_records"})
    for (json& record : (*domain)[list]) record["valid"] = published ? "valid" : "unknown";
  if ((*domain)["state"] != "disabled") (*domain)["state"] = published ? "active" : "unverified";
  json view = whole_domain(visit.variable("domain"), *domain);
  view["message"] = "Domain DNS records have been updated";
  return ServedReply(200, view);
}

ServedReply delete_domain(RequestContext& visit) {
  if (visit.world.mailgun()["domains"].erase(visit.variable("domain")) == 0)
    return mailgun_error(404, "Domain not found");
  return mailgun_error(200, "Domain has been deleted");
}

ServedReply sending_queues(RequestContext& visit) {
  if (!domain_of(visit)) return mailgun_error(404, "Domain not found");
  json queue = {{"is_disabled", false}, {"disabled", {{"until", ""}, {"reason", ""}}}};
  return ServedReply(200, {{"regular", queue}, {"scheduled", queue}});
}

// As the provider shows a key: dates in UTC without saying so, and no field that says nothing.
json key_view(const json& key) {
  json view = key;
  view.erase("secret");
  for (const char* field : {"created_at", "updated_at", "expires_at", "disabled_reason"}) {
    if (!view[field].is_string()) {
      view.erase(field);
      continue;
    }
    const std::string text = view[field];
    if (std::optional<Seconds> time = parse_date(text)) view[field] = iso_time(*time).substr(0, 19);
  }
  return view;
}

ServedReply list_mailgun_keys(RequestContext& visit) {
  json items = json::array();
  for (const json& key : visit.world.mailgun()["keys"])
    if (same(visit, "domain_name", key["domain_name"]) && same(visit, "kind", key["kind"]))
      items.push_back(key_view(key));
  std::size_t total = items.size();
  return ServedReply(200, {{"items", items}, {"total_count", total}});
}

// Why Mailgun makes no such key; empty where it does.
std::string wrong_key(const json& domains, const std::string& role, const std::string& kind,
                      const std::string& domain) {
  if (role.empty()) return "role is required";
  if (kind != "user" && kind != "domain" && kind != "web")
    return "kind must be one of user, domain, web";
  if (role != "admin" && role != "basic" && role != "developer" && role != "sending")
    return "role must be one of admin, basic, developer, sending";
  if ((kind == "domain") != (role == "sending"))
    return "role sending is for keys of kind domain, which have no other";
  if (kind == "domain" && domain.empty()) return "domain_name is required for keys of kind domain";
  if (!domain.empty() && !domains.contains(domain)) return "domain not found: " + domain;
  return "";
}

ServedReply create_mailgun_key(RequestContext& visit) {
  std::string role = visit.form.get("role"), kind = visit.form.get("kind", "user");
  std::string domain = visit.form.get("domain_name");
  if (std::string wrong = wrong_key(visit.world.mailgun()["domains"], role, kind, domain);
      !wrong.empty())
    return mailgun_error(400, wrong);
  json key = new_record(visit.world, "mailgun_key");
  std::string digits = visit.world.new_sid("");
  key["id"] = digits.substr(0, 8) + "-" + digits.substr(8, 8);
  key["secret"] = "fake-mailgun-key-" + visit.world.new_sid("");
  key["kind"] = kind;
  key["role"] = role;
  key["description"] = visit.form.get("description");
  if (!domain.empty()) key["domain_name"] = domain;
  long lifetime = count_of(visit.form, "expiration", 0);
  if (lifetime > 0) key["expires_at"] = iso_time(visit.world.now() + lifetime);
  visit.world.mailgun()["keys"].push_back(key);
  json view = key_view(key);
  view["secret"] = key["secret"];
  return ServedReply(200, {{"message", "great success"}, {"key", view}});
}

ServedReply delete_mailgun_key(RequestContext& visit) {
  if (!erase_record(visit.world.mailgun()["keys"], visit.variable("key_id"), "id"))
    return mailgun_error(404, "no key matching id");
  return mailgun_error(200, "key deleted");
}

constexpr Route kRoutes[] = {
    {"GET", "/v4/domains", list_domains},
    {"POST", "/v4/domains", create_domain},
    {"GET", "/v4/domains/{domain}", fetch_domain},
    {"PUT", "/v4/domains/{domain}/verify", verify_domain},
    {"DELETE", "/v3/domains/{domain}", delete_domain},
    {"GET", "/v3/domains/{domain}/sending_queues", sending_queues},
    {"GET", "/v1/keys", list_mailgun_keys},
    {"POST", "/v1/keys", create_mailgun_key},
    {"DELETE", "/v1/keys/{key_id}", delete_mailgun_key},
    {"POST", "/v1/analytics/logs", list_mail_logs},
    {"POST", "/v3/{domain}/messages", send_message},
    {"GET", "/v3/{domain}/events", list_mail_events},
    {"GET", "/v3/{domain}/events/{token}", list_mail_events},
};

}  // namespace

std::span<const Route> mailgun_routes() {
  return kRoutes;
}

}  // namespace countersign::simulator
