#include "stdlib/session/provider_session.h"

#include "interpreter/placeholder.h"
#include "stdlib/mailgun/mailgun_list.h"
#include "stdlib/twilio/probe_row.h"
#include "stdlib/twilio/twilio_list.h"
#include "tests/stdlib/provider_fixture.h"

using namespace countersign;
using desk::ProviderFixture;
using desk::told;

namespace {

const std::string kFlex = "https://flex-api.twilio.com/v1/Configuration";

// A session over a provider that answers what a test says; no endpoint, so nothing is rewritten.
struct Exchange {
  Exchange() : vault(std::string(32, 'k')) {
    configuration.folder = folder.path;
    Profile acme;
    acme.name = "acme";
    acme.texts["twilio.account_sid"] = sid("AC", 'a');
    acme.texts["twilio.api_key"] = sid("SK", 'a');
    acme.secrets["twilio.api_secret"] = desk::in_file(folder, "api_secret", "hunter2hunter2");
    acme.texts["mailgun.region"] = "us";
    configuration.profiles["acme"] = acme;
    session = std::make_unique<ProviderSession>(configuration, "acme", provider, vault, documents,
                                                catalogue, clock);
  }
  std::string get(const std::string& url, const std::string& credential = "api_key") {
    return told(session->request(credential, "GET", url));
  }
  void answers(int status, const std::string& body,
               std::multimap<std::string, std::string> headers = {}) {
    provider.answer = [=](const HttpRequest&) { return HttpResponse{status, headers, body}; };
  }

  workbench::TemporaryFolder folder;
  Configuration configuration;
  workbench::Provider provider;
  ManualClock clock;
  Vault vault;
  workbench::Documents documents;
  Catalogue catalogue;
  std::unique_ptr<ProviderSession> session;
};

}  // namespace

TEST_CASE("the account is what the provider says with the credential itself") {
  ProviderFixture desk;
  CHECK(*desk.session().account("api_key") == sid("AC", 'a'));
  CHECK(*desk.session().account("auth_token") == sid("AC", 'a'));
  CHECK(*desk.session().account("mail_account") == "acme.example");
  CHECK(*desk.session().account("") == "");
}

TEST_CASE("a credential of another account is refused with both accounts shown") {
  ProviderFixture desk;
  desk.profile().texts["twilio.account_sid"] = sid("AC", 'b');
  CHECK(told(desk.session().account("api_key")) ==
        "refused: the api_key of profile \"acme\" belongs to " + sid("AC", 'a') + ", not to " +
            sid("AC", 'b'));
  desk.profile().texts["mailgun.domain"] = "elsewhere.example";
  CHECK(told(desk.session().account("mail_account")) ==
        "refused: the mailgun_account_key of profile \"acme\" does not see the domain "
        "elsewhere.example");
}

TEST_CASE("the account is asked once a minute, and again where it is asked for") {
  ProviderFixture desk;
  const auto asked = [&] { return desk.stage.simulator.requests().size(); };
  REQUIRE(desk.session().account("api_key"));
  const auto once = asked();
  REQUIRE(desk.session().account("api_key"));
  CHECK(asked() == once);
  REQUIRE(desk.session().account("api_key", true));
  CHECK(asked() == once + 1);
  desk.clock.pass(std::chrono::seconds(59));
  REQUIRE(desk.session().account("api_key"));
  CHECK(asked() == once + 1);
  desk.clock.pass(std::chrono::seconds(1));
  REQUIRE(desk.session().account("api_key"));
  CHECK(asked() == once + 2);
}

