// Runs from the command line: from what is typed to what is signed and done.
#include <chrono>
#include <filesystem>
#include <sstream>
#include <thread>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

const char kRename[] = R"(return runbook {
  name = "rename", title = "Rename the number",
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which number" },
    label = param.text { why = "What it is called from now on" },
  },
  rails = { rails.never("twilio.numbers.delete", "the number is the client's") },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      return { sid = number.sid }
    end),
    mutate "rename" (function(run)
      step "Give it the new name"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),
    wait "settle" { duration = "1h", why = "Let it settle" },
    read "verify" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number.friendly_name == run.params.label, "the number has its new name")
    end),
  },
  done = { attest { "heard", "A caller hears the greeting" }, sign_off "ceo" },
}
)";

const std::vector<std::string> kStart = {"run", "rename.lua",          "-p", "client=acme",
                                         "-p",  "number=+15550100200", "-p", "label=Front desk"};

std::string changes(CliFixture& room) {
  std::string all;
  for (const json& request : room.simulator.requests())
    if (request["method"] != "GET") all += request["method"].get<std::string>() + " ";
  return all;
}

}  // namespace

TEST_CASE("a run goes from plan to done, each stop with its own exit code and the next step") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const json stopped = room.value(kStart, 3);
  const std::string id = stopped["run"];
  CHECK(stopped["status"] == "awaiting_decision");
  CHECK(stopped["waiting_for"]["requires"] == json::parse(R"([{"count": 1, "role": "ceo"}])"));
  CHECK(stopped["error"].is_null());
  CHECK(changes(room) == "");

  const json plan = room.value({"plan", id});
  CHECK(plan["simulated"] == true);
  CHECK(plan["systems"] == json::array({{{"name", "twilio"},
                                         {"identity", "AC68c8096035594cd23248bd5540f7c7ee"},
                                         {"learnt", "asked"},
                                         {"origin", room.simulator.endpoint()},
                                         {"simulated", true}}}));
  REQUIRE(plan["phases"][0]["steps"][0]["operations"].size() == 1);
  const json operation = plan["phases"][0]["steps"][0]["operations"][0];
  CHECK(
      operation["diff"] ==
      json::parse(
          R"([{"op": "replace", "path": "/numbers/PN03cca2b259f51e6fe0b6503b54449880/friendly_name", "from": "Acme main line", "to": "Front desk"}])"));
  CHECK(plan["phases"][1]["wait_seconds"] == 3600);

  const std::string page = room.countersign({"plan", id}).out;
  for (const char* words :
       {"Rename the number", "twilio AC68c8096035594cd23248bd5540f7c7ee at ", "SIMULATED",
        "olive (ceo)", "\"Acme main line\" → \"Front desk\"", "then wait 1 h — Let it settle",
        "What cannot be undone", "What is left alone", "the number is the client's"})
    CHECK(page.find(words) != std::string::npos);
  CHECK(page.find("\n  countersign approve " + id) != std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);

  // Nobody is there to be asked.
  CHECK(room.error({"approve", id}, 2) ==
        "usage: nothing was signed: there is no terminal to ask at");
  CHECK(room.value({"approve", id, "--yes", "--reference", "the board's minutes"})["status"] ==
        "approved");
  CHECK(room.value({"resume", id}, 4)["waiting_for"]["phase"] == "settle");
  CHECK(changes(room) == "POST ");

  room.simulator.advance(3600);
  const json open = room.value({"resume", id}, 5);
  CHECK(open["waiting_for"]["items"][0]["item"] == "heard");
  CHECK(room.error({"attest", id, "hard", "--pass", "--yes"}, 2) ==
        "usage: the run has no item \"hard\" to attest");
  CHECK(room.error({"sign-off", id, "--yes"}, 2).find("is not attested") != std::string::npos);
  CHECK(room.value({"attest", id, "heard", "--pass", "--note", "twice", "--yes"})["status"] ==
        "awaiting_attestation");
  CHECK(room.value({"sign-off", id, "--yes"})["status"] == "done");
  CHECK(room.countersign({"resume", id}).code == 0);
  CHECK(changes(room) == "POST ");

  const Ran shown = room.countersign({"show", id});
  for (const char* words :
       {"✓ the number has its new name", "approved by olive", "the board's minutes",
        "heard attested by olive", "signed off by olive"}) {
    INFO(shown.out);
    CHECK(shown.out.find(words) != std::string::npos);
  }
  CHECK(room.value({"runs"})[0]["status"] == "done");
  CHECK(room.value({"runs", "--status", "failed"}) == json::array());
  CHECK(room.error({"cancel", id, "--reason", "late"}, 2).find("has ended already") !=
        std::string::npos);
}

