#include "stdlib/mailgun/mailgun_key_rows.h"

#include "interpreter/difference.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "stdlib/mailgun/mailgun_state.h"
#include "stdlib/mailgun/settings.h"
#include "stdlib/session/provider_error.h"
#include "stdlib/session/reading_rows.h"
#include "stdlib/session/secret_store.h"

namespace countersign {
namespace {

const std::string kKeys = "https://{mailgun}/v1/keys";

Fields filters() {
  return {
      {{"domain", Type::text, false, "only sending keys of this domain"}, "domain_name"},
      {{.name = "kind", .summary = "only keys of this kind", .choices = {"user", "domain", "web"}},
       "kind"}};
}

Result<json> listed(const Call& call, const Fields& fields) {
  auto url = TRY(query_url(kKeys, fields, call));
  auto answer = TRY(provider(call).request(mailgun::kAccount, "GET", url));
  const auto items = answer.find("items");
  if (items == answer.end() || !items->is_array())
    return Error{"transport", "Mailgun answered without the list \"items\"", "try again"};
  return std::move(*items);
}

Row list() {
  Row row{.name = "mailgun.keys.list",
          .effect = Effect::read,
          .credential = mailgun::kAccount,
          .parameters = parameters(filters()),
          .result = "list of keys, without their secrets",
          .summary = "Lists the account's keys",
          .carrier = [](const Call& call) { return listed(call, filters()); }};
  return row;
}

// Only a key that may do more than send lists keys: the account's own, or a person's.
Result<json> validated(const Call& call) {
  auto key = TRY(call.session.vault().open(call.arguments["key"]));
  HttpRequest request;
  request.method = "GET";
  request.url = filled(kKeys, call) + "?kind=domain";
  request.headers = {{"Accept", "application/json"}};
  request.user = "api";
  request.password = key;
  const std::string url = request.url;
  const auto answer = TRY(provider(call).exchange(mailgun::kAccount, std::move(request)));
  if (answer.status == 401 || answer.status == 403) return json{{"sends_only", true}};
  TRY(understand(provider(call), mailgun::kAccount, "GET", url, answer));
  return json{{"sends_only", false}};
}

Row validate() {
  return Row{.name = "mailgun.keys.validate",
             .effect = Effect::read,
             .credential = mailgun::kAccount,
             .parameters = {{.name = "key",
                             .type = Type::secret,
                             .required = true,
                             .summary = "the key",
                             .sink = true}},
             .result = "{sends_only}: false of a key of the account or of a person",
             .summary = "Reads whether a key may only send",
             .carrier = validated};
}

Fields making() {
  return {
      {{"description", Type::text, true, "what the key is for; tells it from others"},
       "description"},
      {{.name = "role",
        .required = true,
        .summary = "what it may do",
        .choices = {"sending", "admin", "basic", "developer"}},
       "role"},
      {{.name = "kind",
        .summary = "domain where not said, as role sending needs it",
        .choices = {"user", "domain", "web"}},
       "kind"},
      {{"domain", Type::text, false, "the domain that it sends for; the profile's where not said"},
       "domain_name"},
  };
}

// The arguments with what is not said filled in: a sending key of the profile's domain.
json completed(const Call& call) {
  json arguments = call.arguments;
  if (!given(arguments, "kind")) arguments["kind"] = "domain";
  if (!given(arguments, "domain") && arguments["kind"] == "domain")
    arguments["domain"] = provider(call).profile().text(mailgun::kDomain);
  return arguments;
}

Result<json> by_description(const Call& call) {
  auto all = TRY(listed(call, {}));
  for (json& key : all)
    if (key.value("description", json()) == call.arguments.value("description", json()))
      return std::move(key);
  return json();
}

Result<json> make(const Call& call) {
  const auto pairs = TRY(wire_pairs(making(), completed(call), provider(call)));
  const Multipart form = multipart(pairs);
  auto answer = TRY(provider(call).request(mailgun::kAccount, "POST", filled(kKeys, call),
                                           form.body, form.content_type));
  return with_stored_secret(provider(call), answer.value("key", json::object()), "mailgun", "/id",
                            "/secret");
}

Row create() {
  Row row{.name = "mailgun.keys.create",
          .effect = Effect::mutate,
          .credential = mailgun::kAccount,
          .parameters = parameters(making()),
          .result = "the key; its secret is a handle and lies in the secret store",
          .summary = "Makes a key, usually a sending key of one domain",
          .carrier = make};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/mailgun/keys/" + escape_pointer(text_argument(call.arguments, "description"));
  };
  // The id is Mailgun's to give, so a new key is known by its description.
  row.before = [](const Call& call) -> Result<json> {
    auto found = by_description(call);
    if (!found || found->is_null()) return found;
    json state = {{"description", found->value("description", json())},
                  {"role", found->value("role", json())},
                  {"kind", found->value("kind", json())}};
    if (completed(call).contains("domain"))
      state["domain_name"] = found->value("domain_name", json());
    return state;
  };
  row.project = [](const Call& call, const json&) -> Result<json> {
    const json arguments = completed(call);
    json state = {{"description", arguments["description"]},
                  {"role", arguments["role"]},
                  {"kind", arguments["kind"]}};
    if (arguments.contains("domain")) state["domain_name"] = arguments["domain"];
    return state;
  };
  row.guard = [](const Call& call) -> Status {
    if (Status kept = secret_store_there(provider(call)); !kept) return kept;
    if (call.overlay || has_placeholder(call.arguments)) return Done{};
    auto found = TRY(by_description(call));
    if (found.is_null()) return Done{};
    return Error{
        "refused",
        "there already is a key described \"" + text_argument(call.arguments, "description") + "\"",
        "a key is told from another by its description; take a new one"};
  };
  row.lookup = by_description;
  row.changing =
      Changing{.wire = 1,
               .sources = Sources::none(),
               .returns = Returns({{"/id", range::key_id()}, {"/secret", range::secret()}})};
  row.made = [](const json& result) {
    const std::string id = result.value("id", "");
    return id.empty() ? id : "/mailgun/keys/" + escape_pointer(id);
  };
  row.settle = Settle::by_lookup;
  return row;
}

Row revoke() {
  Row row{.name = "mailgun.keys.delete",
          .effect = Effect::destroy,
          .credential = mailgun::kAccount,
          .parameters = {{"id", Type::text, true, "the key's id"}},
          .result = "nothing",
          .summary = "Revokes a key",
          // One that somebody revoked before is revoked.
          .carrier = [](const Call& call) {
            return or_null(
                provider(call).request(mailgun::kAccount, "DELETE", filled(kKeys + "/{id}", call)));
          }};
  row.target = [](const Call& call) -> Result<std::string> {
    return "/mailgun/keys/" + escape_pointer(text_argument(call.arguments, "id"));
  };
  row.before = [](const Call& call) -> Result<json> {
    auto all = TRY(listed(call, {}));
    for (json& key : all)
      if (key.value("id", json()) == call.arguments.value("id", json()))
        return mailgun_key_state(std::move(key));
    return json();
  };
  row.project = [](const Call&, const json&) -> Result<json> { return json(); };
  row.changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.irreversible =
      "a revoked key cannot be had back; mails sent with it are refused from then on";
  return row;
}

}  // namespace

std::vector<Row> mailgun_key_rows() {
  return {list(), validate(), create(), revoke()};
}

}  // namespace countersign
