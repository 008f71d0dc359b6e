// What the official deploy tool does, and what the Serverless API refuses.
#include "tests/simulator/simulator_fixture.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const std::string kServices = "/serverless.twilio.com/v1/Services";
const std::string kService = kServices + "/" + sid("ZS", 'a');
const std::string kEnvironment = kService + "/Environments/" + sid("ZE", 'a');
const std::string kUpload = "/serverless-upload.twilio.com/v1/Services/" + sid("ZS", 'a');

Answer upload(const SimulatorFixture& stage, const std::string& place, const std::string& path,
              const std::string& visibility, const std::string& content) {
  std::string body;
  for (const auto& [name, value] :
       Pairs{{"Path", path}, {"Visibility", visibility}, {"Content", content}})
    body += "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"" +
            (name == "Content" ? "; filename=\"f\"\r\nContent-Type: audio/mpeg" : "") + "\r\n\r\n" +
            value + "\r\n";
  return stage.key().send("POST", kUpload + place + "/Versions", body + "--x--\r\n",
                          {{"Content-Type", "multipart/form-data; boundary=x"}});
}

}  // namespace

TEST_CASE("dependencies are read as the official tool sends them, and as a list") {
  SimulatorFixture stage;
  const std::string list = R"([{"name":"twilio","version":"5.0.0"},{"name":"x","version":"*"}])";
  for (const std::string& text : {list, "\"" + list + "\"", json(list).dump()}) {
    CAPTURE(text);
    Answer build = stage.key().post(kService + "/Builds", {{"Dependencies", text}});
    CHECK(build.verdict() == "201");
    CHECK(build["dependencies"] == json::parse(list));
  }
  for (const char* text : {"twilio", "\"", "\"twilio\"", "{}", "[1]", "[{\"name\":\"x\"}]", "1"}) {
    CAPTURE(text);
    CHECK(stage.key().post(kService + "/Builds", {{"Dependencies", text}}).verdict() ==
          "400 20001");
  }
}

TEST_CASE("an asset is made, uploaded, built, deployed and served") {
  SimulatorFixture stage;
  Answer asset = stage.key().post(kService + "/Assets", {{"FriendlyName", "/hold.mp3"}});
  CHECK(asset.verdict() == "201");
  CHECK(asset["links"].contains("asset_versions"));
  const std::string one = "/Assets/" + asset["sid"].get<std::string>();
  CHECK(stage.key().get(kService + one)["friendly_name"] == "/hold.mp3");
  const std::string sound = "ID3\r\n\xff\xfb sound";
  Answer version = upload(stage, one, "/hold.mp3", "public", sound);
  CHECK(version.verdict() == "201");
  CHECK(version["asset_sid"] == asset["sid"]);
  CHECK_FALSE(version.body.contains("content"));
  Answer versions = stage.key().get(kService + one + "/Versions");
  REQUIRE(versions["asset_versions"].size() == 1);
  CHECK(stage.key().get(kService + one + "/Versions/" +
                        version["sid"].get<std::string>())["path"] == "/hold.mp3");
  Answer build = stage.key().post(kService + "/Builds", {{"AssetVersions", version["sid"]}});
  CHECK(build["asset_versions"][0]["sid"] == version["sid"]);
  stage.simulator.advance(5);
  CHECK(stage.key().post(kEnvironment + "/Deployments", {{"BuildSid", build["sid"]}}).verdict() ==
        "201");
  Answer served = stage.nobody().get("/waiting-dev.twil.io/hold.mp3");
  CHECK(served.text == sound);
  CHECK(served.headers.at("content-type") == "audio/mpeg");
  CHECK(stage.key().del(kService + one).verdict() == "204");
  CHECK(stage.key().get(kService + one).verdict() == "404 20404");
}

