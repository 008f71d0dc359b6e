// The rows of the workspace: files, env, registry, dev-logs, repository.
#include <thread>

#include "interpreter/canonical.h"
#include "interpreter/placeholder.h"
#include "stdlib/workspace/file_edit.h"
#include "stdlib/workspace/markdown.h"
#include "stdlib/workspace/registry.h"
#include "stdlib/workspace/scopes.h"
#include "tests/stdlib/workspace_fixture.h"

using namespace workbench;

namespace {

constexpr const char* kRegistry =
    "# Clients\n\nAll of them.\n\n## Acme\n- Workspace WS1\n- Status: active\n\n### Numbers\n- "
    "+15550100\n\n"
    "## Acme-West\n- other\n\n```\n## Acme in code\n```\n\n## Zed (formerly Acme Two)\nend";
constexpr const char* kClientFile =
    "{\n  \"custom_data\": {\n    \"zeta\": 1,\n    \"features\": {\n      \"vm\": {\n        "
    "\"enabled\": true\n      }\n"
    "    }\n  },\n  \"mailgun_api_key\": \"key-0123456789\",\n  \"list\": [1, 2]\n}\n";
constexpr const char* kEnv =
    "# acme\nADMIN_EMAIL=a@acme.example\nMAILGUN_API_KEY='key-abcdef0123'\nexport "
    "WORKSPACE_SID=WS1\n";

struct Filled : WorkspaceFixture {
  Filled() {
    folder.write("PAC.md", kRegistry);
    folder.write("flex-config/ui_attributes.acme.json", kClientFile);
    folder.write("serverless/.env.acme", kEnv);
    folder.write("serverless/src/wait.js", "const a = 1;\nconst b = 2;\n");
    folder.write("serverless/package.json", "{}");
    folder.write("dev-logs/wait-experience-acme-2026-01-02/README.md", "first");
    folder.write("dev-logs/wait-experience-acme-2026-03-04-admin-email/pre.json", "{}");
    CommandDeclaration deploy;
    deploy.name = "deploy";
    deploy.argv = {"/bin/sh", "-c", "exit 0"};
    deploy.cwd = folder.path + "/serverless";
    deploy.effect = "mutate";
    deploy.inputs = {".env.*", "src/**"};
    config.commands["deploy"] = deploy;
    document = make_handle("document", documents.put("{\"pre\":true}"));
  }
  json document;
};

const json kPlaceholder = make_placeholder(3, "/key");

}  // namespace

