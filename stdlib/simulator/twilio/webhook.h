// Requests that Twilio makes of its customers, signed.
#pragma once
#include <string>

#include "stdlib/simulator/server/message.h"

namespace countersign::simulator {

// Base64 of HMAC-SHA1 over the URL followed by the sorted names and values of the form.
std::string webhook_signature(const std::string& token, const std::string& url, const Fields& form);

// A request of this method to an absolute URL, with the form as body, signed with the account's
// auth token.
ServedRequest webhook(const json& account, const std::string& method, const std::string& url,
                      const Fields& form);

}  // namespace countersign::simulator
