// drift: the source files of the Flex configuration against what is live, for every account.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

const std::string kAcme = "AC68c8096035594cd23248bd5540f7c7ee";
const std::string kCct = "ACe61336ac49728f5d344206b3c61644ef";
const std::string kData = "/accounts/" + kAcme + "/flex_configuration/ui_attributes/custom_data";

// acme as it is deployed in the demo's world: part of it common, and one value filled in.
const char kCommon[] = R"({"colorTheme": {"overrides": {"a": 1}}, "custom_data": {"features": {
  "attribute_viewer": {"enabled": true}, "activity_skill_filter": {"enabled": true}}}})";
const char kClient[] = R"({"custom_data": {"features": {
  "callback_and_voicemail_with_email": {
    "enabled": true, "allow_requeue": true, "max_attempts": 3, "auto_select_task": true},
  "enhanced_crm_container": {
    "enabled": true, "url": "<YOUR_CRM_URL>",
    "should_display_url_when_no_tasks": false, "display_url_when_no_tasks": ""},
  "attribute_viewer": {"enabled": false}}}})";

// acme with its source files, CCT without one of its own.
struct CompanyFixture : CliFixture {
  CompanyFixture() {
    furnish("workspace.env_file = \"functions/.env\"\n[profiles.CCT]\ntwilio.account_sid = \"" +
            kCct +
            "\"\ntwilio.api_key = \"SKce080a84f686f35e035d03a5bc677279\"\n"
            "twilio.api_secret = { env = \"CCT_SECRET\" }\nendpoint = \"" +
            endpoint_later() +
            "\"\n[workspace]\nflex_config = \"flex\"\nserverless = \"functions\"\n"
            "public_keys = [\"CRM_URL\"]\n");
    environment["CCT_SECRET"] = "fake-api-secret-cct";
    std::string toml = read("countersign.toml");
    toml.replace(toml.find("LATER"), 5, simulator.endpoint());
    write("countersign.toml", toml);
    write("flex/ui_attributes.common.json", kCommon);
    write("flex/ui_attributes.acme.json", kClient);
    write("functions/.env", "CRM_URL={{task.attributes.profile_url}}\n", 0600);
  }
  static std::string endpoint_later() { return "LATER"; }

  // Changes the world behind everybody's back.
  void patch(const json& patch) const {
    const Ran ran = run_process(
        {{"curl", "-sS", "--fail", simulator.endpoint() + "/_sim/patch", "-d", patch.dump()}});
    INFO(ran.out << ran.err);
    REQUIRE(ran.code == 0);
  }
};

json set(const std::string& pointer, const json& value) {
  return {{"op", "add"}, {"path", pointer}, {"value", value}};
}

}  // namespace

TEST_CASE(
    "source files that are merged and filled as a deploy does are in step with what it made") {
  CompanyFixture firm;
  const Ran ran = firm.countersign({"drift", "--profile", "acme"});
  CHECK(ran.out == "✓ acme  in step  " + kAcme + "\n");
  CHECK(ran.err == "");
  CHECK(ran.code == 0);
  CHECK(firm.value({"drift", "--profile", "acme"}) == json::array({{{"profile", "acme"},
                                                                    {"account", kAcme},
                                                                    {"in_step", true},
                                                                    {"differences", json::array()},
                                                                    {"writer", nullptr},
                                                                    {"error", nullptr}}}));
  // One request for each look, and nothing else.
  for (const json& request : firm.simulator.requests()) {
    CHECK(request["method"] == "GET");
    CHECK(request["path"] == "/v1/Configuration");
  }
  CHECK(firm.simulator.requests().size() == 2);
}

