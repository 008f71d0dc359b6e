// The conversation without a terminal: lines in, replies out.
#include "repl/conversation/completion.h"
#include "repl/conversation/help.h"
#include "repl/conversation/history.h"
#include "stdlib/catalogue.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

#include <sys/stat.h>

#include <filesystem>
#include <sstream>

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

const std::vector<std::string> kRepl = {"repl", "--profile", "acme"};

std::vector<json> answers(const Ran& ran) {
  std::vector<json> all;
  std::istringstream in(ran.out);
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line, nullptr, false));
  return all;
}

std::string changes(CliFixture& room) {
  std::string all;
  for (const json& request : room.simulator.requests())
    if (request["method"] != "GET") all += request["method"].get<std::string>() + " ";
  return all;
}

std::size_t asked(CliFixture& room, const std::string& path) {
  std::size_t count = 0;
  for (const json& request : room.simulator.requests())
    count += request["path"].get<std::string>().find(path) != std::string::npos ? 1 : 0;
  return count;
}

std::string completed(const std::string& line, const std::string& before = "") {
  const auto names = [](const json& path) -> std::vector<std::string> {
    if (path == json::parse(R"(["_3", 1])")) return {"sid", "status"};
    if (path == json::array({"profile"})) return {"account_sid", "name"};
    if (path.empty()) return {"_", "_3", "number", "print", "profile", "twilio"};
    return {};
  };
  const Completion found = complete(before, line, standard_catalogue(), names);
  if (found.candidates.empty()) return "";
  std::string text = line.substr(0, found.from) + "|";
  for (const Candidate& one : found.candidates) text += one.text + "|";
  return found.candidates.size() > 8 ? std::to_string(found.candidates.size()) + " of them" : text;
}

}  // namespace

TEST_CASE("each line is answered: values, chunks over lines, errors, help") {
  CliFixture room;
  room.furnish();
  const Ran ran = room.countersign(kRepl,
                                   "1 + 1\n"
                                   "t = {\n  'a',\n  'b',\n}\n"
                                   "t\n"
                                   "function twice(n)\n  return 2 * n\nend\n"
                                   "twice(_1)\n"
                                   "_ +\n_1\n"
                                   "nubmer\n"
                                   "local gone = 1\n"
                                   "gone == nil\n"
                                   "profile.account_sid\n"
                                   "{ { sid = 'A', n = 1 }, { sid = 'B', n = 2 } }\n"
                                   "_7[2].sid\n"
                                   "print('said', 1)\n");
  CHECK(ran.err == "");
  CHECK(ran.out ==
        "2\n"
        "a\nb\n"
        "4\n"
        "6\n"
        "nil\n"
        "yes\n"
        "AC68c8096035594cd23248bd5540f7c7ee\n"
        "sid  n\nA    1\nB    2\n2 records\n"
        "B\n"
        "said    1\n");
  CHECK(ran.code == 0);
  CHECK(changes(room) == "");
}

TEST_CASE("a conversation with nobody ends") {
  CliFixture room;
  room.furnish();
  for (const char* how : {"</dev/null", "<&-"}) {
    const Ran ran = run_process(
        {{"sh", "-c",
          "exec " COUNTERSIGN_BINARY_DIR "/countersign repl --profile acme " + std::string(how)},
         room.folder,
         room.environment,
         {}});
    INFO(how);
    CHECK(ran.code == 0);
    CHECK(ran.out + ran.err == "");
  }
}

TEST_CASE("moments stand in local time with their age, texts stay what they are") {
  CliFixture room;
  room.furnish();
  room.environment["TZ"] = "CET-1";
  const Ran ran =
      room.countersign(kRepl,
                       "{ at = '2026-11-20T09:00:00Z', mail = 'Fri, 20 Nov 2026 12:45:00 "
                       "+0000', day = '2026-11-20' }\n"
                       "time.iso(time.now() + 7200)\n");
  CHECK(ran.out ==
        "at  2026-11-20 10:00:00 CET (3 h ago)\n"
        "day  2026-11-20\n"
        "mail  2026-11-20 13:45:00 CET (in 45 min)\n"
        "2026-11-20T14:00:00Z\n"
        "= 2026-11-20 15:00:00 CET (in 2 h)\n");
}

