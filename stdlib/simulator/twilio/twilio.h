// What all Twilio products answer alike: errors, pages, rendering, parameters, the audit trail.
#pragma once
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stdlib/simulator/server/records.h"
#include "stdlib/simulator/server/request_context.h"

namespace countersign::simulator {

// {code, message, more_info, status} and, where there are any, details.
ServedReply twilio_error(int status, int code, const std::string& message,
                         const json& details = {});
ServedReply not_found(const ServedRequest& request);
ServedReply missing_parameter(std::string_view name);
ServedReply bad_parameter(std::string_view name, const std::string& value);

using Render = std::function<json(const json& record)>;

// Orders by the date in `field`, latest first; of equals the later in the list first.
void newest_first(Records& records, const char* field);

// One page, as the request's PageSize, Page and PageToken ask for: v2010's envelope with relative
// URIs, and the products' `meta` with absolute URLs.
ServedReply core_page(const RequestContext& visit, const Records& records, std::string_view key,
                      const Render& render);
ServedReply product_page(const RequestContext& visit, const Records& records, std::string_view key,
                         const Render& render);

// The record without `hidden` and with the account's SID.
json shown(const RequestContext& visit, const json& record,
           std::initializer_list<const char*> hidden = {});
// A v2010 resource: dates as RFC 2822, `uri`, api_version. `place` is below /Accounts/{Sid}/.
json core_resource(const RequestContext& visit, const json& record, const std::string& place,
                   std::initializer_list<const char*> hidden = {});

// Name, Name< and Name> against a date; a bare day means the whole day.
bool in_time(const RequestContext& visit, const std::string& parameter, const json& value);
// Begin and end parameters of the product APIs.
bool between(const RequestContext& visit, const char* begin, const char* end, const json& value);

// Sets the fields of `record` that `names` (as in the form, VoiceUrl for voice_url) allow and the
// form has; the field's default tells its type. A reply is a refusal, and nothing was set.
std::optional<ServedReply> assign(const RequestContext& visit, json& record, std::string_view kind,
                                  std::initializer_list<const char*> names);
std::string snake_case(std::string_view name);

// Adds to Monitor's audit trail that the visitor did `verb` to a resource.
void record_change(RequestContext& visit, const std::string& type, const std::string& sid,
                   const std::string& verb, const json& before = {}, const json& after = {});

}  // namespace countersign::simulator
