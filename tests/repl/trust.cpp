// Trust is changed by trust, as it is typed: what is edited by hand stops everything, and is put
// back or signed.
#include <sys/stat.h>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::changes;
using room::CliFixture;
using room::renaming;

namespace {

const std::string kRename =
    renaming(R"(attest { "heard", "A caller hears the greeting" }, sign_off "ceo")");

const char kPolicy[] =
    "version = 1\n"
    "[people.olive]\nprincipals = [\"olive@connie.example\"]\nroles = [\"operator\"]\n"
    "[people.carla]\nprincipals = [\"carla@connie.example\"]\nroles = [\"ceo\"]\n"
    "[people.paul]\nprincipals = [\"paul@connie.example\"]\nroles = [\"ceo\"]\n"
    "[rules.mutate]\nrequires = { ceo = 1 }\nseparation = true\n"
    "[rules.destroy]\nrequires = { ceo = 1 }\nseparation = true\n";

// Olive asks; Carla or Paul approves.
void separated(CliFixture& room) {
  room.furnish();
  room.write("allowed_signers", room.read("allowed_signers") + "carla@connie.example " +
                                    room.key("carla") + "paul@connie.example " + room.key("paul"));
  room.write("policy.toml", kPolicy);
  room.write("rename.lua", kRename);
}

std::string started(CliFixture& room) {
  return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=Desk"}, 3)["run"];
}

bool contains(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("who asks cannot loosen the policy by hand and approve herself") {
  CliFixture room;
  separated(room);
  const std::string id = started(room);
  room.value({"approve", id, "--key", "carla", "--yes"});
  room.value({"resume", id}, 4);
  CHECK(changes(room) == 1);
  room.simulator.advance(3600);
  const std::string waiting = started(room);

  const std::string policy = room.read("policy.toml");
  std::string loose = with(policy, "[\"operator\"]", "[\"operator\", \"ceo\"]");
  loose = with(loose, "separation = true", "separation = false");
  room.write("policy.toml", loose);
  const std::string refusal = "refused: \"" + room.folder +
                              "/policy.toml\" is not the version that was accepted: - roles = "
                              "[\"operator\"] · + roles = [\"operator\", \"ceo\"]";
  const std::vector<std::vector<std::string>> ways = {
      {"run", "rename.lua", "-p", "client=acme", "-p", "label=Desk"},
      {"plan", waiting},
      {"request", waiting, "--to", "papers"},
      {"approve", waiting, "--yes"},
      {"approve", waiting, "--key", "carla", "--yes"},
      {"reject", waiting, "--reason", "x", "--yes"},
      {"resume", waiting},
      {"resume", id},
      {"attest", id, "heard", "--pass", "--yes"},
      {"sign-off", id, "--yes"},
      {"settle", id, "--applied", "--note", "x", "--yes"},
      {"freeze", "--profile", "acme", "--reason", "x", "--yes"},
      {"thaw", "--profile", "acme", "--reason", "x", "--yes"},
      {"trust", "add", "eve@connie.example", "olive.pub", "--role", "ceo", "--reason", "x"},
      {"trust", "revoke", "carla", "--reason", "x"},
  };
  for (const auto& words : ways) {
    INFO(words[0] << " " << words[1]);
    const json error = room.value(words, 9)["error"];
    CHECK(("refused: " + error["message"].get<std::string>()).rfind(refusal, 0) == 0);
    CHECK(contains(error["hint"], "countersign trust check"));
    CHECK(contains(error["hint"], "countersign trust accept"));
  }
  CHECK(changes(room) == 1);
  // What looks is not in the way.
  CHECK(room.countersign({"show", id}).code == 0);
  CHECK(room.countersign({"runs"}).code == 0);
  const Ran check = room.countersign({"trust", "check"});
  CHECK(check.code == 1);
  CHECK(contains(check.out, "+ separation = false"));
  CHECK(contains(check.out, "- separation = true"));
  CHECK(room.value({"doctor"}, 1)["sound"] == false);
  // Neither Olive's own signature nor one by the roles that she gave herself counts.
  const json proposed = room.value({"trust", "accept", "--reason", "faster", "--yes"}, 3);
  CHECK(proposed["missing"] == json::parse(R"([{"role":"ceo","count":1}])"));
  CHECK(proposed["signed"] == json::array());
  CHECK(room.error({"trust", "accept", "--key", "olive", "--yes"}, 9) ==
        "refused: \"olive\" proposed this change and cannot accept it too");
  CHECK(contains(room.error({"resume", id}, 9), "is not the version that was accepted"));

  room.write("policy.toml", policy);
  CHECK(room.value({"resume", id}, 5)["status"] == "awaiting_attestation");
  CHECK(changes(room) == 2);
  CHECK(room.value({"approve", waiting, "--key", "paul", "--yes"})["status"] == "approved");
}

TEST_CASE("a run under way stops before its next change when the policy is edited") {
  CliFixture room;
  separated(room);
  const std::string id = started(room);
  room.value({"approve", id, "--key", "carla", "--yes"});
  room.write("allowed_signers", room.read("allowed_signers") + "# mine\n");
  CHECK(contains(room.error({"resume", id}, 9), "allowed_signers\" is not the version"));
  CHECK(changes(room) == 0);
}

TEST_CASE("a policy that was edited is accepted by those who may sign, and then asked anew") {
  CliFixture room;
  separated(room);
  const std::string id = started(room);
  room.value({"approve", id, "--key", "carla", "--yes"});
  const std::string policy = room.read("policy.toml");
  room.write("policy.toml", policy + "# looked over\n");
  CHECK(room.error({"trust", "accept", "--key", "carla", "--yes"}, 2) ==
        "usage: a change of the trust files says why");
  const json accepted =
      room.value({"trust", "accept", "--reason", "a remark", "--key", "carla", "--yes"});
  CHECK(accepted["status"] == "accepted");
  CHECK(accepted["signed"] == json::parse(R"(["carla"])"));
  CHECK(room.value({"trust", "check"}) == json::array());
  // What was asked under the old one is void, and is asked again.
  CHECK(contains(room.error({"resume", id}, 9),
                 "policy.toml is not the one this request was made under"));
  CHECK(changes(room) == 0);
  // Back to the former version: not without a signature.
  room.write("policy.toml", policy);
  CHECK(contains(room.error({"run", "rename.lua", "-p", "client=acme", "-p", "label=x"}, 9),
                 "is an older version than the one last accepted"));
  CHECK(contains(room.error({"trust", "accept", "--reason", "x", "--key", "carla", "--yes"}, 9),
                 "is an older version than the one last accepted"));
}

TEST_CASE("a key is added, a lost one replaced and a deputy named without lowering the threshold") {
  CliFixture room;
  separated(room);
  started(room);
  const std::string signers = room.read("allowed_signers");
  // Paul's laptop is lost: Carla decides.
  room.key("paul2");
  const std::string add = "paul@connie.example";
  json waits = room.value({"trust", "add", add, "paul2.pub", "--reason", "a new laptop"}, 3);
  CHECK(waits["status"] == "awaiting_decision");
  CHECK(room.read("allowed_signers") == signers);
  CHECK(contains(room.countersign({"trust", "check"}).out, "a new laptop"));
  CHECK(contains(room.error({"trust", "accept", "--key", "paul2", "--yes"}, 9),
                 "is not in allowed_signers"));
  CHECK(room.value({"trust", "accept", "--key", "carla", "--yes"})["status"] == "accepted");
  CHECK(contains(room.read("allowed_signers"), room.read("paul2.pub")));
  CHECK(room.error({"trust", "revoke", "paul.pub", "--reason", "lost", "--key", "paul", "--yes"}, 9)
            .find("is revoked") != std::string::npos);
  room.value({"trust", "revoke", "paul.pub", "--reason", "lost", "--key", "paul2", "--yes"});
  const std::string id = started(room);
  CHECK(contains(room.error({"approve", id, "--key", "paul", "--yes"}, 9), "is revoked"));
  CHECK(room.error({"trust", "revoke", "nobody", "--reason", "x"}, 2) ==
        "usage: \"nobody\" has no key that is not revoked");

  // Somebody new, as a deputy only.
  room.key("dora");
  const auto dora = [&](std::vector<std::string> words, int code) {
    std::vector<std::string> all = {"trust", "add",      "dora@connie.example", "--key", "carla",
                                    "--yes", "--reason", "away until Sunday"};
    all.insert(all.begin() + 3, words.begin(), words.end());
    return room.value(all, code);
  };
  CHECK(dora({}, 2)["error"]["message"] == "\"dora@connie.example\" is new and has no key");
  CHECK(dora({"dora.pub"}, 2)["error"]["message"] ==
        "it is not said what \"dora@connie.example\" may do");
  dora({"dora.pub", "--role", "ceo", "--until", "2020-01-01T00:00:00Z", "--from",
        "2019-01-01T00:00:00Z"},
       0);
  const std::string third = started(room);
  CHECK(contains(room.error({"approve", third, "--key", "dora", "--yes"}, 9),
                 "\"dora\" has no role that can approve this"));
  CHECK(dora({"--role", "ceo"}, 2)["error"]["message"] ==
        "\"dora\" is in the policy already, with roles of their own");
  dora({"--role", "ceo", "--from", "2020-01-01T00:00:00Z", "--until", "2099-01-01T00:00:00Z"}, 0);
  const std::string fourth = started(room);
  room.value({"approve", fourth, "--key", "dora", "--yes"});
  const json list = room.value({"trust", "list"});
  CHECK(list.back()["person"] == "dora");
  CHECK(list.back()["roles"] == json::parse(R"(["ceo"])"));
  CHECK(room.error({"trust", "add", "dora@connie.example", "dora.pub", "--reason", "x"}, 2)
            .find("is in allowed_signers already") != std::string::npos);
}

TEST_CASE("two people are needed where the policy asks for two, and one may be elsewhere") {
  CliFixture room;
  separated(room);
  room.write("policy.toml", with(kPolicy, "ceo = 1", "ceo = 2"));
  started(room);
  room.key("eve");
  const json written = room.value({"trust", "add", "eve@connie.example", "eve.pub", "--role",
                                   "operator", "--reason", "a second operator", "--to", "papers"});
  for (const char* file : {"accept.json", "change.txt", "change.json", "change.json.sig",
                           "policy.new.toml", "allowed_signers.new", "README.txt"})
    CHECK(room.has("papers/" + std::string(file)));
  CHECK(contains(room.read("papers/change.txt"), "+ [people.\"eve\"]"));
  CHECK(contains(room.read("papers/change.txt"), "2 x ceo, not of who proposes"));
  CHECK(
      contains(room.read("papers/README.txt"), "countersign trust accept --decision accept.json"));
  const auto sign = [&](const std::string& key) {
    std::remove((room.folder + "/papers/accept.json.sig").c_str());
    REQUIRE(run_process({{"ssh-keygen", "-q", "-Y", "sign", "-n", "countersign-decision", "-f",
                          room.folder + "/" + key, room.folder + "/papers/accept.json"}})
                .code == 0);
  };
  const std::vector<std::string> take = {"trust", "add", "--decision", "papers/accept.json"};
  sign("eve");
  CHECK(contains(room.error(take, 9), "is not in allowed_signers"));
  sign("carla");
  CHECK(room.value(take, 3)["missing"] == json::parse(R"([{"role":"ceo","count":1}])"));
  CHECK(contains(room.error(take, 9), "signed this change already"));
  CHECK_FALSE(contains(room.read("policy.toml"), "eve"));
  CHECK(room.value({"trust", "accept", "--key", "paul", "--yes"})["status"] == "accepted");
  CHECK(contains(room.read("policy.toml"), "eve"));
  CHECK(contains(room.error(take, 9), "this change was accepted already"));
  // The same documents, in the state folder of somebody else.
  const auto there = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"--home", room.folder + "/theirs"});
    return words;
  };
  const std::string policy = room.read("policy.toml"), signers = room.read("allowed_signers");
  room.write("policy.toml", with(kPolicy, "ceo = 1", "ceo = 2"));
  room.write("allowed_signers", signers.substr(0, signers.find("eve@")));
  room.value(there({"run", "rename.lua", "-p", "client=acme", "-p", "label=x"}), 3);
  room.write("policy.toml", policy);
  room.write("allowed_signers", signers);
  CHECK(contains(room.error(there({"trust", "add", "x@connie.example", "--reason", "x"}), 9),
                 "is not the version that was accepted"));
  CHECK(room.value(there(take), 3)["signed"] == json::parse(R"(["carla"])"));
  sign("paul");
  CHECK(room.value(there(take))["status"] == "accepted");
  room.value(there({"run", "rename.lua", "-p", "client=acme", "-p", "label=x"}), 3);
  CHECK(room.error({"trust", "accept"}, 2) ==
        "usage: nothing waits: the trust files are those that were accepted");
}

