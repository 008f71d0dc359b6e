// Who may sign, who signs now, and what is due for whom.
#include "tests/support/terminal.h"

#include "repl/people_now.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::has;
using room::renaming;

namespace {

const char kWith[] = "rename.lua";

// Olive asks; carla and dan approve; eve looks. Everybody has a key of their name.
void furnish_company(CliFixture& room, const std::string& more = "",
                     const std::string& separation = "true") {
  room.furnish();
  std::string signers = "olive@connie.example " + room.read("olive.pub");
  std::string policy = more +
                       "version = 1\n[people.olive]\nprincipals = [\"olive@connie.example\"]\n"
                       "roles = [\"operator\"]\n";
  for (const char* name : {"carla", "dan", "eve"}) {
    signers += std::string(name) + "@connie.example " + room.key(name);
    policy += "[people." + std::string(name) + "]\nprincipals = [\"" + name +
              "@connie.example\"]\nroles = [\"" + (std::string(name) == "eve" ? "desk" : "ceo") +
              "\"]\n";
  }
  policy += "[rules.mutate]\nrequires = { ceo = 1 }\nseparation = " + separation +
            "\n[rules.destroy]\nrequires = { ceo = 1 }\nseparation = " + separation + "\n";
  room.write("allowed_signers", signers);
  room.write("policy.toml", policy);
}

std::string started(CliFixture& room, const std::string& done = "") {
  room.write(kWith, renaming(done, false));
  return room.value({"run", kWith, "-p", "client=acme", "-p", "label=Front desk"}, 3)["run"];
}

}  // namespace

TEST_CASE("who may sign is named in plan, show and due, as in JSON") {
  CliFixture room;
  furnish_company(room);
  const std::string id =
      started(room, R"(attest { "heard", "A caller hears the greeting", by = "desk" })");
  const json both = json::parse(R"(["carla@connie.example", "dan@connie.example"])");
  CHECK(room.value({"plan", id})["may_sign"]["ceo"] == both);
  CHECK(room.value({"plan", id})["requires"] == json::parse(R"([{"role": "ceo", "count": 1}])"));
  CHECK(room.value({"show", id})["waiting_for"]["may_sign"]["ceo"] == both);
  CHECK(room.value({"due"})["due"][0]["principals"] == both);
  for (const char* command : {"plan", "show"})
    has(room.countersign({command, id}).out, "carla or dan (ceo)");
  has(room.countersign({"due"}).out, "by carla or dan (ceo)");
  room.value({"approve", id, "--key", "dan", "--yes"});
  room.value({"resume", id}, 5);
  has(room.countersign({"show", id}).out, "by eve (desk)");
  CHECK(room.value({"show", id})["waiting_for"]["may_sign"]["desk"] ==
        json::parse(R"(["eve@connie.example"])"));
}

TEST_CASE("due is asked for one person: what they can sign, and what they began") {
  CliFixture room;
  furnish_company(room);
  const std::string id =
      started(room, R"(attest { "heard", "A caller hears the greeting", by = "desk" })");
  const auto due = [&](const std::string& whose) {
    return room.value({"due", "--for", whose})["due"];
  };
  REQUIRE(due("carla@connie.example").size() == 1);
  CHECK(due("carla")[0]["kind"] == "decision");
  CHECK(due("eve").empty());
  // Who asks does not approve.
  CHECK(due("me").empty());
  CHECK(room.value({"due", "--for", "me", "--as", "dan@connie.example"})["due"].size() == 1);
  CHECK(room.error({"due", "--for", "karla"}, 2) ==
        "usage: --for: the policy knows nobody called \"karla\"");
  room.value({"approve", id, "--key", "carla", "--yes"});
  const json mine = due("me");
  REQUIRE(mine.size() == 1);
  CHECK(mine[0]["kind"] == "resume");
  CHECK(mine[0]["text"] == "approved: it goes on when it is resumed");
  CHECK(due("dan").empty());
  room.value({"resume", id}, 5);
  CHECK(due("eve")[0]["kind"] == "attestation");
  CHECK(due("carla").empty());
}

