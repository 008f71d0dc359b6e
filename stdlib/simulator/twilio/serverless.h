// What the Serverless API and the deployed functions share.
#pragma once
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {

// The service a route names, by SID or unique name; nullptr without one.
json* service_of(RequestContext& visit);
json* environment_of(RequestContext& visit, json*& service);

std::string service_url(const json& service);
std::string environment_url(const json& service, const json& environment);

// A resource of a service.
json service_resource(const RequestContext& visit, const json& service, const json& record,
                      const std::string& url, std::initializer_list<const char*> hidden = {});

// Finishes the builds whose time has come.
void settle_builds(json& service, Seconds now);

// The function or asset version with that SID, and the record it belongs to.
const json* version_of(const json& owners, const std::string& sid, const json** owner);

}  // namespace countersign::simulator
