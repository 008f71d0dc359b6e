#include "stdlib/session/configuration.h"

#include "interpreter/digest.h"
#include "stdlib/session/program_identity.h"
#include "stdlib/session/public_keys.h"
#include "stdlib/session/secret_store.h"
#include "tests/stdlib/workspace_fixture.h"
#include "tests/support/durations.h"

using namespace countersign;
using workbench::TemporaryFolder;

namespace {

const std::string kAcme =
    "[profiles.acme]\ntwilio.account_sid = \"AC" + std::string(32, 'a') + "\"\n";

// "file:line:column: sentence | hint", the folder taken out.
std::string refusal(const std::string& text) {
  const TemporaryFolder folder;
  folder.write("countersign.toml", text);
  const std::string path = folder.path + "/countersign.toml";
  const auto read = read_configuration(path);
  if (read) return "read";
  std::string said = read.error().message;
  if (said.rfind(path + ":", 0) == 0) said = said.substr(path.size() + 1);
  return said + (read.error().hint.empty() ? "" : " | " + read.error().hint);
}

}  // namespace

TEST_CASE("a configuration is read whole, its paths relative to its folder") {
  const TemporaryFolder folder;
  folder.write("countersign.toml", R"(
[state]
home = "state"
[trust]
allowed_signers = "trust/allowed_signers"
policy = "/etc/policy.toml"
[workspace]
registry = "PAC.md"
dev_logs = "dev-logs"
public_keys = ["GREETING"]
[operator]
principal = "cto@acme.example"
key = "keys/cto"
[secret_store]
folder = "kept"
[profiles.acme]
adjacent = ["other"]
[profiles.acme.twilio]
account_sid = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
api_key = "SKbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
api_secret = { env = "ACME_SECRET" }
auth_token = { file = "secrets/token" }
endpoint = "http://127.0.0.1:8080/"
[profiles.acme.mailgun]
account_key = { command = ["pass", "show", "mailgun"] }
domain = "acme.example"
[profiles.other]
environment = "test"
[profiles.other.twilio]
account_sid = "ACcccccccccccccccccccccccccccccccc"
[commands.deploy]
argv = ["npm", "run", "deploy"]
cwd = "functions"
inputs = ["**/*.js"]
timeout = "10m"
environment = { STAGE = "dev", DEPLOY_TOKEN = { env = "DEPLOY_TOKEN" } }
)");
  const auto read = read_configuration(folder.path + "/countersign.toml");
  REQUIRE(read);
  CHECK(read->home == folder.path + "/state");
  CHECK(read->trust.allowed_signers == folder.path + "/trust/allowed_signers");
  CHECK(read->trust.policy == "/etc/policy.toml");
  CHECK(read->trust.revoked.empty());
  CHECK(read->workspace.registry == folder.path + "/PAC.md");
  CHECK(read->public_keys == std::vector<std::string>{"GREETING"});
  CHECK(read->user.key == folder.path + "/keys/cto");
  CHECK(read->secret_store.folder == folder.path + "/kept");
  const Profile& acme = read->profiles.at("acme");
  CHECK(acme.secret("twilio.api_secret").locator() == "env:ACME_SECRET");
  CHECK(acme.secret("twilio.auth_token").locator() == "file:" + folder.path + "/secrets/token");
  CHECK(acme.secret("mailgun.account_key").locator().rfind("command:pass#", 0) == 0);
  CHECK(acme.text("twilio.account_sid") == "AC" + std::string(32, 'a'));
  CHECK(acme.text("mailgun.domain") == "acme.example");
  CHECK(acme.endpoint == "http://127.0.0.1:8080");
  CHECK(read->old_form.empty());
  CHECK(acme.environment == "production");
  CHECK(acme.variant == "full");
  CHECK(read->profiles.at("other").environment == "test");
  const CommandDeclaration& deploy = read->commands.at("deploy");
  CHECK(deploy.cwd == folder.path + "/functions");
  CHECK(deploy.timeout_seconds == 600);
  CHECK(deploy.effect == "mutate");
  CHECK(deploy.environment.at("STAGE") == "dev");
  CHECK(deploy.secrets.at("DEPLOY_TOKEN").locator() == "env:DEPLOY_TOKEN");
}

