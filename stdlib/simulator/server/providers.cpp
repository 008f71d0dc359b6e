#include "stdlib/simulator/server/providers.h"

#include <algorithm>

#include "interpreter/digest.h"
#include "stdlib/simulator/mailgun/mailgun.h"
#include "stdlib/simulator/mailgun/mailgun_authentication.h"
#include "stdlib/simulator/twilio/authentication.h"
#include "stdlib/simulator/twilio/functions.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {

bool matches(std::string_view pattern, std::string_view path, Fields& variables) {
  while (!pattern.empty() && !path.empty()) {
    std::string_view want = pattern.substr(0, pattern.find('/', 1));
    std::string_view have = path.substr(0, path.find('/', 1));
    pattern.remove_prefix(want.size());
    path.remove_prefix(have.size());
    std::size_t open = want.find('{');
    if (open == std::string_view::npos) {
      if (want != have) return false;
      continue;
    }
    // "{Sid}.json": what follows the variable must stand at the segment's end.
    std::size_t close = want.find('}');
    std::string_view tail = want.substr(close + 1);
    if (have.size() <= tail.size() + 1 || have.substr(have.size() - tail.size()) != tail)
      return false;
    std::string_view value = have.substr(1, have.size() - tail.size() - 1);
    variables.add(std::string(want.substr(open + 1, close - open - 1)),
                  percent_decode(value, false));
  }
  return pattern.empty() && path.empty();
}