TEST_CASE("drift shows each pointer with source and live, and who wrote last") {
  CompanyFixture firm;
  const std::string features = kData + "/features";
  firm.patch({set(features + "/attribute_viewer/enabled", true),
              {{"op", "remove"}, {"path", features + "/activity_skill_filter"}},
              set(features + "/odd\x1b[31m", {1, 2})});
  const std::string differences = "✗ acme  3 differences  " + kAcme +
                                  "\n"
                                  "  /custom_data/features/activity_skill_filter\n"
                                  "    source  {enabled = yes}\n"
                                  "    live    (not there)\n"
                                  "  /custom_data/features/attribute_viewer/enabled\n"
                                  "    source  no\n"
                                  "    live    yes\n"
                                  "  /custom_data/features/odd\\x1B[31m\n"
                                  "    source  (not there)\n"
                                  "    live    [1, 2]\n";
  const Ran unknown = firm.countersign({"drift", "--profile", "acme"});
  CHECK(unknown.out == differences + "  who wrote it last is not known\n");
  CHECK(unknown.code == 1);

  const std::string events = "/accounts/" + kAcme + "/events/-";
  const auto event = [](const char* date, const char* type, const char* actor) {
    return json{{"event_type", type},
                {"resource_type", "configuration"},
                {"actor_type", "user"},
                {"actor_sid", actor},
                {"event_date", date}};
  };
  firm.patch({set(events, event("2026-11-18T10:00:00Z", "flex-configuration.updated", "US1")),
              set(events, event("2026-11-19T10:00:00Z", "flex-configuration.updated", "US2")),
              set(events, event("2026-11-19T11:00:00Z", "phone-number.updated", "US3"))});
  CHECK(firm.countersign({"drift", "--profile", "acme"}).out ==
        differences +
            "  last written 2026-11-19T10:00:00Z, flex-configuration.updated, by user US2\n");
  const json said = firm.value({"drift", "--profile", "acme"}, 1);
  CHECK(said[0]["in_step"] == false);
  CHECK(said[0]["writer"] == json{{"date", "2026-11-19T10:00:00Z"},
                                  {"event", "flex-configuration.updated"},
                                  {"actor_type", "user"},
                                  {"actor", "US2"}});
  CHECK(said[0]["differences"] == json::parse(R"([
    {"op": "remove", "path": "/custom_data/features/activity_skill_filter",
     "source": {"enabled": true}, "live": null},
    {"op": "replace", "path": "/custom_data/features/attribute_viewer/enabled",
     "source": false, "live": true},
    {"op": "add", "path": "/custom_data/features/odd\u001b[31m", "source": null,
     "live": [1, 2]}])"));
  // Monitor's silence does not hide what differs.
  REQUIRE(firm.simulator.add_fault("match=GET monitor.twilio.com/*,times=always,status=403"));
  CHECK(firm.countersign({"drift", "--profile", "acme"}).out ==
        differences + "  who wrote it last is not known\n");
  for (const json& request : firm.simulator.requests())
    if (request["path"] != "/_sim/patch") CHECK(request["method"] == "GET");
}

TEST_CASE("secrets drift by their fingerprints and are never shown") {
  CompanyFixture firm;
  json client = json::parse(kClient);
  client["custom_data"]["features"]["crm"] = {{"api_key", "one-of-the-source"}};
  firm.write("flex/ui_attributes.acme.json", client.dump());
  const auto live = [&](const char* secret) {
    firm.patch(json::array({set(kData + "/features/crm", {{"api_key", secret}})}));
  };
  live("one-of-the-source");
  CHECK(firm.countersign({"drift", "--profile", "acme"}).out == "✓ acme  in step  " + kAcme + "\n");
  live("another-that-is-live");
  const json said = firm.value({"drift", "--profile", "acme"}, 1);
  REQUIRE(said[0]["differences"].size() == 1);
  const json& one = said[0]["differences"][0];
  CHECK(one["path"] == "/custom_data/features/crm/api_key");
  CHECK(one["source"]["$countersign"]["fingerprint"] != one["live"]["$countersign"]["fingerprint"]);
  const Ran shown = firm.countersign({"drift", "--profile", "acme"});
  CHECK(shown.out.find("‹secret ") != std::string::npos);
  for (const std::string& text : {said.dump(), shown.out, shown.err}) {
    CHECK(text.find("one-of-the-source") == std::string::npos);
    CHECK(text.find("another-that-is-live") == std::string::npos);
  }
}

TEST_CASE("an account that cannot be compared is named, and the others go on") {
  CompanyFixture firm;
  const std::string missing =
      "! CCT  " + kCct +
      "\n"
      "  the profile \"CCT\" has no source file \"flex/ui_attributes.cct.json\"\n"
      "  → write it first; an example in its place would be deployed as if it were the client's\n";
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"drift"}, std::vector<std::string>{"drift", "--all"}}) {
    const Ran ran = firm.countersign(words);
    CHECK(ran.out == missing + "✓ acme  in step  " + kAcme + "\n");
    CHECK(ran.code == 9);
  }
  // What differs is more than what is not known.
  firm.patch(json::array({set(kData + "/features/attribute_viewer/enabled", true)}));
  const json both = firm.value({"drift"}, 1);
  // Worst first.
  CHECK(both[0]["in_step"] == false);
  CHECK(both[1]["profile"] == "CCT");
  CHECK(both[1]["in_step"] == nullptr);
  CHECK(both[1]["error"]["kind"] == "refused");

  struct {
    std::string file, text, said;
  } const cases[] = {
      {"flex/ui_attributes.acme.json", "{", "\"flex/ui_attributes.acme.json\" is not JSON"},
      {"flex/ui_attributes.acme.json", "[]", "\"flex/ui_attributes.acme.json\" is no JSON object"},
      {"flex/ui_attributes.acme.json", R"({"custom_data": {"a": "<YOUR_NOTHING>"}})",
       "nothing fills the placeholder \"<YOUR_NOTHING>\""},
  };
  for (const auto& one : cases) {
    firm.write(one.file, one.text);
    const json said = firm.value({"drift"}, 9);
    INFO(said.dump(2));
    CHECK(said[1]["error"]["message"].get<std::string>().find(one.said) != std::string::npos);
  }
}