TEST_CASE("what fails is said, with where in what was typed, and the next line goes on") {
  CliFixture room;
  room.furnish();
  const Ran ran = room.countersign(kRepl,
                                   "error 'oops'\n"
                                   "x = 1\nif true then\n  error 'inside'\nend\n"
                                   "x = = 2\n"
                                   "x = 'open\n"
                                   "twilio.calls.lst {}\n"
                                   "twilio.calls.list { statsu = 'busy' }\n"
                                   ":paln\n"
                                   ":more\n"
                                   "help 'quux'\n"
                                   "x\n"
                                   "y = (\n");
  CHECK(ran.out == "1\n");
  CHECK(ran.err ==
        "countersign: oops\n"
        "countersign: inside (line 2 of what was typed)\n"
        "countersign: unexpected symbol near '='\n"
        "countersign: unfinished string near ''open'\n"
        "countersign: there is no operation \"twilio.calls.lst\"\n"
        "  → did you mean \"twilio.calls.list\"?\n"
        "countersign: twilio.calls.list: unknown argument \"statsu\"\n"
        "  → did you mean \"status\"?\n"
        "countersign: there is no command \":paln\"\n"
        "  → did you mean \":plan\"?\n"
        "countersign: there is no value that goes on\n"
        "  → type an expression first\n"
        "countersign: nothing here speaks of \"quux\"\n"
        "  → help alone says what there is\n"
        "countersign: unexpected symbol near <eof>\n");
  CHECK(ran.code == 2);
}

TEST_CASE("a line that fails ran once") {
  CliFixture room;
  room.furnish();
  room.countersign(kRepl, "twilio.calls.list { limit = 1 } error 'after'\n");
  CHECK(asked(room, "Calls.json") == 1);
  // What is no expression is compiled again as a statement, and run once.
  room.countersign(kRepl, "c = twilio.calls.list { limit = 1 }\n");
  CHECK(asked(room, "Calls.json") == 2);
}

TEST_CASE("a change is refused with what would allow it, whatever the script catches") {
  CliFixture room;
  room.furnish();
  const std::string change =
      "twilio.numbers.update { sid = 'PN03cca2b259f51e6fe0b6503b54449880', friendly_name = 'x' }";
  const Ran ran = room.countersign(kRepl, "a = 1\npcall(function() " + change + " end)\na\n");
  CHECK(ran.out == "1\n");
  CHECK(ran.err ==
        "countersign: twilio.numbers.update was not carried out: this session only reads, and this "
        "would\n"
        "  change something\n"
        "  → type :plan first: changes are then collected in a draft, and :request files it for a "
        "decision\n");
  CHECK(ran.code == 9);
  CHECK(room.countersign({"repl"}, change + "\n").err.find("choose an account with --profile") !=
        std::string::npos);
  CHECK(changes(room) == "");
}

TEST_CASE("the state outlives what ends its host, and nobody is asked twice") {
  CliFixture room;
  room.furnish();
  const std::string ends[] = {
      "twilio.keys.create { friendly_name = 'x' }",                     // refused
      "while true do end",                                              // computes for ever
      "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end",  // too much memory
      "for i = 1, 1e6 do print(('x'):rep(1000)) end"};                  // too much said
  std::string lines =
      "number = twilio.numbers.find { phone_number = '+15550100200' }\n"
      "function name() return number.friendly_name end\n"
      "list = parallel({ 1, 2, 3 }, function(n) return #twilio.calls.list { limit = n } end)\n";
  for (const std::string& one : ends) lines += "half = 1; " + one + "\nname()\nhalf\n";
  lines += "#list\n";
  const Ran ran = room.countersign(kRepl, lines);
  std::string printed;
  std::string out = ran.out;
  for (std::size_t at = 0; (at = out.find("xxxx")) != std::string::npos;)
    out.erase(at, out.find('\n', at) + 1 - at);
  CHECK(out ==
        "Acme main line\nnil\nAcme main line\nnil\nAcme main line\nnil\nAcme main line\nnil\n3\n");
  CHECK(asked(room, "IncomingPhoneNumbers.json") == 1);
  CHECK(asked(room, "Calls.json") == 3);
  CHECK(changes(room) == "");
}

