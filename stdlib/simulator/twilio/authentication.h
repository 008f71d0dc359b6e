// Who asks, and whether they may: the credentials of Twilio and of Mailgun.
#pragma once
#include <optional>

#include "stdlib/simulator/server/request_context.h"

namespace countersign::simulator {

// Fills the visit's principal and account from the request's credential and the path's AccountSid.
// A reply is the refusal.
std::optional<Reply> authenticate_twilio(RequestContext& visit);

// What a Mailgun credential allows.
enum class MailgunRole { none, account, sending };

// Fills the visit's principal with the key's id ("account" for the account's own key).
MailgunRole authenticate_mailgun(RequestContext& visit, std::string_view domain);

}  // namespace countersign::simulator
