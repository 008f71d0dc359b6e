// serverless.probe: asks the profile's own function for its instructions as Twilio would, to see
// whether a caller would hear something. A POST that reads.
#pragma once
#include "interpreter/catalogue.h"

namespace countersign {

Row probe_row();

// The value of X-Twilio-Signature for a webhook: Base64 of HMAC-SHA1 under the Auth Token over the
// URL followed by the POST parameters, sorted, names and values run together
// (usage/webhooks/webhooks-security).
std::string webhook_signature(const std::string& auth_token, const std::string& url,
                              std::vector<std::pair<std::string, std::string>> parameters);

}  // namespace countersign
