// mailgun.*: domains, keys, events and messages. Paths and parameter names: Mailgun's OpenAPI
// description (src/openapi.yaml of mailgun/mailgun-mcp-server).
#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/times.h"
#include "stdlib/http/url.h"
#include "stdlib/mailgun/mailgun_key_rows.h"
#include "stdlib/mailgun/mailgun_list.h"
#include "stdlib/mailgun/mailgun_state.h"
#include "stdlib/mailgun/rows.h"
#include "stdlib/mailgun/settings.h"
#include "stdlib/session/protected.h"
#include "stdlib/session/provider_error.h"
#include "stdlib/session/reading_rows.h"

namespace countersign {
namespace {

const std::string kHost = "https://{mailgun}";
const std::string kDomain = kHost + "/v4/domains/{name}";
constexpr std::size_t kLogPage = 100;

WireField name_field() {
  return {{"name", Type::text, true, "the domain"}};
}

// The argument, or the profile's domain.
Result<std::string> domain_of(const Call& call) {
  const std::string domain = given(call.arguments, "domain")
                                 ? text_argument(call.arguments, "domain")
                                 : provider(call).profile().text(mailgun::kDomain);
  if (!domain.empty()) return domain;
  return Error{"argument", "no domain is said, and the profile has no mailgun_domain",
               "say domain = \"…\", or add domain to the profile, under mailgun"};
}

Row list_domains() {
  const Fields fields = {
      {{.name = "state",
        .summary = "only domains in this state",
        .choices = {"active", "unverified", "disabled"}},
       "state"},
      {{"search", Type::text, false, "only domains whose name holds this"}, "search"}};
  Row row{.name = "mailgun.domains.list",
          .effect = Effect::read,
          .credential = mailgun::kAccount,
          .parameters = parameters(fields),
          .result = "list of domains",
          .summary = "Lists the account's sending domains",
          .carrier = [fields](const Call& call) -> Result<json> {
            auto url = TRY(query_url(kHost + "/v4/domains", fields, call));
            return mailgun_list(provider(call), url, limit_of(call.arguments));
          }};
  row.parameters.push_back(limit_parameter());
  return row;
}

Result<json> fetch_domain(const Call& call) {
  auto answer = TRY(provider(call).request(mailgun::kAccount, "GET", filled(kDomain, call)));
  // One table: the domain, and beside it the DNS records that the answer lists next to it.
  json domain = answer.value("domain", json::object());
  for (const char* key : {"sending_dns_records", "receiving_dns_records"})
    domain[key] = answer.value(key, json::array());
  return domain;
}

Result<std::string> domain_target(const Call& call) {
  return "/mailgun/domains/" + escape_pointer(text_argument(call.arguments, "name"));
}

Result<json> domain_before(const Call& call) {
  auto all = TRY(mailgun_list(provider(call), filled(kHost + "/v4/domains", call)));
  for (json& one : all)
    if (one.value("name", json()) == call.arguments.value("name", json()))
      return mailgun_domain_state(std::move(one));
  return json();
}

// A domain is Mailgun's to fill in; of a new one its name is what was asked for.
Row create_domain() {
  const Fields fields = {{{"name", Type::text, true, "the domain"}, "name"}};
  Row row{.name = "mailgun.domains.create",
          .effect = Effect::mutate,
          .credential = mailgun::kAccount,
          .parameters = parameters(fields),
          .result = "the domain with the DNS records that have to be published",
          .summary = "Makes a sending domain; it sends once its DNS records are published"};
  row.carrier = [fields](const Call& call) -> Result<json> {
    const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
    const Multipart form = multipart(pairs);
    return provider(call).request(mailgun::kAccount, "POST", filled(kHost + "/v4/domains", call),
                                  form.body, form.content_type);
  };
  row.target = domain_target;
  row.before = [](const Call& call) -> Result<json> {
    auto found = domain_before(call);
    if (!found || found->is_null()) return found;
    return json{{"name", found->value("name", json())}};
  };
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (!before.is_null())
      return Error{"argument",
                   "there already is a domain \"" + text_argument(call.arguments, "name") + "\"",
                   "mailgun.domains.verify looks at its DNS records again"};
    return json{{"name", call.arguments["name"]}};
  };
  row.lookup = domain_before;
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_lookup;
  // Of its state only the name is asked for; snapshots hold the whole.
  row.made = [](const json& result) {
    const json domain = result.value("domain", result);
    const std::string name = domain.is_object() ? domain.value("name", "") : "";
    return name.empty() ? name : "/mailgun/domains/" + escape_pointer(name);
  };
  return row;
}

Row verify_domain() {
  Row row{.name = "mailgun.domains.verify",
          .effect = Effect::mutate,
          .credential = mailgun::kAccount,
          .parameters = parameters({name_field()}),
          .result = "the domain with what was found of its DNS records",
          .summary = "Asks Mailgun to look at a domain's DNS records again",
          .carrier = [](const Call& call) -> Result<json> {
            return provider(call).request(mailgun::kAccount, "PUT",
                                          filled(kDomain + "/verify", call));
          }};
  row.target = domain_target;
  row.before = domain_before;
  row.project = [](const Call& call, const json& before) -> Result<json> {
    if (before.is_null())
      return Error{"argument",
                   "there is no domain \"" + text_argument(call.arguments, "name") + "\"",
                   "mailgun.domains.list shows them"};
    return before;
  };
  // What the DNS says is not ours to project.
  row.volatile_fields = {"/state", "/is_disabled"};
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  return row;
}

Row delete_domain() {
  Row row{.name = "mailgun.domains.delete",
          .effect = Effect::destroy,
          .credential = mailgun::kAccount,
          .parameters = parameters({name_field()}),
          .result = "nothing",
          .summary = "Deletes a sending domain; protected",
          .carrier = [](const Call& call) {
            return provider(call).request(mailgun::kAccount, "DELETE",
                                          filled(kHost + "/v3/domains/{name}", call));
          }};
  row.target = domain_target;
  row.before = domain_before;
  row.project = [](const Call&, const json&) -> Result<json> { return json(); };
  row.guard =
      protect("a Mailgun domain",
              "other clients may share it or its DNS records; revoke the client's key instead");
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.affects = {"/mailgun/keys"};
  row.irreversible = "the domain, its DNS set-up and every client's keys for it are gone";
  return row;
}

Row list_events() {
  const auto filter = [](const std::string& name, const std::string& wire,
                         const std::string& summary) {
    return WireField{{name, Type::text, false, summary}, wire};
  };
  const Fields fields = {
      {{"domain", Type::text, false, "the domain; the profile's where not said"}},
      {{"since", Type::time, false, "only events of then or later"}, "begin", Form::epoch},
      {{"until", Type::time, false, "only events of then or earlier"}, "end", Form::epoch},
      {{"ascending", Type::flag, false, "oldest first"}, "ascending", Form::yes_no},
      filter("event", "event", "such as accepted, delivered, failed"),
      filter("recipient", "recipient", "only mails to this address"),
      filter("from", "from", "only mails from this address"),
      filter("to", "to", "only mails whose header names this address"),
      filter("subject", "subject", "only mails of this subject"),
      filter("severity", "severity", "temporary or permanent failures"),
      filter("tags", "tags", "only mails with this tag"),
  };
  Row row{.name = "mailgun.events.list",
          .effect = Effect::read,
          .credential = mailgun::kAccount,
          .parameters = parameters(fields),
          .result = "list of events; complete only for a window that ended half an hour ago",
          .summary = "Lists what became of a domain's mails"};
  row.parameters.push_back(limit_parameter());
  row.carrier = [fields](const Call& call) -> Result<json> {
    const auto domain = TRY(domain_of(call));
    // Without an end the order must be said.
    json arguments = call.arguments;
    if (!given(arguments, "until") && !given(arguments, "ascending"))
      arguments["ascending"] = given(arguments, "since");
    const Call whole{call.session, arguments, call.overlay};
    auto url = TRY(query_url(kHost + "/v3/" + percent_encode(domain) + "/events", fields, whole));
    return mailgun_events(provider(call), url, limit_of(call.arguments));
  };
  return row;
}

json condition(const std::string& attribute, const std::string& value) {
  return {{"attribute", attribute},
          {"comparator", "="},
          {"values", json::array({{{"label", value}, {"value", value}}})}};
}

// The body of POST /v1/analytics/logs for the arguments; `token`: of the next page.
Result<json> log_query(const Call& call, const std::string& token, std::size_t size) {
  const auto now = TRY(provider(call).now());
  Time since = now - 86'400, until = now;
  for (auto& [name, time] : {std::pair<const char*, Time*>{"since", &since}, {"until", &until}}) {
    if (!given(call.arguments, name)) continue;
    const auto said = TRY(time_argument(call.arguments[name], name));
    *time = said;
  }
  json all = json::array();
  for (const auto& [name, attribute] : {std::pair<const char*, const char*>{"domain", "domain"},
                                        {"key_id", "api-key-id"},
                                        {"recipient", "recipient"}})
    if (given(call.arguments, name))
      all.push_back(condition(attribute, text_argument(call.arguments, name)));
  json query = {{"start", rfc2822_time(since)},
                {"end", rfc2822_time(until)},
                {"pagination", {{"sort", "timestamp:asc"}, {"limit", size}}}};
  if (!token.empty()) query["pagination"]["token"] = token;
  if (given(call.arguments, "events")) query["events"] = call.arguments["events"];
  if (!all.empty()) query["filter"] = {{"AND", all}};
  return query;
}

Result<json> list_logs(const Call& call) {
  const auto limit = limit_of(call.arguments);
  json all = json::array();
  std::string token;
  std::set<std::string> seen;
  while (true) {
    auto query = TRY(
        log_query(call, token, limit ? std::clamp<std::size_t>(*limit, 1, kLogPage) : kLogPage));
    auto page =
        TRY(provider(call).ask(mailgun::kAccount, filled(kHost + "/v1/analytics/logs", call),
                               canonical(query), "application/json"));
    const json items = page.value("items", json::array());
    for (const json& item : items) {
      if (limit && all.size() >= *limit) return all;
      all.push_back(item);
    }
    const json next = page.value("pagination", json::object());
    token = next.is_object() && next.value("next", json()).is_string()
                ? next["next"].get<std::string>()
                : "";
    if (items.empty() || token.empty()) return all;
    if (!seen.insert(token).second)
      return Error{"transport", "Mailgun: the pages of the log never end", "narrow the time span"};
  }
}

Row logs() {
  Row row{.name = "mailgun.logs.list",
          .effect = Effect::read,
          .credential = mailgun::kAccount,
          .parameters = {{"since", Type::time, false,
                          "only events of then or later; a day ago where not said"},
                         {"until", Type::time, false, "only events of then or earlier"},
                         {"domain", Type::text, false, "only mails of this domain"},
                         {"key_id", Type::text, false, "only mails sent with this key"},
                         {"recipient", Type::text, false, "only mails to this address"},
                         {"events", Type::list, false, "only events of these kinds"},
                         limit_parameter()},
          .result = "list of events over all domains",
          .summary = "Lists what became of mails, also by the key that sent them",
          .carrier = list_logs};
  return row;
}

// What a refused mail says of key and domain.
std::string sending_hint(int status, const std::string& domain, const std::string& otherwise) {
  if (status == 401 || status == 403)
    return "wrong key or domain: the sending key has to be one of the domain " + domain;
  if (status == 400)
    return "the domain " + domain +
           " is not verified, or an address is wrong: look at its DNS records in Mailgun";
  return otherwise;
}

Row send_message() {
  const Fields fields = {
      {{"domain", Type::text, false, "the sending domain; the profile's where not said"}},
      {{"from", Type::text, true, "the sender"}, "from"},
      {{"to", Type::email, true, "the recipient"}, "to"},
      {{"subject", Type::text, true, "the subject"}, "subject"},
      {{"text", Type::text, true, "the text"}, "text"},
      {{"test_mode", Type::flag, false, "checked and billed, not delivered"},
       "o:testmode",
       Form::yes_no},
      {{.name = "key",
        .type = Type::secret,
        .summary = "the sending key; the profile's where not said",
        .sink = true}},
  };
  Row row{.name = "mailgun.messages.send",
          .effect = Effect::mutate,
          .credential = mailgun::kSending,
          .parameters = parameters(fields),
          .result = "{id, message}",
          .summary = "Sends a mail"};
  row.carrier = [fields](const Call& call) -> Result<json> {
    const auto domain = TRY(domain_of(call));
    const auto pairs = TRY(wire_pairs(fields, call.arguments, provider(call)));
    const Multipart form = multipart(pairs);
    HttpRequest request;
    request.method = "POST";
    request.url = filled(kHost + "/v3/", call) + percent_encode(domain) + "/messages";
    request.body = form.body;
    request.headers = {{"Content-Type", form.content_type}, {"Accept", "application/json"}};
    if (given(call.arguments, "key")) {
      auto key = TRY(call.session.vault().open(call.arguments["key"]));
      request.user = "api";
      request.password = key;
    }
    const std::string url = request.url;
    auto answer = TRY(provider(call).exchange(mailgun::kSending, std::move(request)));
    auto sent = understand(provider(call), mailgun::kSending, "POST", url, answer);
    if (sent) return sent;
    Error refused = sent.error();
    refused.hint = sending_hint(refused.status, domain, refused.hint);
    return refused;
  };
  row.target = [](const Call& call) -> Result<std::string> {
    return "/records/messages/" + escape_pointer(text_argument(call.arguments, "to"));
  };
  // There is no idempotency key for mails: whether one went out, only a person can tell.
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::ask;
  row.irreversible = "a mail that was sent cannot be called back";
  return row;
}

Row fetch_queue() {
  return fetching({"mailgun.queues.fetch",
                   mailgun::kAccount,
                   kHost + "/v3/domains/{name}/sending_queues",
                   {name_field()},
                   "the regular and the scheduled queue",
                   "Reads whether a domain's queue is held up"});
}

}  // namespace

Status add_mailgun_rows(Catalogue& catalogue) {
  Row fetch = fetching({"mailgun.domains.fetch",
                        mailgun::kAccount,
                        kDomain,
                        {name_field()},
                        "the domain with its DNS records",
                        "Reads one sending domain"});
  fetch.carrier = fetch_domain;
  std::vector<Row> rows = {list_domains(),  std::move(fetch), create_domain(),
                           verify_domain(), delete_domain(),  list_events(),
                           logs(),          send_message(),   fetch_queue()};
  const std::vector<Row> keys = mailgun_key_rows();
  rows.insert(rows.end(), keys.begin(), keys.end());
  for (Row& row : rows)
    if (Status added = catalogue.add(std::move(row)); !added) return added;
  return Done{};
}

}  // namespace countersign
