#include "stdlib/session/arguments.h"

#include <cctype>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"
#include "interpreter/placeholder.h"
#include "interpreter/times.h"
#include "stdlib/http/url.h"
#include "stdlib/session/env_scope.h"
#include "stdlib/session/system.h"

namespace countersign {
namespace {

std::string plain(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// One value as the provider reads it.
Result<std::string> written(const WireField& field, const json& value) {
  switch (field.form) {
    case Form::text:
      return plain(value);
    case Form::json_text:
      return value.is_string() ? value.get<std::string>() : canonical(value);
    case Form::yes_no:
      return std::string(value.is_boolean() && value.get<bool>() ? "yes" : "no");
    case Form::iso:
    case Form::rfc2822:
    case Form::epoch: {
      const auto time = TRY(time_argument(value, field.parameter.name));
      return field.form == Form::iso       ? iso_time(time)
             : field.form == Form::rfc2822 ? rfc2822_time(time)
                                           : std::to_string(time);
    }
  }
  return plain(value);
}

// What a system puts into its rows' URLs under this name; null where none does.
std::string (*url_part(const std::string& name))(const Profile&) {
  for (const System& system : systems())
    for (const auto& [part, value] : system.url_parts)
      if (part == name) return value;
  return nullptr;
}

}  // namespace

std::vector<Parameter> parameters(const Fields& fields) {
  std::vector<Parameter> all;
  static const char* forms[] = {"", " iso", " rfc2822", " epoch", " json", " yes_no"};
  for (const WireField& field : fields) {
    all.push_back(field.parameter);
    if (!field.wire.empty()) all.back().wire = field.wire + forms[static_cast<int>(field.form)];
  }
  return all;
}

bool given(const json& arguments, const std::string& name) {
  const auto at = arguments.find(name);
  return at != arguments.end() && !at->is_null();
}

std::string text_argument(const json& arguments, const std::string& name) {
  return given(arguments, name) ? plain(arguments[name]) : std::string();
}

Result<Time> time_argument(const json& value, const std::string& name) {
  if (value.is_number_integer()) return value.get<Time>();
  if (value.is_string())
    if (const auto time = parse_time(value.get<std::string>())) return *time;
  return Error{"argument", name + ": got " + plain(value) + ", want a time",
               "such as \"2026-11-20T12:00:00Z\", \"2026-11-20\" or seconds since 1970"};
}

Result<Pairs> wire_pairs(const Fields& fields, const json& arguments, ProviderSession& session) {
  Pairs pairs;
  for (const WireField& field : fields) {
    if (field.wire.empty() || !given(arguments, field.parameter.name)) continue;
    json value = arguments[field.parameter.name];
    if (is_handle(value, "secret")) {
      if (!field.parameter.sink)
        return Error{"refused", field.parameter.name + ": a secret cannot stand here"};
      auto opened = TRY(open_handle(session, value));
      value = std::move(opened);
    }
    const bool many = value.is_array() && field.form != Form::json_text;
    for (const json& one : many ? value : json::array({value})) {
      auto text = TRY(written(field, one));
      pairs.emplace_back(field.wire, std::move(text));
    }
  }
  return pairs;
}

std::string urlencoded(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs)
    out += (out.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return out;
}

Multipart multipart(const Pairs& pairs) {
  // 128 random bits cannot stand in a value by accident, nor be guessed by who wrote it.
  const std::string boundary = "countersign-" + to_hex(random_bytes(16));
  Multipart out{"multipart/form-data; boundary=" + boundary, ""};
  for (const auto& [name, value] : pairs)
    out.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name +
                "\"\r\n\r\n" + value + "\r\n";
  out.body += "--" + boundary + "--\r\n";
  return out;
}

std::string filled(const std::string& url, const Call& call) {
  std::string out;
  std::size_t at = 0;
  while (at < url.size()) {
    const std::size_t open = url.find('{', at);
    const std::size_t close = url.find('}', open);
    if (open == std::string::npos || close == std::string::npos) break;
    out += url.substr(at, open - at);
    const std::string name = url.substr(open + 1, close - open - 1);
    const auto part = url_part(name);
    out +=
        percent_encode(part ? part(provider(call).profile()) : text_argument(call.arguments, name));
    at = close + 1;
  }
  return out + url.substr(at);
}

}  // namespace countersign
