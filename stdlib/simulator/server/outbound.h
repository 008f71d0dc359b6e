// How the parties of a world ask each other: Twilio a function for TwiML, a function Mailgun.
#pragma once
#include <string>

#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// Sends the request to whom it concerns. The reply of somebody who cannot be reached has the
// ending `reset`. Records of the world may have moved afterwards: the asked party changes them.
ServedReply ask(World& world, const ServedRequest& request);

// Whether the reply is a success, and what people call one that is not ("404", "unreachable").
bool succeeded(const ServedReply& reply);
std::string trouble_of(const ServedReply& reply);

// A request of this method to an absolute URL, with the form as body.
ServedRequest form_request(const std::string& method, const std::string& url, const Fields& form);
void add_credential(ServedRequest& request, const std::string& user, const std::string& password);

// `reference` as seen from the document at `base`.
std::string absolute_url(const std::string& base, const std::string& reference);

}  // namespace countersign::simulator
