// Finding one's way: what there is to run, what it needs, help of every command, and parameters
// that are asked for at a terminal.
#include <algorithm>
#include <sstream>

#include "interpreter/parameters.h"
#include "repl/command_examples.h"
#include "repl/command_table.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/terminal.h"

using namespace countersign;
using nlohmann::json;
using room::CliFixture;

namespace {

const std::string kAlert = R"(return runbook {
  name = "alert", title = "Tell somebody", summary = "Use it when somebody has to know.",
  parameters = {
    client = param.profile { why = "Which account" },
    kind = param.choice { choices = { "e-mail", "text message" }, why = "How they are told" },
    mail = param.email { required_if = { kind = "e-mail" }, why = "Where the mail goes" },
    phone = param.phone { required_if = { kind = "text message" }, why = "Whose phone" },
    loud = param.flag { default = false, why = "Whether it rings" },
    token = param.secret { why = "What it logs in with" },
    note = param.text { optional = true, why = "What else" },
  },
  variants = { ["Nobody has to know"] = "do nothing" },
  procedure = { read "look" (function(run) note(run.params.kind .. " " .. (run.params.mail or run.params.phone)) end) },
  done = {},
}
)";

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

Terminal terminal_of(CliFixture& room, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {COUNTERSIGN_BINARY_DIR "/countersign"};
  argv.insert(argv.end(), words.begin(), words.end());
  std::map<std::string, std::string> environment = room.environment;
  environment["TERM"] = "xterm";
  environment["NO_COLOR"] = "1";
  return Terminal(Command{argv, room.folder, environment, {}}, 120);
}

CliFixture& with_alert(CliFixture& room) {
  room.furnish();
  room.environment["TOKEN"] = "fake-token-of-the-alert";
  room.write("runbooks/alert.lua", kAlert);
  return room;
}

}  // namespace

TEST_CASE("every command and group says how it is used, with an example, and ends with 0") {
  CliFixture room;
  std::vector<std::string> names;
  for (const CommandText& command : command_texts()) names.push_back(command.name);
  for (const auto& [group, summary] : command_groups()) names.push_back(group);
  CHECK(names.size() > 40);
  for (const std::string& name : names) {
    std::istringstream in(name);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    std::vector<std::string> asked = words, help = {"help"};
    asked.push_back("--help");
    help.insert(help.end(), words.begin(), words.end());
    const Ran ran = room.countersign(asked);
    INFO(name);
    CHECK(ran.code == 0);
    CHECK(ran.err == "");
    has(ran.out, "Usage: countersign " + name);
    has(ran.out, "\nExamples:\n  ");
    CHECK(room.countersign(help).out == ran.out);
    CHECK_FALSE(examples_of(name).empty());
  }
  has(room.countersign({"--help"}).out, "\nExamples:\n  countersign runbooks\n");
  has(room.countersign({"trust", "-h"}).out, "  trust add PRINCIPAL [KEY.pub] --reason TEXT");
  has(room.countersign({"sim", "--help"}).out, "\nCommands:\n  sim call");
  // What is none is not helped with.
  CHECK(room.countersign({"trust", "ad", "--help"}).code == 2);
  CHECK(room.countersign({"rnu", "--help"}).code == 2);
  CHECK(room.countersign({"help", "rnu"}).code == 2);
}