TEST_CASE("another policy that the configuration names is no way around") {
  CliFixture room;
  separated(room);
  started(room);
  room.write("loose.toml", with(kPolicy, "[\"operator\"]", "[\"operator\", \"ceo\"]"));
  room.write("countersign.toml",
             room.read("countersign.toml") + "[trust]\npolicy = \"loose.toml\"\n");
  const std::string said =
      room.error({"run", "rename.lua", "-p", "client=acme", "-p", "label=x"}, 9);
  CHECK(contains(said, "loose.toml\" is not the version that was accepted, which is \"" +
                           room.folder + "/policy.toml\""));
}

TEST_CASE("the first use of trust files accepts them and says so, once") {
  CliFixture room;
  separated(room);
  const std::vector<std::string> words = {"run",         "rename.lua", "-p",
                                          "client=acme", "-p",         "label=x"};
  const std::string said = "for the first time and accepted as they are";
  const auto flat = [](std::string text) {
    for (std::size_t at; (at = text.find("\n")) != text.npos;) text.replace(at, 1, " ");
    for (std::size_t at; (at = text.find("  ")) != text.npos;) text.erase(at, 1);
    return text;
  };
  CHECK(contains(flat(room.countersign(words).err), said));
  CHECK_FALSE(contains(flat(room.countersign(words).err), said));
}

