// Settling what is in doubt, by people who may not: nothing follows from it.
#include <algorithm>
#include <filesystem>

#include "interpreter/canonical.h"
#include "tests/attacks/signed_run.h"
#include "tests/support/catch.h"

using namespace countersign;
using namespace countersign::attacks;
namespace fs = std::filesystem;

namespace {

constexpr const char* kMainLine = "PN03cca2b259f51e6fe0b6503b54449880";

// A number is bought and given another name; the answer to the purchase is lost.
const std::string kBuyAndName = std::string(R"(return runbook {
  name = "buy", title = "Buy a number",
  parameters = { client = param.profile { why = "Which account" },
    label = param.text { why = "A label" } },
  procedure = {
    mutate "buy" (function(run)
      local mail = mailgun.messages.send { from = "a@acme.connie.example", to = "b@acme.example",
        subject = "A number is bought", text = "now" }
      local n = twilio.numbers.create { phone_number = "+15550107777" }
      twilio.numbers.update { sid = n.sid, friendly_name = "New line" }
    end),
  },
}
)");

SignedRun& doubtful() {
  static SignedRun run(kBuyAndName);
  run.set_back();
  REQUIRE(run.room.simulator.add_fault("match=POST *messages*,kind=drop"));
  const Attempt lost = run.resume();
  INFO(lost.output);
  REQUIRE(lost.code == 8);
  REQUIRE(lost.sent.size() == 1);
  return run;
}

Attempt settle(SignedRun& run, const std::string& key, std::vector<std::string> words) {
  std::vector<std::string> all = {"settle", run.id, "--note", "looked", "--key", key, "--yes"};
  all.insert(all.end(), words.begin(), words.end());
  return run.command(all);
}

}  // namespace

TEST_CASE(
    "who asked for a change does not say that it was not carried out, so that it is repeated") {
  SignedRun& run = doubtful();
  const Attempt said = settle(run, "olive", {"--not-applied"});
  INFO(said.output);
  CHECK(said.code == 9);
  CHECK(said.message.find("cannot settle what follows from it") != std::string::npos);
  CHECK(run.resume().sent.size() == 1);
  // Who may decide may say so, and then it is sent again.
  const Attempt allowed = settle(run, "carla", {"--not-applied"});
  INFO(allowed.output);
  CHECK(allowed.code == 0);
  const Attempt went = run.resume();
  INFO(went.output);
  CHECK(went.code == 0);
  CHECK(went.sent.size() == 4);
}

namespace {

// The same with the purchase in doubt, on which the next change is built; its lookup finds nothing
// that could be told from others' purchases while the provider does not answer.
SignedRun& bought() {
  static SignedRun run(std::string(R"(return runbook {
  name = "buy", title = "Buy a number",
  parameters = { client = param.profile { why = "Which account" },
    label = param.text { why = "A label" } },
  procedure = {
    mutate "buy" (function(run)
      local n = twilio.numbers.create { phone_number = "+15550107777" }
      twilio.numbers.update { sid = n.sid, friendly_name = "New line" }
    end),
  },
}
)"));
  run.set_back();
  REQUIRE(run.room.simulator.add_fault("match=POST *IncomingPhoneNumbers.json,kind=drop"));
  const Attempt lost = run.resume();
  INFO(lost.output);
  REQUIRE(lost.code == 8);
  REQUIRE(lost.sent.size() == 1);
  return run;
}

}  // namespace

TEST_CASE("a result that is handed on is said by who may decide, and is within what was signed") {
  SignedRun& run = bought();
  run.room.write("evil.json", json{{"sid", kMainLine}, {"phone_number", "+15550107777"}}.dump());
  run.room.write("odd.json", json{{"sid", "x"}}.dump());
  run.room.write(
      "new.json",
      json{{"sid", "PN000000000000000000000000000000ff"}, {"phone_number", "+15550107777"}}.dump());
  struct Try {
    const char* key;
    std::vector<std::string> words;
    const char* said;
  };
  for (const Try& one : std::vector<Try>{
           {"olive", {"--applied", "--result", "new.json"}, "cannot settle what follows from it"},
           {"olive", {"--not-applied"}, "cannot settle what follows from it"},
           {"carla", {"--applied", "--result", "evil.json"}, "was there before"},
           {"carla", {"--applied", "--result", "odd.json"}, "what was not signed"},
           {"carla", {"--applied"}, "gives no result"}}) {
    const Attempt said = settle(run, one.key, one.words);
    INFO(one.key << " " << one.words.back() << "\n" << said.output);
    CHECK(said.code == 9);
    CHECK(said.message.find(one.said) != std::string::npos);
    CHECK(said.sent.size() == 1);
  }
  // The provider is looked at instead, and knows what was bought.
  const Attempt went = run.resume();
  INFO(went.output);
  CHECK(went.code == 0);
  CHECK(went.sent.size() == 2);
  CHECK(std::none_of(went.sent.begin(), went.sent.end(), [](const std::string& one) {
    return one.find(kMainLine) != std::string::npos;
  }));
}