TEST_CASE("a decision signed elsewhere is taken in, and what was changed in it is not") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const std::string id = room.value(kStart, 3)["run"];
  room.value({"request", id, "--to", "papers"});
  for (const char* file : {"request.json", "approve.json", "reject.json", "plan.txt"})
    CHECK(room.has("papers/" + std::string(file)));
  CHECK(room.countersign({"canonicalize"}, room.read("papers/request.json")).out ==
        room.read("papers/request.json"));

  const auto sign = [&](const std::string& name) {
    REQUIRE(run_process({{"ssh-keygen", "-q", "-Y", "sign", "-n", "countersign-decision", "-f",
                          room.folder + "/olive", room.folder + "/" + name}})
                .code == 0);
  };
  sign("papers/approve.json");
  const std::vector<std::string> take = {
      "approve", id, "--decision", "papers/approve.json", "--signature", "papers/approve.json.sig"};
  const std::string approval = room.read("papers/approve.json");
  std::string forged = approval;
  forged.replace(forged.find("approve"), 7, "APPROVE");
  room.write("papers/approve.json", forged);
  CHECK(room.error(take, 9).rfind("refused: ", 0) == 0);
  room.write("papers/approve.json", approval);

  sign("papers/reject.json");
  CHECK(room.error({"approve", id, "--decision", "papers/reject.json"}, 2)
            .find("is a decision to reject, not to approve") != std::string::npos);
  CHECK(room.value(take)["status"] == "approved");
  CHECK(room.error(take, 9) == "refused: this decision was taken in already");
}

TEST_CASE("a rejection ends the run") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const std::string id = room.value(kStart, 3)["run"];
  CHECK(room.value({"reject", id, "--reason", "not this year", "--yes"})["status"] == "rejected");
  CHECK(room.value({"resume", id}, 6)["status"] == "rejected");
  CHECK(changes(room) == "");
}

TEST_CASE("events are one record per line, the last one where the run stands") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  std::vector<std::string> words = kStart;
  words.push_back("--events");
  const Ran ran = room.countersign(words);
  CHECK(ran.code == 3);
  std::vector<json> lines;
  std::istringstream in(ran.out);
  for (std::string line; std::getline(in, line);)
    lines.push_back(json::parse(line, nullptr, false));
  REQUIRE(lines.size() > 3);
  CHECK(lines.front()["kind"] == "run.started");
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) CHECK(lines[i]["seq"].is_number());
  CHECK(lines.back()["status"] == "awaiting_decision");
}

TEST_CASE("parameters that do not fit are all named at once, each with its why") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const Ran ran = room.countersign(
      {"run", "rename.lua", "-p", "client=acme", "-p", "number=5550100200", "-p", "lable=x"});
  CHECK(ran.code == 2);
  INFO(ran.err);
  CHECK(ran.err.find("there is no parameter \"lable\"") != std::string::npos);
  CHECK(
      ran.err.find(
          "number: got \"5550100200\", want a phone number such as +15550100200 (Which number)") !=
      std::string::npos);
  CHECK(ran.err.find("label is missing: What it is called from now on") != std::string::npos);
  CHECK(ran.err.find("did you mean \"label\"?") != std::string::npos);
  CHECK(room.value({"runs"}) == json::array());

  CHECK(room.error({"run", "rename.lua", "-p", "client"}, 2) ==
        "usage: -p: got \"client\", want NAME=VALUE");
  CHECK(room.error({"run", "rename.lua", "-p", "client=a", "-p", "client=b"}, 2) ==
        "usage: the parameter \"client\" is given twice");
  room.write("parameters.json",
             "{\"client\": \"acme\", \"number\": \"+15550100200\", \"label\": \"Desk\"}");
  CHECK(room.value({"run", "rename.lua", "--params", "parameters.json"}, 3)["status"] ==
        "awaiting_decision");
}

