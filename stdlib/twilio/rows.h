// Twilio's rows, one function for each unit of them.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

// twilio.*: numbers calls recordings transcriptions keys messages account
Status add_twilio_rows(Catalogue& catalogue);
// studio.flows.* studio.executions.* studio.revisions.*
Status add_studio_rows(Catalogue& catalogue);
Status add_serverless_rows(Catalogue& catalogue);  // serverless.*
Status add_taskrouter_rows(Catalogue& catalogue);  // taskrouter.*
// taskrouter.*: members and numbers of a workspace
Status add_taskrouter_member_rows(Catalogue& catalogue);
Status add_flex_rows(Catalogue& catalogue);     // flex.configuration.fetch, flex.deploy
Status add_monitor_rows(Catalogue& catalogue);  // monitor.*

}  // namespace countersign