TEST_CASE("a command's timeout is seconds or any duration up to a day") {
  const auto timeout = [](const std::string& written) {
    const TemporaryFolder folder;
    folder.write("countersign.toml",
                 kAcme + "[commands.x]\nargv = [\"true\"]\ntimeout = " + written + "\n");
    const auto read = read_configuration(folder.path + "/countersign.toml");
    return read ? read->commands.at("x").timeout_seconds : 0;
  };
  CHECK(timeout("90") == 90);
  CHECK(timeout("\"90s\"") == 90);
  CHECK(timeout("\"1h30m\"") == 5400);
  CHECK(timeout("\"1d\"") == 86400);
  for (const auto& [text, seconds] : kDurations)
    CHECK(timeout("\"" + std::string(text) + "\"") == (seconds <= 86400 ? seconds : 0));
  for (const char* text : kNoDurations) CHECK(timeout("\"" + std::string(text) + "\"") == 0);
  for (const char* wrong : {"0", "-1", "86401", "\"0s\"", "\"2d\"", "\"soon\"", "\"90\"", "true"})
    CHECK(timeout(wrong) == 0);
}

TEST_CASE("what is wrong in a configuration is said with its place and the next step") {
  CHECK(refusal("[profile.acme]\n") ==
        "1:2: unknown key \"profile\" in the file | did you mean \"profiles\"?");
  CHECK(refusal(kAcme + "twilio.api_sekret = { env = \"X\" }\n") ==
        "3:8: unknown key \"api_sekret\" in [profiles.acme.twilio] | did you mean \"api_secret\"?");
  CHECK(refusal(kAcme + "twillio.api_key = \"SK\"\n") ==
        "3:1: unknown key \"twillio\" in [profiles.acme] | did you mean \"twilio\"?");
  CHECK(refusal("[profiles.acme]\nvariant = \"full\"\n") ==
        "1:1: [profiles.acme] has no account_sid | write account_sid = \"AC…\" into "
        "[profiles.acme.twilio]: the account that its credentials must belong to");
  CHECK(refusal("[profiles.acme.twilio]\nphone_number = \"+1\"\n")
            .rfind("1:1: [profiles.acme.twilio] has no account_sid", 0) == 0);
  CHECK(refusal("[profiles.acme.twilio]\naccount_sid = \"AC12\"\n") ==
        "2:15: \"account_sid\" is not AC and 32 hexadecimal digits: \"AC12\"");
  CHECK(refusal(kAcme + "twilio.api_secret = \"hunter2hunter2\"\n") ==
        "3:21: \"api_secret\" stands in the clear | say where it is instead: api_secret = { env = "
        "\"VARIABLE\" }, { file = \"PATH\" } or { command = [\"pass\", \"show\", \"…\"] }, and "
        "revoke "
        "the one that stood here");
  CHECK(refusal(kAcme + "twilio.api_secret = { env = \"A\", file = \"B\" }\n") ==
        "3:21: \"api_secret\" must name exactly one of env, file and command");
  CHECK(refusal(kAcme + "adjacent = [\"othre\"]\n[profiles.other]\ntwilio.account_sid = \"AC" +
                std::string(32, 'b') + "\"\n") ==
        "3:12: adjacent profile \"othre\" is not in this file | did you mean \"other\"?");
  CHECK(
      refusal(kAcme + "endpoint = \"http://evil.example\"\n") ==
      "3:12: endpoint \"http://evil.example\" is not a plain address on this machine | credentials "
      "are sent there, so it must be http://127.0.0.1:PORT; leave it out for the providers "
      "themselves");
  CHECK(refusal(kAcme + "environment = \"prod\"\n") ==
        "3:15: environment is \"prod\", want production, staging or test");
  CHECK(refusal("[commands.x]\nargv = []\n") ==
        "1:1: [commands.x] has no argv | write argv = [\"program\", \"argument\"]; no shell reads "
        "it");
  CHECK(refusal("[commands.x]\nargv = [\"x\"]\nenvironment = { API_KEY = \"k\" }\n")
            .find("3:27: \"API_KEY\" stands in the clear") == 0);
  CHECK(refusal("[workspace]\npublic_keys = [\"MAILGUN_API_KEY\"]\n") ==
        "2:15: \"MAILGUN_API_KEY\" cannot be public: it names a secret");
  CHECK(refusal("[profiles.\"../x\"]\naccount_sid = \"AC\"\n")
            .rfind("1:1: \"../x\" cannot be a profile's name", 0) == 0);
  CHECK(refusal("[operator]\nprincipal = 3\n") == "2:13: \"principal\" must be text in quotes");
  CHECK(refusal("[state]\nhome = \"a\n").rfind("2:", 0) == 0);
  CHECK(read_configuration("/nowhere/countersign.toml").error().hint ==
        "`countersign init` writes one to start from");
}

