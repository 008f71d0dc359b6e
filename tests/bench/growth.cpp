#include "tests/bench/growth.h"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/bench/measure.h"
#include "tests/bench/site.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string numbered(const char* prefix, int n) {
  char text[48];
  std::snprintf(text, sizeof text, "%s%032x", prefix, static_cast<unsigned>(n + 1));
  return text;
}

json account(const std::string& name, int n) {
  return {
      {"friendly_name", name},
      {"auth_token", "fake-auth-token-" + name},
      {"flex_configuration", {{"ui_attributes", json::object()}}},
      {"api_keys",
       {{numbered("SK", n), {{"secret", "fake-api-secret"}, {"friendly_name", "countersign"}}}}}};
}

std::string profile(const std::string& name, int n) {
  return "[profiles." + name + ".twilio]\naccount_sid = \"" + numbered("AC", n) +
         "\"\napi_key = \"" + numbered("SK", n) +
         "\"\napi_secret = { env = \"SECRET\" }\n[profiles." + name +
         "]\nendpoint = \"http://127.0.0.1:PORT\"\n";
}

// One person asks and approves: what is measured is the engine.
const char kPolicy[] =
    "version = 1\n[people.olive]\nprincipals = [\"olive@connie.example\"]\nroles = "
    "[\"operator\", \"ceo\"]\n[rules.mutate]\nrequires = { ceo = 1 }\nseparation = false\n";
const char kHead[] =
    "[state]\nhome = \"home\"\n[operator]\nprincipal = \"olive@connie.example\"\nkey = "
    "\"keys/olive\"\n";

void changes(const std::string& binary, int most) {
  std::vector<std::pair<double, double>> points;
  for (int n = 10; n <= most; n *= 10) {
    Site site;
    site.people({"olive"});
    json one = account("acme", 0);
    one["phone_numbers"] = json::array();
    for (int i = 0; i < n; ++i) {
      char number[24];
      std::snprintf(number, sizeof number, "+1555%07d", i);
      one["phone_numbers"].push_back({{"sid", numbered("PN", i)},
                                      {"phone_number", number},
                                      {"friendly_name", "line " + std::to_string(i)}});
    }
    site.simulate(binary, {{"accounts", {{numbered("AC", 0), one}}}});
    site.write("policy.toml", kPolicy);
    site.write("countersign.toml", site.with_port(kHead + profile("acme", 0)));
    site.write("many.lua", R"(return runbook {
  name = "many", title = "Rename every number",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = {
    read "inspect" (function()
      local sids = {}
      for i, one in ipairs(twilio.numbers.list()) do sids[i] = one.sid end
      return { sids = sids }
    end),
    mutate "rename" (function(run)
      for i, sid in ipairs(run.inspect.sids) do
        twilio.numbers.update { sid = sid, friendly_name = "renamed " .. i }
      end
    end),
  },
  done = {},
}
)");
    std::string out;
    double time = site.took({binary, "--json", "run", "many.lua", "-p", "client=acme"}, 3, &out);
    const json said = json::parse(out, nullptr, false);
    if (!said.is_object()) return;
    const std::string id = said.value("run", "");
    site.took({binary, "--json", "approve", id, "--yes"}, 0);
    time += site.took({binary, "--json", "resume", id}, 0);
    points.emplace_back(n, time);
  }
  if (points.size() > 1) growth("n changes in one phase: plan and apply", points);
}