TEST_CASE("a prompt says who signs, and what a person signed already is not asked again") {
  CliFixture room;
  furnish_company(room, "", "false");
  room.write("policy.toml", [&] {
    std::string text = room.read("policy.toml");
    for (std::size_t at; (at = text.find("{ ceo = 1 }")) != std::string::npos;)
      text.replace(at, 11, "{ ceo = 2 }");
    return text;
  }());
  const std::string id = started(room, R"(attest { "heard", "A caller hears the greeting" })");
  has(room.countersign({"plan", id}).out, "carla and dan (ceo)");
  const auto approve = [&](const std::string& who, const std::string& answer) {
    std::map<std::string, std::string> environment = room.environment;
    environment["TERM"] = "xterm";
    Terminal terminal({{COUNTERSIGN_BINARY_DIR "/countersign", "approve", id, "--key", who},
                       room.folder,
                       environment,
                       {}},
                      160);
    if (!answer.empty()) {
      terminal.until("[y/N]");
      terminal.type(answer + "\r");
    }
    const int code = terminal.end();
    return std::pair(code, terminal.shown());
  };
  const auto [first, shown] = approve("carla", "y");
  CHECK(first == 0);
  has(shown, "signs: carla (carla@connie.example), with carla");
  const auto [second, refused] = approve("carla", "");
  CHECK(second == 9);
  has(refused, "carla (carla@connie.example) approved this plan already");
  CHECK(refused.find("[y/N]") == std::string::npos);
  CHECK(room.error({"approve", id, "--key", "carla", "--yes"}, 9).find("already") !=
        std::string::npos);
  CHECK(room.value({"due", "--for", "carla"})["due"].empty());
  room.value({"approve", id, "--key", "dan", "--yes"});
  room.value({"resume", id}, 5);
  // The last item answered makes the run end when it is resumed; until then it can be said again.
  room.value({"attest", id, "heard", "--fail", "--note", "silence", "--key", "eve", "--yes"});
  CHECK(room.error({"attest", id, "heard", "--fail", "--note", "silence", "--key", "eve", "--yes"},
                   9) ==
        "refused: eve (eve@connie.example) attested \"heard\" as failed already: a second "
        "signature adds nothing");
  room.value({"attest", id, "heard", "--fail", "--note", "still silence", "--key", "eve", "--yes"});
}

TEST_CASE("another operator goes on with a run, and asks for what is left in their own name") {
  CliFixture room;
  furnish_company(room);
  const std::string id = started(room);
  const std::string mine = room.read("countersign.toml");
  room.write("eve.toml", [&] {
    std::string text = mine;
    text.replace(text.find("olive@connie.example"), 20, "eve@connie.example");
    return text.replace(text.find("\"olive\""), 7, "\"eve\"");
  }());
  // Nobody decided in time, so what is left is planned and asked anew.
  room.simulator.advance(25 * 3600);
  const json taken =
      room.value({"--config", "eve.toml", "resume", id, "--as", "eve@connie.example"}, 3);
  CHECK(taken["status"] == "awaiting_decision");
  CHECK(room.value({"plan", id})["requester"]["person"] == "eve");
  room.value({"approve", id, "--key", "carla", "--yes"});
  CHECK(room.value({"--config", "eve.toml", "resume", id})["status"] == "done");
}

TEST_CASE("places are named as they can be filled") {
  const MaySign who = {{"ceo", {{"c@x", "carla", {}}, {"d@x", "dan", {}}}},
                       {"desk", {{"e@x", "eve", {}}}},
                       {"board", {{"a@x", "ann", {}}, {"b@x", "ben", {}}, {"f@x", "fay", {}}}},
                       {"nobody", {}}};
  const std::tuple<const char*, int, const char*> cases[] = {
      {"ceo", 1, "carla or dan (ceo)"},
      {"ceo", 2, "carla and dan (ceo)"},
      {"ceo", 3, "3 × ceo, which carla and dan alone have now"},
      {"desk", 1, "eve (desk)"},
      {"desk", 2, "2 × desk, which eve alone has now"},
      {"board", 1, "ann, ben or fay (board)"},
      {"board", 2, "two of ann, ben, fay (board)"},
      {"nobody", 1, "1 × nobody, which nobody has with a key that counts now"},
      {"unheard", 1, "1 × unheard"},
  };
  for (const auto& [role, count, words] : cases)
    CHECK(signers_in_words(std::string(role), count, who) == words);
}