TEST_CASE("a profile of the old form is read, and its first setting is shown in the new one") {
  const TemporaryFolder folder;
  folder.write("countersign.toml", R"([profiles.acme]
environment = "test"
mailgun_domain = "acme.example"
mailgun_account_key = { env = "MAIL" }
api_secret = { env = "ACME_SECRET" }
account_sid = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
env_file = ".env"
endpoint = "http://127.0.0.1:8080"
)");
  const std::string path = folder.path + "/countersign.toml";
  const auto read = read_configuration(path);
  REQUIRE(read);
  const Profile& acme = read->profiles.at("acme");
  CHECK(acme.text("twilio.account_sid") == "AC" + std::string(32, 'a'));
  CHECK(acme.secret("twilio.api_secret").locator() == "env:ACME_SECRET");
  CHECK(acme.text("mailgun.domain") == "acme.example");
  CHECK(acme.secret("mailgun.account_key").locator() == "env:MAIL");
  CHECK(acme.text("workspace.env_file") == ".env");
  CHECK(acme.endpoint == "http://127.0.0.1:8080");
  CHECK(read->old_form == path +
                              ":3: profile \"acme\" is written in the old form, which is still "
                              "read; each system has a table now: [profiles.acme.mailgun] domain = "
                              "\"acme.example\"");
}

TEST_CASE("one system of a profile is not written in both forms, and another may be") {
  const std::string sid = "\"AC" + std::string(32, 'a') + "\"\n";
  CHECK(refusal("[profiles.acme]\napi_secret = { env = \"A\" }\n[profiles.acme.twilio]\n"
                "account_sid = " +
                sid) ==
        "2:14: \"api_secret\" stands beside [profiles.acme.twilio], which holds the settings of "
        "twilio | move it there, as api_secret = …");
  CHECK(refusal("[profiles.acme]\nmailgun_region = \"eu\"\n[profiles.acme.twilio]\n"
                "account_sid = " +
                sid) == "read");
  CHECK(refusal("[profiles.acme]\ntwilio = 3\n")
            .rfind("2:10: \"twilio\" must be a table, [profiles.acme.twilio]", 0) == 0);
  CHECK(refusal(kAcme + "mailgun.region = \"mars\"\n") ==
        "3:18: region is \"mars\", want us or eu");
}

TEST_CASE("the systems of a profile are served at one place") {
  CHECK(refusal(kAcme + "twilio.endpoint = \"http://127.0.0.1:1\"\n"
                        "mailgun.endpoint = \"http://127.0.0.1:1/\"\n") == "read");
  CHECK(refusal(kAcme + "twilio.endpoint = \"http://127.0.0.1:1\"\n"
                        "mailgun.endpoint = \"http://127.0.0.1:2\"\n") ==
        "4:20: endpoint \"http://127.0.0.1:2\" is another than the profile's http://127.0.0.1:1 | "
        "the systems of a profile are served at one place, so that live and simulated ones do not "
        "mix: give it once, in [profiles.acme]");
  CHECK(refusal(kAcme + "workspace.endpoint = \"http://127.0.0.1:1\"\n")
            .rfind("3:11: unknown key \"endpoint\" in [profiles.acme.workspace]", 0) == 0);
}

TEST_CASE("the message never repeats a secret that stood in the clear") {
  CHECK(refusal(kAcme + "twilio.auth_token = \"hunter2hunter2\"\n").find("hunter2") ==
        std::string::npos);
}

