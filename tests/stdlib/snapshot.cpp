#include "interpreter/canonical.h"
#include "interpreter/placeholder.h"
#include "tests/stdlib/provider_fixture.h"

using namespace countersign;
using desk::ProviderFixture;
using desk::told;

namespace {

json neighbourly_world() {
  json world = small_world();
  json& other = world["accounts"][sid("AC", 'b')];
  other["flex_configuration"] = {{"ui_attributes", {{"mailgun_api_key", "neighbours-secret"}}}};
  return world;
}

struct NeighbourlyDesk : ProviderFixture {
  NeighbourlyDesk() : ProviderFixture(neighbourly_world()) {
    Profile other = profile();
    other.name = "other";
    other.texts["twilio.account_sid"] = sid("AC", 'b');
    other.texts["twilio.api_key"] = sid("SK", 'd');
    other.secrets["twilio.api_secret"] = desk::in_file(folder, "other_secret", "other");
    other.texts["twilio.serverless_domain"].clear();
    other.secrets["mailgun.account_key"] = {};
    configuration.profiles["other"] = other;
    profile().adjacent = {"other"};
  }
};

}  // namespace

TEST_CASE("a snapshot has every part that was asked for, keyed by natural keys") {
  ProviderFixture desk;
  const auto snapshot = desk.session().snapshot({});
  INFO(told(snapshot));
  REQUIRE(snapshot);
  std::vector<std::string> keys;
  for (const auto& [key, part] : snapshot->items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"env", "files", "flex", "flows", "mailgun", "numbers",
                                         "serverless", "taskrouter"});
  for (const std::string& pointer :
       {"/numbers/" + sid("PN", 'a') + "/phone_number",
        "/flows/" + sid("FW", 'a') + "/definition/states",
        std::string("/flex/ui_attributes/custom_data"),
        std::string("/serverless/variables/ADMIN_EMAIL"),
        "/serverless/services/" + sid("ZS", 'a') + "/environments/" + sid("ZE", 'a') +
            "/domain_name",
        "/taskrouter/workspaces/" + sid("WS", 'a'), "/taskrouter/workflows/" + sid("WW", 'a'),
        "/taskrouter/queues/" + sid("WQ", 'a'), std::string("/mailgun/domains/acme.example/state"),
        std::string("/mailgun/keys/11111111-11111111/role")}) {
    INFO(pointer);
    CHECK_FALSE(at_pointer(*snapshot, pointer).is_null());
  }
  for (const char* secret : {"\"sending\":", "\"token\"", "\"secret\""})
    CHECK(canonical(*snapshot).find(secret) == std::string::npos);
  CHECK(told(desk.session().snapshot({"flow"})) == "argument: unknown scope \"flow\"");
  CHECK(desk.session().snapshot({"flow"}).error().hint == "did you mean \"flows\"?");
}

TEST_CASE("two snapshots of the same state are the same bytes, whatever time it is") {
  ProviderFixture desk;
  const auto once = desk.session().snapshot({});
  desk.stage.simulator.advance(3600);
  const auto again = desk.session().snapshot({});
  REQUIRE(once);
  REQUIRE(again);
  CHECK(canonical(*once) == canonical(*again));
}

TEST_CASE("a draft is not what callers meet, and both are in the snapshot") {
  ProviderFixture desk;
  const json live = (*desk.call("studio.flows.fetch", {{"sid", sid("FW", 'a')}}))["definition"];
  json draft = live;
  draft["description"] = "draft";
  REQUIRE(desk.call("studio.flows.update",
                    {{"sid", sid("FW", 'a')}, {"status", "draft"}, {"definition", draft}}));
  const json flow = at_pointer(*desk.session().snapshot({"flows"}), "/flows/" + sid("FW", 'a'));
  CHECK(flow["definition"] == live);
  CHECK(flow["draft"] == draft);
  CHECK(flow["live_revision"] == 1);
  CHECK(flow["revision"] == 2);
}

TEST_CASE("several environments without a word which is meant are an error, not an empty answer") {
  json world = small_world();
  world["accounts"][sid("AC", 'a')]["serverless"][0]["environments"].push_back(
      {{"sid", sid("ZE", 'b')},
       {"domain_name", "waiting.twil.io"},
       {"variables", {{"ADMIN_EMAIL", "b@acme.example"}}}});
  ProviderFixture desk(world);
  const auto snapshot = desk.session().snapshot({"serverless"});
  REQUIRE(snapshot);
  CHECK((*snapshot)["serverless"]["variables"]["ADMIN_EMAIL"] == "a@acme.example");
  CHECK(at_pointer(*snapshot, "/serverless/services/" + sid("ZS", 'a') + "/environments/" +
                                  sid("ZE", 'b') + "/variables/ADMIN_EMAIL") == "b@acme.example");
  const Row& update = *standard_catalogue().find("serverless.variables.update");
  const json arguments = {
      {"key", "ADMIN_EMAIL"}, {"value", "c@acme.example"}, {"environment", sid("ZE", 'b')}};
  const Call call{desk.session(), arguments, nullptr};
  CHECK(at_pointer(*snapshot, *update.target(call)) == *update.before(call));
  desk.profile().texts["twilio.serverless_domain"].clear();
  desk.begin_again();
  CHECK(told(desk.session().snapshot({"serverless"})) ==
        "config: snapshot of serverless: the account of profile \"acme\" has 2 serverless "
        "environments, and nothing "
        "says which is meant");
}