TEST_CASE("what a changing row projects is what stands there once it is carried out") {
  Filled sample;
  const json handle = sample.vault.hold("test:new", "key-brand-new-secret");
  const struct {
    const char* row;
    json arguments;
    const char* target;
  } table[] = {
      {"files.edit",
       {{"path", "flex-config/ui_attributes.acme.json"},
        {"set", {{"/custom_data/features/vm/enabled", false}, {"/new/deep", 1}, {"/list/-", 3}}}},
       "/files/flex-config~1ui_attributes.acme.json"},
      {"files.edit",
       {{"path", "flex-config/ui_attributes.acme.json"},
        {"set", {{"/mailgun_api_key", "key-other-4567"}}}},
       "/files/flex-config~1ui_attributes.acme.json"},
      {"files.edit",
       {{"path", "serverless/src/wait.js"}, {"replace", {{"find", "b = 2"}, {"with", "b = 3"}}}},
       "/files/serverless~1src~1wait.js"},
      {"files.edit",
       {{"path", "serverless/src/wait.js"}, {"text", "all new\n"}},
       "/files/serverless~1src~1wait.js"},
      {"files.write",
       {{"path", "incidents/2026-01.md"}, {"text", "# What\nhappened\n"}},
       "/files/incidents~12026-01.md"},
      {"files.write",
       {{"path", "incidents/pre.json"}, {"document", sample.document}},
       "/files/incidents~1pre.json"},
      {"files.write",
       {{"path", "serverless/src/wait.js"}, {"text", "x"}, {"overwrite", true}},
       "/files/serverless~1src~1wait.js"},
      {"files.move",
       {{"from", "serverless/src/wait.js"}, {"to", "serverless/lib/wait.js"}},
       "/files/serverless~1src~1wait.js"},
      {"files.archive", {{"path", "serverless/src"}}, "/files/serverless~1src"},
      {"env.update",
       {{"file", "serverless/.env.acme"}, {"key", "ADMIN_EMAIL"}, {"value", "b@acme.example"}},
       "/env/ADMIN_EMAIL"},
      {"env.update",
       {{"file", "serverless/.env.acme"}, {"key", "MAILGUN_API_KEY"}, {"value", handle}},
       "/env/MAILGUN_API_KEY"},
      {"env.update",
       {{"file", "serverless/.env.acme"}, {"key", "ADDED"}, {"value", "some value"}},
       "/env/ADDED"},
      {"env.delete",
       {{"file", "serverless/.env.acme"}, {"key", "MAILGUN_API_KEY"}},
       "/env/MAILGUN_API_KEY"},
      {"registry.tombstone",
       {{"client", "acme"}, {"text", "2026-11-20, see dev-log"}},
       "/files/PAC.md"},
      {"registry.create",
       {{"client", "newcomer"}, {"text", "- number +15550100200"}},
       "/files/PAC.md"},
      {"registry.update",
       {{"client", "acme"}, {"text", "- 2026-11-20: admin e-mail"}},
       "/files/PAC.md"},
      {"devlogs.write",
       {{"folder", "wait-experience-acme-2026-11-20"},
        {"files",
         {{"README.md", "text"}, {"pre.json", sample.document}, {"list.json", {{"a", {1, 2}}}}}}},
       "/devlogs/wait-experience-acme-2026-11-20"},
      {"devlogs.update",
       {{"folder", "wait-experience-acme-2026-01-02"}, {"files", {{"post.json", sample.document}}}},
       "/devlogs/wait-experience-acme-2026-01-02"},
      {"devlogs.archive",
       {{"folder", "wait-experience-acme-2026-01-02"}},
       "/devlogs/wait-experience-acme-2026-01-02"},
  };
  std::set<std::string> seen;
  for (const auto& [row, arguments, target] : table) {
    INFO(row << " " << arguments.dump());
    seen.insert(row);
    Filled bench;
    bench.vault.hold("test:new", "key-brand-new-secret");
    const Overlay overlay;
    const json before = bench.before(row, arguments, &overlay);
    const json projected = bench.project(row, arguments, &overlay);
    CHECK_FALSE(projected.contains("error"));
    CHECK(bench.project(row, arguments) == projected);  // live, without an overlay
    CHECK(bench.before(row, arguments) == before);      // planning changed nothing
    CHECK(bench.target(row, arguments) == target);
    const json result = bench.carry(row, arguments);
    CHECK_FALSE(result.contains("error"));
    CHECK(bench.before(row, arguments) == projected);
    CHECK(projected != before);
    // A later operation of the plan sees through the overlay what is there now.
    CHECK(bench.before(row, arguments, &overlay) == projected);
    const std::string plan = (before.dump() + projected.dump() + result.dump());
    for (const char* secret :
         {"key-0123456789", "key-abcdef0123", "key-brand-new-secret", "key-other-4567"})
      CHECK(plan.find(secret) == std::string::npos);
  }
  for (const Row& row : rows().rows())
    if (row.project) {
      INFO(row.name);
      CHECK(seen.count(row.name) == 1);
    }
}

TEST_CASE("before is the value that a snapshot has at the row's target") {
  Filled bench;
  const json files = *files_scope(bench.session);
  const json env = *env_scope(bench.session);
  const json snapshot = {{"files", files}, {"env", env}};
  const struct {
    const char* row;
    json arguments;
  } table[] = {
      {"files.edit", {{"path", "flex-config/ui_attributes.acme.json"}, {"text", "{}"}}},
      {"files.edit", {{"path", "serverless/src/wait.js"}, {"text", "b = 2\n"}}},
      {"registry.tombstone", {{"client", "acme"}, {"text", "2026-11-20"}}},
      {"env.update",
       {{"file", "serverless/.env.acme"}, {"key", "MAILGUN_API_KEY"}, {"value", "x"}}},
      {"env.delete", {{"file", "serverless/.env.acme"}, {"key", "ADMIN_EMAIL"}}},
  };
  for (const auto& [row, arguments] : table) {
    INFO(row);
    CHECK_FALSE(bench.before(row, arguments).is_null());
    CHECK(at_pointer(snapshot, bench.target(row, arguments)) == bench.before(row, arguments));
  }
  CHECK(files.size() == 3);
  CHECK(env.size() == 3);
}

