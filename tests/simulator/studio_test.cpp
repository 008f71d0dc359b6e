#include <set>

#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const std::string kFlows = "/studio.twilio.com/v2/Flows";
const std::string kFlow = kFlows + "/" + sid("FW", 'a');

json definition_of(const SimulatorFixture& stage) {
  return stage.key().get(kFlow)["definition"];
}

}  // namespace

TEST_CASE("product pages have absolute links") {
  SimulatorFixture stage;
  Answer page = stage.key().get(kFlow + "/Executions?PageSize=25&status=ended");
  const json& meta = page["meta"];
  std::string base = "https:/" + kFlow + "/Executions?status=ended&PageSize=25&Page=";
  CHECK(meta["key"] == "executions");
  CHECK(meta["first_page_url"] == base + "0");
  CHECK(meta["url"] == base + "0");
  CHECK(meta["previous_page_url"].is_null());
  CHECK(meta["next_page_url"].get<std::string>().rfind(base + "1&PageToken=PA", 0) == 0);
  int pages = 1;
  std::set<std::string> seen;
  for (;;) {
    for (const json& execution : page["executions"]) seen.insert(execution["sid"]);
    if (page["meta"]["next_page_url"].is_null()) break;
    page = stage.key().get("/" + page["meta"]["next_page_url"].get<std::string>().substr(8));
    ++pages;
  }
  CHECK(pages == 3);
  CHECK(seen.size() == 60);
}

TEST_CASE("every save is a revision, and a draft changes nothing for callers") {
  SimulatorFixture stage;
  json definition = definition_of(stage);
  definition["states"][1]["properties"]["say"] = "Goodbye";
  Answer draft = stage.key().post(kFlow, {{"Status", "draft"}, {"Definition", definition.dump()}});
  CHECK(draft["revision"] == 2);
  CHECK(draft["status"] == "draft");
  auto said = [&](const char* revision) {
    return stage.key().get(kFlow + "/Revisions/" +
                           revision)["definition"]["states"][1]["properties"]["say"];
  };
  CHECK(said("LatestPublished") == "Hello");
  CHECK(said("LatestRevision") == "Goodbye");
  Answer renamed =
      stage.key().post(kFlow, {{"Status", "published"}, {"FriendlyName", "[ARCHIVED] hold"}});
  CHECK(renamed["revision"] == 3);
  CHECK(renamed["friendly_name"] == "[ARCHIVED] hold");
  CHECK(said("LatestPublished") == "Goodbye");
  CHECK(said("1") == "Hello");
  Answer list = stage.key().get(kFlow + "/Revisions");
  REQUIRE(list["revisions"].size() == 3);
  CHECK(list["revisions"][0]["revision"] == 3);
  CHECK(list["revisions"][0]["definition"].is_null());
  CHECK(stage.key().get(kFlow + "/Revisions/9").verdict() == "404 20404");
  CHECK(stage.key().get(kFlow + "/Revisions/Newest").verdict() == "400 81021");
}

TEST_CASE("Studio refuses definitions that cannot run") {
  SimulatorFixture stage;
  struct {
    const char *patch, *path;
  } const table[] = {
      {R"([{"op":"remove","path":"/initial_state"}])", "#/initial_state"},
      {R"([{"op":"replace","path":"/initial_state","value":"x"}])", "#/initial_state"},
      {R"([{"op":"replace","path":"/states/1/name","value":"Trigger"}])",
       "#/states/0/transitions/0/next"},
      {R"([{"op":"replace","path":"/states/0/transitions/0/next","value":"x"}])",
       "#/states/0/transitions/0/next"},
      {R"([{"op":"replace","path":"/states/1/type","value":"dance"}])", "#/states/1/type"},
      {R"([{"op":"remove","path":"/states/1/properties"}])", "#/states/1/properties"},
      {R"([{"op":"replace","path":"/states","value":[]}])", "#/states"},
  };
  json good = definition_of(stage);
  for (const auto& row : table) {
    CAPTURE(row.patch);
    std::string bad = good.patch(json::parse(row.patch)).dump();
    Answer answer = stage.key().post(
        kFlows + "/Validate", {{"FriendlyName", "x"}, {"Status", "draft"}, {"Definition", bad}});
    CHECK(answer.verdict() == "400 81022");
    CHECK(answer["message"] == "Flow definition validation failed");
    CHECK(answer["details"]["errors"][0]["property_path"] == row.path);
    CHECK(stage.key().post(kFlow, {{"Status", "published"}, {"Definition", bad}}).verdict() ==
          "400 81022");
  }
  CHECK(stage.key().get(kFlow)["revision"] == 1);
  Pairs valid = {{"FriendlyName", "x"}, {"Status", "draft"}, {"Definition", good.dump()}};
  CHECK(stage.key().post(kFlows + "/Validate", valid).body == json{{"valid", true}});
  CHECK(stage.key().post(kFlows, valid).verdict() == "201");
  CHECK(stage.key().post(kFlows, {{"FriendlyName", "x"}, {"Status", "draft"}}).verdict() ==
        "400 20001");
  CHECK(stage.key().post(kFlow, {{"FriendlyName", "x"}})["message"] ==
        "Missing required parameter Status in the post body");
}

TEST_CASE("a deleted flow takes its history along") {
  SimulatorFixture stage;
  CHECK(stage.key().del(kFlow).verdict() == "204");
  CHECK(stage.key().get(kFlow).verdict() == "404 20404");
  CHECK(stage.key().get(kFlow + "/Executions").verdict() == "404 20404");
  CHECK(stage.simulator.world()["accounts"][sid("AC", 'a')]["executions"].empty());
}

TEST_CASE("executions are filtered and ended") {
  SimulatorFixture stage;
  std::string list = kFlow + "/Executions";
  CHECK(stage.key().get(list + "?DateCreatedFrom=2026-11-18T00:00:00Z")["executions"].size() == 2);
  CHECK(stage.key().get(list + "?DateCreatedTo=2026-11-03T03:00:00Z")["executions"].size() == 2);
  CHECK(stage.key().get(list + "?status=active")["executions"].empty());
  std::string at = "/accounts/" + sid("AC", 'a') + "/executions/0/status";
  REQUIRE(stage.simulator.patch({{{"op", "replace"}, {"path", at}, {"value", "active"}}}));
  Answer active = stage.key().get(list + "?status=active");
  REQUIRE(active["executions"].size() == 1);
  std::string one = list + "/" + active["executions"][0]["sid"].get<std::string>();
  CHECK(stage.key().post(one, {{"Status", "active"}}).verdict() == "400 20001");
  CHECK(stage.key().post(one, {{"Status", "ended"}})["status"] == "ended");
  CHECK(stage.key().get(one + "/Context")["context"] == json::object());
  CHECK(stage.key().get(one + "/Steps")["steps"].empty());
}
