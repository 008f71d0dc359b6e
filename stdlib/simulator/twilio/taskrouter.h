// What the resources of a TaskRouter workspace share.
#pragma once
#include <string>

#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {

std::string workspace_url(const json& workspace);

// All answers of this product carry its rate limit.
ServedReply limited(ServedReply reply);

// What the route names: its workspace, and the record of the workspace's list `key`; nullptr
// without one.
json* workspace_of(RequestContext& visit);
json* member_of(RequestContext& visit, json*& workspace, const char* key);

// A resource of a workspace.
json member_view(const RequestContext& visit, const json& workspace, const json& record,
                 const char* collection);

// Deletes the record of `list` that the route names.
ServedReply delete_member(RequestContext& visit, const char* kind, const char* list);

}  // namespace countersign::simulator
