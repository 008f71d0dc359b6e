// What Twilio's rows call its credentials, and where a profile keeps its settings; system.cpp
// describes both.
#pragma once

namespace countersign::twilio {

inline constexpr const char* kApiKey = "api_key";
inline constexpr const char* kAuthToken = "auth_token";

inline constexpr const char* kAccountSid = "twilio.account_sid";
inline constexpr const char* kKeySid = "twilio.api_key";
inline constexpr const char* kTokenSecret = "twilio.auth_token";
inline constexpr const char* kWorkspaceSid = "twilio.workspace_sid";
inline constexpr const char* kPhoneNumber = "twilio.phone_number";
inline constexpr const char* kServerlessDomain = "twilio.serverless_domain";

}  // namespace countersign::twilio
