// Moments in a zone of the machine's tz database (TZif, RFC 8536), read from its files: setting TZ
// would change the time of the whole process, other threads' and other programs' included.
#pragma once
#include <string>

#include "interpreter/authorizer.h"

namespace countersign {

// Whether this machine knows a zone of that name.
bool knows_zone(const std::string& zone);

// "2026-11-20 23:00 CET"; empty where the zone is not known here.
std::string zone_moment(Time moment, const std::string& zone);

}  // namespace countersign
