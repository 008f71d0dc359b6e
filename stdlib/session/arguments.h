// A row's arguments and the provider's names for them, in one table: what is checked, completed and
// documented is also what is sent.
#pragma once
#include <string>
#include <vector>

#include "stdlib/session/provider_session.h"

namespace countersign {

// How an argument is written for the provider.
enum class Form {
  text,       // text as it is; numbers in decimal; true and false; a list as a repeated name
  iso,        // a time as 2026-11-20T12:00:00Z
  rfc2822,    // a time as Fri, 20 Nov 2026 12:00:00 +0000
  epoch,      // a time in seconds
  json_text,  // JSON
  yes_no,     // a flag as yes or no
};

struct WireField {
  Parameter parameter;
  std::string wire = {};  // the provider's name; empty: not sent as a field
  Form form = Form::text;
};
using Fields = std::vector<WireField>;

std::vector<Parameter> parameters(const Fields& fields);

// The values of `arguments` that have a wire name, in the table's order. Secrets' handles are
// opened only where the parameter is a sink. Errors: argument (a time that is none), refused (a
// handle elsewhere).
using Pairs = std::vector<std::pair<std::string, std::string>>;
Result<Pairs> wire_pairs(const Fields& fields, const json& arguments, ProviderSession& session);

std::string urlencoded(const Pairs& pairs);

struct Multipart {
  std::string content_type, body;
};
Multipart multipart(const Pairs& pairs);

// "https://api.example.com/things/{id}" with {id} from the arguments, or from the profile where a
// system says so (System::url_parts), percent-encoded.
std::string filled(const std::string& url, const Call& call);

// The argument as text; empty where it was not given.
std::string text_argument(const json& arguments, const std::string& name);
bool given(const json& arguments, const std::string& name);

// A time argument: seconds since the epoch, or a date that parse_time reads.
Result<Time> time_argument(const json& value, const std::string& name);

}  // namespace countersign
