// How a run ends: with a person's signature, or closed by the engine's key; and what somebody who
// has the folder can still do to what comes after the last signature.
#include <filesystem>

#include "approvals/engine_key.h"
#include "approvals/evidence/chain.h"
#include "approvals/evidence/manifest.h"
#include "interpreter/canonical.h"
#include "interpreter/closing.h"
#include "interpreter/digest.h"
#include "tests/evidence/evidence_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using archive::code_of;
using archive::EvidenceFixture;
using archive::Forgery;
using archive::judged;
using archive::sealed;

namespace {

// One change, and what the checklist wants besides: nothing, or what `done` says.
class Short : public EvidenceFixture {
 public:
  explicit Short(const std::string& done = "", const std::string& after = "") {
    room.write(
        "short.lua",
        "return runbook { name = \"short\", title = \"Short\",\n"
        "parameters = { client = param.profile { why = \"Which account\" } },\n"
        "procedure = {\n"
        "read \"inspect\" (function(run) return { sid = twilio.numbers.find { phone_number = "
        "\"+15550100200\" }.sid } end),\n"
        "mutate \"rename\" (function(run) twilio.numbers.update { sid = run.inspect.sid, "
        "friendly_name = \"Desk\" } end),\n"
        "read \"look\" (function(run)\n"
        "  local number = twilio.numbers.find { phone_number = \"+15550100200\" }\n"
        "  check(number.friendly_name == \"Desk\", \"the number has its name\")\n"
        "end),\n" +
            after + "},\ndone = { proven \"the number has its name\", " + done + " } }\n");
    room.write("read.lua",
               "return runbook { name = \"look\", title = \"Look\",\n"
               "parameters = { client = param.profile { why = \"Which account\" } },\n"
               "procedure = { read \"inspect\" (function(run)\n"
               "  check(twilio.numbers.find { phone_number = \"+15550100200\" }, \"it is there\")\n"
               "end) }, done = { proven \"it is there\" } }\n");
  }
  void begin(const std::string& runbook = "short.lua", int code = 3) {
    run = room.value({"run", runbook, "-p", "client=acme"}, code).value("run", "");
  }
  json say(std::vector<std::string> words, int code = 0) {
    words.insert(words.end(), {"--key", "carla", "--yes"});
    return room.value(words, code);
  }
  void go(int code = 0) {
    begin();
    say({"approve", run});
    room.value({"resume", run}, code);
  }
  // What the program says of the run, exported now, with the keys known; both exit codes agree.
  json verdict(int code) {
    const std::string name = "out" + std::to_string(++count_);
    room.value({"export", run, "--to", name});
    files = read(name);
    const json said = room.value({"verify", name, "--signers", "allowed_signers"}, code);
    INFO(said.dump(2));
    CHECK(code_of(judged(files, room.read("allowed_signers"))) == code);
    return said;
  }
  EvidenceFiles files;

