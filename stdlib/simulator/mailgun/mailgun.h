// What Mailgun's endpoints share.
#pragma once
#include <string>

#include "stdlib/simulator/server/records.h"

namespace countersign::simulator {

ServedReply mailgun_error(int status, const std::string& message);

// The domain a route names; nullptr without one.
json* domain_of(RequestContext& visit);

// Whole numbers of a parameter, `otherwise` where it is missing, -1 where it is none.
long count_of(const Fields& fields, const char* name, long otherwise);

// Page tokens are JSON in URL-safe base64: no table of cursors outlives a request.
std::string write_token(const json& value);
json read_token(std::string text);

// The events that can be read now: not in the future, not held back, not past retention.
Records visible_events(const World& world);
void order(Records& events, bool ascending);

// A header of the message an event is about; empty without it.
std::string header_of(const json& event, const char* name);

// Notes that `event` happened to a message, `delay` seconds from now.
void add_mail_event(RequestContext& visit, const std::string& event, double delay,
                    const std::string& recipient, const json& message);

}  // namespace countersign::simulator