TEST_CASE("a settlement is signed elsewhere, by who may decide, for this operation and once") {
  SignedRun& run = doubtful();
  const std::string& folder = run.room.folder;
  const auto sign = [&](const std::string& key, const std::string& name) {
    fs::remove(folder + "/doubt/" + name + ".sig");
    REQUIRE(run_process({{"ssh-keygen", "-q", "-Y", "sign", "-n", "countersign-decision", "-f",
                          folder + "/" + key, folder + "/doubt/" + name}})
                .code == 0);
  };
  const auto written = [&] {
    const Attempt out = run.command({"request", run.id, "--to", "doubt"});
    INFO(out.output);
    REQUIRE(out.code == 0);
    CHECK(json::parse(out.output)["kind"] == "settlement");
  };
  const auto take = [&](const std::string& name) {
    return run.command({"settle", run.id, "--decision", "doubt/" + name});
  };
  written();
  for (const char* file : {"applied.json", "not-applied.json", "operation.json", "README.txt"})
    CHECK(run.room.has(std::string("doubt/") + file));
  sign("olive", "not-applied.json");
  CHECK(take("not-applied.json").message.find("cannot settle what follows") != std::string::npos);
  // One that says another operation is not taken for this one.
  const std::string document = run.room.read("doubt/not-applied.json");
  json other = json::parse(document);
  other["intent_sha256"] = std::string(64, 'a');
  run.room.write("doubt/not-applied.json", canonical(other));
  sign("carla", "not-applied.json");
  CHECK(take("not-applied.json").message.find("about something else than what there is now") !=
        std::string::npos);
  other = json::parse(document);
  other["note"] = " ";
  run.room.write("doubt/not-applied.json", canonical(other));
  sign("carla", "not-applied.json");
  CHECK(take("not-applied.json").message.find("does not say how it is known") != std::string::npos);
  written();
  sign("carla", "not-applied.json");
  const Attempt taken = take("not-applied.json");
  INFO(taken.output);
  CHECK(taken.code == 0);
  CHECK(take("not-applied.json").code == 2);
  CHECK(run.resume().sent.size() == 4);
}

TEST_CASE("a settlement is corrected by who may decide, signed elsewhere too, and asked anew") {
  SignedRun& run = doubtful();
  CHECK(settle(run, "olive", {"--applied"}).code == 0);
  const Attempt asked = settle(run, "olive", {"--not-applied"});
  INFO(asked.output);
  CHECK(asked.code == 9);
  CHECK(asked.message.find("asked for this change and cannot settle") != std::string::npos);
  const auto written = [&](const std::string& verdict) {
    return run.command({"request", run.id, "--to", "wrong", verdict, "--note", "it is not there"});
  };
  CHECK(written("--applied").message.find("was settled already as carried out") !=
        std::string::npos);
  const Attempt out = written("--not-applied");
  INFO(out.output);
  REQUIRE(out.code == 0);
  CHECK_FALSE(run.room.has("wrong/applied.json"));
  const json document = json::parse(run.room.read("wrong/not-applied.json"));
  CHECK(document["corrects"].is_string());
  const auto sign = [&](const std::string& key) {
    fs::remove(run.room.folder + "/wrong/not-applied.json.sig");
    REQUIRE(
        run_process({{"ssh-keygen", "-q", "-Y", "sign", "-n", "countersign-decision", "-f",
                      run.room.folder + "/" + key, run.room.folder + "/wrong/not-applied.json"}})
            .code == 0);
    return run.command({"settle", run.id, "--decision", "wrong/not-applied.json"});
  };
  // Signed as one that corrects nothing, it is about nothing that is in doubt.
  json plain = document;
  plain.erase("corrects");
  run.room.write("wrong/not-applied.json", canonical(plain));
  CHECK(sign("carla").code == 2);
  run.room.write("wrong/not-applied.json", canonical(document));
  CHECK(sign("olive").code == 9);
  const Attempt taken = sign("carla");
  INFO(taken.output);
  REQUIRE(taken.code == 0);
  CHECK(sign("carla").code != 0);
  const json all = json::parse(taken.output)["settlements"];
  REQUIRE(all.size() == 2);
  CHECK(all[0]["counts"] == false);
  CHECK(all[1]["corrects"] == document["corrects"]);
  CHECK(run.resume().code == 3);
  CHECK(run.command({"approve", run.id, "--key", "carla", "--yes"}).code == 0);
  const Attempt went = run.resume();
  INFO(went.output);
  CHECK(went.code == 0);
  CHECK(went.sent.size() == 4);
  const Attempt late = settle(run, "carla", {"--not-applied"});
  CHECK(late.code != 0);
}
