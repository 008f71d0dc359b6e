#include "stdlib/twilio/flex_deploy.h"

#include "interpreter/canonical.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "stdlib/session/provider_error.h"
#include "stdlib/session/secret_fields.h"
#include "stdlib/twilio/flex_merge.h"
#include "stdlib/twilio/flex_source.h"
#include "stdlib/twilio/live_state.h"
#include "stdlib/twilio/settings.h"

namespace countersign {
namespace {

constexpr const char* kConfiguration = "https://flex-api.twilio.com/v1/Configuration";

// What a deploy sends of `source` over the configuration `live`.
Result<json> merged(const Call& call, const json& live, const FlexSource& source) {
  const bool overwrite = call.arguments.value("overwrite", false);
  auto attributes = TRY(merge_ui_attributes(
      {source.common, source.client, live.value("ui_attributes", json())}, overwrite));
  auto skills = TRY(merge_skills(live.value("taskrouter_skills", json()), source.skills));
  return json{{"account_sid", provider(call).profile().text(twilio::kAccountSid)},
              {"ui_attributes", std::move(attributes)},
              {"taskrouter_skills", std::move(skills)}};
}

// A failure before the POST, whatever the network says of the GET, leaves nothing in doubt.
Error nothing_sent(Error error) {
  if (error.kind == "transport") error.status = -1;
  return error;
}

Result<json> before(const Call& call) {
  auto live = TRY(provider(call).request(twilio::kApiKey, "GET", kConfiguration));
  return flex_state(std::move(live));
}

// A merge never moves a value to another pointer, so a secret of a source file gets the handle that
// it will have in the live configuration. (Skills move, and hold none.)
FlexSource handled(const Call& call, FlexSource source) {
  const std::string origin = "flex:" + provider(call).profile().text(twilio::kAccountSid);
  for (json* layer : {&source.common, &source.client})
    *layer =
        with_handles(call.session.vault(), origin + "/ui_attributes", std::move(*layer), false);
  return source;
}

// The files that are merged, as they are filled in: by path and digest.
json digests_of(const Call& call, const FlexSource& source) {
  const FlexSource shown = handled(call, source);
  json out = json::object();
  for (const auto& [path, value] : {std::pair(shown.common_path, &shown.common),
                                    {shown.client_path, &shown.client},
                                    {shown.skills_path, &shown.skills}})
    out[path] = {{"path", path}, {"sha256", sha256_hex(canonical(*value))}};
  return out;
}

Result<json> flex_sources(const Call& call) {
  const auto source = TRY(read_flex_source(call));
  return digests_of(call, source);
}

Result<json> project(const Call& call, const json& state) {
  auto source = TRY(read_flex_source(call));
  source = handled(call, std::move(source));
  auto sent = TRY(merged(call, state, source));
  json after = state;
  after.update(sent);
  return after;
}

Result<json> carry(const Call& call) {
  ProviderSession& session = provider(call);
  const auto source = TRY(read_flex_source(call));
  // What is sent is made of what was compared, and of nothing that came since.
  if (call.sources && *call.sources != digests_of(call, source))
    return Error{"drift", "the Flex source files changed just now", "resume the run", "", "", -1};
  HttpRequest get;
  get.url = kConfiguration;
  get.headers.emplace_back("Accept", "application/json");
  const auto answer = session.exchange(twilio::kApiKey, std::move(get));
  if (!answer) return nothing_sent(answer.error());
  // Understood once for its errors, and so that the vault knows the secrets in it; used as it came.
  const auto shown = understand(session, twilio::kApiKey, "GET", kConfiguration, *answer);
  if (!shown) return nothing_sent(shown.error());
  const auto live = TRY(parse_json(answer->body));
  json now = without(flex_state(*shown), {"/date_updated"});
  session.vault().scrub(now);
  if (call.before && now != *call.before)
    return Error{"drift", "the live Flex configuration changed just now", "resume the run", "", "",
                 -1};
  if (live.value("account_sid", json()) != session.profile().text(twilio::kAccountSid))
    return Error{"refused", "the live Flex configuration is another account's",
                 "check the profile's credentials"};
  if (holds_mark(live))
    return Error{
        "refused",
        "the live Flex configuration holds a reserved key and cannot be told from a handle"};
  const auto body = TRY(merged(call, live, source));
  const auto posted = TRY(
      session.request(twilio::kApiKey, "POST", kConfiguration, body.dump(), "application/json"));
  return json{{"account_sid", session.profile().text(twilio::kAccountSid)},
              {"date_updated", posted.value("date_updated", json())}};
}

}  // namespace

Status add_flex_deploy_row(Catalogue& catalogue) {
  Row row{"flex.deploy",
          Effect::mutate,
          twilio::kApiKey,
          {{"overwrite", Type::flag, false,
            "The source files win over what is live, whose custom_data goes; false where not said: "
            "live wins"}},
          "{account_sid, date_updated}",
          "Merges the source files with the live Flex configuration and sends the result",
          carry};
  row.target = [](const Call&) -> Result<std::string> { return std::string("/flex"); };
  row.before = before;
  row.project = project;
  row.changing =
      Changing{.wire = 1, .sources = Sources(flex_sources), .returns = Returns::nothing()};
  row.settle = Settle::by_state;
  row.volatile_fields = {"/date_updated"};
  return catalogue.add(std::move(row));
}

}  // namespace countersign
