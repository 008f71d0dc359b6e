// Runs that were halted, hurried, copied or made stale: their evidence says so, and holds.
#include <filesystem>

#include "tests/evidence/evidence_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using archive::EvidenceFixture;

namespace {

// Two changes with a wait between them, and a person at the end.
class Pair : public EvidenceFixture {
 public:
  explicit Pair(const std::string& last = "") {
    room.write("policy.toml", room.read("policy.toml") +
                                  "[break_glass]\nroles = [\"operator\"]\n"
                                  "operations = [\"twilio.numbers\"]\nreview = \"ceo\"\n");
    room.write(
        "pair.lua",
        "return runbook { name = \"pair\", title = \"Twice\",\n"
        "parameters = { client = param.profile { why = \"Which account\" } },\n"
        "procedure = {\n"
        "read \"inspect\" (function(run) return { sid = twilio.numbers.find { phone_number "
        "= \"+15550100200\" }.sid } end),\n"
        "mutate \"one\" (function(run) twilio.numbers.update { sid = run.inspect.sid, "
        "friendly_name = \"Desk\" } end),\n"
        "wait \"night\" { duration = \"1h\" },\n"
        "mutate \"two\" (function(run) twilio.numbers.update { sid = run.inspect.sid, "
        "friendly_name = \"Desk 2\" } end),\n"
        "read \"look\" (function(run) check(true, \"looked\") " +
            last +
            " end),\n"
            "}, done = { attest { \"heard\", \"A caller hears it\" }, sign_off \"ceo\" } }\n");
    run = room.value({"run", "pair.lua", "-p", "client=acme"}, 3).value("run", "");
  }
  json say(std::vector<std::string> words, int code = 0) {
    words.insert(words.end(), {"--key", "carla", "--yes"});
    return room.value(words, code);
  }
  json resume(int code) { return room.value({"resume", run}, code); }
  void fault(const std::string& spec) {
    const Ran set = run_process(
        {{"curl", "-s", "--fail", room.simulator.endpoint() + "/_sim/faults", "-d", spec}});
    REQUIRE(set.code == 0);
  }
  // `code`: 0 where a person's signature covers the end, else 10.
  std::string readme(int code = 10) {
    const std::string name = "out" + std::to_string(++count_);
    room.value({"export", run, "--to", name});
    const Ran verified =
        room.countersign({"verify", name, "--signers", "allowed_signers", "--json"});
    INFO(verified.out << verified.err);
    CHECK(verified.code == code);
    CHECK(json::parse(verified.out)["verdict"] == (code == 0 ? "authentic" : "end not signed"));
    CHECK(json::parse(verified.out)["anchored"] == true);
    archive::judged(read(name), room.read("allowed_signers"));
    return room.read(name + "/README.md");
  }

 private:
  int count_ = 0;
};

}  // namespace

TEST_CASE("an approval with a window has evidence of the window") {
  Pair pair;
  const std::string later =
      pair.room.value({"eval", "-e", "return time.iso(time.now() + 7200)", "--profile", "acme"});
  pair.say({"approve", pair.run, "--not-before", later});
  pair.readme();
  pair.resume(4);
  pair.room.simulator.advance(7200);
  pair.resume(4);
  const std::string readme = pair.readme();
  INFO(readme);
  CHECK(readme.find("not before") != std::string::npos);
  pair.room.simulator.advance(3600);
  pair.resume(5);
  pair.say({"attest", pair.run, "heard", "--pass"});
  pair.say({"sign-off", pair.run});
  pair.readme(0);
}

TEST_CASE("broken glass stands in the evidence, with its reason and its review") {
  Pair pair;
  pair.room.value({"approve", pair.run, "--yes", "--break-glass", "callers hear dead air"});
  pair.resume(4);
  CHECK(pair.readme().find("callers hear dead air") != std::string::npos);
  pair.room.simulator.advance(3600);
  pair.resume(5);
  pair.say({"attest", pair.run, "heard", "--pass"});
  pair.say({"attest", pair.run, "reviewed-1", "--pass"});
  pair.say({"sign-off", pair.run});
  const std::string readme = pair.readme(0);
  INFO(readme);
  CHECK(readme.find("break-glass") != std::string::npos);
}