TEST_CASE("drift says what it needs") {
  CompanyFixture firm;
  CHECK(firm.error({"drift", "--profile", "acmee"}, 2).rfind("usage: there is no profile", 0) == 0);
  CHECK(firm.error({"drift", "--profile", "acme", "--all"}, 2) ==
        "usage: drift: --profile excludes --all");
  firm.environment["SECRET"] = "wrong";
  const json said = firm.value({"drift", "--profile", "acme"}, 9);
  CHECK(said[0]["error"]["kind"] == "provider");
  CliFixture bare;
  bare.furnish();
  CHECK(bare.error({"drift"}, 2) == "config: no folder of Flex source files is declared");
}

TEST_CASE("drift: an integer that nobody can keep exactly is one finding, not a refused file") {
  CompanyFixture firm;
  std::string client = kClient;
  const std::string number = "12345678901234567890";
  client.replace(client.find("\"max_attempts\": 3"), 17, "\"max_attempts\": " + number);
  firm.write("flex/ui_attributes.acme.json", client);
  const json all = firm.value({"drift", "--profile", "acme"}, 1);
  REQUIRE(all[0]["error"].is_null());
  REQUIRE(all[0]["differences"].size() == 1);
  const json& one = all[0]["differences"][0];
  CHECK(one["path"].get<std::string>().find("max_attempts") != std::string::npos);
  CHECK(one["source"] == number + " (an integer too large to be kept exactly)");
  CHECK(one["live"] == 3);
}

TEST_CASE("a snapshot tells which side moved: live, the source, or both") {
  CompanyFixture firm;
  const std::string features = kData + "/features";
  REQUIRE(firm.countersign({"snapshot", "--all", "--output", "then"}).code == 0);
  firm.patch(json::array({set(features + "/attribute_viewer/enabled", true),
                          set(features + "/callback_and_voicemail_with_email/max_attempts", 9)}));
  json client = json::parse(kClient);
  json& feature = client["custom_data"]["features"]["callback_and_voicemail_with_email"];
  feature["max_attempts"] = 5;
  feature["allow_requeue"] = false;
  firm.write("flex/ui_attributes.acme.json", client.dump());
  const json said = firm.value({"drift", "--profile", "acme", "--since", "then"}, 1);
  const std::string below = "/custom_data/features/";
  std::map<std::string, std::string> moved;
  for (const json& one : said[0]["differences"]) moved[one["path"]] = one.value("moved", "");
  CHECK(moved == std::map<std::string, std::string>{
                     {below + "attribute_viewer/enabled", "live"},
                     {below + "callback_and_voicemail_with_email/allow_requeue", "source"},
                     {below + "callback_and_voicemail_with_email/max_attempts", "both"}});
  const Ran shown = firm.countersign({"drift", "--profile", "acme", "--since", "then/acme.json"});
  CHECK(shown.out.find("    moved   live, behind the source's back since the snapshot\n") !=
        std::string::npos);
  CHECK(shown.out.find("    moved   the source, and was not deployed since the snapshot\n") !=
        std::string::npos);
  CHECK(firm.error({"drift", "--since", "nowhere"}, 2) ==
        "usage: there is no snapshot \"nowhere\"");
  firm.write("then/acme.json", "{}");
  CHECK(
      firm.error({"drift", "--profile", "acme", "--since", "then"}, 2).find("is not a snapshot") !=
      std::string::npos);
}

