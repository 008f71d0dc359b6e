// A finished run undone by a run of its own.
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::changes;
using room::CliFixture;
using room::renaming;

namespace {

const std::string kNumber = "PN03cca2b259f51e6fe0b6503b54449880";

std::string name_of(CliFixture& room) {
  const Ran ran =
      room.countersign({"--json", "eval", "--profile", "acme", "-e",
                        "twilio.numbers.fetch { sid = \"" + kNumber + "\" }.friendly_name"});
  return json::parse(ran.out, nullptr, false).get<std::string>();
}

std::string started(CliFixture& room, const std::string& label, const std::string& script = "") {
  room.write("rename.lua", script.empty() ? renaming("", false) : script);
  return room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=" + label}, 3)["run"];
}

std::string done(CliFixture& room, const std::string& label, const std::string& script = "") {
  const std::string id = started(room, label, script);
  room.value({"approve", id, "--yes"});
  CHECK(room.value({"resume", id})["status"] == "done");
  return id;
}

}  // namespace

TEST_CASE("a finished run is undone by a run that is planned, decided on and verified like any") {
  CliFixture room;
  room.furnish();
  const std::string id = done(room, "Front desk");
  CHECK(name_of(room) == "Front desk");
  const json undo = room.value({"undo", id}, 3);
  const std::string by = undo["run"];
  CHECK(undo["status"] == "awaiting_decision");
  CHECK(undo["undoing"]["phases"] == json::array({"rename_undo"}));
  CHECK(changes(room) == 1);
  const std::string page = room.countersign({"plan", by}).out;
  INFO(page);
  CHECK(page.find("\"Front desk\" → \"Acme main line\"") != std::string::npos);
  CHECK(page.find("asked to undo what the run " + id + " changed") != std::string::npos);

  room.value({"approve", by, "--yes"});
  const json ended = room.value({"resume", by});
  CHECK(ended["status"] == "done");
  CHECK(ended["error"].is_null());
  CHECK(name_of(room) == "Acme main line");
  CHECK(changes(room) == 2);
  REQUIRE(room.countersign({"export", by, "--to", "evidence"}).code == 0);
  const Ran verified = room.countersign({"verify", "evidence"});
  INFO(verified.out);
  CHECK((verified.code == 0 || verified.code == 10));

  CHECK(room.error({"undo", id}, 2) ==
        "usage: the run " + by + " goes on with what " + id + " did, or undoes it");
  CHECK(room.error({"undo", by}, 2) == "usage: the run " + by + " undid something itself");
}

TEST_CASE("nothing is undone that is not as the run left it") {
  CliFixture room;
  room.furnish();
  const std::string id = done(room, "Front desk"), later = done(room, "Back office");
  const std::string why = room.error({"undo", id}, 7);
  CHECK(why.find("drift: what the run " + id + " left is not there any more: /numbers/" + kNumber +
                 "/friendly_name was \"Front desk\" and is \"Back office\"") == 0);
  CHECK(name_of(room) == "Back office");
  // Nothing was marked: once it is so again it can be undone.
  CHECK(room.value({"undo", later}, 3)["status"] == "awaiting_decision");
}

TEST_CASE("a run that is not over, or changed nothing, is not undone") {
  CliFixture room;
  room.furnish();
  const std::string id = started(room, "Front desk");
  CHECK(room.error({"undo", id}, 2) ==
        "usage: the run " + id + " has not ended: it is awaiting_decision");
  room.value({"cancel", id, "--reason", "no"});
  CHECK(room.error({"undo", id}, 2) ==
        "usage: the run " + id + " changed nothing, so there is nothing to undo");
}

TEST_CASE("a run whose change is gone for good is not undone, and says what is") {
  CliFixture room;
  room.furnish();
  const std::string script = R"(return runbook {
  name = "rename", title = "Release the number",
  parameters = {
    client = param.profile { why = "Which account" },
    label = param.text { why = "What it is called first" },
  },
  procedure = {
    read "inspect" (function(run)
      return { sid = twilio.numbers.find { phone_number = "+15550100200" }.sid }
    end),
    mutate "rename" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),
    mutate "release" (function(run) twilio.numbers.delete { sid = run.inspect.sid } end),
  },
}
)";
  const std::string id = done(room, "Last words", script);
  const std::string why = room.error({"undo", id}, 9);
  CHECK(why.find("refused: the run " + id +
                 " cannot be undone: operation 2 "
                 "(twilio.numbers.delete on /numbers/" +
                 kNumber + ")") == 0);
}

TEST_CASE("the runbook's own undo undoes a finished run, and a rejection leaves it as it is") {
  CliFixture room;
  room.furnish();
  std::string script = renaming("", false);
  const std::string plain = "mutate \"rename\" (function(run)";
  script.replace(
      script.find(plain), plain.size(),
      "mutate(\"rename\", { undo = function(run)\n"
      "      twilio.numbers.update { sid = run.inspect.sid, friendly_name = \"As it was\" }\n"
      "    end })(function(run)");
  const std::string id = done(room, "Front desk", script);
  const std::string by = room.value({"undo", id}, 3)["run"];
  CHECK(room.error({"resume", by, "--look-again"}, 2)
            .find("is there to undo what another run "
                  "changed") != std::string::npos);
  room.value({"approve", by, "--yes"});
  CHECK(room.value({"resume", by})["status"] == "done");
  CHECK(name_of(room) == "As it was");

  const std::string other = done(room, "Front desk", script);
  const std::string refused = room.value({"undo", other}, 3)["run"];
  room.value({"reject", refused, "--reason", "leave it", "--yes"}, 0);
  CHECK(room.value({"show", refused})["status"] == "rejected");
  CHECK(name_of(room) == "Front desk");
}