TEST_CASE("every example is a command with options that it has") {
  const std::vector<CommandText> all = command_texts();
  std::vector<std::string> names = {""};
  for (const CommandText& command : all) names.push_back(command.name);
  for (const auto& [group, summary] : command_groups()) names.push_back(group);
  for (const std::string& name : names)
    for (const Example& example : examples_of(name)) {
      std::string line = example.line;
      INFO(line);
      const std::size_t at = line.find("countersign ");
      REQUIRE(at != std::string::npos);
      std::istringstream in(line.substr(at + 12));
      std::string first, second;
      in >> first >> second;
      const auto of = [&](const std::string& command) {
        return std::find_if(all.begin(), all.end(),
                            [&](const CommandText& one) { return one.name == command; });
      };
      auto command = of(first + " " + second);
      if (command == all.end()) command = of(first);
      REQUIRE(command != all.end());
      CHECK((name.empty() || command->name.rfind(name, 0) == 0));
      for (std::string word; in >> word;) {
        if (word.rfind("--", 0) != 0 || word == "--help") continue;
        INFO(word);
        CHECK(std::any_of(command->options.begin(), command->options.end(), [&](const auto& one) {
          return std::count(one.names.begin(), one.names.end(), word) == 1;
        }));
      }
    }
}

TEST_CASE("runbooks lists what can be run, with what it needs and when to use it") {
  CliFixture room;
  with_alert(room);
  room.write("runbooks/part.lua", "return { answer = 42 }\n");
  room.write("runbooks/broken.lua", "return runbook { name = \n");
  room.write("runbooks/alert_test.lua", "return scenarios {}\n");
  const json all = room.value({"runbooks"});
  std::map<std::string, json> by_name;
  for (const json& one : all) by_name[one["name"]] = one;
  for (const char* name :
       {"connie/cancel", "connie/setup", "connie/change", "connie/troubleshoot"}) {
    INFO(name);
    REQUIRE(by_name.count(name) == 1);
    CHECK(by_name[name]["error"].is_null());
    CHECK(by_name[name]["when_to_use"].is_string());
    CHECK_FALSE(by_name[name]["needs"].empty());
  }
  // Modules and scenarios are none; one that cannot be read hides no other.
  CHECK(by_name.count("part") == 0);
  CHECK(by_name.count("connie/teardown") == 0);
  CHECK(by_name.count("alert_test") == 0);
  REQUIRE(by_name.count("broken") == 1);
  CHECK(by_name["broken"]["error"]["kind"] == "script");
  CHECK_FALSE(by_name["connie/troubleshoot"]["symptoms"].empty());

  const json& alert = by_name["alert"];
  CHECK(alert["title"] == "Tell somebody");
  CHECK(alert["when_to_use"] == "Use it when somebody has to know.");
  CHECK(alert["needs"] == json::array({"client", "kind", "token"}));
  CHECK(alert["variants"] == json({{"Nobody has to know", "do nothing"}}));
  std::map<std::string, json> parameters;
  for (const json& one : alert["parameters"]) parameters[one["name"]] = one;
  CHECK(parameters["kind"] == json({{"name", "kind"},
                                    {"kind", "choice"},
                                    {"why", "How they are told"},
                                    {"required", true},
                                    {"required_if", nullptr},
                                    {"default", nullptr},
                                    {"choices", {"e-mail", "text message"}},
                                    {"wanted", "one of e-mail, text message"}}));
  CHECK(parameters["mail"]["required"] == false);
  CHECK(parameters["mail"]["required_if"] == json({{"kind", "e-mail"}}));
  CHECK(parameters["loud"]["default"] == false);

  const std::string text = room.countersign({"runbooks"}).out;
  has(text, "alert  Tell somebody\n");
  has(text, "when        Use it when somebody has to know.\n");
  has(text,
      "needs       client, kind, token; where kind is e-mail: mail; where kind is text message: "
      "phone");
  has(text, "broken\n  cannot be read: ");

  CHECK(room.value({"runbooks", "alert"}) == alert);
  CHECK(room.error({"runbooks", "part"}, 2) == "usage: \"part\" is not a runbook");
  has(room.error({"runbooks", "alrt"}, 2), "there is no runbook \"alrt\"");
  // It looks, and makes nothing.
  CHECK_FALSE(room.has("home"));
}

