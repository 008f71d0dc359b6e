// command.*: the declared programs.
#include <chrono>

#include "interpreter/marker.h"
#include "stdlib/command_process.h"
#include "stdlib/glob.h"
#include "tests/stdlib/workbench.h"

using namespace workbench;

namespace {

struct Declared : Workbench {
  Declared() { folder.write("serverless/src/a.js", "a"); }
  CommandDeclaration& declare(const std::string& name, const std::string& script,
                              const std::string& effect = "mutate") {
    CommandDeclaration& command = config.commands[name];
    command.name = name;
    command.argv = {"/bin/sh", "-c", script};
    command.cwd = folder.path + "/serverless";
    command.effect = effect;
    return command;
  }
};

}  // namespace

TEST_CASE("a command runs without a shell, in its folder, with nothing of our environment") {
  Declared bench;
  ::setenv("WORKBENCH_LEAK", "leaked", 1);
  CommandDeclaration& command = bench.declare("show", "");
  command.argv = {"printf", "%s\n", "$HOME; `id` && *"};
  CHECK(bench.carry("command.run", {{"name", "show"}})["text"] == "$HOME; `id` && *\n");

  bench.declare("env", "env | sort; pwd; cat; ls /proc/self/fd | wc -l").environment = {
      {"DECLARED", "yes"}};
  const std::string text = bench.carry(
      "command.run",
      {{"name", "env"}, {"environment", {{"ENVIRONMENT", "acme"}, {"NODE_ENV", "test"}}}})["text"];
  CHECK(text.find("DECLARED=yes\nENVIRONMENT=acme\n") != std::string::npos);
  CHECK(text.find("WORKBENCH") == std::string::npos);
  CHECK(text.find("api-secret") == std::string::npos);
  CHECK(text.find("\n" + bench.folder.path + "/serverless\n4\n") !=
        std::string::npos);  // 0, 1, 2 and ls's own
}

TEST_CASE("a command's secrets reach it and nobody else") {
  Declared bench;
  ::setenv("WORKBENCH_DEPLOY_TOKEN", "deploy-token-0123", 1);
  CommandDeclaration& command =
      bench.declare("deploy", "echo $TOKEN $KEY | tee seen; echo $TOKEN | base64");
  command.secrets["TOKEN"].env = "WORKBENCH_DEPLOY_TOKEN";
  const json key = bench.vault.hold("test:key", "runbook-key-4567");
  const json result =
      bench.carry("command.run", {{"name", "deploy"}, {"environment", {{"KEY", key}}}});
  CHECK(bench.folder.read("serverless/seen") == "deploy-token-0123 runbook-key-4567\n");
  const std::string text = result["text"];
  CHECK(text.find("[secret command:deploy.TOKEN] [secret test:key]\n") == 0);
  for (const auto& [id, bytes] : bench.documents.all) {
    CHECK(bytes.find("deploy-token-0123") == std::string::npos);
    CHECK(bytes.find("ZGVwbG95LXRva2VuLTAxMjM") == std::string::npos);
  }
  CHECK(*bench.documents.get(handle_id(result["output"])) == text);
}

TEST_CASE("what ends badly is an error that says how and where its output is") {
  Declared bench;
  bench.declare("fails", "echo some output; echo why >&2; exit 3");
  const json arguments = {{"name", "fails"}};
  const auto failed = bench.row("command.run").carrier(Call{bench.session, arguments});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == "provider");
  CHECK(failed.error().message == "the command \"fails\" ended with exit status 3");
  CHECK(failed.error().hint == "its output is document " + sha256_hex("some output\nwhy\n") +
                                   "; it ended with: some output\nwhy\n");
  bench.declare("killed", "kill -9 $$");
  CHECK(bench.carry("command.run", {{"name", "killed"}})["message"] ==
        "the command \"killed\" ended with exit status 137");
  bench.declare("absent", "").argv = {"no-such-program"};
  CHECK(bench.carry("command.run", {{"name", "absent"}})["message"] ==
        "the program \"no-such-program\" is not there, or cannot be run");
}

