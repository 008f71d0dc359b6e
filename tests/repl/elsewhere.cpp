// What people sign, signed on another machine with nothing but ssh-keygen: written by the program,
// signed by the command that it prints, taken in by the command that it prints.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "interpreter/digest.h"
#include "repl/handed_out.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::renaming;
namespace fs = std::filesystem;

namespace {

const std::string kRename = renaming(R"(attest { "heard", "A caller hears the greeting" },
           attest { "told", "The client was told" }, sign_off "ceo")",
                                     false);

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Somebody who has a key and ssh-keygen. What the program printed is typed into a shell as it is.
class Elsewhere {
 public:
  Elsewhere(CliFixture& room, std::string key) : room_(room), key_(std::move(key)) {}

  const json& of(const json& written, const std::string& file) const {
    for (const json& one : written["documents"])
      if (fs::path(one["path"].get<std::string>()).filename() == file) return one;
    FAIL("no " << file << " in " << written.dump(2));
    return written;
  }
  void sign(const json& document) const {
    std::string words = document["sign"];
    CHECK(words.rfind("ssh-keygen -Y sign -n countersign-decision -f KEY ", 0) == 0);
    replace_all(words, "-f KEY", "-q -f " + key_);
    fs::remove(room_.folder + "/" + document["path"].get<std::string>() + ".sig");
    const Ran signature = shell(words);
    INFO(words << signature.err);
    REQUIRE(signature.code == 0);
  }
  Ran take_in(const json& document) const {
    std::string words = document["take_in"];
    CHECK(words.rfind("countersign ", 0) == 0);
    words.replace(0, 11, COUNTERSIGN_BINARY_DIR "/countersign --json");
    return shell(words);
  }
  json answer(const json& written, const std::string& file, int code = 0) const {
    const json& document = of(written, file);
    sign(document);
    const Ran ran = take_in(document);
    INFO(ran.out << ran.err);
    CHECK(ran.code == code);
    return json::parse(ran.out, nullptr, false);
  }
  std::string refusal(const json& document, int code = 9) const {
    const Ran ran = take_in(document);
    INFO(ran.out << ran.err);
    CHECK(ran.code == code);
    const json said = json::parse(ran.out, nullptr, false);
    return said["error"].value("message", "");
  }

 private:
  Ran shell(const std::string& words) const {
    std::map<std::string, std::string> environment = room_.environment;
    environment["PATH"] = std::getenv("PATH");
    return run_process({{"sh", "-c", words}, room_.folder, environment, ""});
  }

  CliFixture& room_;
  std::string key_;
};

std::string started(CliFixture& room, const std::string& label = "Front desk") {
  room.write("rename.lua", kRename);
  return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=" + label}, 3)["run"];
}

// Up to the attestations.
std::string renamed(CliFixture& room) {
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  room.value({"resume", id}, 5);
  return id;
}