TEST_CASE("run RUNBOOK --help says what it asks for and why, and runs nothing") {
  CliFixture room;
  with_alert(room);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"run", "alert", "--help"},
                                             {"run", "--help", "alert", "-p", "client=acme"},
                                             {"help", "run", "alert"},
                                             {"run", "runbooks/alert.lua", "-h"}}) {
    const Ran ran = room.countersign(words);
    INFO(ran.err);
    CHECK(ran.code == 0);
    has(ran.out, "Tell somebody\n");
    has(ran.out, "When to use it\n  Use it when somebody has to know.\n");
    has(ran.out, "  kind  one of e-mail, text message  required\n      How they are told\n");
    has(ran.out, "  mail  an e-mail address  required where kind is e-mail\n");
    has(ran.out, "  loud  true or false  default: false\n");
    has(ran.out, "  note  text  optional\n      What else\n");
    has(ran.out, "  client  a profile of countersign.toml  required\n");
    // And what `run` itself takes.
    has(ran.out, "--take-over RUN");
  }
  CHECK(room.value({"run", "alert", "--help"}) == room.value({"runbooks", "alert"}));
  CHECK(room.countersign({"run", "alrt", "--help"}).code == 2);
  CHECK(room.countersign({"run", "--help"}).code == 0);
  CHECK_FALSE(room.has("home"));
  CHECK(room.simulator.requests().empty());
}

TEST_CASE("every missing parameter is named at once, with its choices, and those that may follow") {
  CliFixture room;
  with_alert(room);
  const auto lines = [&](const std::vector<std::string>& words) {
    std::vector<std::string> all = {"run", "alert"};
    all.insert(all.end(), words.begin(), words.end());
    return room.error(all, 2);
  };
  CHECK(lines({}) ==
        "usage: the parameters do not fit the runbook:\n"
        "  client is missing: Which account\n"
        "  kind is missing: How they are told (one of e-mail, text message)\n"
        "  token is missing: What it logs in with (a reference (env:NAME, file:PATH or "
        "command:PROGRAM), never the secret itself)\n"
        "  mail is missing too where kind is e-mail: Where the mail goes\n"
        "  phone is missing too where kind is text message: Whose phone");
  // What is known leaves no doubt.
  CHECK(lines({"-p", "kind=e-mail", "-p", "client=acme", "-p", "token=env:TOKEN"}) ==
        "usage: the parameters do not fit the runbook:\n"
        "  mail is missing: Where the mail goes");
  CHECK(room.value({"runs"}) == json::array());
}

TEST_CASE("what may be missing is only what can still be asked for") {
  const json text = {{"kind", "text"}, {"why", "Why"}};
  const auto where = [&](const json& condition) {
    json one = text;
    one["required_if"] = condition;
    return one;
  };
  using Perhaps = std::map<std::string, std::string>;
  // A condition on what has a value, on what nobody has to give, and on one another.
  const json declared = {{"a", text},
                         {"b", where({{"a", {"1", "2"}}})},
                         {"c", where({{"b", "x"}, {"a", "1"}})},
                         {"optional", {{"kind", "text"}, {"optional", true}}},
                         {"d", where({{"optional", "y"}})},
                         {"e", where({{"f", "1"}})},
                         {"f", where({{"e", "1"}})},
                         {"g", where({{"nowhere", "1"}})}};
  CHECK(missing_parameters(declared, json::object()) == std::vector<std::string>{"a"});
  CHECK(perhaps_missing(declared, json::object()) ==
        Perhaps{{"b", "a is 1 or 2"}, {"c", "a is 1 and b is x"}});
  CHECK(missing_parameters(declared, {{"a", "1"}}) == std::vector<std::string>{"b"});
  CHECK(perhaps_missing(declared, {{"a", "1"}}) == Perhaps{{"c", "a is 1 and b is x"}});
  CHECK(missing_parameters(declared, {{"a", "3"}}).empty());
  CHECK(perhaps_missing(declared, {{"a", "3"}}).empty());
  CHECK(check_parameters(declared, {{"a", "3"}}));
  CHECK(check_parameters(declared, {{"a", "1"}, {"b", "x"}, {"optional", "y"}}).error().message ==
        "the parameters do not fit the runbook:\n  c is missing: Why\n  d is missing: Why");
}