TEST_CASE("operations of one plan build on each other") {
  Filled bench;
  const Overlay overlay;
  const json edit = {{"path", "serverless/src/wait.js"},
                     {"replace", {{"find", "a = 1"}, {"with", "a = 10"}}}};
  const json again = {{"path", "serverless/src/wait.js"},
                      {"replace", {{"find", "a = 10"}, {"with", "a = 100"}}}};
  const json move = {{"from", "serverless/src"}, {"to", "serverless/lib"}};
  const json moved = {{"path", "serverless/lib/wait.js"},
                      {"replace", {{"find", "b = 2"}, {"with", "b = 3"}}}};
  const json env = {
      {"file", "serverless/.env.acme"}, {"key", "ADMIN_EMAIL"}, {"value", "c@acme.example"}};
  const json run = {{"name", "deploy"}};
  std::vector<std::pair<const char*, json>> plan = {{"files.edit", edit}, {"files.edit", again},
                                                    {"files.move", move}, {"files.edit", moved},
                                                    {"env.update", env},  {"command.run", run}};
  std::vector<json> befores;
  for (const auto& [row, arguments] : plan) {
    INFO(row << arguments.dump());
    befores.push_back(bench.before(row, arguments, &overlay));
    if (bench.row(row).project)
      REQUIRE(bench.row(row).project(Call{bench.session, arguments, &overlay}, befores.back()));
  }
  for (std::size_t i = 0; i < plan.size(); ++i) {
    INFO(plan[i].first << plan[i].second.dump());
    CHECK(bench.before(plan[i].first, plan[i].second) == befores[i]);
    REQUIRE_FALSE(bench.carry(plan[i].first, plan[i].second).contains("error"));
  }
  CHECK(bench.folder.read("serverless/lib/wait.js") == "const a = 100;\nconst b = 3;\n");
}

TEST_CASE("a key that one operation returned is the same where another has put it") {
  Filled bench;
  const json returned = bench.vault.hold("mailgun:key-1", "key-shown-once");
  const json arguments = {
      {"file", "serverless/.env.acme"}, {"key", "MAILGUN_API_KEY"}, {"value", returned}};
  bench.carry("env.update", arguments);
  const json there = bench.before("env.update", arguments);
  CHECK(there != returned);
  CHECK(difference({{"KEY", returned}}, {{"KEY", there}}).empty());
  CHECK(difference({{"KEY", returned}}, {{"KEY", bench.vault.hold("x", "another")}}).size() == 1);
}

TEST_CASE("what waits for an earlier operation stands in the plan as its placeholder") {
  Filled bench;
  const Overlay overlay;
  const json env = {
      {"file", "serverless/.env.acme"}, {"key", "MAILGUN_API_KEY"}, {"value", kPlaceholder}};
  CHECK(bench.project("env.update", env, &overlay) == kPlaceholder);
  const json inputs = bench.before("command.run", {{"name", "deploy"}}, &overlay)["inputs"];
  CHECK(depends_on(inputs[".env.acme"]) == 3);
  CHECK(depends_on(inputs["src/wait.js"]) == 0);
  CHECK(overlay.known_after("/commands/deploy") == 0);  // all but that one input is compared
  const json edit = {{"path", "flex-config/ui_attributes.acme.json"},
                     {"set", {{"/sid", kPlaceholder}}}};
  CHECK(bench.project("files.edit", edit, &overlay)["sid"] == kPlaceholder);
  const json write = {{"path", "incidents/a.md"}, {"text", kPlaceholder}};
  CHECK(depends_on(bench.project("files.write", write, &overlay)["sha256"]) == 3);
  CHECK(bench.carry("env.update", env)["error"] == "refused");
  CHECK(bench.carry("files.edit", edit)["error"] == "argument");
  CHECK(bench.carry("files.write", write)["error"] == "refused");
  const json path = {{"path", kPlaceholder}, {"text", "x"}};
  CHECK(bench.target("files.write", path) ==
        "path: is known only after step 3 of the plan, and what is changed has to be known when it "
        "is planned");
  CHECK(bench.folder.read("serverless/.env.acme") == kEnv);
}