bool contains(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("attestations and the sign-off are written, signed with ssh-keygen and taken in") {
  CliFixture room;
  room.furnish();
  const std::string id = renamed(room);
  const Elsewhere olive(room, "olive");
  const json items = room.value({"request", id, "--to", "papers", "--note", "called twice"});
  CHECK(items["kind"] == "attestation");
  CHECK(items["documents"].size() == 4);
  for (const char* file : {"heard/pass.json", "heard/fail.json", "heard/item.json",
                           "heard/README.txt", "told/pass.json"})
    CHECK(room.has("papers/" + std::string(file)));
  CHECK(contains(room.read("papers/heard/README.txt"), "A caller hears the greeting"));
  CHECK(contains(room.read("papers/heard/README.txt"),
                 "ssh-keygen -Y sign -n countersign-decision -f KEY pass.json"));
  // One of them alone lies in the folder itself.
  const json heard = room.value({"request", id, "heard", "--to", "one"});
  CHECK(olive.of(heard, "pass.json")["path"] == "one/pass.json");
  CHECK(olive.answer(items, "pass.json")["status"] == "awaiting_attestation");
  const json told = room.value({"request", id, "--to", "told"});
  CHECK(told["documents"].size() == 2);
  CHECK(olive.answer(told, "pass.json")["status"] == "awaiting_attestation");

  const json closing = room.value({"request", id, "--to", "closing", "--note", "all is well"});
  CHECK(closing["kind"] == "sign_off");
  CHECK(contains(room.read("closing/run.txt"), "Rename the number"));
  CHECK(olive.answer(closing, "sign-off.json")["status"] == "done");
  CHECK(room.error({"request", id, "--to", "more"}, 2) ==
        "usage: the run " + id + " asks for no decision: it is done");
}

TEST_CASE(
    "an answer about another run, another item or another state is refused, and so is a second") {
  CliFixture room;
  room.furnish();
  const std::string other = renamed(room);
  const std::string id = renamed(room);
  const Elsewhere olive(room, "olive");
  json of_other = room.value({"request", other, "heard", "--to", "other"})["documents"][0];
  olive.sign(of_other);
  replace_all(of_other["take_in"].get_ref<std::string&>(), other, id);
  CHECK(olive.refusal(of_other) ==
        "the attestation is about the run \"" + other + "\", and this is \"" + id + "\"");

  json heard = room.value({"request", id, "heard", "--to", "heard"})["documents"][0];
  olive.sign(heard);
  json told = heard;
  replace_all(told["take_in"].get_ref<std::string&>(), id + " heard", id + " told");
  CHECK(olive.refusal(told) == "the attestation answers the item \"heard\", not \"told\"");
  json closing = heard;
  replace_all(closing["take_in"].get_ref<std::string&>(), "attest " + id + " heard",
              "sign-off " + id);
  CHECK(olive.refusal(closing) == "the document is a signed attestation, and wanted is a sign-off");

  CHECK(olive.take_in(heard).code == 0);
  CHECK(contains(olive.refusal(heard), "this document was taken in already, in record "));

  // A byte more, and no other key.
  const std::string path = told["path"];
  json altered = room.value({"request", id, "told", "--to", "altered"})["documents"][0];
  olive.sign(altered);
  const std::string document = room.read("altered/pass.json");
  room.write("altered/pass.json", document + "\n");
  CHECK(contains(olive.refusal(altered), "the answer is"));
  std::string forged = document;
  replace_all(forged, "\"pass\"", "\"fail\"");
  room.write("altered/pass.json", forged);
  CHECK(contains(olive.refusal(altered), "signature"));
  room.write("altered/pass.json", document);
  room.key("mallory");
  Elsewhere(room, "mallory").sign(altered);
  CHECK(contains(olive.refusal(altered), "is not in allowed_signers"));
  olive.sign(altered);
  CHECK(olive.take_in(altered).code == 0);

  // What a sign-off names is what there was when it was written.
  const json first = room.value({"request", id, "--to", "closing"});
  json last = olive.of(first, "sign-off.json");
  olive.sign(last);
  room.value({"attest", id, "told", "--pass", "--note", "once more", "--yes"});
  CHECK(contains(olive.refusal(last), "the sign-off is about something else: it names "));
  CHECK(olive.answer(room.value({"request", id, "--to", "closing"}), "sign-off.json")["status"] ==
        "done");
}

TEST_CASE("a freeze and its end are signed elsewhere, each once and within its time") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  room.value({"approve", id, "--yes"});
  const Elsewhere olive(room, "olive");
  CHECK(room.error({"freeze", "--profile", "acme", "--to", "ice"}, 2) ==
        "usage: it is not said why");
  const json written = room.value(
      {"freeze", "--profile", "acme", "--reason", "callers report dead air", "--to", "ice"});
  CHECK(room.value({"due"})["latches"].empty());
  const json freeze = olive.of(written, "freeze.json");
  olive.sign(freeze);
  CHECK(room.error({"thaw", "--decision", "ice/freeze.json"}, 9) ==
        "refused: the document is a signed latch (freeze), and wanted is a thaw");
  CHECK(room.error({"freeze", "--all", "--decision", "ice/freeze.json"}, 9) ==
        "refused: the document freezes the account of \"acme\", not every account");
  CHECK(
      room.error({"--home", room.folder + "/elsewhere", "freeze", "--decision", "ice/freeze.json"},
                 9)
          .find("no freeze with the digest") != std::string::npos);
  const Ran frozen = olive.take_in(freeze);
  INFO(frozen.out << frozen.err);
  REQUIRE(frozen.code == 0);
  CHECK(json::parse(frozen.out)["reason"] == "callers report dead air");
  CHECK(json::parse(frozen.out)["person"] == "olive");
  CHECK(contains(room.error({"resume", id}, 9), "by olive: callers report dead air"));
  CHECK(contains(olive.refusal(freeze), "this freeze was taken in already"));

  const json lifting =
      room.value({"thaw", "--profile", "acme", "--reason", "it was the carrier", "--to", "thaw"});
  const json thaw = olive.of(lifting, "thaw.json");
  olive.sign(thaw);
  CHECK(olive.take_in(thaw).code == 0);
  CHECK(room.value({"due"})["latches"].empty());
  CHECK(contains(olive.refusal(thaw), "lifts nothing that blocks changes now"));
  CHECK(contains(olive.refusal(freeze), "this freeze was taken in already"));
  CHECK(room.value({"resume", id}, 5)["status"] == "awaiting_attestation");
}

