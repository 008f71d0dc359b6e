// The JSON of every command as docs/cli.md has it: what a shape there names is in the answer, and
// what is in the answer is named there.
#include <fstream>
#include <set>
#include <sstream>

#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;
using room::renaming;

namespace {

std::string page() {
  std::ifstream in(COUNTERSIGN_SOURCE_DIR "/docs/cli.md");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str().substr(out.str().find("## JSON shapes"));
}

// Fields that the page names anywhere among its shapes, "quoted".
std::set<std::string> named_fields() {
  const std::string text = page();
  std::set<std::string> fields;
  for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; ++at) {
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string::npos) break;
    fields.insert(text.substr(at + 1, end - at - 1));
    at = end;
  }
  return fields;
}

// Values whose fields are somebody's own: of the catalogue, of a script, of an account.
bool foreign(const std::string& key) {
  static const std::set<std::string> keys = {
      "about",    "arguments", "before", "after",   "from",       "to",       "evidence",
      "may_sign", "sources",   "range",  "promise", "parameters", "endpoint", "redacted"};
  return keys.count(key) != 0;
}

void unnamed(const json& value, const std::set<std::string>& known, const std::string& at,
             std::set<std::string>& out) {
  if (value.is_array())
    for (const json& one : value) unnamed(one, known, at + "[]", out);
  if (!value.is_object()) return;
  for (const auto& [key, one] : value.items()) {
    if (known.count(key) == 0) out.insert(at + "." + key);
    if (!foreign(key)) unnamed(one, known, at + "." + key, out);
  }
}

void documented(const std::string& command, const json& value) {
  static const std::set<std::string> known = named_fields();
  std::set<std::string> out;
  unnamed(value, known, command, out);
  CHECK(out == std::set<std::string>());
}

void fields(const json& value, const std::set<std::string>& wanted) {
  std::set<std::string> found;
  for (const auto& [key, one] : value.items()) found.insert(key);
  for (const std::string& one : wanted) {
    INFO(one);
    CHECK(found.count(one) == 1);
  }
}

}  // namespace

TEST_CASE("what the commands answer with --json is what docs/cli.md says") {
  CliFixture room;
  room.furnish();
  room.write("rename.lua",
             renaming(R"(attest { "heard", "A caller hears it" }, sign_off "ceo")", false));
  const json begun = room.value({"run", "rename.lua", "-p", "client=acme", "-p", "label=Desk"}, 3);
  const std::string id = begun["run"];
  documented("run", begun);
  fields(begun,
         {"run",     "runbook",         "title",          "profile", "account",  "endpoint",
          "about",   "changes_planned", "changes_made",   "status",  "started",  "updated",
          "phase",   "waiting_for",     "request_sha256", "checks",  "findings", "settlements",
          "undoing", "taken_over",      "error"});
  const json plan = room.value({"plan", id});
  documented("plan", plan);
  fields(plan, {"run", "account", "endpoint", "simulated", "systems", "request_sha256", "decide_by",
                "requires", "may_sign", "separation", "phases", "later", "holes", "undo", "earlier",
                "odd", "blocked", "approved_before", "planned_before"});
  documented("show", room.value({"show", id}));
  documented("request", room.value({"request", id, "--to", "out"}));
  const json due = room.value({"due"});
  documented("due", due);
  fields(due["due"][0], {"run", "runbook", "profile", "kind", "item", "text", "due", "overdue",
                         "state", "do", "principals", "who"});
  documented("approve", room.value({"approve", id, "--yes"}));
  documented("resume", room.value({"resume", id}, 5));
  documented("attest", room.value({"attest", id, "heard", "--pass", "--yes"}));
  documented("sign-off", room.value({"sign-off", id, "--yes"}));
  documented("runs", room.value({"runs"}));
  documented("export", room.value({"export", id, "--to", "evidence"}));
  documented("export --redact", room.value({"export", id, "--redact", "--to", "copy"}));
  documented("verify", room.value({"verify", "evidence"}, 0));
  documented("undo", room.value({"undo", id}, 3));
  const json profiles = room.value({"profiles"});
  documented("profiles", profiles);
  fields(profiles[0], {"profile", "account_sid", "environment", "variant", "endpoint", "adjacent",
                       "systems", "simulated", "ok", "error"});
  documented("backup", room.value({"backup", "--to", "kept"}));
  documented("prune", room.value({"prune", "--evidence", "evidence"}));
  documented("freeze", room.value({"freeze", "--profile", "acme", "--reason", "x", "--yes"}));
  documented("thaw", room.value({"thaw", "--profile", "acme", "--reason", "x", "--yes"}));
  documented("trust list", room.value({"trust", "list"}));
  documented("doctor", json::parse(room.countersign({"--json", "doctor"}).out));
  documented("check", room.value({"check", "rename.lua"}, 1));
}

TEST_CASE("an error keeps the operation and the place it happened at, in JSON as in the run") {
  CliFixture room;
  room.furnish();
  room.write("broken.lua", R"(return runbook {
  name = "broken", title = "Fetch what is not there",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.fetch { sid = "PN00000000000000000000000000000000" }
      return number
    end),
  },
}
)");
  const json ran = room.value({"run", "broken.lua", "-p", "client=acme"}, 9);
  CHECK(ran["error"]["operation"] == "twilio.numbers.fetch");
  CHECK(ran["error"]["where"].get<std::string>().find("broken.lua:6") != std::string::npos);
  const json shown = room.value({"show", ran["run"].get<std::string>()});
  CHECK(shown["error"]["operation"] == "twilio.numbers.fetch");
  CHECK(shown["error"]["where"] == ran["error"]["where"]);
  // Every error has both, whether or not there is an operation to name.
  const json usage = room.value({"show", "nothing"}, 2);
  CHECK(usage["error"].contains("operation"));
  CHECK(usage["error"].contains("where"));
}
