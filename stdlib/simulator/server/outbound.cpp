#include "stdlib/simulator/server/outbound.h"

#include "interpreter/digest.h"

namespace countersign::simulator {
namespace {

std::size_t end_of_host(const std::string& url) {
  std::size_t begin = url.find("://");
  if (begin == std::string::npos) return 0;
  return std::min(url.find_first_of("/?", begin + 3), url.size());
}

std::string encoded(const Fields& form) {
  std::string body;
  for (const auto& [name, value] : form.items())
    body += (body.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return body;
}

}  // namespace

ServedReply ask(World& world, const ServedRequest& request) {
  return world.outbound(world, request);
}

bool succeeded(const ServedReply& reply) {
  return reply.ending == ConnectionEnd::kept && reply.status >= 200 && reply.status < 300;
}

std::string trouble_of(const ServedReply& reply) {
  if (reply.ending == ConnectionEnd::reset) return "unreachable";
  return reply.ending == ConnectionEnd::truncated ? "cut off" : std::to_string(reply.status);
}

ServedRequest form_request(const std::string& method, const std::string& url, const Fields& form) {
  ServedRequest request;
  request.method = method;
  std::size_t begin = url.find("://"), end = end_of_host(url);
  request.host = begin == std::string::npos ? "" : url.substr(begin + 3, end - begin - 3);
  std::string target = url.substr(end, url.find('#', end) - end);
  std::string body = encoded(form);
  if (method == "GET" && !body.empty())
    target += (target.find('?') == std::string::npos ? "?" : "&") + body;
  std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (request.path.empty()) request.path = "/";
  if (question != std::string::npos) request.query_text = target.substr(question + 1);
  request.query = parse_urlencoded(request.query_text);
  if (method == "GET") return request;
  request.headers.add("content-type", "application/x-www-form-urlencoded");
  request.body = body;
  return request;
}

void add_credential(ServedRequest& request, const std::string& user, const std::string& password) {
  request.headers.add("authorization", "Basic " + base64_encode(user + ":" + password));
}

std::string absolute_url(const std::string& base, const std::string& reference) {
  if (reference.empty()) return base;
  if (reference.find("://") != std::string::npos) return reference;
  std::size_t host = end_of_host(base);
  if (reference[0] == '/') return base.substr(0, host) + reference;
  std::string path = base.substr(0, base.find('?'));
  if (reference[0] == '?') return path + reference;
  std::size_t slash = path.rfind('/');
  return (slash < host || slash == std::string::npos ? base.substr(0, host) + "/"
                                                     : path.substr(0, slash + 1)) +
         reference;
}

}  // namespace countersign::simulator