TEST_CASE("a secret file is opened only where nobody else can read it") {
  const TemporaryFolder folder;
  SecretReference reference;
  reference.file = folder.path + "/key";
  const auto said = [&] {
    const auto opened = open_secret(reference);
    if (opened) return "opened " + *opened;
    std::string text = opened.error().message + " | " + opened.error().hint;
    for (std::size_t at; (at = text.find(folder.path)) != std::string::npos;)
      text.replace(at, folder.path.size(), "~");
    return text;
  };
  CHECK(said() == "the secret file ~/key does not exist | check the path in countersign.toml");
  folder.write("key", "s3cret\r\n");
  ::chmod(reference.file.c_str(), 0644);
  CHECK(said() == "the secret file ~/key can be read by others (mode 0644) | chmod 600 ~/key");
  ::chmod(reference.file.c_str(), 0640);
  CHECK(said().find("mode 0640") != std::string::npos);
  ::chmod(reference.file.c_str(), 0400);
  CHECK(said() == "opened s3cret");
  std::filesystem::create_symlink(reference.file, folder.path + "/link");
  reference.file = folder.path + "/link";
  CHECK(said() == "the secret file ~/link is a symbolic link | check the path in countersign.toml");
  std::filesystem::create_directory(folder.path + "/folder");
  reference.file = folder.path + "/folder";
  CHECK(said() == "the secret file ~/folder is not a regular file | ");
  folder.write("empty", "\n");
  ::chmod((folder.path + "/empty").c_str(), 0600);
  reference.file = folder.path + "/empty";
  CHECK(said() == "the secret at file:~/empty is empty | ");
}

TEST_CASE("a reference to a program is known by every word, and by the program behind it") {
  const TemporaryFolder folder;
  folder.write("get", "#!/bin/sh\necho s3cret\n");
  ::chmod((folder.path + "/get").c_str(), 0755);
  const auto terms = [&](std::vector<std::string> argv, const std::string& cwd = "") {
    SecretReference reference{.command = std::move(argv), .cwd = cwd};
    return secret_terms(reference).dump() + reference.locator();
  };
  CHECK(terms({"echo", "a", "b"}) == terms({"echo", "a", "b"}));
  CHECK(terms({"echo", "a", "b"}) != terms({"echo", "a", "c"}));
  CHECK(terms({"echo", "a", "b"}) != terms({"echo", "a b"}));
  CHECK(terms({"no-such-program", "a"}) != terms({"no-such-program", "b"}));
  const std::string get = folder.path + "/get";
  SecretReference program{.command = {get}};
  CHECK(secret_terms(program)["program"] ==
        nlohmann::json{{"path", get}, {"sha256", sha256_hex("#!/bin/sh\necho s3cret\n")}});
  CHECK(secret_terms(program)["interpreter"]["path"] ==
        std::filesystem::canonical("/bin/sh").string());
  const std::string before = terms({get}), named = terms({"cat", "get"}, folder.path);
  folder.write("get", "#!/bin/sh\necho another\n");
  CHECK(terms({get}) != before);
  CHECK(terms({"cat", "get"}, folder.path) != named);
  // Which store a program reads is part of which secret it prints.
  const std::string here = terms({"echo", "a"});
  ::setenv("PASSWORD_STORE_DIR", "/elsewhere", 1);
  CHECK(terms({"echo", "a"}) != here);
  ::unsetenv("PASSWORD_STORE_DIR");
  CHECK(terms({"echo", "a"}) == here);
}

TEST_CASE("a secret's program is ours to find, and is given a listed environment") {
  const TemporaryFolder folder;
  folder.write("bin/printf", "#!/bin/sh\necho stolen\n");
  ::chmod((folder.path + "/bin/printf").c_str(), 0755);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (folder.path + "/bin:" + path).c_str(), 1);
  ::setenv("COUNTERSIGN_TEST_LEAK", "leak", 1);
  ::setenv("BASH_ENV", (folder.path + "/bin/printf").c_str(), 1);
  const std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
  ::setenv("HOME", "/nowhere", 1);
  CHECK(*open_secret(SecretReference{.command = {"printf", "mine"}}) == "mine");
  const auto shell = [&](const std::string& script) {
    return *open_secret(SecretReference{.command = {"sh", "-c", script}, .cwd = folder.path});
  };
  CHECK(shell("env | cut -d= -f1 | sort | tr '\\n' ' '").find("COUNTERSIGN") == std::string::npos);
  CHECK(shell("echo ${BASH_ENV-none} $PATH") == std::string("none ") + kProgramPath);
  CHECK(shell("echo $HOME") != "/nowhere");
  CHECK(shell("pwd") == folder.path);
  ::setenv("PATH", path.c_str(), 1);
  ::setenv("HOME", home.c_str(), 1);
  ::unsetenv("BASH_ENV");
  CHECK(open_secret(SecretReference{.command = {"bin/printf", "x"}, .cwd = folder.path})
            .error()
            .message ==
        "the program \"bin/printf\" is named by a relative path, which depends on "
        "where you stand");
}

