// What is wrong with files and accounts is said in one sentence, with what to do.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

TEST_CASE("a configuration that is not sound is refused with its place") {
  CliFixture room;
  room.furnish();
  struct {
    std::string text, said;
  } const cases[] = {
      {"[profiles.acme.twilio]\naccount_sid = \"ACnone\"\n",
       "countersign.toml:2:15: \"account_sid\" is not AC"},
      {room.configuration("\"fake-api-secret-acme\""), "\"api_secret\" stands in the clear"},
      {"[profils.acme]\n", "unknown key \"profils\""},
      {"[operator\n", "countersign.toml:1"},
  };
  for (const auto& one : cases) {
    room.write("countersign.toml", one.text);
    const Ran ran = room.countersign({"profiles"});
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.err.find(one.said) != std::string::npos);
    CHECK(ran.err.find("fake-api-secret") == std::string::npos);
  }
}

TEST_CASE("a configuration of the old form works, and one sentence on stderr shows the new one") {
  CliFixture room;
  room.furnish();
  std::string text = room.configuration("{ env = \"SECRET\" }");
  for (std::size_t at; (at = text.find("twilio.")) != std::string::npos;) text.erase(at, 7);
  room.write("countersign.toml", text);
  const Ran ran = room.countersign({"profiles", "--json"});
  CHECK(ran.code == 0);
  CHECK(json::parse(ran.out)[0]["ok"] == true);
  const std::string said =
      "[profiles.acme.twilio] account_sid = \"AC68c8096035594cd23248bd5540f7c7ee\"\n";
  CHECK(ran.err.find(said) != std::string::npos);
  CHECK(ran.err.find("old form") == ran.err.rfind("old form"));

  room.write("countersign.toml", room.configuration("{ env = \"SECRET\" }"));
  CHECK(room.countersign({"profiles", "--json"}).err.find("old form") == std::string::npos);
}

TEST_CASE("a profile that cannot be used says why, and nothing secret") {
  CliFixture room;
  room.furnish();
  const auto said = [&] {
    // A profile that is down is a check that failed.
    const Ran ran = room.countersign({"--json", "profiles"});
    const json all = json::parse(ran.out, nullptr, false);
    REQUIRE(all.size() == 1);
    CHECK(ran.code == (all[0]["ok"] == true ? 0 : 1));
    CHECK(all.dump().find("fake-api-secret") == std::string::npos);
    return all[0]["ok"] == true ? std::string("ok") : all[0]["error"].value("message", "");
  };
  CHECK(said() == "ok");

  room.environment.erase("SECRET");
  CHECK(said().find("the environment variable SECRET is not set") != std::string::npos);

  room.environment["SECRET"] = "another";
  CHECK(said().find("401") != std::string::npos);

  room.write("secret", "fake-api-secret-acme\n", 0644);
  room.write("countersign.toml", room.configuration("{ file = \"secret\" }"));
  CHECK(said().find("can be read by others (mode 0644)") != std::string::npos);

  room.write("secret", "fake-api-secret-acme\n", 0600);
  CHECK(said() == "ok");

  room.simulator.stop();
  CHECK(said() != "ok");
}

TEST_CASE("an unknown profile is named, with the one that was meant") {
  CliFixture room;
  room.furnish();
  const Ran ran = room.countersign({"eval", "--profile", "acne", "-e", "1"});
  CHECK(ran.code == 2);
  CHECK(ran.err.find("there is no profile \"acne\"") != std::string::npos);
  CHECK(ran.err.find("did you mean \"acme\"?") != std::string::npos);
}

TEST_CASE("the trust files are looked over") {
  CliFixture room;
  room.furnish();
  const json keys = room.value({"trust", "list"});
  REQUIRE(keys.size() == 1);
  CHECK(keys[0]["person"] == "olive");
  CHECK(keys[0]["state"] == "valid");
  CHECK(room.value({"trust", "check"}) == json::array());
  room.write(
      "policy.toml",
      "version = 1\n[people.nemo]\nprincipals = [\"nemo@connie.example\"]\nroles = [\"ceo\"]\n"
      "[rules.mutate]\nrequires = { ceo = 1 }\n");
  CHECK_FALSE(room.value({"trust", "check"}, 1).empty());
}

