#include "stdlib/simulator/twilio/function_run.h"

#include <regex>

#include "stdlib/simulator/server/outbound.h"
#include "stdlib/simulator/twilio/serverless.h"
#include "stdlib/simulator/twilio/twilio.h"

namespace countersign::simulator {
namespace {

// The version that the environment's build serves at `path`, and the function it is of.
const json* deployed_version(json& service, const json& environment, const std::string& path,
                             std::string& function_sid) {
  if (!environment["build_sid"].is_string()) return nullptr;
  const json* build = find_record(service["builds"], environment["build_sid"].get<std::string>());
  if (!build) return nullptr;
  for (const json& sid : (*build)["function_versions"]) {
    const json* owner = nullptr;
    const json* version = version_of(service["functions"], sid.get<std::string>(), &owner);
    if (!version || (*version)["path"] != path) continue;
    function_sid = (*owner)["sid"];
    return version;
  }
  return nullptr;
}

}  // namespace

json source_constants(const std::string& source) {
  static const std::regex kConstant(
      R"re((?:^|\n)const ([A-Z][A-Z0-9_]*) = (?:'([^'\n]*)'|"([^"\n]*)"|([^'"\s;]+));)re");
  json constants = json::object();
  for (std::sregex_iterator it(source.begin(), source.end(), kConstant), end; it != end; ++it) {
    const std::smatch& found = *it;
    json value = found[2].matched   ? json(found[2].str())
                 : found[3].matched ? json(found[3].str())
                                    : json::parse(found[4].str(), nullptr, false);
    if (!value.is_discarded()) constants[found[1].str()] = value;
  }
  return constants;
}

std::optional<FunctionRun> FunctionRun::at(World& world, const std::string& domain,
                                           const std::string& path) {
  for (auto& [account_sid, account] : world.accounts().items())
    for (json& service : account["serverless"])
      for (json& environment : service["environments"]) {
        if (environment["domain_name"] != domain) continue;
        settle_builds(service, world.now());
        FunctionRun run;
        const json* version = deployed_version(service, environment, path, run.function_sid_);
        if (!version) return std::nullopt;
        run.world_ = &world;
        run.account_sid_ = account_sid;
        run.service_sid_ = service["sid"];
        run.environment_sid_ = environment["sid"];
        run.domain_ = domain;
        run.path_ = path;
        run.version_ = *version;
        return run;
      }
  return std::nullopt;
}

json& FunctionRun::service() const {
  return *find_record(account()["serverless"], service_sid_);
}

json& FunctionRun::environment() const {
  return *find_record(service()["environments"], environment_sid_);
}

std::string FunctionRun::variable(const std::string& key) const {
  const json* found = find_record(environment()["variables"], key, "key");
  return found ? (*found)["value"].get<std::string>() : "";
}

json FunctionRun::constant(const std::string& name, const json& otherwise) const {
  json constants = source_constants(version_["content"]);
  if (!constants.contains(name)) return otherwise;
  const json& value = constants[name];
  bool fits = value.type() == otherwise.type() || (value.is_number() && otherwise.is_number());
  return fits ? value : otherwise;
}

void FunctionRun::log(const std::string& level, const std::string& message) const {
  json entry = new_record(*world_, "log");
  json& where = environment();
  entry["build_sid"] = where["build_sid"];
  if (!where["deployments"].empty()) entry["deployment_sid"] = where["deployments"].back()["sid"];
  entry["function_sid"] = function_sid_;
  entry["request_sid"] = world_->new_sid("RQ");
  entry["level"] = level;
  entry["message"] = message;
  where["logs"].push_back(entry);
  if (level == "error") alert("82005", message);
}

void FunctionRun::alert(const std::string& code, const std::string& text) const {
  json alert = new_record(*world_, "alert");
  alert["error_code"] = code;
  alert["alert_text"] = text;
  alert["more_info"] = "https://www.twilio.com/docs/errors/" + code;
  alert["request_url"] = url();
  alert["resource_sid"] = function_sid_;
  alert["service_sid"] = service_sid_;
  account()["alerts"].push_back(alert);
}

ServedReply FunctionRun::as_account(const std::string& method, const std::string& url,
                                    const Fields& form) const {
  ServedRequest request = form_request(method, url, form);
  if (service()["include_credentials"] != false)
    add_credential(request, account_sid_, account()["auth_token"]);
  return ask(*world_, request);
}

}  // namespace countersign::simulator
