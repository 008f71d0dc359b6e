// Runs that did not go smoothly: their evidence says so, and holds.
#include <filesystem>
#include <functional>

#include "tests/evidence/evidence_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using archive::EvidenceFixture;
using archive::Forgery;
using archive::judged;

namespace {

const char kTwice[] = R"(return runbook {
  name = "twice", title = "Rename, and run a command",
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which number" },
    label = param.text { why = "What it is called from now on" },
  },
  procedure = {
    read "inspect" (function(run)
      return { sid = twilio.numbers.find { phone_number = run.params.number }.sid }
    end),
    mutate "first" (function(run)
      step "Name it"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
      step "Tell"
      command.run { name = "tell" }
      step "Name it once more"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label .. " 2" }
    end),
    read "between" (function(run)
      return { name = twilio.numbers.find { phone_number = run.params.number }.friendly_name }
    end),
    mutate "second" (function(run)
      step "And again, from what was read"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.between.name .. " 3" }
    end),
  },
  done = { sign_off "ceo" },
}
)";

class Twice : public EvidenceFixture {
 public:
  Twice() {
    room.write("twice.lua", kTwice);
    room.write("tell.sh", "#!/bin/sh\n[ ! -e stop ] || kill -9 $PPID\necho told\n", 0755);
    room.write("countersign.toml",
               room.read("countersign.toml") + "\n[commands.tell]\nargv = [\"./tell.sh\"]\n");
    run = room.value({"run", "twice.lua", "-p", "client=acme", "-p", "number=+15550100200", "-p",
                      "label=Desk"},
                     3)
              .value("run", "");
  }
  void approve() { room.value({"approve", run, "--key", "carla", "--yes"}); }
  json resume(int code) { return room.value({"resume", run}, code); }
  void fault(const std::string& spec) {
    const Ran set = run_process(
        {{"curl", "-s", "--fail", room.simulator.endpoint() + "/_sim/faults", "-d", spec}});
    INFO(set.out << set.err);
    REQUIRE(set.code == 0);
  }
  // Exports what there is, and has it verified: nothing is wrong with it, wherever it stands.
  // `code`: whether a person's signature covers its end.
  std::string readme(int code = 10) {
    const std::string name = "out" + std::to_string(++count_);
    room.value({"export", run, "--to", name});
    const json verdict = room.value({"verify", name, "--signers", "allowed_signers"}, code);
    INFO(verdict.dump(2));
    CHECK(verdict["verdict"] == (code == 0 ? "authentic" : "end not signed"));
    CHECK(verdict["anchored"] == true);
    judged(read(name), room.read("allowed_signers"));
    return room.read(name + "/README.md");
  }

 private:
  int count_ = 0;
};

}  // namespace

TEST_CASE("a run of two plans, each decided on its own, has evidence of both") {
  Twice run;
  run.approve();
  run.resume(3);  // the second phase depends on what was read between
  run.approve();
  run.resume(5);
  run.room.value({"sign-off", run.run, "--key", "carla", "--yes"});
  const std::string readme = run.readme(0);
  INFO(readme);
  CHECK(readme.find("[plan-2.json](plan-2.json)") != std::string::npos);
  CHECK(readme.find("what was left of it was planned anew") != std::string::npos);
  CHECK(run.room.has("out1/request-2.json.sig"));
  CHECK(run.room.has("out1/decisions/02-approve-carla.json"));
  CHECK(run.room.has("out1/logs/tell.log"));
}

TEST_CASE("an operation in doubt that is settled by what is there has evidence that holds") {
  Twice run;
  run.approve();
  run.fault("match=POST api.twilio.com/*/IncomingPhoneNumbers/*,kind=drop");
  CHECK(run.resume(8)["status"] == "in_doubt");
  CHECK(run.readme().find("not known whether an operation was carried out") != std::string::npos);
  run.resume(3);
  CHECK(run.readme(0).find("found to be done when the run went on") != std::string::npos);
}

TEST_CASE("an operation that a person settled has evidence that says who") {
  for (const char* verdict : {"--applied", "--not-applied"}) {
    Twice run;
    run.approve();
    run.room.write("stop", "");
    CHECK(run.room.countersign({"resume", run.run}).code > 9);  // killed by its own command
    run.room.value({"resume", run.run}, 8);
    run.readme();
    run.room.value(
        {"settle", run.run, verdict, "--note", "asked at the desk", "--key", "carla", "--yes"});
    CHECK(run.readme(verdict == std::string("--applied") ? 10 : 0).find("Settled by carla") !=
          std::string::npos);
    CHECK(run.room.has(std::string("out2/settlements/01-") + (verdict + 2) + "-carla.json.sig"));
    std::filesystem::remove(run.room.folder + "/stop");
    run.resume(3);
    run.readme(0);
  }
}