 private:
  int count_ = 0;
};

bool says(const json& verdict, const std::string& words) {
  return verdict["unchecked"].dump().find(words) != std::string::npos;
}

bool has(const Verdict& verdict, const std::string& words) {
  UNSCOPED_INFO("wrong: " << (verdict.wrong ? verdict.wrong->what : "nothing"));
  return verdict.wrong && verdict.wrong->what.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a run that no person's signature ends is closed by the engine, and is not authentic") {
  Short run;
  run.go();
  const json verdict = run.verdict(10);
  CHECK(verdict["verdict"] == "end not signed");
  CHECK(verdict["anchored"] == true);
  CHECK(verdict["wrong"].is_null());
  CHECK(verdict["end"]["signed"] == false);
  CHECK(verdict["end"]["closed"] == true);
  CHECK(verdict["end"]["signed_to"] < verdict["end"]["records"]);
  CHECK(says(verdict, "no person's signature covers them"));
  CHECK(says(verdict, "the one that the signed request names"));
  CHECK(run.files.count("closing.json.sig") == 1);
  CHECK(json::parse(run.files.at("closing.json"))["status"] == "done");
  // In words for people, without keys too.
  const Ran ran = run.room.countersign({"verify", "out1"});
  CHECK(ran.code == 10);
  CHECK(ran.out.find("covered by no person's signature") != std::string::npos);
  // The README's own command checks it.
  const std::string readme = run.files.at("README.md");
  const std::size_t at = readme.find("ssh-keygen -Y verify -f trust/engine-");
  REQUIRE(at != std::string::npos);
  const Ran by_hand = run_process(
      {{"sh", "-c", readme.substr(at, readme.find('\n', at) - at)}, run.room.folder + "/out1"});
  INFO(by_hand.out << by_hand.err);
  CHECK(by_hand.code == 0);
  // Resumed once more, nothing is added.
  run.room.value({"resume", run.run});
  run.verdict(10);
  CHECK(run.files.count("closing-2.json") == 0);
}

TEST_CASE("a run that a person signs off is authentic, and needs no closing") {
  Short run("sign_off \"ceo\"");
  run.go(5);
  CHECK(run.verdict(10)["verdict"] == "end not signed");  // not over yet
  CHECK(run.files.count("closing.json") == 0);
  run.say({"sign-off", run.run});
  CHECK(run.verdict(0)["verdict"] == "authentic");
  CHECK(run.files.count("closing.json") == 0);
}

TEST_CASE("a run whose last record is an attestation ends with a person's signature") {
  Short run("attest { \"heard\", \"A caller hears it\" }");
  run.go(5);
  run.say({"attest", run.run, "heard", "--pass", "--note", "twice"});
  run.room.value({"resume", run.run});
  CHECK(run.verdict(0)["verdict"] == "authentic");
}

TEST_CASE("cancelled and failed runs are closed by the engine; a rejected one ends signed") {
  Short cancelled;
  cancelled.begin();
  cancelled.room.value({"cancel", cancelled.run, "--reason", "not now"});
  const json verdict = cancelled.verdict(10);
  CHECK(verdict["end"]["closed"] == true);

  Short failed("", "read \"last\" (function() check(false, \"it rings\") end),\n");
  failed.begin();
  failed.say({"approve", failed.run});
  const Ran went = failed.room.countersign({"resume", failed.run});
  INFO(went.out << went.err);
  // What it changed is planned to be undone, and nobody decides on that.
  failed.room.value({"cancel", failed.run, "--reason", "it stays"});
  CHECK(failed.verdict(10)["end"]["closed"] == true);

  Short early;
  early.room.write("early.lua",
                   "return runbook { name = \"early\", title = \"Early\",\n"
                   "parameters = { client = param.profile { why = \"Which account\" } },\n"
                   "procedure = { read \"inspect\" (function(run) check(false, \"it is there\") "
                   "end) }, done = {} }\n");
  early.begin("early.lua", 1);
  const json unasked = early.verdict(10);
  CHECK(unasked["end"]["closed"] == true);
  CHECK(says(unasked, "named by no person's signature"));

  Short rejected;
  rejected.begin();
  rejected.say({"reject", rejected.run, "--reason", "not like this"});
  CHECK(rejected.verdict(0)["verdict"] == "authentic");
}

TEST_CASE("a run that changes nothing is signed by nobody, and its verdict says so") {
  Short run;
  run.begin("read.lua", 0);
  const json verdict = run.verdict(10);
  CHECK(verdict["verdict"] == "end not signed");
  CHECK(says(verdict, "nobody signed anything in this run"));
  CHECK(says(verdict, "named by no person's signature"));
  CHECK(verdict["end"]["closed"] == true);
}

TEST_CASE("what came after the last signature and is written anew is found by the closing") {
  Short run;
  run.go();
  run.verdict(10);
  const std::string known = run.room.read("allowed_signers");
  const auto with = [&](const std::function<void(Forgery&)>& change) {
    Forgery forgery(run.files);
    change(forgery);
    return judged(forgery.files(), known);
  };
  CHECK(code_of(with([](Forgery&) {})) == 10);
  const std::string closing = "the closing is not of the records before it";
  // All pages are written anew, the manifest and the chain too.
  CHECK(has(with([](Forgery& f) { f.record("check", 0).body["detail"] = "and it shines"; }),
            closing));
  CHECK(has(with([](Forgery& f) {
              for (Record& one : f.records)
                if (one.kind == "outcome" && one.body.value("phase", "") != "inspect")
                  one.body["value"]["friendly_name"] = "Mine";
            }),
            ""));
  CHECK(has(with([](Forgery& f) {
              for (std::size_t i = f.record("consumed").seq; i < f.records.size(); ++i)
                f.records[i].time += 60;
            }),
            closing));
  CHECK(has(with([](Forgery& f) { f.erase("check"); }), ""));
  // The end cut off: without its closing a run that ended is not whole.
  const std::string unclosed = "neither a person's signature covers that nor the engine's key";
  CHECK(has(with([](Forgery& f) { f.erase("closed"); }), unclosed));
  CHECK(has(with([](Forgery& f) {
              f.erase("closed");
              f.record("check").body["detail"] = "and it shines";
            }),
            unclosed));
  // Cut off before it ended it is a run that has not ended, and never authentic.
  CHECK(code_of(with([](Forgery& f) {
          f.erase("closed");
          f.records.pop_back();
        })) == 10);
  // Closed twice, or with something behind.
  CHECK(has(with([](Forgery& f) { f.records.push_back(f.record("closed")); }), closing));
  CHECK(has(with([](Forgery& f) {
              f.records.push_back(f.record("status"));
              f.records.back().time = f.record("closed").time;
            }),
            "the run had ended before it"));
}

TEST_CASE("a closing by another key, or a request that names another, is found") {
  Short run;
  run.go();
  run.verdict(10);
  const std::string known = run.room.read("allowed_signers");
  const Result<EngineKey> mine = EngineKey::of_home(run.room.folder);
  REQUIRE(mine);
  // The outcome rewritten and closed anew, with a key of the forger's.
  const auto closed_anew = [&](Forgery& f) {
    f.record("check").body["detail"] = "and it shines";
    std::string previous(64, '0');
    std::int64_t seq = 0;
    for (Record& one : f.records) {
      one.seq = ++seq;
      one.previous = previous;
      if (one.kind != "closed") one.hash = previous = sha256_hex(canonical(to_json(one)));
    }
    json document = json::parse(f.document(f.record("closed").body["document"]));
    document["head"] = previous;
    const std::string text = canonical(document);
    f.record("closed").body["document"] = f.put(text);
    f.record("closed").body["signature"] = f.put(mine->sign(text, "countersign-closing"));
  };
  Forgery forged(run.files);
  closed_anew(forged);
  CHECK(has(judged(forged.files(), known), "which is not the one that the run names"));

  // And the request made to name that key: nobody signed that request.
  Forgery renamed(run.files);
  json request = json::parse(renamed.document(renamed.record("request").body["document"]));
  request["closing"]["key"] = mine->public_line();
  renamed.record("request").body["document"] = renamed.put(canonical(request));
  renamed.record("run.started").body["closing"] = mine->public_line();
  closed_anew(renamed);
  CHECK(judged(renamed.files(), known).wrong);
}

TEST_CASE("with a sign-off, pages written anew over other records are found") {
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  const std::string known = archive.room.read("allowed_signers");
  for (std::size_t nth = 0; nth < Forgery(files).records.size(); ++nth) {
    Forgery forgery(files);
    Record& record = forgery.records[nth];
    // What its own signature covers is compared with that.
    if (record.kind == "sign_off" || record.kind == "status") continue;
    record.time +=
        nth + 1 < forgery.records.size() && forgery.records[nth + 1].time > record.time ? 1 : 0;
    record.body["note"] = "put in";
    INFO("record " << record.seq << ", " << record.kind);
    CHECK(judged(forgery.files(), known).wrong);
  }
}

TEST_CASE("a document that is moved behind a later record is found") {
  // Whose end a later document, the closing or a sign-off covers.
  EvidenceFixture archive;
  const EvidenceFiles files = archive.exported("out");
  for (const char* kind : {"decision", "attestation"}) {
    Forgery forgery(files);
    forgery.move(kind, 1);
    INFO(kind);
    CHECK(judged(forgery.files()).wrong);
  }
  Short run;
  run.go();
  run.verdict(10);
  Forgery forgery(run.files);
  forgery.move("decision", 1);
  CHECK(judged(forgery.files()).wrong);
}

TEST_CASE("a document whose head is no record before it is found, also under a good signature") {
  Short run("attest { \"heard\", \"A caller hears it\" }");
  run.go(5);
  run.say({"attest", run.run, "heard", "--pass"});
  run.room.value({"resume", run.run});
  run.verdict(0);
  const auto attested_at = [&](const std::string& head) {
    Forgery forgery(run.files);
    Record& record = forgery.record("attestation");
    json document = json::parse(forgery.document(record.body["document"]));
    document["head"] = head;
    record.body["document"] = forgery.put(canonical(document));
    record.body["signature"] = forgery.put(run.sign(canonical(document), "carla"));
    return judged(forgery.files(), run.room.read("allowed_signers"));
  };
  const Forgery kept(run.files);
  CHECK(has(attested_at(std::string(64, 'a')), "is none of those before it"));
  CHECK(has(attested_at(kept.records.back().hash), "is none of those before it"));
  // An earlier head covers less, and what is behind it is then covered by nobody.
  CHECK(has(attested_at(kept.records.front().hash), "neither a person's signature covers that"));
}

TEST_CASE("the engine's key is made once, for nobody else to read, and a run waits for its own") {
  Short run;
  run.begin();
  const std::string key = run.room.folder + "/home/closing_key";
  CHECK(std::filesystem::file_size(key) == 32);
  CHECK((std::filesystem::status(key).permissions() & std::filesystem::perms(0777)) ==
        std::filesystem::perms(0600));
  run.say({"approve", run.run});
  // Another key, after the last change: the end is recorded, and is closed once the key is back.
  const std::string kept = run.room.read("home/closing_key");
  run.room.write("home/closing_key", std::string(32, 'x'), 0600);
  run.room.value({"cancel", run.run, "--reason", "not now"}, 2);
  CHECK(run.room.value({"show", run.run})["status"] == "cancelled");
  run.room.value({"export", run.run, "--to", "open"});
  CHECK(has(judged(run.read("open")), "neither a person's signature covers that"));
  run.room.write("home/closing_key", kept, 0600);
  run.room.value({"resume", run.run}, 6);
  CHECK(run.verdict(10)["end"]["closed"] == true);
}
