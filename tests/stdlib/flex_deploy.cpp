// flex.deploy, against a provider that answers with a configuration as it is live.
#include "stdlib/twilio/flex_deploy.h"

#include "interpreter/placeholder.h"
#include "stdlib/twilio/flex_source.h"
#include "tests/stdlib/workspace_fixture.h"

using namespace workbench;

namespace {

const Catalogue& deploy_rows() {
  static const Catalogue catalogue = [] {
    Catalogue made;
    (void)add_file_rows(made);
    (void)add_flex_deploy_row(made);
    return made;
  }();
  return catalogue;
}

struct Live : WorkspaceFixture {
  Live() : WorkspaceFixture(deploy_rows()) {
    folder.write(
        "flex-config/ui_attributes.common.json",
        R"({"custom_data":{"features":{"vm":{"enabled":true},"crm":{"url":"{{task.attributes.profile_url}}"}},
                     "domain":"<YOUR_SERVERLESS_DOMAIN>"},"theme":"common"})");
    folder.write(
        "flex-config/ui_attributes.acme.json",
        R"({"custom_data":{"features":{"vm":{"enabled":false}}},"workspace":"<YOUR_FLEX_WORKSPACE>"})");
    folder.write("flex-config/taskrouter_skills.json", R"([{"name":"vip"},{"name":"english"}])");
    folder.write(
        "serverless/.env.acme",
        "TWILIO_FLEX_WORKSPACE_SID=WS1\nFLEX_WORKSPACE=WS2\nMAILGUN_API_KEY=key-from-env-01\n");
    config.public_keys = {"FLEX_WORKSPACE"};
    configuration = {{"account_sid", kAccount},
                     {"date_updated", "2026-01-01T00:00:00Z"},
                     {"ui_attributes",
                      {{"custom_data", {{"features", {{"vm", {{"enabled", true}}}}}, {"old", 1}}},
                       {"mailgun_api_key", "key-live-0123"},
                       {"retry_token_limit", 5},
                       {"own", "kept"}}},
                     {"taskrouter_skills", {{{"name", "vip"}, {"minimum", 1}}}},
                     {"runtime_domain", "stays"}};
    provider.answer = [this](const HttpRequest& request) -> Result<HttpResponse> {
      if (request.url.find("flex-api.twilio.com/v1/Configuration") == std::string::npos)
        return HttpResponse{404, {}, "{}"};
      if (request.method == "POST") {
        const json body = json::parse(request.body);
        for (const auto& [key, value] : body.items()) configuration[key] = value;
        configuration["date_updated"] = "2026-01-02T00:00:00Z";
      }
      return HttpResponse{200, {{"content-type", "application/json"}}, configuration.dump()};
    };
  }
  json posted() const {
    for (const HttpRequest& request : provider.requests)
      if (request.method == "POST") return json::parse(request.body);
    return nullptr;
  }
  json configuration;
};

}  // namespace

TEST_CASE("a normal deploy lets live win and adds what is new") {
  Live bench;
  REQUIRE(bench.carry("flex.deploy", json::object()) ==
          json{{"account_sid", kAccount}, {"date_updated", "2026-01-02T00:00:00Z"}});
  CHECK(bench.posted() == json::parse(R"({"account_sid":")" + kAccount + R"(",
      "ui_attributes":{"custom_data":{"features":{"vm":{"enabled":true},"crm":{"url":"{{task.attributes.profile_url}}"}},
        "domain":"acme-1234-dev.twil.io","old":1},"theme":"common","workspace":"WS2",
        "mailgun_api_key":"key-live-0123","retry_token_limit":5,"own":"kept"},
      "taskrouter_skills":[{"name":"vip","minimum":1},{"name":"english"}]})"));
}

TEST_CASE("an overwriting deploy lets the files win and drops obsolete custom data") {
  Live bench;
  REQUIRE_FALSE(bench.carry("flex.deploy", {{"overwrite", true}}).contains("error"));
  CHECK(bench.posted()["ui_attributes"] ==
        json::parse(R"({"custom_data":{"features":{"vm":{"enabled":false},
        "crm":{"url":"{{task.attributes.profile_url}}"}},"domain":"acme-1234-dev.twil.io"},"theme":"common",
        "workspace":"WS2","mailgun_api_key":"key-live-0123","retry_token_limit":5,"own":"kept"})"));
}

TEST_CASE("a deploy projects what is live once it is carried out, and shows no secret") {
  for (const bool overwrite : {false, true})
    for (const bool own_key : {false, true}) {
      INFO("overwrite " << overwrite << ", a key in the source " << own_key);
      Live bench;
      if (own_key)
        bench.folder.write(
            "flex-config/ui_attributes.acme.json",
            R"({"mailgun_api_key":"<YOUR_MAILGUN_API_KEY>","list":[{"api_key":"key-plain-01"}]})");
      const json arguments = {{"overwrite", overwrite}};
      const json before = bench.before("flex.deploy", arguments);
      const json projected = bench.project("flex.deploy", arguments);
      REQUIRE_FALSE(projected.contains("error"));
      CHECK(bench.project("flex.deploy", arguments) == projected);
      CHECK(bench.before("flex.deploy", arguments) == before);
      CHECK(is_handle(before["ui_attributes"]["mailgun_api_key"], "secret"));
      const json result = bench.carry("flex.deploy", arguments);
      CHECK_FALSE(result.contains("error"));
      CHECK(bench.before("flex.deploy", arguments) == projected);
      CHECK(projected["runtime_domain"] == "stays");
      const std::string sent = bench.posted()["ui_attributes"]["mailgun_api_key"];
      CHECK(sent == (own_key && overwrite ? "key-from-env-01" : "key-live-0123"));
      CHECK(bench.posted()["ui_attributes"]["retry_token_limit"] == 5);  // a number stays a number
      const std::string plan = before.dump() + projected.dump() + result.dump();
      for (const char* secret : {"key-live-0123", "key-from-env-01", "key-plain-01"})
        CHECK(plan.find(secret) == std::string::npos);
    }
}