TEST_CASE("doctor finds this installation sound") {
  CliFixture room;
  const json bare = room.value({"doctor"});
  CHECK(bare["sound"] == true);
  room.furnish();
  CHECK(room.value({"doctor"})["sound"] == true);
  room.write("countersign.toml", "[nonsense]\n");
  CHECK(room.value({"doctor"}, 1)["sound"] == false);
}

TEST_CASE("init makes a folder that can be worked in, and never writes over anything") {
  CliFixture room;
  const Ran keyless = room.countersign({"init", "work"});
  CHECK(keyless.code == 2);
  CHECK(keyless.err.find("ssh-keygen -t ed25519") != std::string::npos);
  CHECK_FALSE(room.has("work"));

  room.write(".ssh/placeholder", "");
  room.key(".ssh/id_ed25519");
  CHECK(room.countersign({"init", "work"}).code == 0);
  for (const char* file : {"countersign.toml", "policy.toml", "allowed_signers", "revoked",
                           "runbooks/hello.lua", "worlds/demo.json", "worlds/demo.secret"})
    CHECK(room.has("work/" + std::string(file)));
  CHECK(room.value({"--config", "work/countersign.toml", "trust", "check"}) == json::array());
  // Its account is simulated: without its simulator it says what it needs, and with it the first
  // runbook needs no parameter.
  const Ran alone =
      room.countersign({"--config", "work/countersign.toml", "run", "work/runbooks/hello.lua"});
  CHECK(alone.err.find("countersign sim --world FILE --port PORT") != std::string::npos);
  simulator::Simulator demo;
  const auto port = demo.start(json::parse(room.read("work/worlds/demo.json")));
  REQUIRE(port);
  std::string text = room.read("work/countersign.toml");
  text.replace(text.find("8400", text.find("endpoint")), 4, std::to_string(*port));
  room.write("work/countersign.toml", text);
  const json planned =
      room.value({"--config", "work/countersign.toml", "run", "work/runbooks/hello.lua"}, 3);
  CHECK(planned["status"] == "awaiting_decision");
  CHECK(planned["profile"] == "demo");

  const std::string policy = room.read("work/policy.toml");
  CHECK(room.countersign({"init", "work"}).code == 2);
  CHECK(room.read("work/policy.toml") == policy);
}

TEST_CASE("a signature is judged as ssh-keygen judges it") {
  CliFixture room;
  const std::string key = room.key("olive");
  room.write("signers", "olive@connie.example " + key);
  room.write("message", "as signed");
  REQUIRE(run_process({{"ssh-keygen", "-q", "-Y", "sign", "-n", "mail", "-f",
                        room.folder + "/olive", room.folder + "/message"}})
              .code == 0);
  const auto judged = [&](const std::string& principal, const std::string& name_space,
                          const std::string& message) {
    const std::vector<std::string> words = {"--signers",   "signers",     "--principal",
                                            principal,     "--namespace", name_space,
                                            "--signature", "message.sig"};
    std::vector<std::string> ours = {"signature", "check"},
                             theirs = {"ssh-keygen", "-Y", "verify",   "-f", "signers",    "-I",
                                       principal,    "-n", name_space, "-s", "message.sig"};
    ours.insert(ours.end(), words.begin(), words.end());
    const int code = room.countersign(ours, message).code;
    CHECK((code == 0) == (run_process({theirs, room.folder, {}, message}).code == 0));
    return code;
  };
  CHECK(judged("olive@connie.example", "mail", "as signed") == 0);
  CHECK(judged("olive@connie.example", "mail", "as sent") == 9);
  CHECK(judged("olive@connie.example", "file", "as signed") == 9);
  CHECK(judged("carla@connie.example", "mail", "as signed") == 9);
}
