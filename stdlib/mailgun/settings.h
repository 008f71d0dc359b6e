// What Mailgun's rows call its credentials, and where a profile keeps its settings; system.cpp
// describes both.
#pragma once
#include <string>

namespace countersign {
struct Profile;
}

namespace countersign::mailgun {

// The account's key may do everything; a sending key, of a domain, may only send.
inline constexpr const char* kAccount = "mail_account";
inline constexpr const char* kSending = "mail_sending";

inline constexpr const char* kDomain = "mailgun.domain";
inline constexpr const char* kRegion = "mailgun.region";
inline constexpr const char* kAccountKey = "mailgun.account_key";
inline constexpr const char* kSendingKey = "mailgun.sending_key";

// "api.mailgun.net" or the EU's.
std::string host(const Profile& profile);

}  // namespace countersign::mailgun