// The engine refuses it when it is taken in; a folder that holds it all the same is wrong.
TEST_CASE("a settlement by who asked, of what is repeated, is no settlement in a folder either") {
  Twice run;
  run.approve();
  run.room.write("stop", "");
  CHECK(run.room.countersign({"resume", run.run}).code > 9);
  run.room.value({"resume", run.run}, 8);
  run.room.value({"settle", run.run, "--not-applied", "--note", "asked at the desk", "--key",
                  "carla", "--yes"});
  run.readme(0);  // the settlement itself is the last
  const EvidenceFiles files = run.read("out1");
  const auto settled_by = [&](const std::string& person, const std::string& role) {
    Forgery forgery(files);
    Record& record = forgery.record("settled");
    const std::string document = forgery.document(record.body["document"]);
    record.body["signature"] = forgery.put(run.sign(document, person));
    record.body["person"] = record.body["by"] = person;
    record.body["principal"] = person + "@connie.example";
    record.body["roles"] = {role};
    return judged(forgery.files(), run.room.read("allowed_signers"));
  };
  CHECK_FALSE(settled_by("carla", "ceo").wrong);
  const Verdict verdict = settled_by("olive", "operator");
  REQUIRE(verdict.wrong);
  INFO(verdict.wrong->what);
  CHECK(verdict.wrong->what.find("asked for this change and cannot settle what follows from it") !=
        std::string::npos);
}

namespace {

// Settled as carried out, which it was not; the phase has ended since.
std::string wrongly_settled(Twice& run) {
  run.approve();
  run.room.write("stop", "");
  CHECK(run.room.countersign({"resume", run.run}).code > 9);
  run.room.value({"resume", run.run}, 8);
  run.room.value(
      {"settle", run.run, "--applied", "--note", "asked at the desk", "--key", "carla", "--yes"});
  std::filesystem::remove(run.room.folder + "/stop");
  run.resume(3);
  return run.room.value({"settle", run.run, "--not-applied", "--note", "nobody was told", "--key",
                         "carla", "--yes"})["status"];
}

}  // namespace

TEST_CASE("what was settled wrongly and corrected has evidence of both, and holds") {
  Twice run;
  CHECK(wrongly_settled(run) == "running");
  CHECK(run.readme().find("What had been settled is corrected by carla") != std::string::npos);
  CHECK(run.room.has("out1/settlements/02-not-applied-carla.json.sig"));
  const std::string shown = run.room.countersign({"show", run.run}).out;
  INFO(shown);
  CHECK(shown.find("settled as carried out by carla") != std::string::npos);
  CHECK(shown.find("it no longer counts: it was corrected") != std::string::npos);
  run.resume(3);
  const json plan = run.room.value({"plan", run.run});
  INFO(plan.dump(1));
  REQUIRE(plan["phases"].size() == 1);
  REQUIRE(plan["phases"][0]["steps"].size() >= 2);
  CHECK(plan["phases"][0]["steps"][0]["operations"].empty());  // done, and stays so
  REQUIRE(plan["phases"][0]["steps"][1]["operations"].size() == 1);
  CHECK(plan["phases"][0]["steps"][1]["operations"][0]["operation"] == "command.run");
  run.approve();
  run.resume(3);  // the second phase depends on what was read between
  CHECK(run.room.has("stop") == false);
  run.approve();
  run.resume(5);
  run.room.value({"sign-off", run.run, "--key", "carla", "--yes"});
  CHECK(run.readme(0).find("settled by a person") != std::string::npos);
  const json late = run.room.value(
      {"settle", run.run, "--applied", "--note", "it was", "--key", "carla", "--yes"}, 9);
  CHECK(late["error"]["message"].get<std::string>().find("done and signed off") !=
        std::string::npos);
  CHECK(late["error"]["hint"].get<std::string>().find("start a new run") != std::string::npos);
}

TEST_CASE("a correction that nobody may make, or of another settlement, is wrong in a folder") {
  Twice run;
  wrongly_settled(run);
  run.readme();
  const EvidenceFiles files = run.read("out1");
  const auto with = [&](const std::function<void(Forgery&, Record&)>& change) {
    Forgery forgery(files);
    change(forgery, forgery.record("settled", 1));
    return judged(forgery.files(), run.room.read("allowed_signers"));
  };
  CHECK_FALSE(with([](Forgery&, Record&) {}).wrong);
  CHECK(with([&](Forgery& forgery, Record& record) {
          const std::string document = forgery.document(record.body["document"]);
          record.body["signature"] = forgery.put(run.sign(document, "olive"));
          record.body["person"] = record.body["by"] = "olive";
          record.body["principal"] = "olive@connie.example";
          record.body["roles"] = {"operator"};
        }).wrong);
  CHECK(with([&](Forgery&, Record& record) {
          record.body["corrects"] = std::string(64, 'a');
        }).wrong);
  CHECK(with([&](Forgery&, Record& record) { record.body.erase("corrects"); }).wrong);
  // The settlement itself corrects nothing, in whatever words.
  CHECK(with([&](Forgery& forgery, Record&) {
          forgery.record("settled").body["corrects"] = "";
        }).wrong);
}