TEST_CASE("refusals of the workspace's rows, in full") {
  Filled bench;
  bench.folder.write("serverless/lib/wait.js", "x");
  const struct {
    const char* row;
    json arguments;
    const char *error, *message;
  } table[] = {
      {"files.read",
       {{"path", "serverless/.env.acme"}},
       "refused",
       "\"serverless/.env.acme\" is an env file and may hold secrets"},
      {"files.write",
       {{"path", "serverless/.env.new"}, {"text", "A=1"}},
       "refused",
       "\"serverless/.env.new\" is an env file and may hold secrets"},
      {"files.read", {{"path", "../etc/passwd"}}, "refused", "path \"../etc/passwd\" holds \"..\""},
      {"files.read",
       {{"path", "serverless/none"}},
       "argument",
       "\"serverless/none\" does not exist"},
      {"files.edit",
       {{"path", "serverless/src/wait.js"}},
       "argument",
       "files.edit: want one of set, replace and text, got 0"},
      {"files.edit",
       {{"path", "serverless/src/wait.js"}, {"text", "a"}, {"set", json::object()}},
       "argument",
       "files.edit: want one of set, replace and text, got 2"},
      {"files.edit",
       {{"path", "serverless/none.json"}, {"text", "{}"}},
       "argument",
       "\"serverless/none.json\" does not exist"},
      {"files.edit",
       {{"path", "serverless/src/wait.js"}, {"replace", {{"find", "const"}, {"with", "let"}}}},
       "argument",
       "replace: the text to find stands in the file more than once"},
      {"files.edit",
       {{"path", "serverless/src/wait.js"}, {"replace", {{"find", "nope"}, {"with", "let"}}}},
       "argument",
       "replace: the text to find is not in the file"},
      {"files.edit", {{"path", "serverless/package.json"}, {"text", "{,}"}}, "argument", nullptr},
      {"files.write",
       {{"path", "serverless/package.json"}, {"text", "{}"}},
       "refused",
       "\"serverless/package.json\" exists already"},
      {"files.write",
       {{"path", "serverless/a"}},
       "argument",
       "files.write: want either text or document"},
      {"files.move",
       {{"from", "serverless/src/wait.js"}, {"to", "serverless/lib/wait.js"}},
       "refused",
       "\"serverless/lib/wait.js\" exists already"},
      {"files.move",
       {{"from", "serverless/src"}, {"to", "serverless/src/deeper"}},
       "argument",
       "\"serverless/src\" cannot be moved into itself"},
      {"files.move",
       {{"from", "serverless"}, {"to", "incidents/serverless"}},
       "refused",
       "\"serverless\" is, or holds, what countersign.toml names"},
      {"files.archive",
       {{"path", "PAC.md"}},
       "refused",
       "\"PAC.md\" is, or holds, what countersign.toml names"},
      {"files.move",
       {{"from", "serverless/src/wait.js"}, {"to", "repository/wait.js"}},
       "refused",
       "path \"repository/wait.js\" is outside the workspace"},
      {"env.fetch",
       {{"file", "serverless/.env.other"}},
       "refused",
       "\"serverless/.env.other\" is not the env file of the profile \"acme\""},
      {"env.update",
       {{"file", "serverless/.env.other"}, {"key", "A"}, {"value", "1"}},
       "refused",
       "\"serverless/.env.other\" is not the env file of the profile \"acme\""},
      {"env.update",
       {{"file", "serverless/.env.acme"}, {"key", "A B"}, {"value", "1"}},
       "argument",
       "\"A B\" is not the name of a variable"},
      {"env.update",
       {{"file", "serverless/.env.acme"}, {"key", "A"}, {"value", 1}},
       "argument",
       "env.update: value: got 1, want text"},
      {"registry.read",
       {{"client", "nobody"}},
       "argument",
       "no section of the registry names \"nobody\""},
      {"registry.tombstone",
       {{"client", "acme"}, {"text", "gone"}},
       "argument",
       "text: a tombstone says when (YYYY-MM-DD), and by whose word"},
      {"devlogs.write",
       {{"folder", "../x"}, {"files", {{"a", "b"}}}},
       "argument",
       "folder: \"../x\" is not the name of a folder"},
      {"devlogs.write",
       {{"folder", "x"}, {"files", {{"../a", "b"}}}},
       "argument",
       "files: \"../a\" is not the name of a file of evidence"},
      {"devlogs.write",
       {{"folder", "x"}, {"files", {{"a", "has api-secret-of-acme"}}}},
       "refused",
       "files: \"a\" holds a secret"},
      {"devlogs.write",
       {{"folder", "x"}, {"files", json::object()}},
       "argument",
       "files: want at least one file"},
      {"devlogs.write",
       {{"folder", "wait-experience-acme-2026-01-02"}, {"files", {{"a", "b"}}}},
       "refused",
       "\"dev-logs/wait-experience-acme-2026-01-02\" exists already"},
      {"devlogs.archive", {{"folder", "none"}}, "argument", "\"dev-logs/none\" does not exist"},
      {"devlogs.archive",
       {{"folder", "_archive"}},
       "argument",
       "folder: \"_archive\" is not the name of a folder"},
  };
  bench.vault.know("test", "api-secret-of-acme");
  const auto names = bench.folder.all();
  for (const auto& [row, arguments, error, message] : table) {
    INFO(row << " " << arguments.dump());
    const json result = bench.carry(row, arguments);
    CHECK(result.value("error", "none") == error);
    if (message) CHECK(result.value("message", "none") == message);
    if (bench.row(row).project && check_arguments(bench.row(row), arguments)) {
      const Overlay overlay;
      CHECK(bench.project(row, arguments, &overlay).value("error", "none") == error);
    }
  }
  CHECK(bench.folder.all() == names);
  CHECK(bench.folder.read("PAC.md") == kRegistry);
  CHECK(bench.folder.read("serverless/.env.acme") == kEnv);
}

