// Completion: what the shells' scripts are told, and bash itself at a terminal, hostile names
// included.
#include <filesystem>
#include <sstream>

#include "repl/shell/words.h"
#include "tests/repl/cli_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/terminal.h"

using namespace countersign;
using room::CliFixture;
namespace fs = std::filesystem;

namespace {

const std::string kRename = R"lua(return runbook {
  name = "rename", title = "Rename the number",
  parameters = {
    client = param.profile { why = "Which account" },
    queue = param.choice { choices = { "existing", "create new", "$(touch executed)",
      "it's `touch executed` \"x\"; touch executed #", "two\nlines" }, why = "Which queue" },
    loud = param.flag { default = false, why = "Whether it rings" },
    token = param.secret { optional = true, why = "What it logs in with" },
  },
  procedure = { read "look" (function(run) end) },
  done = { attest { "looked", "Somebody looked" } },
}
)lua";

struct CompletionFixture : CliFixture {
  CompletionFixture() {
    furnish("[profiles.beta]\ntwilio.account_sid = \"AC11111111111111111111111111111111\"\n");
    write("runbooks/rename.lua", kRename);
    write("runbooks/my part.lua", "return { 1 }\n");
    write("runbooks/it is $(touch executed).lua", kRename);
    write("runbooks/two\nlines.lua", kRename);
  }
  // What is completed behind the words, as a shell without word breaks is told.
  std::vector<std::string> after(const std::vector<std::string>& words) {
    std::vector<std::string> all = {"__complete", "zsh"};
    all.insert(all.end(), words.begin(), words.end());
    return lines(countersign(all));
  }
  std::vector<std::string> bash(const std::string& line) {
    return lines(countersign({"__complete", "bash", line, " \t\n\"'><=;|&(:"}));
  }
  static std::vector<std::string> lines(const Ran& ran) {
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.err == "");
    std::vector<std::string> out;
    std::istringstream in(ran.out);
    for (std::string line; std::getline(in, line);) out.push_back(line.substr(0, line.find('\t')));
    return out;
  }
};

using Lines = std::vector<std::string>;

bool holds(const Lines& lines, const std::string& wanted) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  INFO(all);
  INFO(wanted);
  const bool there = std::find(lines.begin(), lines.end(), wanted) != lines.end();
  CHECK(there);
  return there;
}

// bash as somebody sits before it.
Terminal bash_of(CliFixture& room) {
  std::map<std::string, std::string> environment = room.environment;
  environment["TERM"] = "dumb";
  environment["PS1"] = "$ ";
  environment["PATH"] = COUNTERSIGN_BINARY_DIR ":/usr/bin:/bin";
  environment["INPUTRC"] = "/dev/null";
  return Terminal(
      Command{{"/bin/bash", "--norc", "--noprofile", "-i"}, room.folder, environment, {}}, 400);
}

}  // namespace

TEST_CASE("commands, options and what they take are completed") {
  CompletionFixture room;
  CHECK(room.after({"runb"}) == Lines{"words", "runbooks"});
  CHECK(room.after({"tr"}) == Lines{"words", "trust"});
  CHECK(room.after({"trust", "re"}) == Lines{"words", "revoke"});
  CHECK(room.after({"help", "trust", "acc"}) == Lines{"words", "accept"});
  CHECK(room.after({"sim", "ca"}) == Lines{"words", "call"});
  CHECK(room.after({"--home", "x", "resu"}) == Lines{"words", "resume"});
  CHECK(room.after({"resume", "--all"}) == Lines{"words", "--all-due"});
  CHECK(room.after({"resume", "--wait", "--wai"}) == Lines{"words"});
  CHECK(room.after({"--log-level", "de"}) == Lines{"words", "debug"});
  CHECK(room.after({"runs", "--status", "awaiting_d"}) == Lines{"words", "awaiting_decision"});
  CHECK(room.after({"runs", "--status=appr"}) == Lines{"words", "--status=approved"});
  CHECK(room.after({"completion", ""}) == Lines{"words", "bash", "zsh", "fish"});
  CHECK(room.after({"new", "sy"}) == Lines{"words", "symptom"});
  CHECK(room.after({"new", "s"}) == Lines{"words", "symptom", "scenario"});
  CHECK(room.after({"sim", "call", "--path", "v"}) == Lines{"words", "voicemail"});
  CHECK(room.after({"operations", "twilio.numbers.up"}) == Lines{"words", "twilio.numbers.update"});
  CHECK(room.after({"check", ""}) == Lines{"files"});
  CHECK(room.after({"export", "x", "--to", ""}) == Lines{"folders"});
  CHECK(room.after({"nonsense", ""}) == Lines{"nothing"});
  CHECK(room.after({"trust", "nonsense", ""}) == Lines{"nothing"});
}