namespace {

struct Host {
  std::string_view name;
  std::span<const Route> (*routes)();
};

constexpr Host kTwilio[] = {
    {"api.twilio.com", core_routes},
    {"studio.twilio.com", studio_routes},
    {"serverless.twilio.com", serverless_routes},
    {"serverless-upload.twilio.com", upload_routes},
    {"taskrouter.twilio.com", taskrouter_routes},
    {"flex-api.twilio.com", flex_routes},
    {"monitor.twilio.com", monitor_routes},
};

bool is_mailgun(std::string_view host) {
  return host == "api.mailgun.net" || host == "api.eu.mailgun.net";
}

bool is_status_page(std::string_view host) {
  return host == "status.twilio.com" || host == "status.mailgun.com";
}

const Host* twilio_host(std::string_view name) {
  for (const Host& host : kTwilio)
    if (host.name == name) return &host;
  return nullptr;
}

// The route of the request; `other_method` when only the method does not fit.
const Route* find_route(std::span<const Route> routes, RequestContext& visit, bool& other_method) {
  for (const Route& route : routes) {
    Fields variables;
    if (!matches(route.pattern, visit.request.path, variables)) continue;
    if (route.method != visit.request.method) {
      other_method = true;
      continue;
    }
    visit.path = std::move(variables);
    return &route;
  }
  return nullptr;
}

// An AccountSid in the path counts also where no route fits.
void read_account_of_path(RequestContext& visit) {
  Fields variables;
  const std::string& path = visit.request.path;
  const std::string base = "/2010-04-01/Accounts/";
  if (visit.path.has("AccountSid") || path.compare(0, base.size(), base) != 0) return;
  visit.path.add("AccountSid",
                 path.substr(base.size(), path.find_first_of("/.", base.size()) - base.size()));
}

ServedReply answer_twilio(World& world, const ServedRequest& request, const Host& host) {
  RequestContext visit{.world = world, .request = request};
  bool other_method = false;
  const Route* route = find_route(host.routes(), visit, other_method);
  read_account_of_path(visit);
  if (std::optional<ServedReply> refusal = authenticate_twilio(visit)) return *refusal;
  if (!route && other_method) return twilio_error(405, 20004, "Method not allowed");
  if (!route) return not_found(request);
  if (request.headers.get("content-type").rfind("application/json", 0) != 0)
    visit.form = request.form();
  return route->answer(visit);
}

void add_twilio_headers(World& world, ServedReply& reply) {
  // Not minted: how often somebody reads must not change the SIDs of what is created.
  std::string digits = sha256_hex("request/" + std::to_string(++world.requests)).substr(0, 32);
  reply.headers.emplace_back("Twilio-Request-Id", "RQ" + digits);
  reply.headers.emplace_back("Twilio-Request-Duration", "0.080");
  reply.headers.emplace_back("Twilio-Concurrent-Requests", "1");
  reply.headers.emplace_back("X-Home-Region", "us1");
  reply.headers.emplace_back("X-Powered-By", "AT-5000");
}

ServedReply answer_mailgun(World& world, const ServedRequest& request) {
  RequestContext visit{.world = world, .request = request};
  bool other_method = false;
  const Route* route = find_route(mailgun_routes(), visit, other_method);
  bool here = (request.host == "api.eu.mailgun.net") == (world.mailgun()["region"] == "eu");
  MailgunRole role =
      here ? authenticate_mailgun(visit, visit.variable("domain")) : MailgunRole::none;
  const std::string& path = request.path;
  bool sends = path.size() > 9 && path.compare(path.size() - 9, 9, "/messages") == 0;
  if (role == MailgunRole::none || (role == MailgunRole::sending && !sends)) {
    if (!sends) return mailgun_error(401, "Invalid private key");
    ServedReply reply(401, nullptr);
    reply.content_type = "text/plain; charset=utf-8";
    reply.body = "Forbidden";
    return reply;
  }
  if (!route && other_method) return mailgun_error(405, "Method not allowed");
  if (!route) return mailgun_error(404, "Not found");
  if (request.headers.get("content-type").rfind("application/json", 0) != 0)
    visit.form = request.form();
  return route->answer(visit);
}

ServedReply answer_status(World& world, const ServedRequest& request) {
  RequestContext visit{.world = world, .request = request};
  bool other_method = false;
  const Route* route = find_route(status_routes(), visit, other_method);
  return route ? route->answer(visit) : ServedReply(404, {{"error", "not found"}});
}

// Twilio's public hold music, the "default" of everybody who brings none, is always there.
bool is_twilio_music(const std::string& host) {
  const std::string begin = "com.twilio.", end = ".s3.amazonaws.com";
  return host.size() > begin.size() + end.size() && host.compare(0, begin.size(), begin) == 0 &&
         host.compare(host.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

ServedReply answer(World& world, const ServedRequest& request) {
  if (const Host* host = twilio_host(request.host)) {
    ServedReply reply = answer_twilio(world, request, *host);
    add_twilio_headers(world, reply);
    return reply;
  }
  if (is_mailgun(request.host)) return answer_mailgun(world, request);
  if (is_status_page(request.host)) return answer_status(world, request);
  if (is_serverless_domain(world, request.host)) return call_function(world, request);
  return ServedReply(421, {{"message", "no simulated provider answers at " + request.host}});
}

ServedReply answer_or_500(World& world, const ServedRequest& request) {
  try {
    return answer(world, request);
  } catch (const std::exception& problem) {
    return provider_error(request.host, 500, 20500,
                          std::string("Internal Server Error: ") + problem.what());
  }
}

bool is_known_host(const World& world, std::string_view host) {
  return twilio_host(host) || is_mailgun(host) || is_status_page(host) ||
         is_serverless_domain(world, host);
}

ServedReply reach(World& world, const ServedRequest& request) {
  if (is_known_host(world, request.host)) return answer_or_500(world, request);
  ServedReply reply;
  const json& web = world.state["web"];
  auto page = web.find("https://" + request.host + request.target());
  if (page == web.end()) page = web.find("http://" + request.host + request.target());
  if (page == web.end() && is_twilio_music(request.host)) {
    reply.content_type = "audio/mpeg";
    return reply;
  }
  if (page == web.end()) {
    reply.ending = ConnectionEnd::reset;
    return reply;
  }
  reply.status = page->value("status", 200);
  reply.content_type = page->value("content_type", "");
  reply.body = page->value("body", "");
  return reply;
}

ServedReply provider_error(std::string_view host, int status, int code,
                           const std::string& message) {
  if (twilio_host(host)) return twilio_error(status, code, message);
  return mailgun_error(status, message);
}

}  // namespace countersign::simulator