TEST_CASE("a freeze that lay about for longer than a week is written anew") {
  const CliFixture room;
  const std::string home = room.folder + "/home";
  Latch latch;
  latch.kind = "freeze";
  latch.account = "*";
  latch.accounts = {"AC1", "AC2"};
  latch.reason = "audit";
  latch.at = 1'790'000'000;
  const std::string sha256 = sha256_hex(freeze_subject(latch));
  const auto said = [&](Time now) {
    const Result<Latch> found = handed_out(home, sha256, now);
    return found ? freeze_subject(*found) : found.error().message;
  };
  CHECK(contains(said(latch.at), "no freeze with the digest"));
  REQUIRE(hand_out(home, latch));
  CHECK(said(latch.at + kHandedOutFor) == freeze_subject(latch));
  CHECK(handed_out(home, sha256, latch.at)->accounts == latch.accounts);
  CHECK(contains(said(latch.at + kHandedOutFor + 1), "and counted until"));
  REQUIRE(mark_used(home, sha256, latch.at));
  CHECK(contains(said(latch.at), "was taken in already"));
  room.write("home/handed-out/" + sha256 + ".json", "{}");
  CHECK(contains(said(latch.at), "cannot be read"));
}

TEST_CASE("that a copied run goes on here is signed elsewhere too") {
  CliFixture room;
  room.furnish();
  const std::string id = renamed(room);
  fs::copy(room.folder + "/home", room.folder + "/copy", fs::copy_options::recursive);
  room.environment["COUNTERSIGN_HOME"] = room.folder + "/copy";
  const json written = room.value({"request", id, "--to", "papers"});
  CHECK(written["kind"] == "settlement");
  CHECK(Elsewhere(room, "olive").answer(written, "adopt.json")["status"] == "running");
  room.environment.erase("COUNTERSIGN_HOME");
  CHECK(room.error({"settle", id, "--decision", "papers/adopt.json"}, 9)
            .find("about something else") != std::string::npos);
}

TEST_CASE("a path with blanks is printed as one word") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room);
  const json written = room.value({"request", id, "--to", "to sign"});
  CHECK(written["documents"][0]["sign"] ==
        "ssh-keygen -Y sign -n countersign-decision -f KEY 'to sign/approve.json'");
  CHECK(Elsewhere(room, "olive").answer(written, "approve.json")["status"] == "approved");
}