TEST_CASE("a run that was halted by a freeze and went on has evidence that holds") {
  Pair pair;
  pair.say({"approve", pair.run});
  pair.resume(4);
  pair.say({"freeze", "--profile", "acme", "--reason", "a call with the carrier"});
  pair.room.simulator.advance(3600);
  pair.resume(9);
  pair.readme();
  pair.say({"thaw", "--profile", "acme", "--reason", "over"});
  pair.resume(5);
  pair.readme();
}

TEST_CASE("a change that was lost, looked for three times and made again has evidence that holds") {
  Pair pair;
  pair.say({"approve", pair.run});
  pair.fault("match=POST api.twilio.com/*/IncomingPhoneNumbers/*,kind=reset");
  pair.resume(8);
  for (int look = 0; look < 2; ++look) {
    pair.resume(4);
    pair.readme();
    pair.room.simulator.advance(30);
  }
  CHECK(pair.resume(4)["waiting_for"]["phase"] == "night");
  pair.readme();
}

TEST_CASE("a run that was adopted has evidence of who adopted it") {
  Pair pair;
  pair.say({"approve", pair.run});
  pair.resume(4);
  std::filesystem::rename(pair.room.folder + "/home", pair.room.folder + "/old");
  std::filesystem::copy(pair.room.folder + "/old", pair.room.folder + "/home",
                        std::filesystem::copy_options::recursive);
  pair.resume(8);
  pair.readme();
  pair.say({"settle", pair.run, "--adopt", "--note", "the disk was replaced"});
  pair.room.simulator.advance(3600);
  // What was decided before it was taken over does not count any more.
  pair.resume(3);
  pair.say({"approve", pair.run});
  pair.resume(5);
  const std::string readme = pair.readme();
  INFO(readme);
  CHECK(readme.find("carla") != std::string::npos);
  CHECK(readme.find("the disk was replaced") != std::string::npos);
}

TEST_CASE("evidence that another run made stale is gathered again, and both stand in the folder") {
  Pair pair;
  pair.say({"approve", pair.run});
  pair.resume(4);
  pair.room.simulator.advance(3600);
  pair.resume(5);
  pair.say({"attest", pair.run, "heard", "--pass"});
  const std::string first = pair.run;
  pair.room.simulator.advance(60);
  pair.start("Other name");
  pair.say({"approve", pair.run});
  pair.resume(4);
  pair.run = first;
  pair.resume(5);
  const json open = pair.room.value({"show", first});
  REQUIRE(open["waiting_for"]["items"].size() == 1);
  pair.readme();
  pair.room.simulator.advance(60);
  pair.say({"attest", first, "heard", "--pass"});
  pair.say({"sign-off", first});
  const std::string readme = pair.readme(0);
  INFO(readme);
  CHECK(readme.find("another run") != std::string::npos);
}

TEST_CASE("an incident that a run found stands in its evidence, with who was informed") {
  Pair pair(
      "finding { cause = \"another client's flow was changed\", severity = \"high\", "
      "escalation = \"contamination\", inform = \"ceo\" }");
  pair.say({"approve", pair.run});
  pair.resume(4);
  pair.room.simulator.advance(3600);
  pair.resume(5);
  pair.say({"attest", pair.run, "heard", "--pass"});
  pair.readme(0);
  pair.say({"attest", pair.run, "informed-1", "--pass", "--note", "at 03:12, by phone"});
  pair.say({"sign-off", pair.run});
  const std::string readme = pair.readme(0);
  INFO(readme);
  CHECK(readme.find("another client's flow was changed") != std::string::npos);
  CHECK(readme.find("at 03:12, by phone") != std::string::npos);
}
