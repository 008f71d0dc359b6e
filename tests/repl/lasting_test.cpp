// Conversations that go on for long: nothing of them is lost, what is saved is sound, and the
// tables that are looked at say what matters.
#include "repl/views/value_view.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

const std::vector<std::string> kRepl = {"repl", "--profile", "acme"};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("a line that was refused for its words does not take earlier ones along") {
  CliFixture room;
  room.furnish();
  const Ran ran = room.countersign(kRepl,
                                   "kept = 7\n"
                                   "ok = pcall(twilio.calls.list, { statsu = 'busy' })\n"
                                   "twilio.calls.list { statsu = 'busy' }\n"
                                   ":plan\n"
                                   "check(false, 'ends the state')\n"
                                   "kept\n"
                                   "kept\n");
  CHECK(ran.out.find("7\n7\n") != std::string::npos);
  CHECK(ran.out.find("could not be walked again") == std::string::npos);
}

TEST_CASE("quit and exit leave, unless something has that name") {
  CliFixture room;
  room.furnish();
  for (const char* word : {"quit", "exit", "quit()", " exit ", ":quit"}) {
    INFO(word);
    const Ran ran = room.countersign(kRepl, "1\n" + std::string(word) + "\n2\n");
    CHECK(ran.out == "1\n");
    CHECK(ran.code == 0);
  }
  CHECK(room.countersign(kRepl, "quit = 5\nquit\n6\n").out == "5\n6\n");
}

TEST_CASE("what :save writes is what check accepts") {
  CliFixture room;
  room.furnish();
  const Ran ran =
      room.countersign(kRepl,
                       "number = twilio.numbers.find { phone_number = '+15550100200' }\n"
                       "number.friendly_name\n"
                       "flows = studio.flows.list()\n"
                       "for _, flow in ipairs(flows) do\n  last = flow.sid\nend\n"
                       "function name_of(flow)\n  return flow.friendly_name\nend\n"
                       "first = name_of(flows[1])\n"
                       "twilio.calls.list { limit = 2 }\n"
                       "count = #_\n"
                       "sid = profile.account_sid\n"
                       ":save runbook looked\n:save symptom heard\n");
  CHECK(ran.err == "");
  const json found = room.value({"check", "looked.lua", "heard.lua"});
  INFO(room.read("looked.lua") << room.read("heard.lua"));
  CHECK(found == json::array());
  CHECK(room.value({"run", "looked.lua", "--profile", "acme"})["status"] == "done");
}

TEST_CASE("a table shows what tells its records apart") {
  const std::string sid = "00000000000000000000000000000000";
  json variables = json::array(), tasks = json::array(), revisions = json::array();
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i);
    variables.push_back({{"sid", "ZV" + n + sid.substr(1)},
                         {"account_sid", "AC" + sid},
                         {"service_sid", "ZS" + sid},
                         {"environment_sid", "ZE" + sid},
                         {"key", "KEY_" + n},
                         {"value", "value " + n},
                         {"date_created", "2026-11-20T12:00:0" + n + "Z"},
                         {"url", "https://serverless.twilio.com/v1/" + n}});
    tasks.push_back({{"sid", "WT" + n + sid.substr(1)},
                     {"account_sid", "AC" + sid},
                     {"assignment_status", i == 0 ? "pending" : "reserved"},
                     {"attributes", "{\"a\": \"long enough to take a column of its own\"}"},
                     {"task_queue_friendly_name", "Support"}});
    revisions.push_back({{"sid", "FW" + sid},
                         {"account_sid", "AC" + sid},
                         {"friendly_name", "Acme Main"},
                         {"commit_message", "Number " + n},
                         {"revision", i},
                         {"status", i == 2 ? "published" : "draft"}});
  }
  const Style style{false, 100};
  CHECK(first_line(value_text(variables, style)).find("key    value") != std::string::npos);
  CHECK(first_line(value_text(tasks, style)).find("assignment_status") != std::string::npos);
  const std::string header = first_line(value_text(revisions, style));
  CHECK(header.find("revision") != std::string::npos);
  CHECK(header.find("status") != std::string::npos);
  CHECK(header.find("account_sid") == std::string::npos);
}