TEST_CASE("a command that reads is not let in by an edit of the policy") {
  CliFixture room;
  separated(room);
  room.write("tool.sh", "#!/bin/sh\ntouch ran\n", 0755);
  room.write("countersign.toml",
             room.read("countersign.toml") +
                 "[commands.tool]\nargv = [\"./tool.sh\"]\neffect = \"read\"\n");
  started(room);
  room.write("policy.toml", room.read("policy.toml") + "[commands]\nread = [\"tool\"]\n");
  const std::vector<std::string> words = {"eval", "--profile", "acme", "-e",
                                          "return command.read { name = \"tool\" }.text"};
  CHECK(contains(room.error(words, 9), "policy.toml\" is not the version that was accepted"));
  CHECK_FALSE(room.has("ran"));
  room.value({"trust", "accept", "--reason", "it only looks", "--key", "carla", "--yes"});
  CHECK(room.countersign(words).code == 0);
  CHECK(room.has("ran"));
}

TEST_CASE("evidence is authentic only by the policy that is given") {
  CliFixture room;
  separated(room);
  const std::string id = started(room);
  room.value({"approve", id, "--key", "carla", "--yes"});
  room.value({"resume", id}, 4);
  room.simulator.advance(3600);
  room.value({"resume", id}, 5);
  room.value({"attest", id, "heard", "--pass", "--key", "carla", "--yes"});
  room.value({"sign-off", id, "--key", "carla", "--yes"});
  room.value({"export", id, "--to", "evidence"});
  const std::vector<std::string> verify = {"verify", "evidence", "--signers", "allowed_signers"};
  const auto by = [&](const std::string& policy) {
    std::vector<std::string> words = verify;
    words.insert(words.end(), {"--policy", policy});
    return words;
  };
  CHECK(room.value(verify)["verdict"] == "authentic");
  CHECK(contains(room.countersign(verify).out, "--policy FILE"));
  CHECK(room.value(by("policy.toml"))["verdict"] == "authentic");
  CHECK_FALSE(contains(room.countersign(by("policy.toml")).out, "--policy FILE"));
  room.write("theirs.toml", with(kPolicy, "ceo = 1", "ceo = 2"));
  const json other = room.value(by("theirs.toml"), 1);
  CHECK(other["verdict"] == "wrong");
  CHECK(contains(other["wrong"]["message"], "not by the file given with --policy"));
  CHECK(contains(other["wrong"]["file"], "trust/policy-"));
  CHECK(contains(room.error(by("none.toml"), 2), "none.toml"));
  room.write("broken.toml", "x = \n");
  CHECK(room.value(by("broken.toml"), 2)["error"]["kind"] == "config");
  CHECK(room.value({"verify", "evidence", "--policy", "policy.toml"})["verdict"] ==
        "consistent, not authenticated");
  // Where nothing was decided, no policy was looked at.
  room.write("look.lua",
             "return runbook { name = \"look\", title = \"Look\", parameters = { client = "
             "param.profile { why = \"Which\" } }, procedure = { read \"look\" (function(run) "
             "return {} end) } }\n");
  const std::string look = room.value({"run", "look.lua", "-p", "client=acme"})["run"];
  const json nothing = room.value({"verify", look, "--policy", "policy.toml"}, 10);
  CHECK_FALSE(contains(nothing["checked"].dump(), "policy: "));
}