TEST_CASE("with --json every answer is one line of JSON") {
  CliFixture room;
  room.furnish();
  const Ran ran =
      room.countersign({"--json", "repl", "--profile", "acme"},
                       "{ 1, { a = 2 } }\nx = 3\nerror 'oops'\nprint 'aside'\nx\n:plan\n");
  const std::vector<json> all = answers(ran);
  REQUIRE(all.size() == 4);
  CHECK(all[0] == json::parse(R"({"value": [1, {"a": 2}], "kept": "_1"})"));
  CHECK(all[1]["error"]["message"] == "oops");
  CHECK(all[2] == json::parse(R"({"value": 3, "kept": "_2"})"));
  CHECK(all[3]["value"]["phases"][0]["steps"] == json::array());
  CHECK(ran.err == "aside\n");
  CHECK(ran.code == 2);
}

TEST_CASE("a draft becomes a run that is decided and applied like any other") {
  CliFixture room;
  room.furnish();
  const Ran ran = room.countersign(
      kRepl,
      ":plan\n"
      "number = twilio.numbers.find { phone_number = '+15550100200' }\n"
      "step 'Give it another name'\n"
      "r = twilio.numbers.update { sid = number.sid, friendly_name = 'Front ' .. #number.sid }\n"
      "error(twilio.numbers.update { sid = number.sid, friendly_name = 'never' })\n"
      "r.sid\n"
      "twilio.numbers.fetch { sid = r.sid }\n"
      ":plan\n"
      ":request\n"
      "#number.sid\n");
  CHECK(changes(room) == "");
  INFO(ran.out << ran.err);
  CHECK(ran.out.find("Draft: 1 change; none of them is made\n"
                     "  Give it another name\n"
                     "  1   Updates a phone number's webhooks or name (Acme main line)\n"
                     "      ~ friendly_name: \"Acme main line\" → \"Front 34\"\n"
                     ":request files it for a decision, :plan drop forgets it\n") !=
        std::string::npos);
  CHECK(ran.out.find("‹what operation 1 returns at /sid›") != std::string::npos);
  CHECK(ran.err.find("it asks for what is known only once a change of the draft has") !=
        std::string::npos);
  CHECK(ran.out.substr(ran.out.size() - 4) == "\n34\n");
  const json runs = room.value({"runs"});
  REQUIRE(runs.size() == 1);
  const std::string id = runs[0]["run"];
  CHECK(runs[0]["status"] == "awaiting_decision");
  CHECK(ran.out.find("The draft is filed as run " + id + ", its runbook is ") != std::string::npos);
  const json plan = room.value({"plan", id});
  CHECK(plan["phases"][0]["steps"][0]["title"] == "Give it another name");
  CHECK(plan["phases"][0]["steps"][0]["operations"].size() == 1);

  CHECK(room.value({"approve", id, "--yes"})["status"] == "approved");
  const json done = room.value({"resume", id});
  CHECK(done["status"] == "done");
  CHECK(done["checks"].size() == 2);
  CHECK(changes(room) == "POST ");
  CHECK(room.countersign(kRepl,
                         "twilio.numbers.find { phone_number = '+15550100200' }.friendly_name\n")
            .out == "Front 34\n");
  CHECK(room.value({"verify", id}, 10)["wrong"].is_null());
}