TEST_CASE("captured snapshots are compared, and only what may differ does") {
  ProviderFixture desk;
  const json scope = {"numbers", "serverless"};
  const json pre = *desk.call("snapshot.capture", {{"label", "PRE"}, {"scope", scope}});
  CHECK(is_handle(pre, "snapshot"));
  CHECK((*marked(pre))["label"] == "PRE");
  REQUIRE(desk.call("serverless.variables.update",
                    {{"key", "ADMIN_EMAIL"}, {"value", "new@acme.example"}}));
  const json post = *desk.call("snapshot.capture", {{"label", "POST"}, {"scope", scope}});
  const json diff = *desk.call("snapshot.diff", {{"from", pre}, {"to", post}});
  CHECK(diff == json::array({{{"op", "replace"},
                              {"path", "/serverless/variables/ADMIN_EMAIL"},
                              {"from", "a@acme.example"},
                              {"to", "new@acme.example"}}}));
  const auto only = [&](const json& paths) {
    return *desk.call("snapshot.only", {{"diff", diff}, {"paths", paths}});
  };
  CHECK(only({"/serverless/variables/ADMIN_EMAIL"}) == true);
  CHECK(only({"/serverless"}) == true);
  CHECK(only({"/serverless/*/ADMIN_EMAIL"}) == true);
  CHECK(only({"/numbers"}) == false);
  CHECK(only(json::array()) == false);
  const auto unchanged = [&](const json& paths) {
    return *desk.call("snapshot.unchanged", {{"from", pre}, {"to", post}, {"paths", paths}});
  };
  CHECK(unchanged({"/numbers"}) == true);
  CHECK(unchanged({"/serverless/variables"}) == false);
  CHECK(unchanged({"/serverless/variables/ADMIN_EMAIL/deeper"}) == false);
  CHECK(*desk.call("snapshot.unchanged", {{"from", pre}, {"to", pre}}) == true);
  CHECK(*desk.call("snapshot.unchanged", {{"from", pre}, {"to", post}}) == false);
  CHECK(*desk.call("snapshot.read",
                   {{"snapshot", pre}, {"path", "/serverless/variables/ADMIN_EMAIL"}}) ==
        "a@acme.example");
  CHECK(desk.call("snapshot.read", {{"snapshot", pre}, {"path", "/numbers/PN0"}})->is_null());
  CHECK(told(desk.call("snapshot.only", {{"diff", diff}, {"paths", {"numbers"}}})) ==
        "argument: paths: got \"numbers\", want JSON pointers");
  const json other = *desk.call("snapshot.capture", {{"label", "X"}, {"scope", {"numbers"}}});
  CHECK(told(desk.call("snapshot.diff", {{"from", pre}, {"to", other}})) ==
        "argument: only one of the two snapshots holds \"serverless\"");
}

TEST_CASE("adjacent accounts are captured with their own credentials, and a change there is seen") {
  NeighbourlyDesk desk;
  const auto captured = desk.call("snapshot.capture",
                                  {{"label", "PRE"}, {"scope", {"numbers"}}, {"baselines", true}});
  INFO(told(captured));
  REQUIRE(captured);
  CHECK(*desk.call("snapshot.read",
                   {{"snapshot", *captured}, {"path", "/baselines/other/flex/account_sid"}}) ==
        sid("AC", 'b'));
  CHECK(is_handle(*desk.call("snapshot.read",
                             {{"snapshot", *captured},
                              {"path", "/baselines/other/flex/ui_attributes/mailgun_api_key"}}),
                  "secret"));
  CHECK(desk.documents.all.at(handle_id(*captured)).find("neighbours-secret") == std::string::npos);
  REQUIRE(desk.stage.simulator.patch(
      {{{"op", "replace"},
        {"path",
         "/accounts/" + sid("AC", 'b') + "/flex_configuration/ui_attributes/mailgun_api_key"},
        {"value", "changed-secret"}}}));
  const json later = *desk.call("snapshot.capture",
                                {{"label", "POST"}, {"scope", {"numbers"}}, {"baselines", true}});
  CHECK(*desk.call("snapshot.unchanged",
                   {{"from", *captured}, {"to", later}, {"paths", {"/numbers"}}}) == true);
  CHECK(*desk.call("snapshot.unchanged",
                   {{"from", *captured}, {"to", later}, {"paths", {"/baselines/other/flex"}}}) ==
        false);
}

TEST_CASE("a baseline taken with a credential of another account is refused") {
  NeighbourlyDesk desk;
  desk.configuration.profiles["other"].texts["twilio.api_key"] = sid("SK", 'a');
  desk.configuration.profiles["other"].secrets["twilio.api_secret"] =
      desk.profile().secrets["twilio.api_secret"];
  CHECK(told(desk.session().baselines()) ==
        "refused: adjacent profile \"other\": the api_key of profile \"other\" belongs to " +
            sid("AC", 'a') + ", not to " + sid("AC", 'b'));
}

TEST_CASE("a part that cannot be read fails the snapshot and is named") {
  ProviderFixture desk;
  REQUIRE(desk.stage.simulator.patch({{{"op", "replace"},
                                       {"path", "/accounts/" + sid("AC", 'a') + "/status"},
                                       {"value", "suspended"}}}));
  CHECK(told(desk.session().snapshot({"numbers"}))
            .rfind("provider: snapshot of numbers: api.twilio.com answered 403 (20403)", 0) == 0);
}
