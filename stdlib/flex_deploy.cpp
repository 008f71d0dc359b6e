#include "stdlib/flex_deploy.h"

#include "interpreter/canonical.h"
#include "stdlib/flex_merge.h"
#include "stdlib/flex_source.h"
#include "stdlib/live_state.h"
#include "stdlib/provider_error.h"
#include "stdlib/secret_fields.h"

namespace countersign {
namespace {

constexpr const char* kConfiguration = "https://flex-api.twilio.com/v1/Configuration";

// What a deploy sends of `source` over the configuration `live`.
Result<json> merged(const Call& call, const json& live, const FlexSource& source) {
  const bool overwrite = call.arguments.value("overwrite", false);
  auto attributes = merge_ui_attributes(
      {source.common, source.client, live.value("ui_attributes", json())}, overwrite);
  if (!attributes) return attributes.error();
  auto skills = merge_skills(live.value("taskrouter_skills", json()), source.skills);
  if (!skills) return skills.error();
  return json{{"account_sid", provider(call).profile().account_sid},
              {"ui_attributes", std::move(*attributes)},
              {"taskrouter_skills", std::move(*skills)}};
}

// A failure before the POST, whatever the network says of the GET, leaves nothing in doubt.
Error nothing_sent(Error error) {
  if (error.kind == "transport") error.status = -1;
  return error;
}

Result<json> before(const Call& call) {
  auto live = provider(call).request(Credential::api_key, "GET", kConfiguration);
  if (!live) return live.error();
  return flex_state(std::move(*live));
}

Result<json> project(const Call& call, const json& state) {
  auto source = read_flex_source(call);
  if (!source) return source.error();
  // A merge never moves a value to another pointer, so a secret of a source file gets the handle
  // that it will have in the live configuration. (Skills move, and hold none.)
  const std::string origin = "flex:" + provider(call).profile().account_sid;
  for (json* layer : {&source->common, &source->client})
    *layer =
        with_handles(call.session.vault(), origin + "/ui_attributes", std::move(*layer), false);
  auto sent = merged(call, state, *source);
  if (!sent) return sent.error();
  json after = state;
  after.update(*sent);
  return after;
}

Result<json> carry(const Call& call) {
  ProviderSession& session = provider(call);
  const auto source = read_flex_source(call);
  if (!source) return source.error();
  HttpRequest get;
  get.url = kConfiguration;
  get.headers.emplace_back("Accept", "application/json");
  const auto answer = session.exchange(Credential::api_key, std::move(get));
  if (!answer) return nothing_sent(answer.error());
  // Understood once for its errors, and so that the vault knows the secrets in it; used as it came.
  const auto shown = understand(session, Credential::api_key, "GET", kConfiguration, *answer);
  if (!shown) return nothing_sent(shown.error());
  const auto live = parse_json(answer->body);
  if (!live) return live.error();
  if (live->value("account_sid", json()) != session.profile().account_sid)
    return Error{"refused", "the live Flex configuration is another account's",
                 "check the profile's credentials"};
  if (holds_mark(*live))
    return Error{
        "refused",
        "the live Flex configuration holds a reserved key and cannot be told from a handle"};
  const auto body = merged(call, *live, *source);
  if (!body) return body.error();
  const auto posted = session.request(Credential::api_key, "POST", kConfiguration, body->dump(),
                                      "application/json");
  if (!posted) return posted.error();
  return json{{"account_sid", session.profile().account_sid},
              {"date_updated", posted->value("date_updated", json())}};
}

}  // namespace

Status add_flex_deploy_row(Catalogue& catalogue) {
  Row row{"flex.deploy",
          Effect::mutate,
          Credential::api_key,
          {{"overwrite", Type::flag, false,
            "The source files win over what is live, whose custom_data goes; false where not said: "
            "live wins"}},
          "{account_sid, date_updated}",
          "Merges the source files with the live Flex configuration and sends the result",
          carry};
  row.target = [](const Call&) -> Result<std::string> { return std::string("/flex"); };
  row.before = before;
  row.project = project;
  row.settle = Settle::by_state;
  row.volatile_fields = {"/date_updated"};
  return catalogue.add(std::move(row));
}

}  // namespace countersign