TEST_CASE("an endpoint is simulated where it proves it, and its clock is believed only then") {
  ProviderFixture desk;
  json served = *desk.session().endpoint();
  CHECK(served["instance"].get<std::string>().size() == 16);
  served.erase("instance");
  CHECK(served == json{{"origin", desk.stage.simulator.endpoint()}, {"simulated", true}});
  CHECK(*desk.session().now() == 1'795'176'000);
  desk.stage.simulator.advance(90);
  CHECK(*desk.session().now() == 1'795'176'090);

  Exchange live;
  CHECK(*live.session->endpoint() ==
        json{{"origin", "https://api.twilio.com"}, {"simulated", false}});
  CHECK(*live.session->now() == live.clock.now());
  live.clock.pass(std::chrono::seconds(90));
  CHECK(*live.session->now() == live.clock.now());
  CHECK(live.provider.requests.empty());

  Exchange pretender;
  pretender.configuration.profiles["acme"].endpoint = "http://127.0.0.1:1";
  pretender.answers(200, "{\"time\": \"now\"}");
  CHECK((*pretender.session->endpoint())["simulated"] == false);

  Exchange remote;
  remote.configuration.profiles["acme"].endpoint = "https://sim.example";
  remote.answers(200, "{\"time\":\"2026-11-20T12:00:00Z\",\"unix\":1,\"scale\":1}");
  CHECK((*remote.session->endpoint())["simulated"] == false);
}

TEST_CASE("a credential goes to the host that it belongs to only") {
  Exchange talk;
  talk.answers(200, "{}");
  for (const char* url : {"https://evil.example/", "https://twilio.com.evil.example/",
                          "https://eviltwilio.com/", "https://api.mailgun.net/v4/domains",
                          "http://api.twilio.com/", "https://api.twilio.com:8443/"})
    CHECK(talk.get(url).rfind("refused: ", 0) == 0);
  CHECK(talk.get(kFlex, "mail_account") ==
        "refused: the mail_account of profile \"acme\" is not sent to flex-api.twilio.com");
  CHECK(talk.provider.requests.empty());
  CHECK(talk.get(kFlex) == "done");
  CHECK(talk.provider.requests.back().password == "hunter2hunter2");
  talk.configuration.profiles["acme"].endpoint = "http://192.0.2.1:80";
  CHECK(talk.get(kFlex) == "refused: the endpoint \"http://192.0.2.1:80\" is not on this machine");
  CHECK(talk.provider.requests.size() == 1);
}

TEST_CASE("an argument that is empty or dots never addresses the list instead of one thing") {
  ProviderFixture desk;
  for (const char* name : {"", ".", ".."}) {
    CHECK(told(desk.call("mailgun.domains.fetch", {{"name", name}})).rfind("refused: ", 0) == 0);
    CHECK(told(desk.call("mailgun.keys.delete", {{"id", name}})).rfind("refused: ", 0) == 0);
  }
  CHECK(told(desk.call("mailgun.domains.fetch", {{"name", "../v1/keys"}})).find("answered 404") !=
        std::string::npos);
  CHECK(desk.stage.simulator.requests().size() == 1);
}

TEST_CASE("a credential that is not configured is named") {
  Exchange talk;
  CHECK(talk.get(kFlex, "auth_token") == "config: profile \"acme\" has no auth_token");
  ::chmod((talk.folder.path + "/api_secret").c_str(), 0644);
  CHECK(talk.get(kFlex).rfind("config: profile \"acme\", api_secret: the secret file ", 0) == 0);
}

TEST_CASE("only reads are sent as safe to repeat") {
  Exchange talk;
  talk.answers(200, "{}");
  REQUIRE(talk.session->request("api_key", "GET", kFlex));
  REQUIRE(talk.session->request("api_key", "POST", kFlex, "a=b"));
  REQUIRE(talk.session->request("api_key", "DELETE", kFlex));
  CHECK(talk.provider.requests[0].safe);
  CHECK_FALSE(talk.provider.requests[1].safe);
  CHECK_FALSE(talk.provider.requests[2].safe);
}

TEST_CASE("a question that is asked by POST may be repeated, and says nothing of having acted") {
  Exchange talk;
  talk.answers(503, "");
  const auto answer = talk.session->ask("api_key", kFlex, "a=b");
  CHECK(talk.provider.requests[0].method == "POST");
  CHECK(talk.provider.requests[0].safe);
  CHECK(answer.error().hint == "the provider fails; look at its status page, then try again");
}

TEST_CASE("an account without Flex cannot be told from others and is refused") {
  Exchange talk;
  talk.answers(404, R"({"code":20404,"message":"not found"})");
  CHECK(told(talk.session->account("api_key")) ==
        "refused: the account behind the api_key of profile \"acme\" has no Flex configuration to "
        "be known by");
}

TEST_CASE("an answer that is no JSON object is an error that says so") {
  Exchange talk;
  const auto body = [&](const std::string& text) {
    talk.answers(200, text);
    return talk.get(kFlex);
  };
  CHECK(body("") == "transport: flex-api.twilio.com answered 200 with an empty body");
  CHECK(body("  \n") == "transport: flex-api.twilio.com answered 200 with an empty body");
  CHECK(body("<html>").rfind(
            "transport: flex-api.twilio.com answered 200 with a body that is not JSON", 0) == 0);
  CHECK(body("{\"a\": 1")
            .rfind("transport: flex-api.twilio.com answered 200 with a body that is not JSON", 0) ==
        0);
  CHECK(body("[1]") ==
        "transport: flex-api.twilio.com answered 200 with JSON that is not an object");
  CHECK(body(std::string(100'000, '[')).rfind("transport: ", 0) == 0);
}

TEST_CASE("a provider's refusal carries its code, its words and the next step") {
  Exchange talk;
  const auto said = [&](int status, const std::string& body,
                        std::multimap<std::string, std::string> headers = {},
                        const std::string& method = "GET") {
    talk.answers(status, body, headers);
    const auto answer = talk.session->request("api_key", method, kFlex);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().status == status);
    return answer.error().message + " | " + answer.error().hint;
  };
  CHECK(said(401, R"({"code":20003,"message":"Authenticate","status":401})") ==
        "flex-api.twilio.com answered 401 (20003): Authenticate | the credential was refused: "
        "check api_key "
        "and api_secret of profile \"acme\" (deleted key, other region, suspended account)");
  CHECK(
      said(404,
           R"({"code":20404,"message":"The requested resource /x was not found","status":404})") ==
      "flex-api.twilio.com answered 404 (20404): The requested resource /x was not found | it is "
      "not there, "
      "or not in this account: check the name and the profile");
  CHECK(said(403, "{}").find("may not do this") != std::string::npos);
  CHECK(
      said(429, "{}", {{"retry-after", "120"}}) ==
      "flex-api.twilio.com answered 429 | the provider asks to wait 120 s before the next request");
  CHECK(said(503, "<html>busy</html>") ==
        "flex-api.twilio.com answered 503 | the provider fails; look at its status page, then try "
        "again");
  CHECK(said(500, "", {}, "POST").find("the provider may have acted") != std::string::npos);
  CHECK(said(302, "").find("redirects are not followed") != std::string::npos);
  CHECK(said(400,
             R"({"code":81022,"message":"Flow definition validation failed","details":{"errors":)"
             R"([{"property_path":"#/states/0","message":"must be unique"}]}})")
            .rfind("flex-api.twilio.com answered 400 (81022): Flow definition validation failed: "
                   "#/states/0 must be unique | ",
                   0) == 0);
  CHECK(said(401, "Forbidden").rfind("flex-api.twilio.com answered 401: Forbidden | ", 0) == 0);
}

TEST_CASE("an error never repeats a credential that the provider echoes") {
  Exchange talk;
  talk.answers(400, R"({"code":1,"message":"bad hunter2hunter2, aHVudGVyMmh1bnRlcjI="})");
  const std::string said = talk.get(kFlex);
  CHECK(said.find("hunter2") == std::string::npos);
  CHECK(said.find("aHVudGVy") == std::string::npos);
  CHECK(said.find("[secret profile:acme.api_secret]") != std::string::npos);
}

TEST_CASE("lists are read to their end or their limit") {
  ProviderFixture desk;
  const std::string calls =
      "https://api.twilio.com/2010-04-01/Accounts/" + sid("AC", 'a') + "/Calls.json";
  CHECK(twilio_list(desk.session(), "api_key", calls, "calls")->size() == 60);
  CHECK(twilio_list(desk.session(), "api_key", calls, "calls", 7)->size() == 7);
  CHECK(twilio_list(desk.session(), "api_key", calls, "calls", 0)->empty());
  const std::string first = desk.stage.simulator.endpoint();
  CHECK(told(twilio_list(desk.session(), "api_key", calls, "cells")) ==
        "transport: api.twilio.com answered without the list \"cells\"");
}

TEST_CASE("pages are followed on the endpoint whichever form their links have") {
  Exchange talk;
  const std::string list = "https://studio.twilio.com/v2/Flows";
  std::vector<std::string> links;
  const auto read = [&](const std::string& link) {
    links.clear();
    talk.provider.answer = [&](const HttpRequest& request) {
      links.push_back(request.url);
      json page = {{"flows", {1, 2}}, {"meta", {{"next_page_url", nullptr}}}};
      if (links.size() == 1) page["meta"]["next_page_url"] = link;
      return HttpResponse{200, {}, page.dump()};
    };
    const auto all = twilio_list(*talk.session, "api_key", list, "flows");
    return all ? std::to_string(all->size()) + " " + links.back() : told(all);
  };
  CHECK(read(list + "?Page=1") == "4 " + list + "?Page=1");
  CHECK(read("/v2/Flows?Page=1") == "4 " + list + "?Page=1");
  CHECK(
      read("https://evil.example/v2/Flows?Page=1") ==
      "refused: studio.twilio.com: the link to the next page leads to another host, evil.example");
  CHECK(read("https://api.twilio.com/x").rfind("refused: ", 0) == 0);
  CHECK(read("https://studio.twilio.com@evil.example/") ==
        "refused: studio.twilio.com: the link to the next page is not a URL");
  CHECK(read("//evil.example/").rfind("refused: ", 0) == 0);
  talk.configuration.profiles["acme"].endpoint = "http://127.0.0.1:9";
  CHECK(read("http://127.0.0.1:9/studio.twilio.com/v2/Flows?Page=1") ==
        "4 http://127.0.0.1:9/studio.twilio.com/v2/Flows?Page=1");
  CHECK(read(list + "?Page=1") == "4 http://127.0.0.1:9/studio.twilio.com/v2/Flows?Page=1");
}

TEST_CASE("pages that go round in a circle are not read for ever") {
  Exchange talk;
  talk.answers(
      200, R"({"flows":[1],"meta":{"next_page_url":"https://studio.twilio.com/v2/Flows?Page=1"}})");
  CHECK(
      told(twilio_list(*talk.session, "api_key", "https://studio.twilio.com/v2/Flows", "flows")) ==
      "transport: studio.twilio.com: the pages of the list never end");
  CHECK(talk.provider.requests.size() == 2);
}

TEST_CASE("pages that are all different are not read for ever either") {
  Exchange talk;
  int page = 0;
  talk.provider.answer = [&](const HttpRequest&) {
    const std::string next = "https://studio.twilio.com/v2/Flows?Page=" + std::to_string(++page);
    return HttpResponse{200, {}, json{{"flows", {1}}, {"meta", {{"next_page_url", next}}}}.dump()};
  };
  CHECK(
      told(twilio_list(*talk.session, "api_key", "https://studio.twilio.com/v2/Flows", "flows")) ==
      "transport: studio.twilio.com: the list takes more than 2000 pages to read");
  CHECK(page == 2001);
  page = 0;
  const std::string large(4u << 20, 'x');
  talk.provider.answer = [&](const HttpRequest&) {
    const std::string next = "https://studio.twilio.com/v2/Flows?Page=" + std::to_string(++page);
    return HttpResponse{
        200, {}, json{{"flows", {large}}, {"meta", {{"next_page_url", next}}}}.dump()};
  };
  CHECK(
      told(twilio_list(*talk.session, "api_key", "https://studio.twilio.com/v2/Flows", "flows")) ==
      "transport: studio.twilio.com: the list takes more than 32 MiB to read");
  page = 0;
  talk.configuration.profiles["acme"].secrets["mailgun.account_key"] =
      desk::in_file(talk.folder, "mailgun", "hunter3hunter3");
  talk.provider.answer = [&](const HttpRequest&) {
    ++page;
    return HttpResponse{200, {}, json{{"items", {1}}, {"total_count", 1'000'000}}.dump()};
  };
  CHECK(told(mailgun_list(*talk.session, "https://api.mailgun.net/v4/domains")) ==
        "transport: api.mailgun.net: the list takes more than 2000 pages to read");
}

TEST_CASE("secrets in answers are handles before anybody sees them") {
  Exchange talk;
  const auto answer = [&](const std::string& url, const json& body) {
    talk.answers(200, body.dump());
    const auto outcome = talk.session->request("api_key", "GET", url);
    REQUIRE(outcome);
    return *outcome;
  };
  const std::string variables =
      "https://serverless.twilio.com/v1/Services/ZS/Environments/ZE/Variables";
  const json listed =
      answer(variables,
             {{"variables",
               {{{"key", "ADMIN_EMAIL"}, {"value", "a@b.example"}, {"environment_sid", "ZE1"}},
                {{"key", "MAILGUN_API_KEY"}, {"value", "topsecret1"}, {"environment_sid", "ZE1"}},
                {{"key", "ANYTHING"}, {"value", "topsecret2"}, {"environment_sid", "ZE1"}}}}});
  CHECK(listed["variables"][0]["value"] == "a@b.example");
  CHECK(is_handle(listed["variables"][1]["value"], "secret"));
  CHECK(handle_id(listed["variables"][2]["value"]) == "serverless:ZE1#ANYTHING");
  CHECK(*talk.vault.open(listed["variables"][2]["value"]) == "topsecret2");

  const json flex = answer(
      kFlex, {{"account_sid", "AC1"},
              {"ui_attributes",
               {{"custom_data",
                 {{"list", {{{"mailgun_api_key", "topsecret3"}}}},
                  {"features", {{"x", {{"enabled", true}, {"client_secret", "topsecret4"}}}}}}}}}});
  CHECK(is_handle(flex["ui_attributes"]["custom_data"]["list"][0]["mailgun_api_key"], "secret"));
  CHECK(
      is_handle(flex["ui_attributes"]["custom_data"]["features"]["x"]["client_secret"], "secret"));
  CHECK(flex["ui_attributes"]["custom_data"]["features"]["x"]["enabled"] == true);

  const std::string api = "https://api.twilio.com/2010-04-01/Accounts/AC1";
  CHECK(
      is_handle(answer(api + ".json", {{"sid", "AC1"}, {"auth_token", "topsecret5"}})["auth_token"],
                "secret"));
  CHECK(is_handle(answer(api + "/Keys.json", {{"sid", "SK1"}, {"secret", "topsecret6"}})["secret"],
                  "secret"));
  talk.configuration.profiles["acme"].secrets["mailgun.account_key"] =
      desk::in_file(talk.folder, "mailgun", "mg-account");
  talk.answers(200, R"({"message":"ok","key":{"id":"k","secret":"topsecret7"}})");
  const auto made =
      talk.session->request("mail_account", "POST", "https://api.mailgun.net/v1/keys");
  REQUIRE(made);
  CHECK(is_handle((*made)["key"]["secret"], "secret"));
  for (const std::string& text : {listed.dump(), flex.dump(), made->dump()})
    CHECK(text.find("topsecret") == std::string::npos);
}

TEST_CASE("webhooks are signed as Twilio's documentation shows it") {
  // The worked example of usage/security (auth token 12345,
  // https://mycompany.com/myapp.php?foo=1&bar=2).
  CHECK(webhook_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2",
                          {{"CallSid", "CA1234567890ABCDE"},
                           {"Caller", "+14158675309"},
                           {"Digits", "1234"},
                           {"From", "+14158675309"},
                           {"To", "+18005551212"}}) == "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
}

TEST_CASE("a function is probed on the profile's own domain, signed, and acts on nothing") {
  ProviderFixture desk;
  const auto heard = desk.call("serverless.probe", {{"path", "/features/studio/wait-experience"},
                                                    {"workflow_sid", sid("WW", 'a')}});
  INFO(told(heard));
  REQUIRE(heard);
  CHECK((*heard)["reached"] == true);
  CHECK((*heard)["status"] == 200);
  CHECK((*desk.call("serverless.probe", {{"path", "/broken"}}))["status"] == 500);
  for (const char* path : {"broken", "/a?mode=x", "//evil.example/", "/a/../b", "/%6dode"})
    CHECK(told(desk.call("serverless.probe", {{"path", path}}))
              .rfind("argument: serverless.probe: path: ", 0) == 0);
  desk.profile().secrets["twilio.auth_token"] = desk::in_file(desk.folder, "wrong", "wrong-token");
  desk.begin_again();
  CHECK((*desk.call("serverless.probe",
                    {{"path", "/features/studio/wait-experience"}}))["status"] != 200);
}