TEST_CASE("a run that drifted and was planned anew has evidence of both plans") {
  Twice run;
  run.approve();
  run.fault("match=POST api.twilio.com/*/IncomingPhoneNumbers/*,skip=1,status=404");
  const json failed = run.room.value({"resume", run.run}, 9);
  CHECK(failed["status"] == "failed");
  CHECK(run.readme().find("What went wrong") != std::string::npos);

  Twice other;
  other.approve();
  // Somebody else renames the number between the decision and its use.
  const Ran renamed =
      run_process({{"curl", "-s", "-u", "SK29061521b0294920183e16344b29f240:fake-api-secret-acme",
                    other.room.simulator.endpoint() +
                        "/api.twilio.com/2010-04-01/Accounts/AC68c8096035594cd23248bd5540f7c7ee/"
                        "IncomingPhoneNumbers/PN03cca2b259f51e6fe0b6503b54449880.json",
                    "-d", "FriendlyName=Theirs"}});
  INFO(renamed.out << renamed.err);
  REQUIRE(renamed.code == 0);
  CHECK(other.resume(7)["status"] == "drifted");
  CHECK(other.readme().find("Theirs") != std::string::npos);
  other.resume(3);
  other.approve();
  other.resume(3);
  CHECK(other.readme(0).find("it no longer counts") != std::string::npos);
  CHECK(other.room.has("out2/plan-2.json"));
}

TEST_CASE("a decision whose key is revoked before its use leaves evidence that nothing was done") {
  Twice run;
  run.approve();
  run.room.write("revoked", "# countersign revocations\n" + run.room.read("carla.pub"));
  run.room.value({"resume", run.run}, 9);
  const std::string readme = run.readme();
  CHECK(readme.find("(twilio.numbers.update)") == std::string::npos);
  CHECK(readme.find("✓ 1.") == std::string::npos);
}

namespace {

// One change, and what becomes of it: `options` of the phase, `after` behind it.
class Once : public EvidenceFixture {
 public:
  Once(const std::string& options, const std::string& after) {
    room.write(
        "once.lua",
        "return runbook { name = \"once\", title = \"Once\",\n"
        "parameters = { client = param.profile { why = \"Which account\" } },\n"
        "procedure = {\n"
        "read \"inspect\" (function(run) return { sid = twilio.numbers.find { phone_number = "
        "\"+15550100200\" }.sid } end),\n"
        "mutate(\"rename\", {" +
            options +
            "})(function(run) twilio.numbers.update { sid = run.inspect.sid, friendly_name = "
            "\"Desk\" } end),\n" +
            after + "} }\n");
    run = room.value({"run", "once.lua", "-p", "client=acme"}, 3).value("run", "");
  }
  void approve() { room.value({"approve", run, "--key", "carla", "--yes"}); }
  std::string readme(const std::string& name, int code = 10) {
    room.value({"export", run, "--to", name});
    const json verdict = room.value({"verify", name, "--signers", "allowed_signers"}, code);
    INFO(verdict.dump(2));
    CHECK(verdict["verdict"] == (code == 0 ? "authentic" : "end not signed"));
    CHECK(verdict["anchored"] == true);
    judged(read(name), room.read("allowed_signers"));
    return room.read(name + "/README.md");
  }
};

const std::string kFails = "read \"verify\" (function() check(false, \"callers hear it\") end)";

}  // namespace

TEST_CASE("what was undone after a failed check has evidence that holds") {
  Once planned("undo_if = \"callers hear it\"", kFails);
  planned.approve();
  planned.room.value({"resume", planned.run}, 1);
  CHECK(planned.readme("out").find("Earlier changes are to be undone") != std::string::npos);
  CHECK(planned.room.has("out/snapshots/02-rename_undo-diff.json"));

  Once later("", kFails);
  later.approve();
  later.room.value({"resume", later.run}, 3);
  later.readme("asked", 0);
  later.approve();
  later.room.value({"resume", later.run}, 1);
  later.readme("undone");
  CHECK(later.room.has("undone/request-2.json.sig"));
}

TEST_CASE("a wait that ended early for what was signed has evidence that holds") {
  Once run("",
           "wait \"settle\" { duration = \"24h\", every = \"1m\", unless = { \"it has settled\", "
           "function() return true end } },\n");
  run.approve();
  run.room.value({"resume", run.run}, 0);
  run.readme("out");
}