TEST_CASE("a runbook that is not there or cannot be read is named with its line") {
  CliFixture room;
  room.furnish();
  CHECK(room.countersign({"run", "connie/cancl"}).err ==
        "countersign: there is no runbook \"connie/cancl\"\n  → did you mean \"connie/cancel\"?\n");
  room.write("broken.lua", "return runbook {\n  name = \"x\"\n  title = \"y\"\n}\n");
  const json broken = room.value({"run", "broken.lua"}, 2);
  CHECK(broken["error"]["where"].get<std::string>().find("broken.lua:3") != std::string::npos);
  room.write("nothing.lua", "return 1\n");
  CHECK(room.error({"run", "nothing.lua"}, 2).rfind("script: the script returned number", 0) == 0);
}

TEST_CASE("a provider that cannot be reached or refuses ends the start with one sentence") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  room.environment["SECRET"] = "wrong";
  const json denied = room.value(kStart, 9);
  CHECK(denied["error"]["message"].get<std::string>().find("401") != std::string::npos);
  CHECK(denied["error"]["message"].get<std::string>().find("json.exception") == std::string::npos);
  room.simulator.stop();
  CHECK(room.error(kStart, 9).rfind("transport: ", 0) == 0);
  CHECK(room.value({"runs"}) == json::array());
}

TEST_CASE("one process at a time works on a run, and looking needs no lock") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const std::string id = room.value(kStart, 3)["run"];
  room.simulator.stop();
  CHECK(room.value({"show", id})["status"] == "awaiting_decision");
  CHECK(room.value({"plan", id})["run"] == id);
}

TEST_CASE("with --wait a run stays through its waits") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const std::string id = room.value(kStart, 3)["run"];
  room.value({"approve", id, "--yes"});
  std::thread clock([&] {
    // Not before the wait has begun, however slow the machine is.
    while (json::parse(room.countersign({"show", id, "--json"}).out)["status"] != "awaiting_time")
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    room.simulator.advance(3600);
  });
  CHECK(room.value({"resume", id, "--wait"}, 5)["status"] == "awaiting_attestation");
  clock.join();
}

// What a person at a terminal is asked; script(1) is the terminal.
TEST_CASE("approve shows the plan and asks") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const std::string id = room.value(kStart, 3)["run"];
  const std::string approve = COUNTERSIGN_BINARY_DIR "/countersign approve " + id;
  const auto at_terminal = [&](const std::string& typed) {
    return run_process(
        {{"script", "-qec", approve, "/dev/null"}, room.folder, room.environment, typed});
  };
  const Ran no = at_terminal("n\n");
  CHECK(no.code == 2);
  CHECK(no.out.find("What cannot be undone") != std::string::npos);
  CHECK(no.out.find("Approve exactly this plan? [y/N]") != std::string::npos);
  CHECK(no.out.find("nothing was signed") != std::string::npos);
  CHECK(room.value({"show", id})["status"] == "awaiting_decision");
  CHECK(at_terminal("y\n").code == 0);
  CHECK(room.value({"show", id})["status"] == "approved");
}

TEST_CASE("a lost index is made anew once, with what the runs themselves say") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua", kRename);
  const std::string first = room.value(kStart, 3)["run"];
  const std::string second = room.value(kStart, 3)["run"];
  const json before = room.value({"runs"});
  const std::string index = room.folder + "/home/index.sqlite";
  REQUIRE(std::filesystem::remove(index));
  const json after = room.value({"runs"});
  CHECK(after == before);
  CHECK(room.has("home/index.sqlite"));

  // From now on the index is read, not the runs: what it lacks would be missing.
  const std::string run = room.folder + "/home/runs/" + first + ".run";
  std::filesystem::rename(run, run + ".away");
  CHECK(room.value({"runs"}).size() == 2);
  std::filesystem::rename(run + ".away", run);

  // One run that it lacks is noted too, and any command that needs the home brings it back.
  REQUIRE(std::filesystem::remove(index));
  (void)room.value({"show", second}, 0);
  CHECK(std::filesystem::file_size(index) > 4096);
}
