// One authenticated request being answered, and the routes it can take.
#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "stdlib/simulator/server/message.h"
#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

struct RequestContext {
  World& world;
  const ServedRequest& request;
  std::string principal;    // the user name that authenticated; empty where nobody has to
  std::string account_sid;  // the account acted on
  json* account = nullptr;  // its state
  Fields path;              // the variables of the route, percent-decoded
  Fields form;              // the parameters of the body

  std::string variable(std::string_view name) const { return path.get(name); }
  // The list of the account's records under `key`.
  json& records(const char* key) const { return (*account)[key]; }
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // /v2/Flows/{Sid}; a variable is one segment or the start of one
  ServedReply (*answer)(RequestContext&);
};

// Whether `path` has the form of `pattern`; fills `variables`.
bool matches(std::string_view pattern, std::string_view path, Fields& variables);

// The tables of the providers.
std::span<const Route> core_routes();
std::span<const Route> studio_routes();
std::span<const Route> serverless_routes();
std::span<const Route> upload_routes();
std::span<const Route> taskrouter_routes();
std::span<const Route> flex_routes();
std::span<const Route> monitor_routes();
std::span<const Route> mailgun_routes();
std::span<const Route> status_routes();

}  // namespace countersign::simulator
