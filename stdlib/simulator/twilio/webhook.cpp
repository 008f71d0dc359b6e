#include "stdlib/simulator/twilio/webhook.h"

#include <algorithm>

#include "interpreter/digest.h"
#include "stdlib/simulator/server/outbound.h"

namespace countersign::simulator {

std::string webhook_signature(const std::string& token, const std::string& url,
                              const Fields& form) {
  auto pairs = form.items();
  std::sort(pairs.begin(), pairs.end());
  std::string text = url;
  for (const auto& [name, value] : pairs) text += name + value;
  return base64_encode(hmac_sha1_raw(token, text));
}

ServedRequest webhook(const json& account, const std::string& method, const std::string& url,
                      const Fields& form) {
  ServedRequest request = form_request(method, url, form);
  // Twilio signs the URL as it is called, and of a GET no form beside it.
  request.headers.add(
      "x-twilio-signature",
      webhook_signature(account["auth_token"], "https://" + request.host + request.target(),
                        method == "GET" ? Fields() : form));
  return request;
}

}  // namespace countersign::simulator