TEST_CASE("functions are fetched, renamed and deleted, their versions and content read") {
  SimulatorFixture stage;
  const std::string functions = kService + "/Functions";
  const std::string sid_of = stage.key().get(functions)["functions"][0]["sid"];
  const std::string one = functions + "/" + sid_of;
  CHECK(stage.key().get(one)["sid"] == sid_of);
  CHECK(stage.key().post(one, {{"FriendlyName", "/other"}})["friendly_name"] == "/other");
  CHECK(stage.key().post(one, {}).verdict() == "400 20001");
  CHECK(upload(stage, "/Functions/" + sid_of, "/new", "protected", "x").verdict() == "201");
  Answer versions = stage.key().get(one + "/Versions");
  REQUIRE(versions["function_versions"].size() == 2);
  CHECK(versions["function_versions"][0]["path"] == "/new");
  const std::string version = versions["function_versions"][0]["sid"];
  CHECK(stage.key().get(one + "/Versions/" + version)["function_sid"] == sid_of);
  CHECK(stage.key().get(one + "/Versions/" + version + "/Content")["content"] == "x");
  CHECK(stage.key().del(one).verdict() == "204");
  CHECK(stage.key().get(one + "/Versions").verdict() == "404 20404");
  CHECK(stage.key().get(kService + "/Assets/" + sid_of).verdict() == "404 20404");
}

TEST_CASE("an upload must say where it goes and to whom it is shown") {
  SimulatorFixture stage;
  const std::string function =
      "/Functions/" +
      stage.key().get(kService + "/Functions")["functions"][0]["sid"].get<std::string>();
  CHECK(upload(stage, function, "new", "public", "x").verdict() == "400 20001");
  CHECK(upload(stage, function, "/a b", "public", "x").verdict() == "400 20001");
  CHECK(upload(stage, function, "/new", "secret", "x").verdict() == "400 20001");
  CHECK(upload(stage, "/Functions/" + sid("ZH", 'f'), "/new", "public", "x").verdict() ==
        "404 20404");
}

TEST_CASE("names and keys are what can be a name") {
  SimulatorFixture stage;
  const std::string variables = kEnvironment + "/Variables";
  const std::string first =
      variables + "/" + stage.key().get(variables)["variables"][0]["sid"].get<std::string>();
  CHECK(stage.key().post(variables, {{"Key", "GOOD_1"}, {"Value", ""}}).verdict() == "201");
  for (const std::string& key : {std::string("BAD KEY"), std::string("1BAD"), std::string("A-B"),
                                 std::string("\xc3\x84"), std::string(129, 'A'), std::string()}) {
    CAPTURE(key);
    CHECK(stage.key().post(variables, {{"Key", key}, {"Value", "x"}}).verdict() == "400 20001");
    CHECK(stage.key().post(first, {{"Key", key}}).verdict() == "400 20001");
  }
  CHECK(stage.key().post(first, {{"Key", "GOOD_1"}}).verdict() == "409 20409");
  CHECK(stage.key().post(first, {{"Key", "ADMIN_EMAIL"}}).verdict() == "200");
  CHECK(stage.key().post(first, {{"Value", std::string(450, 'x')}}).verdict() == "200");
  CHECK(stage.key().post(first, {{"Value", std::string(451, 'x')}}).verdict() == "400 20001");

  auto service = [&](const std::string& name) {
    return stage.key().post(kServices, {{"UniqueName", name}, {"FriendlyName", "x"}}).verdict();
  };
  auto environment = [&](const std::string& name, const std::string& suffix) {
    return stage.key()
        .post(kService + "/Environments", {{"UniqueName", name}, {"DomainSuffix", suffix}})
        .verdict();
  };
  CHECK(service("fine-name_1") == "201");
  CHECK(service("has space") == "400 20001");
  CHECK(service("") == "400 20001");
  CHECK(service("a/b") == "400 20001");
  CHECK(service(std::string(51, 'a')) == "400 20001");
  CHECK(environment("stage", "stage") == "201");
  CHECK(environment("has space", "x") == "400 20001");
  CHECK(environment("other", "has space") == "400 20001");
  CHECK(environment("other", std::string(17, 'a')) == "400 20001");
  CHECK(environment("other", "") == "201");
}

TEST_CASE("a build that is deployed stays") {
  SimulatorFixture stage;
  const std::string build = stage.key().get(kEnvironment)["build_sid"];
  CHECK(stage.key().del(kService + "/Builds/" + build).verdict() == "400 20001");
  CHECK(stage.key().get(kService + "/Builds/" + build).verdict() == "200");
  CHECK(stage.key().post(kEnvironment + "/Deployments", {}).verdict() == "201");
  CHECK(stage.key().del(kService + "/Builds/" + build).verdict() == "204");
}