TEST_CASE("doctor names set-ups that are weak, and is sound all the same") {
  CliFixture room;
  const auto weak = [&] {
    std::string all;
    const json said = room.value({"doctor"});
    for (const json& one : said["findings"])
      if (one["what"] == "who asks and who approves are apart" && one["ok"] == false) {
        CHECK(one["needed"] == false);
        CHECK_FALSE(one["hint"].get<std::string>().empty());
        all += one["detail"].get<std::string>() + "\n";
      }
    return all;
  };
  room.furnish();
  const std::string alone = weak();
  CHECK(contains(alone, "[rules.mutate] does not separate"));
  CHECK(contains(alone, "\"olive\" asks here and is the only one who can approve"));
  CHECK(contains(alone, "if one of those with the role \"ceo\" loses their key"));
  room.write("policy.toml", kPolicy);
  room.write("allowed_signers", room.read("allowed_signers") + "carla@connie.example " +
                                    room.key("carla") + "paul@connie.example " + room.key("paul"));
  const std::string apart = weak();
  CHECK_FALSE(contains(apart, "does not separate"));
  CHECK_FALSE(contains(apart, "is the only one"));
  CHECK_FALSE(contains(apart, "loses their key"));
  CHECK(contains(apart, "who asks here can write \"" + room.folder + "/policy.toml\""));
  chmod(room.folder.c_str(), 0777);
  CHECK(contains(weak(), "the folder \"" + room.folder + "\" can be written by others"));
  chmod(room.folder.c_str(), 0700);
  chmod((room.folder + "/policy.toml").c_str(), 0666);
  const json open = room.value({"doctor"}, 1);
  CHECK(contains(open.dump(), "can be written by others"));
}

TEST_CASE("a change of who may sign that waits for signatures is due, until it is accepted") {
  CliFixture room;
  separated(room);
  CHECK(room.countersign({"due"}).out == "Nothing is due.\n");
  room.key("eve");
  room.value({"trust", "add", "eve@connie.example", "eve.pub", "--role", "operator", "--reason",
              "she takes over", "--yes"},
             3);
  const json due = room.value({"due"})["due"];
  REQUIRE(due.size() == 1);
  CHECK(due[0]["kind"] == "trust");
  CHECK(due[0]["text"] == "a change of who may sign waits for 1 x ceo: she takes over");
  CHECK(due[0]["do"] == "countersign trust accept");
  CHECK(due[0]["overdue"].is_string());
  const std::string page = room.countersign({"due"}).out;
  CHECK(contains(page, "due      a change of who may sign waits for 1 x ceo: she takes over"));
  CHECK(contains(page, "countersign trust accept"));
  // It is of no account.
  CHECK(room.value({"due", "--profile", "acme"})["due"].empty());
  CHECK(room.value({"trust", "accept", "--key", "carla", "--yes"})["status"] == "accepted");
  CHECK(room.countersign({"due"}).out == "Nothing is due.\n");
}
