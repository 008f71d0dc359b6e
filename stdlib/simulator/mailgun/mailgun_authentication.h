// Who asks, and whether they may: the credentials of Mailgun.
#pragma once
#include <string_view>

#include "stdlib/simulator/server/request_context.h"

namespace countersign::simulator {

// What a Mailgun credential allows.
enum class MailgunRole { none, account, sending };

// Fills the visit's principal with the key's id ("account" for the account's own key).
MailgunRole authenticate_mailgun(RequestContext& visit, std::string_view domain);

}  // namespace countersign::simulator