TEST_CASE("the secret store's terms are its folder, or its program with all its words") {
  const TemporaryFolder folder;
  folder.write("keep", "#!/bin/sh\ncat > /dev/null\n");
  ::chmod((folder.path + "/keep").c_str(), 0755);
  Configuration configuration;
  CHECK(secret_store_terms(configuration) == nlohmann::json::object());
  configuration.secret_store.folder = "/kept";
  CHECK(secret_store_terms(configuration) == nlohmann::json{{"folder", "/kept"}});
  configuration.secret_store = SecretStore{.command = {folder.path + "/keep", "now"}};
  const nlohmann::json terms = secret_store_terms(configuration);
  CHECK(terms["command"] == nlohmann::json{folder.path + "/keep", "now"});
  CHECK(terms["program"]["sha256"] == sha256_hex("#!/bin/sh\ncat > /dev/null\n"));
  folder.write("keep", "#!/bin/sh\ncat > stolen\n");
  CHECK(secret_store_terms(configuration) != terms);
  configuration.secret_store.command = {folder.path + "/absent"};
  CHECK(secret_store_terms(configuration)["program"] == nullptr);
}

TEST_CASE("variables that a runbook may set are listed, and loaders' are not") {
  CHECK(refusal("[commands.x]\nargv = [\"x\"]\nvariables = [\"XDG_CONFIG_HOME\"]\n") ==
        "3:13: \"XDG_CONFIG_HOME\" cannot be a runbook's to set: it changes what programs load | "
        "set it under [commands.x.environment] yourself");
  CHECK(refusal("[commands.x]\nargv = [\"x\"]\nvariables = [\"a b\"]\n") ==
        "3:13: \"a b\" is not the name of a variable | use capital letters, digits and \"_\"");
  CHECK(refusal("[commands.x]\nargv = [\"x\"]\nvariables = [\"STAGE\"]\n") == "read");
}

TEST_CASE("a secret comes from a variable or a program, never through a shell") {
  SecretReference variable;
  variable.env = "COUNTERSIGN_TEST_SECRET";
  ::unsetenv("COUNTERSIGN_TEST_SECRET");
  CHECK(open_secret(variable).error().message ==
        "the environment variable COUNTERSIGN_TEST_SECRET is not set");
  ::setenv("COUNTERSIGN_TEST_SECRET", "s3cret", 1);
  CHECK(*open_secret(variable) == "s3cret");
  const auto program = [](std::vector<std::string> argv) {
    SecretReference reference;
    reference.command = std::move(argv);
    const auto opened = open_secret(reference);
    return opened ? "opened " + *opened : opened.error().message;
  };
  CHECK(program({"printf", "s3cret\\n"}) == "opened s3cret");
  CHECK(program({"echo", "$HOME;id"}) == "opened $HOME;id");
  CHECK(program({"false"}) ==
        "the program behind command:false ended with status 1 instead of printing the secret");
  CHECK(program({"no-such-program-here"}) ==
        "the program \"no-such-program-here\" cannot be started: No such file or directory");
  CHECK(program({"true"}) == "the secret at command:true is empty");
  CHECK(program({"head", "-c", "200000", "/dev/zero"}) == "the program \"head\" printed too much");
}

TEST_CASE("a key is public only where it is declared so and does not name a secret") {
  Configuration configuration;
  configuration.public_keys = {"GREETING", "MAILGUN_API_KEY"};
  CHECK(is_public_key(configuration, "ADMIN_EMAIL"));
  CHECK(is_public_key(configuration, "TWILIO_FLEX_WORKSPACE_SID"));
  CHECK(is_public_key(configuration, "GREETING"));
  CHECK_FALSE(is_public_key(configuration, "MAILGUN_API_KEY"));
  CHECK_FALSE(is_public_key(configuration, "SOMETHING_ELSE"));
  for (const char* key :
       {"AUTH_TOKEN", "mailgunApiKey", "client-secret", "DB_PASSWORD", "SENDING_KEY"})
    CHECK(looks_secret(key));
  CHECK_FALSE(looks_secret("finish_on_key"));
}
