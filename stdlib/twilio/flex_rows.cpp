// flex.*: reading the configuration. Writing it is the deploy's alone: no other row may.
#include "stdlib/session/reading_rows.h"
#include "stdlib/twilio/flex_deploy.h"
#include "stdlib/twilio/flex_drift.h"
#include "stdlib/twilio/rows.h"
#include "stdlib/twilio/settings.h"

namespace countersign {

Status add_flex_rows(Catalogue& catalogue) {
  Row fetch = fetching(
      {"flex.configuration.fetch",
       twilio::kApiKey,
       "https://flex-api.twilio.com/v1/Configuration",
       {{{"ui_version", Type::text, false, "as this version of Flex UI sees it"}, "UiVersion"}},
       "the configuration; secrets in it are handles",
       "Reads the account's Flex configuration"});
  if (Status added = catalogue.add(std::move(fetch)); !added) return added;
  Row drift{.name = "flex.configuration.compare",
            .effect = Effect::read,
            .credential = twilio::kApiKey,
            .result = "{differences: list of {op, path, source, live}, writer}",
            .summary = "Compares the live Flex configuration with its source files",
            .carrier = [](const Call& call) -> Result<json> {
              auto found = flex_drift(provider(call));
              if (found) return found;
              // What keeps the sides from being compared is the answer of this read, no refusal.
              Error error = found.error();
              if (error.kind == "refused" || error.kind == "config") error.kind = "argument";
              return error;
            }};
  if (Status added = catalogue.add(std::move(drift)); !added) return added;
  return add_flex_deploy_row(catalogue);
}

}  // namespace countersign