TEST_CASE("runbooks, profiles, parameters, their values, runs and items are completed") {
  CompletionFixture room;
  const Lines runbooks = room.after({"run", ""});
  holds(runbooks, "connie/cancel");
  holds(runbooks, "connie/troubleshoot");
  holds(runbooks, "rename");
  CHECK(std::count(runbooks.begin(), runbooks.end(), "my part") == 0);
  CHECK(std::count(runbooks.begin(), runbooks.end(), "connie/teardown") == 0);
  CHECK(room.after({"run", "./runb"}) == Lines{"files"});
  CHECK(room.after({"run", "rename", "-p", ""}) ==
        Lines{"nospace", "client=", "loud=", "queue=", "token="});
  CHECK(room.after({"run", "rename", "-p", "loud=true", "--param", ""}) ==
        Lines{"nospace", "client=", "queue=", "token="});
  CHECK(room.after({"run", "rename", "-p", "queue="}) ==
        Lines{"words", "queue=existing", "queue=create new", "queue=$(touch executed)",
              "queue=it's `touch executed` \"x\"; touch executed #"});
  CHECK(room.after({"run", "rename", "-p", "loud=f"}) == Lines{"words", "loud=false"});
  CHECK(room.after({"run", "rename", "-p", "client=ac"}) == Lines{"words", "client=acme"});
  CHECK(room.after({"run", "rename", "-p", "token=f"}) == Lines{"nospace", "token=file:"});
  CHECK(room.after({"eval", "--profile", ""}) == Lines{"words", "acme", "beta"});
  // What a terminal cannot show as it is, is left out.
  for (const std::string& one : runbooks) CHECK(one.find("two") == std::string::npos);

  const std::string id =
      room.value({"run", "rename", "-p", "client=acme", "-p", "queue=existing"}, 5)["run"];
  CHECK(room.after({"show", ""}) == Lines{"words", id});
  CHECK(room.after({"show", "nothing"}) == Lines{"words"});
  CHECK(room.after({"attest", id, ""}) == Lines{"words", "looked"});
}

TEST_CASE("completion makes nothing, asks nobody, and is silent where nothing is to be known") {
  CliFixture bare;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"show", ""},
                                             {"run", ""},
                                             {"eval", "--profile", ""},
                                             {"run", "no-such", "-p", ""},
                                             {"attest", "x", ""},
                                             {""}}) {
    std::vector<std::string> all = {"__complete", "fish"};
    all.insert(all.end(), words.begin(), words.end());
    const Ran ran = bare.countersign(all);
    CHECK(ran.code == 0);
    CHECK(ran.err == "");
  }
  CHECK(fs::is_empty(bare.folder));
  CompletionFixture room;
  (void)room.after({"run", "rename", "-p", "client="});
  (void)room.after({"show", ""});
  CHECK_FALSE(room.has("home"));
  CHECK(room.simulator.requests().empty());
  room.write("countersign.toml", "not = [toml");
  CHECK(room.after({"eval", "--profile", ""}) == Lines{"words"});
}

TEST_CASE("a line is read as bash reads it") {
  struct {
    const char* line;
    std::vector<std::string> words;
    const char* before;
    char quote;
  } const cases[] = {
      {"countersign ", {"countersign", ""}, "", 0},
      {"countersign run -p client=ac", {"countersign", "run", "-p", "client=ac"}, "client=", 0},
      {"countersign run -p \"a b=c", {"countersign", "run", "-p", "a b=c"}, "", '"'},
      {"countersign run a\\ b", {"countersign", "run", "a b"}, "", 0},
      {"countersign run 'it'\\''s", {"countersign", "run", "it's"}, "it'", '\''},
      {"x; y | HOME=/ countersign sh", {"countersign", "sh"}, "", 0},
      {"countersign show \"", {"countersign", "show", ""}, "", '"'},
  };
  for (const auto& one : cases) {
    INFO(one.line);
    const ShellLine line = shell_line(one.line, " =:");
    CHECK(line.words == one.words);
    CHECK(line.quote == one.quote);
    CHECK(line.before == one.before);
  }
}

