#include "stdlib/simulator/server/changing_requests.h"

#include <algorithm>
#include <iterator>

namespace countersign::simulator {

bool is_changing(const json& request) {
  const std::string path = request.value("path", ""), host = request.value("host", "");
  const auto has = [&](const char* part) { return path.find(part) != std::string::npos; };
  if (request.value("method", "") == "GET" || request.contains("by")) return false;
  if (path.starts_with("/_sim/") || has("/Validate") || has("/analytics/logs")) return false;
  return !host.ends_with(".twil.io") || has("mode=");
}

std::vector<json> changing_requests(const json& requests) {
  std::vector<json> all;
  std::copy_if(requests.begin(), requests.end(), std::back_inserter(all), is_changing);
  return all;
}

}  // namespace countersign::simulator