TEST_CASE("a draft can be dropped, and what builds on it is told so") {
  CliFixture room;
  room.furnish();
  const std::string sid = "sid = 'PN03cca2b259f51e6fe0b6503b54449880', ";
  const Ran ran = room.countersign(kRepl,
                                   ":request\n:plan drop\n:plan\n:request\n"
                                   "r = twilio.numbers.update { " +
                                       sid +
                                       "friendly_name = 'a' }\n"
                                       ":plan drop\n"
                                       "twilio.numbers.update { " +
                                       sid +
                                       "friendly_name = 'b' }\n"
                                       ":plan\n"
                                       "twilio.numbers.update { " +
                                       sid +
                                       "friendly_name = r.friendly_name }\n"
                                       "twilio.numbers.update { " +
                                       sid +
                                       "friendly_name = 'c' }\n"
                                       "q = twilio.numbers.update { " +
                                       sid +
                                       "friendly_name = 'd' }\n"
                                       ":plan\n");
  CHECK(ran.err.find("there is no draft to file") != std::string::npos);
  CHECK(ran.err.find("there is no draft\n") != std::string::npos);
  CHECK(ran.err.find("the draft is empty") != std::string::npos);
  CHECK(ran.err.find("this session only reads") != std::string::npos);
  CHECK(ran.err.find("it builds on a change that is not in the draft any more") !=
        std::string::npos);
  INFO(ran.out);
  // The second starts from what the first will have made of it.
  CHECK(ran.out.find("friendly_name: \"c\" → \"d\"") != std::string::npos);
  CHECK(changes(room) == "");
  CHECK(room.value({"runs"}) == json::array());
}

TEST_CASE("what was typed is saved as a script to go on with, never over another") {
  CliFixture room;
  room.furnish();
  const std::string lines =
      "number = twilio.numbers.find { phone_number = '+15550100200' }\n"
      "number.friendly_name\n"
      "error 'left out'\n"
      "twilio.calls.list { limit = 2 }\n"
      "first = _[1]\n"
      "local n = 1 print(n)\n";
  const Ran ran = room.countersign(
      kRepl, lines +
                 ":save runbook look-again\n:save symptom dead-air\n:save runbook look-again\n"
                 ":save runbook ../x\n:save\n");
  CHECK(ran.err.find("there is a \"look-again.lua\" already") != std::string::npos);
  CHECK(ran.err.find("\"../x\" is not the name of a script") != std::string::npos);
  CHECK(ran.err.find(":save needs to know what as") != std::string::npos);
  const std::string typed =
      "number = twilio.numbers.find { phone_number = '+15550100200' }\n"
      "_2 = twilio.calls.list { limit = 2 }\n"
      "_ = _2\n"
      "first = _[1]\n"
      "do\n  local n = 1 print(n)\nend\n";
  const auto holds = [](const std::string& script, std::string lines_of,
                        const std::string& indent) {
    std::string all;
    std::istringstream in(lines_of);
    for (std::string line; std::getline(in, line);) all += indent + line + "\n";
    INFO(script);
    INFO(all);
    CHECK(script.find(all) != std::string::npos);
  };
  holds(room.read("look-again.lua"), typed, "      ");
  holds(room.read("dead-air.lua"), typed, "    ");
  CHECK(room.read("dead-air.lua").find("return symptom {\n  name = \"dead-air\",\n") !=
        std::string::npos);
  CHECK(room.read("dead-air.lua").find("    return { number = number }\n") != std::string::npos);
  CHECK(room.value({"run", "look-again.lua", "--profile", "acme"})["status"] == "done");
}

