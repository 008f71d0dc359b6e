// What Mailgun's endpoints share.
#pragma once
#include <string>

#include "stdlib/simulator/visit.h"

namespace countersign::simulator {

Reply mailgun_error(int status, const std::string& message);

// The domain a route names; nullptr without one.
json* domain_of(Visit& visit);

// Whole numbers of a parameter, `otherwise` where it is missing, -1 where it is none.
long count_of(const Fields& fields, const char* name, long otherwise);

// Notes that `event` happened to a message, `delay` seconds from now.
void add_mail_event(Visit& visit, const std::string& event, double delay,
                    const std::string& recipient, const json& message);

}  // namespace countersign::simulator