void ended_runs(const std::string& binary, int most) {
  std::vector<std::pair<double, double>> points;
  Site site;
  site.people({"olive"});
  site.simulate(binary, {{"accounts", {{numbered("AC", 0), account("acme", 0)}}}});
  site.write("policy.toml", kPolicy);
  site.write("countersign.toml", site.with_port(kHead + profile("acme", 0)));
  site.write("look.lua",
             "return runbook { name = \"look\", title = \"Look\", parameters = { client = "
             "param.profile { why = \"Which account\" } }, procedure = { read \"look\" "
             "(function() return { n = #twilio.numbers.list() } end) }, done = {} }\n");
  int there = 0;
  for (int n = 10; n <= std::min(most, 1'000); n *= 10) {
    for (; there < n; ++there) site.took({binary, "run", "look.lua", "-p", "client=acme"}, 0);
    site.took({binary, "due"}, 0);  // reads each of them once
    std::vector<double> times;
    for (int round = 0; round < 5; ++round) times.push_back(site.took({binary, "due"}, 0));
    points.emplace_back(n, median(times));
  }
  if (points.size() > 1) growth("due over n runs that have ended", points);
}

void symptoms(const std::string& binary, int most) {
  std::vector<std::pair<double, double>> points;
  for (int n = 10; n <= std::min(most, 1'000); n *= 10) {
    std::string text = "local list = {}\nfor i = 1, " + std::to_string(n) +
                       " do\n  list[i] = symptom {\n    name = \"s\" .. i, title = \"S\" .. i, "
                       "severity = \"low\", caller_visible = i, matches = { \"word\" .. i },\n   "
                       " causes = { cause { \"c\" .. i, \"C\", tell = \"T\" } },\n    look = "
                       "function() return {} end, diagnose = function() end,\n  }\nend\n"
                       "return troubleshooting { name = \"many\", title = \"Many\", symptoms = "
                       "list }\n";
    Site site;
    site.people({"olive"});
    site.simulate(binary, {{"accounts", {{numbered("AC", 0), account("acme", 0)}}}});
    site.write("policy.toml", kPolicy);
    site.write("countersign.toml", site.with_port(kHead + profile("acme", 0)));
    site.write("many.lua", text);
    points.emplace_back(
        n, site.took({binary, "run", "many.lua", "-p", "client=acme", "-p", "started=1h"}, 1));
  }
  if (points.size() > 1) growth("a troubleshooting of n symptoms that finds nothing", points);
}

}  // namespace

void fleet(const std::string& binary, int most) {
  const std::string what = "drift of ";
  if (!installed("curl")) return skipped(what + "many accounts", "curl");
  std::vector<std::pair<double, double>> points;
  for (int n = 10; n <= most; n *= 10) {
    Site near, far;
    json features = json::object();
    // 31 kB each, as the configurations of a real fleet are.
    for (int i = 0; i < 300; ++i)
      features["feature_" + std::to_string(i)] = {
          {"enabled", i % 2 == 0}, {"text", std::string(50, 'x')}, {"limit", i}};
    json accounts = json::object();
    std::string toml = "[state]\nhome = \"home\"\n[workspace]\nflex_config = \"flex\"\n";
    for (int i = 0; i < n; ++i) {
      json one = account("p" + std::to_string(i), i);
      one["flex_configuration"] = {{"ui_attributes", {{"custom_data", {{"features", features}}}}}};
      accounts[numbered("AC", i)] = std::move(one);
      toml += profile("p" + std::to_string(i), i);
    }
    for (Site* site : {&near, &far}) {
      site->simulate(binary, {{"accounts", accounts}},
                     site == &far
                         ? std::vector<std::string>{"--fault", "kind=delay,ms=50,times=always"}
                         : std::vector<std::string>());
      site->write("countersign.toml", site->with_port(toml));
      site->write("flex/ui_attributes.common.json",
                  json{{"custom_data", {{"features", features}}}}.dump());
      std::string urls;
      for (int i = 0; i < n; ++i) {
        site->write("flex/ui_attributes.p" + std::to_string(i) + ".json", "{}");
        urls += "url = \"" + site->endpoint() +
                "/flex-api.twilio.com/v1/Configuration\"\nuser = \"" + numbered("SK", i) +
                ":fake-api-secret\"\noutput = \"/dev/null\"\n";
        if (i + 1 < n) urls += "next\n";
      }
      site->write("curl.conf", urls);
    }
    for (const auto& [site, said, goal] :
         {std::tuple(&near, ", no latency", 4.0), std::tuple(&far, ", 50 ms", 1.1)}) {
      std::vector<double> ours, bare;
      for (int round = 0; round < 5; ++round) {
        ours.push_back(site->took({binary, "drift", "--all"}, 0));
        bare.push_back(
            site->took({"curl", "-s", "-Z", "--parallel-max", "64", "-K", "curl.conf"}, 0));
      }
      row(what + std::to_string(n) + " accounts" + said, median(ours), "curl -Z fetches them",
          median(bare), "ms", 1e3, goal);
      if (site == &near) points.emplace_back(n, median(ours));
    }
  }
  if (points.size() > 1) growth("drift of n accounts", points);
}

void growths(const std::string& binary, int most) {
  if (!installed("ssh-keygen")) return skipped("growth", "ssh-keygen");
  changes(binary, most);
  ended_runs(binary, most);
  symptoms(binary, most);
}

}  // namespace countersign