TEST_CASE("a cassette holds every answer, and no secret is anywhere") {
  CliFixture room;
  room.furnish();
  room.write("env/.env.acme", "ADMIN_EMAIL=a@acme.example\nSENDGRID=fake-sendgrid-secret\n");
  std::string config = room.read("countersign.toml");
  config.insert(config.find("twilio.account_sid"), "workspace.env_file = \"env/.env.acme\"\n");
  room.write("countersign.toml", config);
  const Ran ran = room.countersign(
      kRepl,
      ":cassette tape.json\n"
      "env.fetch { file = profile.env_file }\n"
      "s = snapshot.capture { label = 'NOW' }\n"
      "s\n"
      "twilio.numbers.find { phone_number = '+15550100999' }\n"
      "pcall(twilio.calls.fetch, { sid = 'CA00000000000000000000000000000000' })\n"
      "studio.flows.find { name = 'fake-api-secret-acme' }\n"
      "x = 'fake-api-secret-acme'\n"
      "x\n"
      "print(x)\n"
      "error(x)\n"
      ":cassette tape.json\n"
      ":cassette\n"
      ":cassette tape.json\n"
      ":save runbook saved\n"
      ":plan\n"
      "twilio.numbers.update { sid = 'PN03cca2b259f51e6fe0b6503b54449880', friendly_name = x }\n"
      ":request\n");
  const json tape = json::parse(room.read("tape.json"), nullptr, false);
  REQUIRE(tape.is_object());
  INFO(tape.dump(1));
  CHECK(tape["type"] == "countersign-cassette");
  CHECK(tape["account"] == "AC68c8096035594cd23248bd5540f7c7ee");
  REQUIRE(tape["answers"].size() == 5);
  CHECK(tape["answers"][0]["operation"] == "env.fetch");
  CHECK(tape["answers"][2]["arguments"] == json::parse(R"({"phone_number": "+15550100999"})"));
  CHECK(tape["answers"][3]["error"]["kind"] == "provider");
  CHECK(ran.out.find("tape.json has 5 answers") != std::string::npos);
  CHECK(ran.err.find("\"tape.json\" is being recorded already") != std::string::npos);
  CHECK(ran.err.find("there is a \"tape.json\" already") != std::string::npos);
  CHECK(ran.err.find("an argument holds a secret, or what stands for one") != std::string::npos);
  struct stat file {};
  REQUIRE(stat((room.folder + "/tape.json").c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
  // Nothing shown, nothing written.
  for (const char* secret : {"fake-api-secret-acme", "fake-sendgrid-secret"}) {
    INFO(secret);
    CHECK(ran.out.find(secret) == std::string::npos);
    CHECK(ran.err.find(secret) == std::string::npos);
    for (const auto& one : std::filesystem::recursive_directory_iterator(room.folder)) {
      if (!one.is_regular_file() || one.path().filename() == ".env.acme") continue;
      INFO(one.path().string());
      const std::string name = std::filesystem::relative(one.path(), room.folder).string();
      CHECK(room.read(name).find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("a draft is filed with exactly what it shows, whatever stands in it") {
  CliFixture room;
  room.furnish();
  const std::string definition =
      "{ initial_state = 'Trigger', description = 'a \\\"b\\\\\\n\\0é', flags = {}, none = "
      "json.null, "
      "states = { { name = 'Trigger', type = 'trigger', transitions = json.decode \"[]\", "
      "properties = { offset = { x = -1.5, y = 1e15 }, ['end'] = { json.null, 1 }, ['a b'] = false "
      "} } } }";
  const Ran ran = room.countersign(
      {"--json", "repl", "--profile", "acme"},
      ":plan\n"
      "new = studio.flows.create { friendly_name = 'Night', status = 'draft', definition = " +
          definition +
          " }\n"
          "twilio.numbers.update { sid = 'PN03cca2b259f51e6fe0b6503b54449880', friendly_name = "
          "new.sid .. ' ' .. new.webhook_url }\n"
          ":plan\n:request\n");
  INFO(ran.out << ran.err);
  const std::vector<json> all = answers(ran);
  REQUIRE(all.size() == 5);
  const json run = all[4]["value"];
  REQUIRE(run.is_object());
  const json plan = room.value({"plan", run["run"]});
  const auto arguments = [](const json& phases) {
    json out = json::array();
    for (const json& step : phases[0]["steps"])
      for (const json& one : step["operations"]) out.push_back(one["arguments"]);
    return out;
  };
  const json drafted = arguments(all[3]["value"]["phases"]);
  REQUIRE(drafted.size() == 2);
  CHECK(drafted[0]["definition"]["states"][0]["transitions"] == json::array());
  CHECK(arguments(plan["phases"]) == drafted);
  CHECK(changes(room).empty());
}

TEST_CASE("what may stand next in a line") {
  struct Case {
    std::string line, found;
  };
  const std::vector<Case> cases = {
      {"twilio.num", "|twilio.numbers.|"},
      {"twilio.numbers.fi", "|twilio.numbers.find { |"},
      {"x = twilio.recordings.l", "x = |twilio.recordings.list { |"},
      {"twilio.calls.list { sta",
       "twilio.calls.list { |status = |started_after = |started_before = |"},
      {"twilio.calls.list { status = 'busy', started_b",
       "twilio.calls.list { status = 'busy', |started_before = |"},
      {"twilio.calls.list({ status = 'busy', stat", ""},
      {"f(1, twilio.numbers.find { ", "f(1, twilio.numbers.find { |phone_number = |"},
      {"twilio.numbers.find { phone_number = num", "twilio.numbers.find { phone_number = |number|"},
      {"_3[1].s", "|_3[1].sid|_3[1].status|"},
      {"profile.acc", "|profile.account_sid|"},
      {"nu", "|number|"},
      {"-- twilio.num", ""},
      {"x = 'twilio.num", ""},
      {"x = [[ twilio.num", ""},
      {":ca", "|:cassette |"},
      {":plan d", ":plan |drop|"},
      {"help twilio.numbers.fi", "help |twilio.numbers.find|"},
      {"help \"twilio.numbers.fi", "help \"|twilio.numbers.find|"},
      {"?twilio.numbers.fi", "?|twilio.numbers.find|"},
      {"quux.", ""},
      {"}}}))) nu", "}}}))) |number|"},
  };
  for (const Case& one : cases) {
    INFO(one.line);
    CHECK(completed(one.line) == one.found);
  }
  CHECK(completed("  started_b", "twilio.calls.list {\n  status = 'busy',\n") ==
        "  |started_before = |");
}

TEST_CASE("help finds operations by the words that one has for them") {
  const auto first = [](const std::string& query) {
    const auto found = topics_about(standard_catalogue(), query, 3);
    return found.empty() ? std::string() : found[0].name;
  };
  CHECK(first("recordings of a call") == "twilio.recordings.list");
  CHECK(first("release a phone number") == "twilio.numbers.delete");
  CHECK(first("what went wrong during a call") == "twilio.notifications.list");
  CHECK(first("compare snapshots") == "snapshot.diff");
  CHECK(first("queue held up") == "mailgun.queues.fetch");
  CHECK(first("forget the draft") == ":plan drop");
  CHECK(first("zzz").empty());
  std::string query;
  for (const char* line :
       {"help \"a b\"", "help a b", "help('a b')", "?a b", "? a b", ":help a b"}) {
    INFO(line);
    CHECK(asks_for_help(line, query));
    CHECK(query == "a b");
  }
  CHECK(asks_for_help("twilio.calls.list?", query));
  CHECK(query == "twilio.calls.list");
  for (const char* line : {"helper(1)", "help = 3", "x = help", "a b?"}) {
    INFO(line);
    CHECK_FALSE(asks_for_help(line, query));
  }
}

TEST_CASE("lines that look as if they held a secret are not kept") {
  for (const char* line :
       {"t = '0123456789abcdef0123456789abcdef'", "auth_token = 'x'", "x.api_secret = \"y\"",
        "password: 'x'", "k = 'key-0123456789abcdef0'", "h = 'Bearer abcdefghijklmnopqrstu'"}) {
    INFO(line);
    CHECK(looks_secret(line));
  }
  for (const char* line :
       {"twilio.calls.fetch { sid = 'CA8c1e181a84094505fd04a24366c9f503' }",
        "x = 'AC68c8096035594cd23248bd5540f7c7ee'", "x = 'PN03cca2b259f51e6fe0b6503b54449880'",
        "token_count = 3", "secrets = env.fetch {}"}) {
    INFO(line);
    CHECK_FALSE(looks_secret(line));
  }
}
