// All rows of the standard library. One function per unit of rows; `standard_catalogue` calls them
// all.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

Status add_twilio_rows(Catalogue& catalogue);  // twilio.*: numbers calls recordings transcriptions
                                               // keys messages account
Status add_studio_rows(
    Catalogue& catalogue);  // studio.flows.* studio.executions.* studio.revisions.*
Status add_serverless_rows(Catalogue& catalogue);  // serverless.*
Status add_taskrouter_rows(Catalogue& catalogue);  // taskrouter.*
Status add_flex_rows(Catalogue& catalogue);        // flex.configuration.fetch, flex.deploy
Status add_monitor_rows(Catalogue& catalogue);     // monitor.*
Status add_mailgun_rows(Catalogue& catalogue);     // mailgun.*
Status add_snapshot_rows(Catalogue& catalogue);    // snapshot.*
Status add_file_rows(
    Catalogue& catalogue);  // files.* env.* command.* devlogs.* registry.* repository.*

// The catalogue of this binary, built once per process.
const Catalogue& standard_catalogue();

}  // namespace countersign
