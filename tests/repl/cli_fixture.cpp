#include "tests/repl/cli_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.h"

namespace countersign::room {
namespace fs = std::filesystem;
namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

CliFixture::CliFixture() {
  char draft[] = "/tmp/countersign-room-XXXXXX";
  folder = fs::canonical(mkdtemp(draft)).string();
  environment = {{"HOME", folder}, {"USER", "olive"}, {"SECRET", "fake-api-secret-acme"}};
}

CliFixture::~CliFixture() {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

Ran CliFixture::countersign(const std::vector<std::string>& words, const std::string& input) {
  std::vector<std::string> argv = {COUNTERSIGN_BINARY_DIR "/countersign"};
  argv.insert(argv.end(), words.begin(), words.end());
  return run_process({argv, folder, environment, input});
}

json CliFixture::value(const std::vector<std::string>& words, int code) {
  std::vector<std::string> with = {"--json"};
  with.insert(with.end(), words.begin(), words.end());
  const Ran ran = countersign(with);
  INFO(ran.out << ran.err);
  CHECK(ran.code == code);
  json value = json::parse(ran.out, nullptr, false);
  REQUIRE_FALSE(value.is_discarded());
  return value;
}

std::string CliFixture::error(const std::vector<std::string>& words, int code) {
  const json said = value(words, code);
  INFO(said.dump(2));
  REQUIRE(said.contains("error"));
  REQUIRE(said["error"].is_object());
  return said["error"].value("kind", "") + ": " + said["error"].value("message", "");
}

void CliFixture::furnish(const std::string& more) {
  const Result<int> port = simulator.start(
      json::parse(file_text(COUNTERSIGN_SOURCE_DIR "/docs/examples/worlds/demo.json")));
  REQUIRE(port);
  const std::string public_key = key("olive");
  write("countersign.toml", configuration() + more);
  write("allowed_signers", "olive@connie.example " + public_key);
  write("revoked", "# countersign revocations\n");
  write("policy.toml",
        "version = 1\n[people.olive]\nprincipals = [\"olive@connie.example\"]\nroles = "
        "[\"operator\", \"ceo\"]\n"
        "[rules.mutate]\nrequires = { ceo = 1 }\nseparation = false\n"
        "[rules.destroy]\nrequires = { ceo = 1 }\nseparation = false\n");
}

std::string CliFixture::configuration(const std::string& secret) const {
  return "[state]\nhome = \"home\"\n"
         "[operator]\nprincipal = \"olive@connie.example\"\nkey = \"olive\"\n"
         "[profiles.acme]\ntwilio.account_sid = \"AC68c8096035594cd23248bd5540f7c7ee\"\n"
         "twilio.api_key = \"SK29061521b0294920183e16344b29f240\"\ntwilio.api_secret = " +
         secret + "\nendpoint = \"" + simulator.endpoint() + "\"\n";
}

void CliFixture::write(const std::string& name, const std::string& text, int mode) const {
  const std::string path = folder + "/" + name;
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
  chmod(path.c_str(), static_cast<mode_t>(mode));
}

std::string CliFixture::read(const std::string& name) const {
  return file_text(folder + "/" + name);
}

bool CliFixture::has(const std::string& name) const {
  return fs::exists(folder + "/" + name);
}

std::string CliFixture::key(const std::string& name, const std::string& type) {
  const Ran made = run_process(
      {{"ssh-keygen", "-q", "-t", type, "-N", "", "-C", name, "-f", folder + "/" + name}});
  INFO(made.err);
  REQUIRE(made.code == 0);
  return read(name + ".pub");
}

namespace {

std::string unbroken(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\n')
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  return out;
}

}  // namespace

bool has(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  const bool there = unbroken(text).find(unbroken(part)) != std::string::npos;
  CHECK(there);
  return there;
}

std::size_t changes(const CliFixture& room) {
  std::size_t n = 0;
  for (const json& request : room.simulator.requests())
    if (request["method"] != "GET") ++n;
  return n;
}

std::string renaming(const std::string& done, bool again) {
  const std::string once_more = R"(
    wait "settle" { duration = "1h", why = "Let it settle" },
    mutate "again" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label .. "!" }
    end),)";
  return R"(return runbook {
  name = "rename", title = "Rename the number",
  parameters = {
    client = param.profile { why = "Which account" },
    label = param.text { why = "What it is called from now on" },
  },
  procedure = {
    read "inspect" (function(run)
      return { sid = twilio.numbers.find { phone_number = "+15550100200" }.sid }
    end),
    mutate "rename" (function(run)
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),)" +
         (again ? once_more : "") + R"(
  },
  done = { )" +
         done + R"( },
}
)";
}

}  // namespace countersign::room
