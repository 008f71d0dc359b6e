#include <cstdio>
#include <cstdlib>

#include "stdlib/catalogue.h"

namespace countersign {
namespace {

// Rows are part of the program: one that does not stand is a fault of the build, found at its first
// start.
Catalogue build() {
  Catalogue catalogue;
  for (auto add :
       {add_twilio_rows, add_studio_rows, add_serverless_rows, add_taskrouter_rows, add_flex_rows,
        add_monitor_rows, add_mailgun_rows, add_snapshot_rows, add_file_rows})
    if (const Status added = add(catalogue); !added) {
      std::fprintf(stderr, "countersign: %s\n", added.error().message.c_str());
      std::abort();
    }
  return catalogue;
}

}  // namespace

const Catalogue& standard_catalogue() {
  static const Catalogue catalogue = build();
  return catalogue;
}

}  // namespace countersign
