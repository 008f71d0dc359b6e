// flex.deploy: the only way to write the Flex configuration. The source files are filled and merged
// with what is live, as the deploy pipeline does it, and `ui_attributes`, `taskrouter_skills` and
// `account_sid` are sent.
//
// Plans see the merge of handles: secrets that stand in the live configuration (`mailgun_api_key`)
// are never opened for it. The carrier merges the raw answer, so that they go back as they came,
// and shows nobody.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

Status add_flex_deploy_row(Catalogue& catalogue);

}  // namespace countersign