TEST_CASE("a command that takes too long is ended with all that it started") {
  Declared bench;
  CommandDeclaration& command =
      bench.declare("slow", "trap '' TERM; (sleep 4; touch late) & echo begun; sleep 30");
  command.timeout_seconds = 1;
  const auto begin = std::chrono::steady_clock::now();
  const json result = bench.carry("command.run", {{"name", "slow"}});
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(8));
  CHECK(result ==
        json{{"error", "in_doubt"}, {"message", "the command \"slow\" was stopped after 1 s"}});
  ::usleep(2'000'000);
  CHECK_FALSE(bench.folder.has("serverless/late"));
}

TEST_CASE("what a command leaves running does not hold us, and ends with it") {
  Declared bench;
  bench.declare("leaves", "(sleep 2; touch late) & echo done");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(bench.carry("command.run", {{"name", "leaves"}})["text"] == "done\n");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  ::usleep(2'500'000);
  CHECK_FALSE(bench.folder.has("serverless/late"));
}

TEST_CASE("more output than is kept is cut, and the command is not held up by it") {
  CommandProcess process;
  process.argv = {"/bin/sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; exit 5"};
  process.cwd = "/";
  process.environment = {{"PATH", "/usr/bin:/bin"}};
  process.most = 1000;
  const auto outcome = run_command(process);
  REQUIRE(outcome);
  CHECK(outcome->status == 5);
  CHECK(outcome->cut);
  CHECK(outcome->output == std::string(1000, 'x'));
}

TEST_CASE("refusals of commands, in full") {
  Declared bench;
  ::setenv("WORKBENCH_DEPLOY_TOKEN", "deploy-token-0123", 1);
  bench.declare("deploy", "touch ran").secrets["TOKEN"].env = "WORKBENCH_DEPLOY_TOKEN";
  bench.declare("look", "touch ran", "read");
  bench.declare("nosy", "touch ran", "read").secrets["TOKEN"].env = "WORKBENCH_DEPLOY_TOKEN";
  const json key = bench.vault.hold("test:key", "runbook-key-4567");
  const struct {
    const char* row;
    json arguments;
    const char *error, *message;
  } table[] = {
      {"command.run", {{"name", "deplo"}}, "argument", "name: no command \"deplo\" is declared"},
      {"command.run",
       {{"name", "/bin/sh"}},
       "argument",
       "name: no command \"/bin/sh\" is declared"},
      {"command.run",
       {{"name", "look"}},
       "refused",
       "the command \"look\" is declared with effect = \"read\""},
      {"command.read",
       {{"name", "deploy"}},
       "refused",
       "the command \"deploy\" is not declared with effect = \"read\""},
      {"command.read",
       {{"name", "nosy"}},
       "refused",
       "the reading command \"nosy\" is declared with secrets"},
      {"command.read",
       {{"name", "look"}, {"environment", {{"KEY", key}}}},
       "refused",
       "environment: KEY: a command that reads gets no secret"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"TOKEN", "mine"}}}},
       "refused",
       "environment: TOKEN is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"LD_PRELOAD", "x.so"}}}},
       "refused",
       "environment: LD_PRELOAD is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"PATH", "/tmp"}}}},
       "refused",
       "environment: PATH is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"NODE_OPTIONS", "--require x"}}}},
       "refused",
       "environment: NODE_OPTIONS is not a runbook's to set"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"A=B", "x"}}}},
       "argument",
       "environment: \"A=B\" is not the name of a variable"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"A", std::string("a\0b", 3)}}}},
       "argument",
       "environment: A holds a NUL"},
      {"command.run",
       {{"name", "deploy"}, {"environment", {{"A", 1}}}},
       "argument",
       "environment: A: want text"},
  };
  for (const auto& [row, arguments, error, message] : table) {
    INFO(row << " " << arguments.dump());
    CHECK(bench.carry(row, arguments) == json{{"error", error}, {"message", message}});
    if (std::string(row) == "command.run")
      CHECK(bench.before(row, arguments)["message"] == message);
  }
  CHECK_FALSE(bench.folder.has("serverless/ran"));
}

