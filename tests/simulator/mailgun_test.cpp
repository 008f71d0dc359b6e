#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const std::string kMail = "/api.mailgun.net";
const Pairs kMessage = {
    {"from", "Acme <a@acme.example>"}, {"to", "b@acme.example"}, {"subject", "hi"}, {"text", "x"}};

}  // namespace

TEST_CASE("a sending key sends, for its own domain, and does nothing else") {
  SimulatorFixture stage;
  struct {
    const char *secret, *path, *verdict;
  } const table[] = {
      {"account", "/v4/domains", "200"},  {"basic", "/v4/domains", "200"},
      {"sending", "/v4/domains", "401"},  {"sending", "/v1/keys", "401"},
      {"nonsense", "/v4/domains", "401"}, {"sending", "/v3/acme.example/events", "401"},
      {"account", "/v4/nonsense", "404"}, {"account", "/v4/domains/absent.example", "404"},
  };
  for (const auto& row : table) {
    CAPTURE(row.secret, row.path);
    CHECK(stage.mail(row.secret).get(kMail + row.path).verdict() == row.verdict);
  }
  CHECK(stage.mail("nonsense").get(kMail + "/v4/domains").body ==
        json{{"message", "Invalid private key"}});
  Answer sent = stage.mail("sending").post(kMail + "/v3/acme.example/messages", kMessage);
  CHECK(sent["message"] == "Queued. Thank you.");
  Answer foreign = stage.mail("sending").post(kMail + "/v3/other.example/messages", kMessage);
  CHECK(foreign.status == 401);
  CHECK(foreign.text == "Forbidden");
  CHECK(Client(stage.port, "postmaster", "account").get(kMail + "/v4/domains").status == 401);
  CHECK(stage.mail().get("/api.eu.mailgun.net/v4/domains").status == 401);
}

TEST_CASE("a message is accepted now and delivered later") {
  SimulatorFixture stage;
  CHECK(stage.mail("sending").post(kMail + "/v3/acme.example/messages", kMessage).status == 200);
  auto events = [&](const char* query) {
    json list = json::array();
    Answer page = stage.mail().get(kMail + "/v3/acme.example/events" + query);
    for (const json& event : page["items"]) list.push_back(event["event"]);
    return list;
  };
  const char* today = "?begin=1795176000&ascending=yes";
  CHECK(events(today) == json::array({"accepted"}));
  stage.simulator.advance(2);
  CHECK(events(today) == json::array({"accepted", "delivered"}));
  struct {
    Pairs form;
    const char* domain;
    int status;
  } const table[] = {
      {{{"from", "a@acme.example"}, {"to", "b@acme.example"}}, "acme.example", 400},
      {{{"from", "nobody"}, {"to", "b@acme.example"}, {"subject", "x"}}, "acme.example", 400},
      {{{"from", "a@x.example"}, {"to", "nobody"}, {"subject", "x"}}, "acme.example", 400},
      {kMessage, "new.example", 400},
      {kMessage, "absent.example", 404},
      {{{"from", "a@acme.example"}, {"to", "b@acme.example"}, {"subject", "x"}},
       "acme.example",
       400},
      {{{"from", "a@acme.example"}, {"to", "b@acme.example"}, {"subject", "x"}, {"html", "x"}},
       "acme.example",
       200},
      {{{"from", "a@acme.example"}, {"to", "b@acme.example"}, {"subject", "x"}, {"template", "x"}},
       "acme.example",
       200},
  };
  for (const auto& row : table)
    CHECK(stage.mail().post(kMail + "/v3/" + row.domain + "/messages", row.form).status ==
          row.status);
  Answer absent = stage.mail().post(kMail + "/v3/absent.example/messages", kMessage);
  CHECK(absent.body == json{{"message", "Domain not found: absent.example"}});
  CHECK(stage.mail("sending").post(kMail + "/v3/absent.example/messages", kMessage).text ==
        "Forbidden");
}