TEST_CASE("an edited JSON file keeps the order of its keys and its form") {
  const struct {
    const char* text;
    json set;
    const char* after;
  } table[] = {
      {"{\n  \"z\": 1,\n  \"a\": {\"y\": true}\n}\n",
       {{"/a/y", false}},
       "{\n  \"z\": 1,\n  \"a\": {\n    \"y\": false\n  }\n}\n"},
      {"{\"z\":1}",
       {{"/b/c", {1}}},
       "{\n  \"z\": 1,\n  \"b\": {\n    \"c\": [\n      1\n    ]\n  }\n}"},
      {"{\r\n  \"z\": 1\r\n}\r\n", {{"/z", 2}}, "{\r\n  \"z\": 2\r\n}\r\n"},
      {"[1, {\"a\": 2}]\n",
       {{"/1/a", nullptr}, {"/-", "é"}},
       "[\n  1,\n  {\n    \"a\": null\n  },\n  \"é\"\n]\n"},
      {"{\"a/b\": 1, \"c~d\": 2}\n",
       {{"/a~1b", 3}, {"/c~0d", 4}},
       "{\n  \"a/b\": 3,\n  \"c~d\": 4\n}\n"},
      {"{}\n", {{"", {{"all", "new"}}}}, "{\n  \"all\": \"new\"\n}\n"},
      {"{\"a\": 1.50, \"b\": 9007199254740991}\n",
       {{"/c", 1}},
       "{\n  \"a\": 1.5,\n  \"b\": 9007199254740991,\n  \"c\": 1\n}\n"},
  };
  for (const auto& [text, set, after] : table) {
    INFO(text);
    const auto result = set_values(text, set);
    REQUIRE(result);
    CHECK(*result == after);
  }
  const struct {
    const char *text, *pointer, *message;
  } bad[] = {
      {"{\"a\":1}", "/a/b", "set: \"/a/b\" leads through a plain value"},
      {"[1]", "/1", "set: \"/1\" is beyond the list of 1"},
      {"[1]", "/01", "set: \"/01\" names no index of the list"},
      {"[1]", "/x", "set: \"/x\" names no index of the list"},
      {"{}", "a", "set: \"a\" is no JSON pointer; it begins with \"/\""},
      {"{}", "/a~2", "set: \"/a~2\" is no JSON pointer; \"~\" is written \"~0\""},
  };
  for (const auto& [text, pointer, message] : bad) {
    INFO(text << pointer);
    const auto result = set_values(text, {{pointer, 1}});
    REQUIRE_FALSE(result);
    CHECK(result.error().message == message);
  }
  CHECK_FALSE(set_values("{\"a\":1,\"a\":2}", {{"/a", 1}}));
}