TEST_CASE("what bash is told is quoted, in quotes of the user's too") {
  CompletionFixture room;
  const std::string begun = "countersign run rename -p queue=";
  CHECK(room.bash("x=1 countersign show y ; " + begun + "e") == Lines{"words", "existing"});
  CHECK(room.bash("countersign run it\\ ") ==
        Lines{"words", "it\\ is\\ \\$\\(touch\\ executed\\)"});
  CHECK(room.bash("countersign run \"it") == Lines{"words", "it is \\$(touch executed)"});
  CHECK(room.bash("countersign run 'it") == Lines{"words", "it is $(touch executed)"});
  CHECK(room.bash(begun + "\\$") == Lines{"words", "\\$\\(touch\\ executed\\)"});
  CHECK(room.bash("countersign run rename -p \"queue=\\$") ==
        Lines{"words", "queue=\\$(touch executed)"});
  CHECK(room.bash("countersign run rename -p 'queue=it") ==
        Lines{"words", "queue=it'\\''s `touch executed` \"x\"; touch executed #"});
  CHECK(room.bash("countersign run rename -p queue=c") == Lines{"words", "create\\ new"});
  CHECK(room.bash("countersign run rename -p q") == Lines{"nospace", "queue="});
}

TEST_CASE("bash completes at a terminal, and executes no name") {
  CompletionFixture room;
  Terminal bash = bash_of(room);
  bash.until("$ ");
  bash.type("source <(countersign completion bash); set +o history; bind 'set bell-style none'\r");
  bash.until("$ ");
  const auto completed = [&](const std::string& typed) {
    bash.type("echo == " + std::string("; : ") + "\x15");
    bash.type(typed + "\t");
    // What the line has become is seen where it is run with `echo` before it.
    bash.type(
        "\x01"
        "printf '<%s>' \x05\r");
    bash.until("printf '<%s>'");
    bash.until("\n");
    const std::string out = bash.until("$ ");
    return out.substr(0, out.size() - 2);
  };
  CHECK(completed("countersign runb") == "<countersign><runbooks>");
  CHECK(completed("countersign trust rev") == "<countersign><trust><revoke>");
  CHECK(completed("countersign run ren") == "<countersign><run><rename>");
  CHECK(completed("countersign run rename -p cl") == "<countersign><run><rename><-p><client=>");
  CHECK(completed("countersign run rename -p client=acm") ==
        "<countersign><run><rename><-p><client=acme>");
  CHECK(completed("countersign run rename -p queue=c") ==
        "<countersign><run><rename><-p><queue=create new>");
  CHECK(completed("countersign eval --profile b") == "<countersign><eval><--profile><beta>");
  const std::string begun = "countersign run rename -p queue=",
                    is = "<countersign><run><rename><-p><queue=";
  CHECK(completed(begun + "\\$") == is + "$(touch executed)>");
  CHECK(completed(begun + "it") == is + "it's `touch executed` \"x\"; touch executed #>");
  CHECK(completed("countersign run rename -p \"queue=\\$") == is + "$(touch executed)>");
  CHECK(completed("countersign run rename -p 'queue=it") ==
        is + "it's `touch executed` \"x\"; touch executed #>");
  CHECK(completed("countersign run \"it") == "<countersign><run><it is $(touch executed)>");
  CHECK(completed("countersign run it") == "<countersign><run><it is $(touch executed)>");
  // Files where files are wanted.
  CHECK(completed("countersign check polic") == "<countersign><check><policy.toml>");
  CHECK(completed("countersign check runbo") == "<countersign><check><runbooks/>");
  // Two TABs list what there is, and run nothing of it.
  bash.type("countersign run rename -p queue=\t\t");
  bash.until("create");
  bash.type("\x15");
  CHECK_FALSE(room.has("executed"));
}

TEST_CASE("the scripts are sound for their shells, as far as these are there") {
  CliFixture room;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Ran script = room.countersign({"completion", shell});
    CHECK(script.code == 0);
    CHECK(room.value({"completion", shell})["script"] == script.out);
    room.write(std::string("script.") + shell, script.out);
    const Ran found = run_process({{"sh", "-c", std::string("command -v ") + shell}, room.folder});
    if (found.code != 0) continue;
    const Ran ran = run_process({{shell, "-n", std::string("script.") + shell}, room.folder});
    INFO(ran.err);
    CHECK(ran.code == 0);
  }
  CHECK(room.countersign({"completion", "tcsh"}).code == 2);
}