TEST_CASE("events are walked by token until a page is empty") {
  SimulatorFixture stage;
  std::string next = "https:/" + kMail + "/v3/acme.example/events?limit=1";
  json seen = json::array();
  for (int i = 0; i < 10; ++i) {
    Answer page = stage.mail().get("/" + next.substr(8));
    if (page["items"].empty()) break;
    seen.push_back(page["items"][0]["timestamp"]);
    next = page["paging"]["next"];
  }
  CHECK(seen == json::array({1795172400.0, 1795086000.0}));
  auto count = [&](const std::string& query) {
    return stage.mail().get(kMail + "/v3/acme.example/events?" + query)["items"].size();
  };
  CHECK(count("recipient=b@acme.example") == 1);
  CHECK(count("event=failed+OR+delivered") == 2);
  CHECK(count("event=failed") == 0);
  CHECK(count("begin=1795172000&end=1795176000") == 1);
  CHECK(stage.mail().get(kMail + "/v3/acme.example/events?limit=301").status == 400);
  CHECK(stage.mail().get(kMail + "/v3/acme.example/events?begin=1795172000").status == 400);
  CHECK(stage.mail().get(kMail + "/v3/acme.example/events/nonsense").status == 400);
}

TEST_CASE("logs count by key on a shared domain") {
  SimulatorFixture stage;
  auto logs = [&](const char* id) {
    json filter = {{"AND",
                    {{{"attribute", "api-key-id"},
                      {"comparator", "="},
                      {"values", {{{"label", id}, {"value", id}}}}}}}};
    return stage.mail().post_json(kMail + "/v1/analytics/logs",
                                  {{"start", "Wed, 18 Nov 2026 00:00:00 +0000"},
                                   {"end", "Fri, 20 Nov 2026 12:00:00 +0000"},
                                   {"filter", filter}});
  };
  Answer one = logs("11111111-11111111");
  CHECK(one["pagination"]["total"] == 1);
  CHECK(one["items"][0]["@timestamp"] == "2026-11-19T11:00:00.000Z");
  CHECK(one["items"][0]["domain"]["name"] == "acme.example");
  CHECK(logs("22222222-22222222")["items"].empty());
  CHECK(stage.mail().post_json(kMail + "/v1/analytics/logs", {{"start", "nonsense"}}).status ==
        400);
}

TEST_CASE("a log says as text what an event holds as an object, and all its flags") {
  SimulatorFixture stage;
  Pairs message = kMessage;
  message.emplace_back("v:call_sid", "CA1");
  message.emplace_back("o:testmode", "yes");
  CHECK(stage.mail("sending").post(kMail + "/v3/acme.example/messages", message).status == 200);
  json event = stage.mail()
                   .get(kMail + "/v3/acme.example/events?begin=1795176000&ascending=yes")
                   .body["items"][0];
  CHECK(event["user-variables"] == json{{"call_sid", "CA1"}});
  json log =
      stage.mail()
          .post_json(kMail + "/v1/analytics/logs", {{"start", "Fri, 20 Nov 2026 12:00:00 +0000"}})
          .body["items"][0];
  CHECK(log["user-variables"] == "{\"call_sid\":\"CA1\"}");
  CHECK(log["flags"] == json{{"is-authenticated", true},
                             {"is-system-test", false},
                             {"is-routed", false},
                             {"is-test-mode", true},
                             {"is-delayed-bounce", false},
                             {"is-callback", false}});
}

TEST_CASE("a key's dates are in UTC without saying so, and what it has not is left out") {
  json world = small_world();
  world["mailgun"]["keys"][0]["created_at"] = "2026-11-01T10:00:00Z";
  world["mailgun"]["keys"][1]["expires_at"] = "2026-12-01T10:00:00Z";
  world["mailgun"]["keys"][1]["disabled_reason"] = "spam";
  SimulatorFixture stage(world);
  json keys = stage.mail().get(kMail + "/v1/keys").body["items"];
  CHECK(keys[0]["created_at"] == "2026-11-01T10:00:00");
  CHECK(keys[0]["updated_at"] == "2026-11-01T10:00:00");
  CHECK_FALSE(keys[0].contains("expires_at"));
  CHECK_FALSE(keys[0].contains("disabled_reason"));
  CHECK(keys[1]["expires_at"] == "2026-12-01T10:00:00");
  CHECK(keys[1]["disabled_reason"] == "spam");
  Answer made =
      stage.mail().post(kMail + "/v1/keys",
                        {{"role", "sending"}, {"kind", "domain"}, {"domain_name", "acme.example"}});
  CHECK(made["key"]["created_at"] == "2026-11-20T12:00:00");
  CHECK_FALSE(made["key"].contains("expires_at"));
}