namespace {

// The demo's firm: Olive runs operations, Carla is the CEO and has nothing but a key and
// ssh-keygen.
class Demo {
 public:
  Demo() {
    const Result<int> port = room.simulator.start(
        json::parse(std::ifstream(COUNTERSIGN_SOURCE_DIR "/docs/examples/worlds/demo.json")));
    REQUIRE(port);
    fs::copy(COUNTERSIGN_SOURCE_DIR "/docs/examples/demo", room.folder,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    std::string toml = room.read("countersign.toml");
    replace_all(toml, "PORT", std::to_string(room.simulator.port()));
    room.write("countersign.toml", toml);
    fs::create_directory(room.folder + "/keys");
    std::string signers;
    for (const char* name : {"olive", "carla"})
      signers += std::string(name) + "@connie.example " + room.key(std::string("keys/") + name);
    room.write("allowed_signers", signers);
    room.write("revoked", "# countersign revocations\n");
    for (const auto& [name, secret] :
         std::map<std::string, std::string>{{"acme.secret", "fake-api-secret-acme"},
                                            {"acme.token", "fake-auth-token-acme"},
                                            {"cct.secret", "fake-api-secret-cct"},
                                            {"devsandbox.secret", "fake-api-secret-devsandbox"},
                                            {"mailgun", "fake-mailgun-account-key"}})
      room.write("secrets/" + name, secret + "\n", 0600);
    room.environment["PATH"] = std::getenv("PATH");
    const Ran git =
        run_process({{"sh", "-c",
                      "git init -q . && git add flex-config && git -c user.name=olive -c "
                      "user.email=olive@connie.example commit -q -m 'Deploy the wait experience'"},
                     room.folder,
                     room.environment,
                     ""});
    REQUIRE(git.code == 0);
  }

  CliFixture room;
};

}  // namespace

TEST_CASE("an approver with nothing but ssh-keygen decides, attests and signs off a cancellation") {
  Demo demo;
  CliFixture& room = demo.room;
  const Elsewhere carla(room, "keys/carla");
  const std::string runbook = COUNTERSIGN_SOURCE_DIR "/runbooks/connie/cancel.lua";
  const std::string id = room.value(
      {"run", runbook, "-p", "client=acme", "-p", "number=+15550100200", "-p", "type=A", "-p",
       "disposition=retain", "-p", "retention=none", "-p", "approval=https://acme.slack.example/p1",
       "-p", "goodbye=Acme has ended this service.", "-p",
       "out_of_service_url=https://handler.twilio.com/twiml/EH00000000000000000000000000000001"},
      3)["run"];
  CHECK(carla.answer(room.value({"request", id, "--to", "decision"}), "approve.json")["status"] ==
        "approved");
  room.value({"resume", id}, 4);
  room.simulator.advance(24 * 3600);
  room.value({"resume", id}, 4);
  room.simulator.advance(24 * 3600);
  const json open = room.value({"resume", id}, 5);
  const std::size_t items = open["waiting_for"]["items"].size();
  CHECK(items > 1);
  const json asked = room.value({"request", id, "--to", "items", "--note", "called and looked"});
  CHECK(asked["documents"].size() == 2 * items);
  for (const json& document : asked["documents"]) {
    if (!contains(document["path"], "/pass.json")) continue;
    carla.sign(document);
    const Ran taken = carla.take_in(document);
    INFO(taken.out << taken.err);
    CHECK(taken.code == 0);
  }
  room.value({"resume", id}, 5);
  CHECK(carla.answer(room.value({"request", id, "--to", "closing"}), "sign-off.json")["status"] ==
        "done");
  room.value({"export", id, "--to", "evidence"});
  const json verdict =
      room.value({"verify", "evidence", "--signers", "allowed_signers", "--policy", "policy.toml"});
  CHECK(verdict["verdict"] == "authentic");
  // Every answer is Carla's; Olive's key signed the requests and nothing else.
  std::istringstream journal(room.read("evidence/journal.jsonl"));
  std::size_t answers = 0;
  for (std::string line; std::getline(journal, line);) {
    const json body = json::parse(line)["body"];
    if (!body.is_object() || !body.contains("principal") || !body.contains("verdict")) continue;
    CHECK(body["principal"] == "carla@connie.example");
    ++answers;
  }
  CHECK(answers == items + 2);
}