TEST_CASE("what is known is named with its reason and counts no more, until its day is over") {
  CompanyFixture firm;
  firm.patch(json::array({set(kData + "/features/attribute_viewer/enabled", true)}));
  const std::string toml = firm.read("countersign.toml");
  const auto known = [&](const std::string& path, const std::string& until,
                         const std::string& more = "") {
    firm.write("countersign.toml",
               toml + "\n[[drift.known]]\npath = \"" + path +
                   "\"\nreason = \"a pilot\"\nowner = \"cto\"\nuntil = " + until + "\n" + more);
  };
  const std::string path = "/custom_data/features/attribute_viewer";
  known(path, "\"2099-01-31\"");
  const json said = firm.value({"drift", "--profile", "acme"});
  CHECK(said[0]["in_step"] == true);
  CHECK(said[0]["differences"][0]["known"] ==
        json{{"reason", "a pilot"}, {"owner", "cto"}, {"until", "2099-01-31"}});
  CHECK(firm.countersign({"drift", "--profile", "acme"}).out ==
        "✓ acme  in step, 1 known  " + kAcme + "\n  " + path +
            "/enabled  known until 2099-01-31: a pilot (cto)\n");
  // TOML's own date; a neighbour whose name begins alike is another.
  known(path.substr(0, path.size() - 2), "2099-01-31");
  CHECK(firm.countersign({"drift", "--profile", "acme"}).code == 1);
  known(path, "2020-01-31");
  const json over = firm.value({"drift", "--profile", "acme"}, 1);
  CHECK(over[0]["notes"][0].get<std::string>().rfind(path + " was known until 2020-01-31 (cto)",
                                                     0) == 0);
  known("/custom_data/nothing", "2099-01-31", "profile = \"acme\"\n");
  CHECK(firm.value({"drift", "--profile", "acme"}, 1)[0]["notes"][0] ==
        "/custom_data/nothing does not differ any more: take it out of [[drift.known]]");
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"until = \"soon\"", "is not a day"},
           {"until = \"2027-02-31\"", "is not a day"},
           {"owner = \"\"", "has no owner"},
           {"profile = \"acmee\"", "profile \"acmee\" is not in this file"},
           {"path = \"custom_data\"", "is not a JSON pointer"}}) {
    std::string entry =
        "\n[[drift.known]]\npath = \"/a\"\nreason = \"r\"\nowner = \"o\"\nuntil = "
        "\"2099-01-31\"\n";
    const std::string key = text.substr(0, text.find(' '));
    const std::size_t at = entry.find(key + " = ");
    if (at == std::string::npos)
      entry += text + "\n";
    else
      entry.replace(at, entry.find('\n', at) - at, text);
    firm.write("countersign.toml", toml + entry);
    INFO(entry);
    CHECK(firm.error({"drift"}, 2).find(why) != std::string::npos);
  }
}

TEST_CASE("a look at every account that was broken off goes on with its report") {
  CompanyFixture firm;
  firm.write("flex/ui_attributes.cct.json", "{}");
  const json whole = firm.value({"drift", "--report", "r.jsonl"}, 1);
  const std::string report = firm.read("r.jsonl");
  CHECK(std::count(report.begin(), report.end(), '\n') == 3);
  CHECK(firm.error({"drift", "--report", "r.jsonl"}, 2) == "usage: \"r.jsonl\" exists");
  CHECK(firm.error({"drift", "--report", "other", "--continue"}, 2).find("no report") !=
        std::string::npos);
  // Cut in the middle of its last line: that account is asked again, the other is not.
  firm.write("r.jsonl", report.substr(0, report.size() - 20));
  const std::size_t before = firm.simulator.requests().size();
  CHECK(firm.value({"drift", "--report", "r.jsonl", "--continue"}, 1) == whole);
  std::size_t asked = 0;
  const auto requests = firm.simulator.requests();
  for (std::size_t i = before; i < requests.size(); ++i)
    asked += requests[i]["path"] == "/v1/Configuration";
  CHECK(asked == 1);
  CHECK(firm.read("r.jsonl").size() == report.size());
  firm.write("r.jsonl", "{}\n");
  CHECK(firm.error({"drift", "--report", "r.jsonl", "--continue"}, 2).find("is not a report") !=
        std::string::npos);
}

TEST_CASE("snapshots of every account are files of their own, and nothing is changed for them") {
  CompanyFixture firm;
  const json all = firm.value({"snapshot", "--all", "--output", "now"});
  REQUIRE(all.size() == 2);
  for (const json& one : all) {
    const std::string file = one["written"];
    CHECK(file == "now/" + one["profile"].get<std::string>() + ".json");
    CHECK(json::parse(firm.read(file)).contains("flex"));
  }
  CHECK(json::parse(firm.read("now/acme.json")) == firm.value({"snapshot", "--profile", "acme"}));
  for (const json& request : firm.simulator.requests()) CHECK(request["method"] == "GET");
  // What is there is left as it is.
  const std::size_t before = firm.simulator.requests().size();
  CHECK(firm.value({"snapshot", "--all", "--output", "now", "--continue"}) == all);
  CHECK(firm.simulator.requests().size() == before);
  firm.environment["CCT_SECRET"] = "wrong";
  const json half = firm.value({"snapshot", "--all", "--output", "then"}, 9);
  CHECK(half[0]["error"]["kind"] == "provider");
  CHECK_FALSE(firm.has("then/CCT.json"));
  CHECK(firm.has("then/acme.json"));
  CHECK(firm.error({"snapshot", "--all"}, 2).find("need a folder") != std::string::npos);
  CHECK(firm.error({"snapshot"}, 2).find("which account") != std::string::npos);
}
