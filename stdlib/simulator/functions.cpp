#include "stdlib/simulator/functions.h"

#include <algorithm>

#include "interpreter/digest.h"
#include "stdlib/simulator/serverless.h"

namespace countersign::simulator {
namespace {

constexpr const char* kWaitExperience = "/studio/wait-experience";

Reply text_reply(int status, const std::string& type, const std::string& body) {
  Reply reply;
  reply.status = status;
  reply.content_type = type;
  reply.body = body;
  return reply;
}

// The version that the environment's build serves at `path`.
const json* deployed_version(const json& service, const json& environment,
                             const std::string& path) {
  if (!environment["build_sid"].is_string()) return nullptr;
  json& builds = const_cast<json&>(service)["builds"];
  const json* build = find_record(builds, environment["build_sid"].get<std::string>());
  if (!build) return nullptr;
  for (const json& sid : (*build)["function_versions"]) {
    const json* owner = nullptr;
    const json* version = version_of(service["functions"], sid.get<std::string>(), &owner);
    if (version && (*version)["path"] == path) return version;
  }
  return nullptr;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

// What a caller on hold hears: a prompt, music, and the keys that leave the queue.
std::string wait_experience(const std::string& workflow) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Gather input=\"dtmf\" "
         "timeout=\"1\" action=\"wait-experience?mode=main-wait-loop&amp;WorkflowSid=" +
         escaped(workflow) +
         "\"><Say>Press star at any time for a callback or to leave a voicemail.</Say>"
         "<Play>/guitar_music.mp3</Play></Gather></Response>";
}

Reply run_version(const json& version, const Request& request) {
  // A world may say what the function answers, to show a fault.
  const json& own = version["reply"];
  if (own.is_object())
    return text_reply(own.value("status", 200), own.value("content_type", "text/xml"),
                      own.value("body", ""));
  std::string path = version["path"];
  std::size_t size = std::string_view(kWaitExperience).size();
  if (path.size() >= size && path.compare(path.size() - size, size, kWaitExperience) == 0)
    return text_reply(200, "text/xml", wait_experience(request.query.get("WorkflowSid")));
  return text_reply(200, "text/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");
}

}  // namespace

std::string webhook_signature(const std::string& token, const std::string& url,
                              const Fields& form) {
  auto pairs = form.items();
  std::sort(pairs.begin(), pairs.end());
  std::string text = url;
  for (const auto& [name, value] : pairs) text += name + value;
  return base64_encode(hmac_sha1_raw(token, text));
}

bool is_serverless_domain(const World& world, std::string_view host) {
  for (const json& account : world.state["accounts"])
    for (const json& service : account["serverless"])
      for (const json& environment : service["environments"])
        if (environment["domain_name"] == std::string(host)) return true;
  return false;
}

Reply call_function(World& world, const Request& request) {
  for (json& account : world.accounts())
    for (json& service : account["serverless"])
      for (json& environment : service["environments"]) {
        if (environment["domain_name"] != request.host) continue;
        settle_builds(service, world.now());
        const json* version = deployed_version(service, environment, request.path);
        if (!version || (*version)["visibility"] == "private")
          return text_reply(404, "text/plain", "404: Not Found");
        std::string expected = webhook_signature(
            account["auth_token"], "https://" + request.host + request.target(), request.form());
        if ((*version)["visibility"] == "protected" &&
            request.headers.get("x-twilio-signature") != expected)
          return text_reply(403, "text/plain",
                            "Unauthorized - you are not authorized to perform this operation");
        return run_version(*version, request);
      }
  return text_reply(404, "text/plain", "404: Not Found");
}

}  // namespace countersign::simulator