TEST_CASE("a deploy builds on what earlier operations of the plan do to its files") {
  Live bench;
  const Overlay overlay;
  const json edit = {{"path", "flex-config/ui_attributes.acme.json"},
                     {"set", {{"/own", "changed"}}}};
  const json env = {{"file", "serverless/.env.acme"}, {"key", "FLEX_WORKSPACE"}, {"value", "WS3"}};
  bench.project("files.edit", edit, &overlay);
  bench.project("env.update", env, &overlay);
  const json projected = bench.project("flex.deploy", {{"overwrite", true}}, &overlay);
  CHECK(projected["ui_attributes"]["own"] == "changed");
  CHECK(projected["ui_attributes"]["workspace"] == "WS3");
  CHECK(bench.project("flex.deploy", {{"overwrite", true}})["ui_attributes"]["own"] == "kept");
}

TEST_CASE("a deploy that cannot be right is refused before anything is sent") {
  const struct {
    const char *file, *content, *error, *message;
  } table[] = {
      {"flex-config/ui_attributes.acme.json", nullptr, "refused",
       "the profile \"acme\" has no source file \"flex-config/ui_attributes.acme.json\""},
      {"flex-config/ui_attributes.common.json", nullptr, "argument",
       "\"flex-config/ui_attributes.common.json\" does not exist"},
      {"flex-config/ui_attributes.acme.json", "[]", "argument",
       "\"flex-config/ui_attributes.acme.json\" is no JSON object"},
      {"flex-config/taskrouter_skills.json", "{}", "argument",
       "\"flex-config/taskrouter_skills.json\" is no JSON list"},
      {"flex-config/ui_attributes.acme.json", R"({"a":"<YOUR_UNKNOWN>"})", "refused",
       "\"flex-config/ui_attributes.acme.json\": nothing fills the placeholder \"<YOUR_UNKNOWN>\" "
       "of the Flex source files"},
      {"flex-config/ui_attributes.acme.json", R"({"a":["x",{"b":"is <YOUR_"}]})", "refused",
       "\"flex-config/ui_attributes.acme.json\": nothing fills the placeholder \"<YOUR_\" of the "
       "Flex source files"},
      {"flex-config/ui_attributes.acme.json", R"({"<YOUR_KEY>":1})", "refused",
       "\"flex-config/ui_attributes.acme.json\": nothing fills the placeholder \"<YOUR_KEY>\" of "
       "the Flex source files"},
      {"flex-config/ui_attributes.acme.json", R"({"sender":"<YOUR_MAILGUN_API_KEY>"})", "refused",
       "\"flex-config/ui_attributes.acme.json\": the secret variable MAILGUN_API_KEY would stand "
       "in \"sender\", where "
       "everybody reads it"},
      {"flex-config/ui_attributes.acme.json",
       R"({"a":{"$countersign":{"handle":"secret","id":"x"}}})", "refused",
       "\"flex-config/ui_attributes.acme.json\" holds the reserved key \"$countersign\""},
  };
  for (const auto& [file, content, error, message] : table) {
    INFO(message);
    Live bench;
    if (content)
      bench.folder.write(file, content);
    else
      fs::remove(bench.folder.path + "/" + file);
    CHECK(bench.project("flex.deploy", json::object()) ==
          json{{"error", error}, {"message", message}});
    CHECK(bench.carry("flex.deploy", json::object()) ==
          json{{"error", error}, {"message", message}});
    CHECK(bench.posted().is_null());
  }
  Live foreign;
  foreign.configuration["account_sid"] = "AC" + std::string(32, 'f');
  CHECK(foreign.carry("flex.deploy", json::object())["error"] == "refused");
  CHECK(foreign.posted().is_null());
}

TEST_CASE("a read that fails before the deploy is sent leaves nothing in doubt") {
  Live bench;
  bench.provider.answer = [](const HttpRequest&) -> Result<HttpResponse> {
    return Error{"transport", "the connection was reset", "", "", "", 0};
  };
  const json arguments = json::object();
  const auto result = bench.row("flex.deploy").carrier(Call{bench.session, arguments});
  REQUIRE_FALSE(result);
  CHECK(result.error().status == -1);
}

TEST_CASE(
    "the client's file may bear the profile's name in lower case, and skills may be missing") {
  Live bench;
  bench.config.profiles["acme"].name = "ACME";
  fs::remove(bench.folder.path + "/flex-config/taskrouter_skills.json");
  CHECK_FALSE(bench.carry("flex.deploy", json::object()).contains("error"));
  CHECK(bench.posted()["taskrouter_skills"].size() == 1);
}