TEST_CASE("a command's state is its declaration and its inputs") {
  Declared bench;
  bench.folder.write("serverless/.env.acme", "KEY=secret-0123\n");
  bench.folder.write("serverless/src/deep/b.js", "b");
  bench.folder.write("serverless/node_modules/x.js", "x");
  bench.folder.write("serverless/README.md", "r");
  bench.declare("deploy", "exit 0").inputs = {"**/*.js", ".env.*"};
  const json arguments = {{"name", "deploy"}};
  const json state = bench.before("command.run", arguments);
  CHECK(state["inputs"] == json{{".env.acme", bench.vault.fingerprint("KEY=secret-0123\n")},
                                {"src/a.js", sha256_hex("a")},
                                {"src/deep/b.js", sha256_hex("b")}});
  const auto changed = [&](const std::string& what) {
    INFO(what);
    const bool differs = bench.before("command.run", arguments) != state;
    return differs;
  };
  bench.folder.write("serverless/README.md", "other");
  CHECK_FALSE(changed("no input"));
  bench.folder.write("serverless/src/new.js", "n");
  CHECK(changed("a new input"));
  fs::remove(bench.folder.path + "/serverless/src/new.js");
  CHECK_FALSE(changed("as before"));
  bench.config.commands["deploy"].argv.push_back("more");
  CHECK(changed("argv"));
  bench.config.commands["deploy"].argv.pop_back();
  bench.config.commands["deploy"].environment["A"] = "1";
  CHECK(changed("environment"));
  bench.config.commands["deploy"].environment.clear();
  // A plan's own new files count as they will on the disk.
  const Overlay overlay;
  overlay.set_content(bench.folder.path + "/serverless/src/planned.js", "p");
  overlay.set_content(bench.folder.path + "/serverless/node_modules/planned.js", "p");
  overlay.remove_content(bench.folder.path + "/serverless/src/a.js");
  CHECK(bench.before("command.run", arguments, &overlay)["inputs"] ==
        json{{".env.acme", bench.vault.fingerprint("KEY=secret-0123\n")},
             {"src/deep/b.js", sha256_hex("b")},
             {"src/planned.js", sha256_hex("p")}});
  fs::create_symlink("a.js", bench.folder.path + "/serverless/src/link.js");
  CHECK(bench.before("command.run", arguments)["message"] ==
        "the input \"src/link.js\" is a link or a device");
}

TEST_CASE("a pattern matches paths segment by segment") {
  const struct {
    const char *pattern, *path;
    bool matches;
  } table[] = {
      {"a.js", "a.js", true},
      {"a.js", "b/a.js", false},
      {"*.js", "a.js", true},
      {"*.js", "b/a.js", false},
      {"*", ".hidden", true},
      {"?.js", "a.js", true},
      {"?.js", ".js", false},
      {"src/*", "src/a", true},
      {"src/*", "src/a/b", false},
      {"src/**", "src/a/b", true},
      {"src/**", "src", true},
      {"**/*.js", "a.js", true},
      {"**/*.js", "a/b/c.js", true},
      {"**/b/*.js", "a/b/c.js", true},
      {"**/b/*.js", "a/c.js", false},
      {"a/**/z", "a/z", true},
      {"a/**/z", "a/b/c/z", true},
      {"a/**/z", "b/a/z", false},
      {"./a", "a", true},
      {"*a*b*c*", "xxaxxbxxcxx", true},
      {"*a*b*c*", "xxaxxcxxbxx", false},
      {"", "a", false},
      {"**", "a/b", true},
  };
  for (const auto& [pattern, path, matches] : table) {
    INFO(pattern << " " << path);
    CHECK(glob_matches(pattern, path) == matches);
  }
  std::string stars;
  for (int i = 0; i < 2000; ++i) stars += "*a";
  CHECK_FALSE(glob_matches(stars + "b", std::string(20'000, 'a')));
}