TEST_CASE("a key is made of a kind and a role that go together, for a domain that is there") {
  SimulatorFixture stage;
  const std::pair<Pairs, const char*> table[] = {
      {{{"role", "sending"}, {"kind", "domain"}}, "domain_name is required"},
      {{{"role", "sending"}, {"kind", "domain"}, {"domain_name", "absent.example"}},
       "domain not found: absent.example"},
      {{{"role", "sending"}, {"kind", "user"}}, "role sending is for keys of kind domain"},
      {{{"role", "sending"}}, "role sending is for keys of kind domain"},
      {{{"role", "basic"}, {"kind", "domain"}, {"domain_name", "acme.example"}},
       "role sending is for keys of kind domain"},
      {{{"role", "king"}, {"kind", "user"}}, "role must be one of"},
      {{{"role", "basic"}, {"kind", "odd"}}, "kind must be one of"},
  };
  for (const auto& [form, message] : table) {
    Answer refused = stage.mail().post(kMail + "/v1/keys", form);
    CHECK(refused.status == 400);
    CHECK_THAT(refused["message"].get<std::string>(), Catch::Contains(message));
  }
  CHECK(stage.mail().post(kMail + "/v1/keys", {{"role", "basic"}, {"kind", "user"}}).status == 200);
}

TEST_CASE("a domain becomes active when its records are published") {
  SimulatorFixture stage;
  std::string verify = kMail + "/v4/domains/new.example/verify";
  CHECK(stage.mail().put(verify)["domain"]["state"] == "unverified");
  REQUIRE(stage.simulator.patch({{{"op", "replace"},
                                  {"path", "/mailgun/domains/new.example/dns_published"},
                                  {"value", true}}}));
  Answer verified = stage.mail().put(verify);
  CHECK(verified["domain"]["state"] == "active");
  for (const json& record : verified["sending_dns_records"]) CHECK(record["valid"] == "valid");
  Answer made = stage.mail().post(kMail + "/v4/domains", {{"name", "fresh.example"}});
  CHECK(made["domain"]["state"] == "unverified");
  CHECK(stage.mail().get(kMail + "/v4/domains?state=unverified")["total_count"] == 1);
  CHECK(stage.mail().get(
            kMail + "/v3/domains/new.example/sending_queues")["regular"]["is_disabled"] == false);
}

TEST_CASE("a revoked key is gone for good") {
  SimulatorFixture stage;
  std::string keys = kMail + "/v1/keys";
  Answer made = stage.mail().post(
      keys, {{"role", "sending"}, {"kind", "domain"}, {"domain_name", "acme.example"}});
  std::string id = made["key"]["id"], secret = made["key"]["secret"];
  CHECK(stage.mail(secret).post(kMail + "/v3/acme.example/messages", kMessage).status == 200);
  Answer list = stage.mail().get(keys + "?domain_name=acme.example");
  CHECK(list["total_count"] == 2);
  for (const json& key : list["items"]) CHECK_FALSE(key.contains("secret"));
  CHECK(stage.mail().del(keys + "/" + id).body == json{{"message", "key deleted"}});
  CHECK(stage.mail().del(keys + "/" + id).status == 404);
  CHECK(stage.mail(secret).post(kMail + "/v3/acme.example/messages", kMessage).status == 401);
  CHECK(stage.mail().post(keys, {{"kind", "domain"}}).status == 400);
}