TEST_CASE("what is missing is asked for at a terminal in one round, what follows from it too") {
  CliFixture room;
  with_alert(room);
  Terminal terminal = terminal_of(room, {"run", "alert"});
  const std::string shown = terminal.until("client: ");
  // All of it first.
  has(shown, "These parameters are needed.");
  has(shown, "  client  one of acme  required\n      Which account\n");
  has(shown, "  kind  one of e-mail, text message  required\n");
  has(shown, "  phone  a phone number such as +15550100200  required where kind is text message\n");
  CHECK(shown.find("loud") == std::string::npos);
  terminal.type("nobody\r");
  terminal.until("wanted is one of acme\n");
  terminal.until("client: ");
  terminal.type("acme\r");
  terminal.until("kind: ");
  terminal.type("text message\r");
  // By now it is known which of the two is needed.
  terminal.until("phone: ");
  terminal.type("12\r");
  terminal.until("wanted is a phone number such as +15550100200\n");
  terminal.until("phone: ");
  terminal.type("+15550100201\r");
  terminal.until("token (not shown): ");
  terminal.type("my-very-secret-word\r");
  terminal.until(
      "wanted is a reference (env:NAME, file:PATH or command:PROGRAM), never the secret");
  terminal.until("token (not shown): ");
  terminal.type("env:TOKEN\r");
  CHECK(terminal.end() == 0);
  CHECK(terminal.shown().find("very-secret") == std::string::npos);
  CHECK(terminal.shown().find("env:TOKEN") == std::string::npos);
  CHECK(terminal.shown().find("mail: ") == std::string::npos);
  has(terminal.shown(), "text message +15550100201");
  CHECK(room.value({"runs"}).size() == 1);
}

TEST_CASE(
    "who leaves the questions has started nothing, and has a terminal that shows what is typed") {
  CliFixture room;
  with_alert(room);
  {
    Terminal terminal = terminal_of(room, {"run", "alert", "--profile", "acme"});
    CHECK(terminal.until("kind: ").find("client") == std::string::npos);
    terminal.type("\x03");
    terminal.until("countersign: nothing was started\n");
    CHECK(terminal.end() == 130);
  }
  {
    Terminal terminal = terminal_of(room, {"run", "alert", "--profile", "acme"});
    terminal.until("kind: ");
    terminal.type("\x04");
    terminal.until("the input ended before everything that is needed was given");
    CHECK(terminal.end() == 2);
  }
  {
    // A shell goes on behind it: the echo is on again.
    Terminal terminal(
        Command{{"/bin/sh", "-c",
                 "trap : INT; " COUNTERSIGN_BINARY_DIR
                 "/countersign run alert -p client=acme -p kind=e-mail -p mail=a@b.example; "
                 "echo code $?; stty -a"},
                room.folder,
                room.environment,
                {}},
        120);
    terminal.until("token (not shown): ");
    terminal.type("half of a sec\x03");
    terminal.until("code 130");
    has(terminal.until("echonl"), " echo ");
    terminal.end();
    CHECK(terminal.shown().find("half of") == std::string::npos);
  }
  CHECK(room.value({"runs"}) == json::array());
}

TEST_CASE("nothing is asked where a program reads along, or what was given does not fit") {
  CliFixture room;
  with_alert(room);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"run", "alert", "--json"},
                                             {"run", "alert", "--events"},
                                             {"run", "alert", "-p", "clint=acme"},
                                             {"run", "alert", "-p", "kind=pigeon"}}) {
    Terminal terminal = terminal_of(room, words);
    CHECK(terminal.end() == 2);
    CHECK(terminal.shown().find("client: ") == std::string::npos);
    has(terminal.shown(), "client is missing");
  }
}