TEST_CASE("a state shows changed lines, and neither secrets nor large files") {
  Filled bench;
  bench.vault.know("test", "sekret-value");
  bench.folder.write("incidents/a.txt", "one\nthe sekret-value\nthree");
  bench.folder.write("incidents/b.bin", std::string("\0\1", 2));
  bench.folder.write("incidents/c.txt", std::string(70'000, 'x'));
  bench.folder.write("incidents/d.json", "{not json");
  bench.folder.write("incidents/e.json", "{\"$countersign\":{\"handle\":\"secret\",\"id\":\"x\"}}");
  const auto state = [&](const std::string& name) {
    return bench.before("files.edit", {{"path", "incidents/" + name}, {"text", "x"}});
  };
  CHECK(state("a.txt")["lines"] == json({"one", "the [secret test]", "three"}));
  CHECK(state("a.txt")["size"] == 26);
  CHECK(state("b.bin").size() == 2);
  CHECK(state("c.txt").size() == 2);
  CHECK(state("d.json")["lines"] == json({"{not json"}));
  CHECK_FALSE(marked(state("e.json")));  // a file cannot pass itself off as a handle
  CHECK(state("none").is_null());
  const json registry =
      bench.before("registry.tombstone", {{"client", "acme"}, {"text", "2026-11-20"}});
  CHECK(registry["sections"]["Acme"] == json({"- Workspace WS1", "- Status: active", ""}));
  const json json_file =
      bench.before("files.edit", {{"path", "flex-config/ui_attributes.acme.json"}, {"text", "{}"}});
  CHECK(is_handle(json_file["mailgun_api_key"], "secret"));
  CHECK(json_file["custom_data"]["zeta"] == 1);
}

TEST_CASE("reading gives text without secrets, nil where find finds nothing") {
  Filled bench;
  const std::string text =
      bench.carry("files.read", {{"path", "flex-config/ui_attributes.acme.json"}});
  CHECK(text.find("key-0123456789") == std::string::npos);
  CHECK(text.find("\"zeta\": 1") != std::string::npos);
  CHECK(bench.carry("files.find", {{"path", "serverless/none"}}).is_null());
  CHECK(bench.carry("files.find", {{"path", "serverless/package.json"}}) == "{}");
  CHECK(
      bench.carry("files.list", {{"folder", "serverless"}}) ==
      json::parse(
          R"([{"name":".env.acme","kind":"file","size":92},{"name":"package.json","kind":"file","size":2},
                        {"name":"src","kind":"folder"}])"));
}

TEST_CASE(
    "variables come as text where their key is public, else as handles that the row can write "
    "back") {
  Filled bench;
  const json env = bench.carry("env.fetch", {{"file", "serverless/.env.acme"}});
  CHECK(env["ADMIN_EMAIL"] == "a@acme.example");
  CHECK(env["WORKSPACE_SID"] == "WS1");
  REQUIRE(is_handle(env["MAILGUN_API_KEY"], "secret"));
  CHECK(env.dump().find("key-abcdef0123") == std::string::npos);
  bench.carry(
      "env.update",
      {{"file", "serverless/.env.acme"}, {"key", "COPY"}, {"value", env["MAILGUN_API_KEY"]}});
  CHECK(bench.folder.read("serverless/.env.acme") == std::string(kEnv) + "COPY=key-abcdef0123\n");

  // Another process: the handle is read again from the file, and only while the secret is the same.
  Vault fresh{std::string(32, 'k')};
  ProviderSession later(bench.config, "acme", bench.provider, fresh, bench.documents,
                        bench.catalogue, wall_clock());
  const json arguments = {
      {"file", "serverless/.env.acme"}, {"key", "COPY2"}, {"value", env["MAILGUN_API_KEY"]}};
  CHECK(bench.row("env.update").carrier(Call{later, arguments}));
  CHECK(bench.folder.read("serverless/.env.acme").find("COPY2=key-abcdef0123\n") !=
        std::string::npos);
  bench.folder.write("serverless/.env.acme", "MAILGUN_API_KEY=another-secret\n");
  CHECK(bench.row("env.update").carrier(Call{later, arguments}).error().kind == "refused");
}

TEST_CASE("a client gets a section of its own once, and entries at its end until it is cancelled") {
  CHECK(*with_section("# All\n\n## Acme\n- a\n", "zed", "- b\n- c") ==
        "# All\n\n## Acme\n- a\n\n## zed\n\n- b\n- c\n");
  CHECK(*with_section("", "zed", "- b") == "## zed\n\n- b\n");
  CHECK(*with_section("## A\r\n", "zed", "- b") == "## A\r\n\r\n## zed\r\n\r\n- b\r\n");
  CHECK(with_section("## Acme (acme)\n", "acme", "- b").error().message ==
        "the registry has a section \"Acme (acme)\" already");
  CHECK(with_section("## Acme one\n## Acme two\n", "acme", "- b").error().message.find("several") ==
        0);
  CHECK_FALSE(*registry_has("# All\n## Acme\n", "zed"));
  CHECK(*registry_has("# All\n## Acme\n", "acme"));
  CHECK(with_section("", "a\n# b", "- b").error().kind == "argument");

  CHECK(*with_entry("# All\n## Acme\n- a\n\n## Zed\n- c\n", "acme", "- 2026-11-20: new\n  key") ==
        "# All\n## Acme\n- a\n\n- 2026-11-20: new\n  key\n\n## Zed\n- c\n");
  CHECK_FALSE(with_entry("## Zed\n", "acme", "- b"));
  const auto gone = with_tombstone("## Acme\n- a\n", "acme", "2026-11-20");
  CHECK(with_entry(*gone, "acme", "- b").error().message ==
        "the registry has \"Acme\" as cancelled");
}

TEST_CASE("a client's section is one that gives its name as a whole") {
  const std::string west = "# All\n\n## Acme West (acme-west)\n- w\n";
  CHECK_FALSE(*registry_has(west, "acme"));
  CHECK_FALSE(*registry_has("## Acme West\n", "acme"));
  CHECK(registry_section(west, "acme").error().message ==
        "no section of the registry names \"acme\"");
  CHECK(registry_section("## Acme West\n", "acme").error().message ==
        "no section of the registry names \"acme\": \"Acme West\" only holds the word, and may be "
        "another client's");
  CHECK(registry_section(west, "acme-west")->heading == "Acme West (acme-west)");
  CHECK(registry_section(west, "Acme West")->heading == "Acme West (acme-west)");
  CHECK(registry_section(west + "\n## Acme: production\n- a\n", "acme")->heading ==
        "Acme: production");
  CHECK(*with_section(west, "acme", "- a") == west + "\n## acme\n\n- a\n");
  CHECK(with_tombstone(west, "acme", "2026-11-20").error().kind == "argument");

  // A client that comes back has a section beside its tombstone.
  const std::string gone = *with_tombstone("## Acme (acme)\n- a\n", "acme", "2026-11-20");
  const auto back = with_section(gone, "acme", "- b");
  REQUIRE(back);
  CHECK(*back == gone + "\n## acme\n\n- b\n");
  CHECK(registry_section(*back, "acme")->text == "## acme\n\n- b\n");
  const auto twice = with_section(*with_tombstone(*back, "acme", "2026-11-21"), "acme", "- c");
  REQUIRE(twice);
  CHECK(registry_section(*twice, "acme")->heading == "acme (2)");
  CHECK(registry_section(*with_tombstone(*twice, "acme", "2026-11-22"), "acme")->cancelled);
}

TEST_CASE("a tombstone stands at the end of its section, and nothing else changes") {
  const struct {
    const char *client, *before, *after;
  } table[] = {
      {"acme", "# All\n## Acme\n- a\n\n### Sub\n- b\n\n## Zed\n- c\n",
       "# All\n## Acme\n- a\n\n### Sub\n- b\n\n> **Cancelled:** 2026-11-20 by CEO\n\n## Zed\n- "
       "c\n"},
      {"ZED", "# All\n## Acme\n- a\n## Zed\n- c",
       "# All\n## Acme\n- a\n## Zed\n- c\n\n> **Cancelled:** 2026-11-20 by CEO\n"},
      {"acme", "## Acme\r\n- a\r\n\r\n## B\r\n",
       "## Acme\r\n- a\r\n\r\n> **Cancelled:** 2026-11-20 by CEO\r\n\r\n## B\r\n"},
      {"acme", "## Acme\n## B\n", "## Acme\n\n> **Cancelled:** 2026-11-20 by CEO\n## B\n"},
  };
  for (const auto& [client, before, after] : table) {
    INFO(before);
    const auto result = with_tombstone(before, client, "2026-11-20 by CEO");
    REQUIRE(result);
    CHECK(*result == after);
    CHECK(registry_section(*result, client)->cancelled);
    CHECK(with_tombstone(*result, client, "2026-11-20").error().message.find("cancelled already") !=
          std::string::npos);
  }
  CHECK(*with_tombstone("# A\n", "a", "2026-01-02\nsee log") ==
        "# A\n\n> **Cancelled:** 2026-01-02\n> see log\n");
  CHECK(with_tombstone("## Acme one\n## Acme two\n", "acme", "2026-01-02").error().message ==
        "several sections of the registry name \"acme\": \"Acme one\", \"Acme two\"");
  CHECK(with_tombstone("## Acme\n## ACME\n", "acme", "2026-01-02").error().message ==
        "several sections of the registry name \"acme\": \"Acme\", \"ACME\"");
  CHECK(registry_section(kRegistry, "acme")->heading == "Acme");
  CHECK(registry_section(kRegistry, "acme two")->heading == "Zed (formerly Acme Two)");
  CHECK_FALSE(registry_section(kRegistry, "west"));
  CHECK(registry_section("# Clients\n## Acme\n### Acme numbers\n1\n## B\n", "acme")->text ==
        "## Acme\n### Acme numbers\n1\n");
}

TEST_CASE("evidence appears whole, in a new folder, and is archived, not deleted") {
  Filled bench;
  const json written = bench.carry(
      "devlogs.write",
      {{"folder", "wait-experience-acme-2026-11-20-cancel"},
       {"files", {{"acme-config-PRE-cancel.json", bench.document}, {"README.md", "why\n"}}}});
  CHECK(written == json{{"folder", "wait-experience-acme-2026-11-20-cancel"},
                        {"path", "dev-logs/wait-experience-acme-2026-11-20-cancel"},
                        {"files", 2}});
  CHECK(bench.folder.read(
            "dev-logs/wait-experience-acme-2026-11-20-cancel/acme-config-PRE-cancel.json") ==
        "{\"pre\":true}");
  const json list = bench.carry("devlogs.list", {{"client", "acme"}});
  REQUIRE(list.size() == 3);
  CHECK(list[2] ==
        json::parse(
            R"({"folder":"wait-experience-acme-2026-11-20-cancel","subject":"wait-experience-acme",
      "date":"2026-11-20","change":"cancel","path":"dev-logs/wait-experience-acme-2026-11-20-cancel",
      "files":["README.md","acme-config-PRE-cancel.json"]})"));
  CHECK(bench.carry("devlogs.list", {{"client", "cme"}}).empty());
  bench.folder.write("dev-logs/wait-experience-big-acme-2026-05-04/README.md", "another's");
  bench.folder.write("dev-logs/wait-experience-acme-west-2026-05-04/README.md", "another's");
  CHECK(bench.carry("devlogs.list", {{"client", "acme"}}).size() == list.size());
  CHECK(bench.carry("devlogs.list", {{"client", "west"}}).empty());
  CHECK(bench.carry("devlogs.list", {{"client", "acme-west"}}).size() == 1);
  std::filesystem::remove_all(bench.folder.path + "/dev-logs/wait-experience-big-acme-2026-05-04");
  std::filesystem::remove_all(bench.folder.path + "/dev-logs/wait-experience-acme-west-2026-05-04");
  CHECK(bench.carry("devlogs.archive", {{"folder", "wait-experience-acme-2026-01-02"}}) ==
        json{{"path", "dev-logs/_archive/wait-experience-acme-2026-01-02"}});
  CHECK(bench.folder.read("dev-logs/_archive/wait-experience-acme-2026-01-02/README.md") ==
        "first");
  CHECK(bench.carry("devlogs.list", json::object()).size() == 2);
}

TEST_CASE("the repository's log is read without running what its configuration names") {
  Filled bench;
  const std::string repository = bench.folder.path + "/repository";
  const std::string trap = bench.folder.path + "/trapped";
  const std::string git = "git -C " + repository + " -c user.name=Ann -c user.email=a@b.example ";
  REQUIRE(std::system(("mkdir " + repository + " && git init -q " + repository + " && cd " +
                       repository + " && echo 1 > a && " + git + "add . && " + git +
                       "commit -qm 'First: \"quoted\"' && echo 2 > b && " + git + "add . && " +
                       git + "commit -qm 'Second'")
                          .c_str()) == 0);
  REQUIRE(std::system((git + "config core.fsmonitor 'touch " + trap + "' && " + git +
                       "config core.pager 'touch " + trap + "' && " + git +
                       "config log.showSignature true && " + git + "config gpg.program 'touch " +
                       trap + "'")
                          .c_str()) == 0);
  json log = bench.carry("repository.log", json::object());
  REQUIRE(log.size() == 2);
  CHECK(log[0]["subject"] == "Second");
  CHECK(log[1]["subject"] == "First: \"quoted\"");
  CHECK(log[0]["author"] == "Ann");
  CHECK(log[0]["commit"].get<std::string>().size() == 40);
  CHECK(bench.carry("repository.log", {{"limit", 1}}).size() == 1);
  log = bench.carry("repository.log", {{"path", "a"}});
  REQUIRE(log.size() == 1);
  CHECK(log[0]["subject"] == "First: \"quoted\"");
  CHECK(bench.carry("repository.log", {{"path", "--output=" + trap}}).empty());
  CHECK(bench.carry("repository.log", {{"path", "*"}}).empty());
  CHECK(bench.carry("repository.log", {{"path", "../x"}})["error"] == "refused");
  CHECK(bench.carry("repository.log", {{"limit", 0}})["error"] == "argument");

  // What differs from the last commit; what git does not know is nobody's word.
  CHECK(bench.carry("repository.changes.list", json::object()).empty());
  REQUIRE(std::system(("cd " + repository + " && echo 33 > b && echo 4 > unknown").c_str()) == 0);
  const json changed = bench.carry("repository.changes.list", json::object());
  CHECK(changed == json::array({{{"state", " M"}, {"path", "b"}}}));
  CHECK(bench.carry("repository.changes.list", {{"path", "a"}}).empty());
  CHECK(bench.carry("repository.changes.list", {{"path", "../x"}})["error"] == "refused");
  CHECK_FALSE(bench.folder.has("trapped"));
}
