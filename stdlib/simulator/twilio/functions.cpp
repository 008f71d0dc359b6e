#include "stdlib/simulator/twilio/functions.h"

#include <algorithm>

#include "stdlib/simulator/calls/wait_experience.h"
#include "stdlib/simulator/twilio/function_run.h"
#include "stdlib/simulator/twilio/serverless.h"
#include "stdlib/simulator/twilio/webhook.h"

namespace countersign::simulator {
namespace {

ServedReply text_reply(int status, const std::string& type, const std::string& body) {
  ServedReply reply;
  reply.status = status;
  reply.content_type = type;
  reply.body = body;
  return reply;
}

// The type under which an asset is served, by its name.
std::string asset_type(const std::string& path) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".mp3", "audio/mpeg"}, {".wav", "audio/x-wav"}, {".json", "application/json"},
      {".xml", "text/xml"},   {".html", "text/html"},  {".txt", "text/plain"}};
  for (const auto& [ending, type] : kTypes)
    if (path.size() > ending.size() &&
        path.compare(path.size() - ending.size(), ending.size(), ending) == 0)
      return std::string(type);
  return "application/octet-stream";
}

// An asset that the environment's build serves to anybody.
std::optional<ServedReply> serve_asset(const json& service, const json& environment,
                                       const std::string& path) {
  for (const json& build : service["builds"]) {
    if (build["sid"] != environment["build_sid"]) continue;
    for (const json& sid : build["asset_versions"]) {
      const json* owner = nullptr;
      const json* version = version_of(service["assets"], sid.get<std::string>(), &owner);
      if (version && (*version)["path"] == path && (*version)["visibility"] == "public")
        return text_reply(200, asset_type(path), (*version)["content"]);
    }
  }
  return std::nullopt;
}

ServedReply run(const FunctionRun& function, const ServedRequest& request) {
  // A world may say what the function answers, to show a fault.
  const json own = function.version()["reply"];
  ServedReply reply =
      own.is_object() ? text_reply(own.value("status", 200), own.value("content_type", "text/xml"),
                                   own.value("body", ""))
      : is_wait_experience(function.path()) ? run_wait_experience(function, request)
                                            : text_reply(200, "text/xml",
                                                         "<?xml version=\"1.0\" "
                                                         "encoding=\"UTF-8\"?><Response/>");
  if (reply.status >= 500) {
    function.log("error", "the function answered " + std::to_string(reply.status));
    function.alert("82002", "Error on Twilio Function response");
  }
  return reply;
}

}  // namespace

bool is_serverless_domain(const World& world, std::string_view host) {
  for (const json& account : world.state["accounts"])
    for (const json& service : account["serverless"])
      for (const json& environment : service["environments"])
        if (environment["domain_name"] == std::string(host)) return true;
  return false;
}

ServedReply call_function(World& world, const ServedRequest& request) {
  for (json& account : world.accounts())
    for (json& service : account["serverless"])
      for (json& environment : service["environments"]) {
        if (environment["domain_name"] != request.host) continue;
        std::optional<FunctionRun> function = FunctionRun::at(world, request.host, request.path);
        if (!function || function->version()["visibility"] == "private") {
          std::optional<ServedReply> asset = serve_asset(service, environment, request.path);
          return asset ? *asset : text_reply(404, "text/plain", "404: Not Found");
        }
        std::string expected =
            webhook_signature(account["auth_token"], "https://" + request.host + request.target(),
                              request.method == "GET" ? Fields() : request.form());
        if (function->version()["visibility"] == "protected" &&
            request.headers.get("x-twilio-signature") != expected)
          return text_reply(403, "text/plain",
                            "Unauthorized - you are not authorized to perform this operation");
        return run(*function, request);
      }
  return text_reply(404, "text/plain", "404: Not Found");
}

}  // namespace countersign::simulator
