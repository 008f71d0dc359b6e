// flex.*: reading the configuration. Writing it is the deploy's alone: no other row may.
#include "stdlib/flex_deploy.h"
#include "stdlib/reading_rows.h"
#include "stdlib/rows.h"

namespace countersign {

Status add_flex_rows(Catalogue& catalogue) {
  Row fetch = fetching(
      {"flex.configuration.fetch",
       Credential::api_key,
       "https://flex-api.twilio.com/v1/Configuration",
       {{{"ui_version", Type::text, false, "as this version of Flex UI sees it"}, "UiVersion"}},
       "the configuration; secrets in it are handles",
       "Reads the account's Flex configuration"});
  if (Status added = catalogue.add(std::move(fetch)); !added) return added;
  return add_flex_deploy_row(catalogue);
}

}  // namespace countersign
