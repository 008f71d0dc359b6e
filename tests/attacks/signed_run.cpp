#include "tests/attacks/signed_run.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "interpreter/digest.h"
#include "interpreter/home.h"
#include "stdlib/simulator/server/changing_requests.h"
#include "tests/crash/disk.h"
#include "tests/support/catch.h"

namespace countersign::attacks {
namespace fs = std::filesystem;
namespace {

constexpr const char* kAcme = "/accounts/AC68c8096035594cd23248bd5540f7c7ee";

// The demo's world with a second number, a second key of the same account and no adjacent account
// but one.
json world_with_two_numbers() {
  json world =
      json::parse(crash::file_text(COUNTERSIGN_SOURCE_DIR "/docs/examples/worlds/demo.json"));
  json& account = world[json::json_pointer(kAcme)];
  json second = account["phone_numbers"][0];
  second["sid"] = "PN00000000000000000000000000000002";
  second["phone_number"] = "+15550100201";
  second["friendly_name"] = "Acme second line";
  account["phone_numbers"].push_back(second);
  account["api_keys"]["SK00000000000000000000000000000002"] =
      account["api_keys"]["SK29061521b0294920183e16344b29f240"];
  return world;
}

std::string configuration(const std::string& endpoint) {
  return "[state]\nhome = \"home\"\n"
         "[operator]\nprincipal = \"olive@connie.example\"\nkey = \"olive\"\n"
         "[workspace]\nflex_config = \"flex-config\"\nserverless = \"serverless\"\n"
         "registry = \"PAC.md\"\ndev_logs = \"dev-logs\"\nincidents = \"incidents\"\n"
         "doctrine = \"CLAUDE.md\"\npublic_keys = [\"PORTAL_URL\"]\n"
         "[secret_store]\nfolder = \"kept\"\n"
         "[profiles.acme]\ntwilio.account_sid = \"AC68c8096035594cd23248bd5540f7c7ee\"\n"
         "twilio.api_key = \"SK29061521b0294920183e16344b29f240\"\n"
         "twilio.api_secret = { file = \"acme.secret\" }\n"
         "twilio.auth_token = { file = \"acme.token\" }\n"
         "twilio.workspace_sid = \"WS0c3c796f965faebb386bef713506c5a3\"\n"
         "environment = \"production\"\nvariant = \"full\"\n"
         "twilio.phone_number = \"+15550100200\"\n"
         "mailgun.domain = \"acme.connie.example\"\nmailgun.region = \"us\"\n"
         "mailgun.account_key = { file = \"mailgun.key\" }\n"
         "mailgun.sending_key = { file = \"mailgun.sending\" }\n"
         "workspace.env_file = \"serverless/.env.acme\"\n"
         "twilio.serverless_domain = \"custom-flex-extensions-serverless-1234-dev.twil.io\"\n"
         "adjacent = [\"CCT\"]\nendpoint = \"" +
         endpoint +
         "\"\n"
         "[profiles.CCT]\ntwilio.account_sid = \"ACe61336ac49728f5d344206b3c61644ef\"\n"
         "twilio.api_key = \"SKce080a84f686f35e035d03a5bc677279\"\n"
         "twilio.api_secret = { file = \"cct.secret\" }\nenvironment = \"production\"\nendpoint = "
         "\"" +
         endpoint +
         "\"\n"
         "[profiles.DevSandbox]\ntwilio.account_sid = \"AC66b0f371ae2b2607ab71f2cdfc17293f\"\n"
         "twilio.api_key = \"SK766c8f06487f43ef45fb8458bde13976\"\n"
         "twilio.api_secret = { file = \"devsandbox.secret\" }\nenvironment = \"test\"\nendpoint = "
         "\"" +
         endpoint + "\"\n";
}

constexpr const char* kPolicy =
    "version = 1\n"
    "[people.olive]\nprincipals = [\"olive@connie.example\"]\nroles = [\"operator\"]\n"
    "[people.carla]\nprincipals = [\"carla@connie.example\"]\nroles = [\"ceo\"]\n"
    "[rules.mutate]\nrequires = { ceo = 1 }\nseparation = true\n"
    "[rules.destroy]\nrequires = { ceo = 1 }\nseparation = true\n";

std::vector<std::string> changing(const json& requests) {
  std::vector<std::string> all;
  for (const json& one : simulator::changing_requests(requests)) {
    const std::string method = one["method"], path = one["path"];
    all.push_back(method + " " + one["host"].get<std::string>() + path + " " +
                  one["body"].get<std::string>());
  }
  return all;
}

}  // namespace

const char* const SignedRun::kRenameTwo = R"(local naming = require "naming"
return runbook {
  name = "rename", title = "Rename both numbers",
  parameters = {
    client = param.profile { why = "Which account" },
    label = param.text { why = "What they are called from now on" },
  },
  rails = { rails.never("twilio.numbers.delete", "the numbers are the client's") },
  procedure = {
    read "inspect" (function(run)
      local before = snapshot.capture { label = "PRE" }
      note("looked at both numbers")
      local first = twilio.numbers.find { phone_number = "+15550100200" }
      local second = twilio.numbers.find { phone_number = "+15550100201" }
      return { first = first.sid, second = second.sid, before = before }
    end),
    mutate("rename", { undo_if = "both have their new names" }) (function(run)
      step "Give them their new names"
      local one = twilio.numbers.update { sid = run.inspect.first, friendly_name = naming.full(run.params.label, 1) }
      twilio.numbers.update { sid = run.inspect.second, friendly_name = "after " .. one.sid }
    end),
    wait "settle" { duration = "1h", why = "Let it settle" },
    read("learn", { returns = { name = hole.one_of { "Front desk", "Back office" } } }) (function(run)
      return { name = "Back office" }
    end),
    mutate "again" (function(run)
      step "Give the second its last name"
      twilio.numbers.update { sid = run.inspect.second, friendly_name = run.learn.name }
    end),
    read "verify" (function(run)
      check(true, "both have their new names")
    end),
  },
  done = { attest { "heard", "A caller hears the greeting" }, sign_off "ceo" },
}
)";

void tell(const std::string& figure) {
  std::cout << figure << std::endl;
  std::ofstream(COUNTERSIGN_BINARY_DIR "/figures.txt", std::ios::app) << figure << "\n";
}

Record& RunFile::record(const std::string& kind, std::size_t from) {
  for (std::size_t i = from; i < records.size(); ++i)
    if (records[i].kind == kind) return records[i];
  throw std::out_of_range("no record " + kind);
}

std::size_t RunFile::place(const std::string& kind) const {
  for (std::size_t i = 0; i < records.size(); ++i)
    if (records[i].kind == kind) return i;
  throw std::out_of_range("no record " + kind);
}

std::string RunFile::add(const std::string& bytes) {
  documents.push_back(bytes);
  return sha256_hex(bytes);
}

json RunFile::document(const std::string& sha256) const {
  for (const std::string& one : documents)
    if (sha256_hex(one) == sha256) return json::parse(one);
  throw std::out_of_range("no document " + sha256);
}

SignedRun::SignedRun(const std::string& runbook) {
  static std::atomic<int> next{static_cast<int>(getpid())};
  world_ = world_with_two_numbers();
  for (int attempt = 0; attempt < 1000 && room.simulator.port() == 0; ++attempt) {
    port_ = 20'000 + next++ % 12'000;
    (void)room.simulator.start(world_, {.port = port_, .time_scale = 0});
  }
  REQUIRE(room.simulator.port() != 0);
  std::string signers;
  for (const char* name : {"olive", "carla"})
    signers += std::string(name) + "@connie.example " + room.key(name);
  room.write("allowed_signers", signers);
  room.write("revoked", "# countersign revocations\n" +
                            std::string("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") +
                            "\n");
  room.write("policy.toml", kPolicy);
  room.write("countersign.toml", configuration(room.simulator.endpoint()));
  for (const auto& [name, text] :
       std::map<std::string, std::string>{{"acme.secret", "fake-api-secret-acme"},
                                          {"acme.token", "fake-auth-token-acme"},
                                          {"cct.secret", "fake-api-secret-cct"},
                                          {"devsandbox.secret", "fake-api-secret-devsandbox"},
                                          {"mailgun.key", "fake-mailgun-account-key"},
                                          {"mailgun.sending", "fake-mailgun-sending-key-acme"},
                                          {"mailgun.other", "fake-mailgun-sending-key-cct"}})
    room.write(name, text + "\n", 0600);
  for (const char* name : {"flex-config/a.json", "serverless/b.js", "dev-logs/c.md",
                           "incidents/d.md", "kept/e", "other/f"})
    room.write(name, "{}\n");
  room.write("PAC.md", "# Accounts\n");
  room.write("CLAUDE.md", "# Rules\n");
  room.write("serverless/.env.acme", "PORTAL_URL=https://portal.acme.example\n");
  room.write("naming.lua", "return { full = function(label, n) return label .. \" \" .. n end }\n");
  room.write("rename.lua", runbook);
  const Attempt started = command({"run", "rename.lua", "-p", "client=acme", "-p", "label=Desk"});
  INFO(started.output);
  REQUIRE(started.code == 3);
  id = json::parse(started.output)["run"];
  const Attempt approved = command({"approve", id, "--key", "carla", "--yes"});
  INFO(approved.output);
  REQUIRE(approved.code == 0);
  kept_ = room.folder + "-kept";
  crash::mirror(room.folder, kept_);
}

SignedRun::~SignedRun() {
  std::error_code ignored;
  fs::remove_all(kept_, ignored);
}

void SignedRun::serve(const json& world) {
  room.simulator.stop();
  for (int attempt = 0; attempt < 200; ++attempt) {
    if (room.simulator.start(world, {.port = port_, .time_scale = 0})) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("the simulator does not start again");
}

void SignedRun::set_back() {
  crash::mirror(kept_, room.folder);
  serve(world_);
  options.clear();
  folder.clear();
  cut_off = false;
}

std::vector<std::string> SignedRun::sent() const {
  return changing(room.simulator.requests());
}

Attempt SignedRun::command(const std::vector<std::string>& words) {
  std::vector<std::string> argv = {COUNTERSIGN_BINARY_DIR "/countersign", "--json"};
  if (cut_off) argv.insert(argv.begin(), {"unshare", "--map-root-user", "--net", "--"});
  argv.insert(argv.end(), options.begin(), options.end());
  argv.insert(argv.end(), words.begin(), words.end());
  const Ran ran = run_process({argv, folder.empty() ? room.folder : folder, room.environment, ""});
  Attempt out{ran.code, "", "", ran.out + ran.err, sent()};
  const json value = json::parse(ran.out, nullptr, false);
  if (value.is_object() && value.contains("error") && value["error"].is_object()) {
    out.kind = value["error"].value("kind", "");
    out.message = value["error"].value("message", "");
  }
  if (value.is_object()) out.output = ran.out;
  return out;
}

Attempt SignedRun::resume() {
  return command({"resume", id});
}

Attempt SignedRun::resume_and(const std::function<void()>& alter) {
  REQUIRE(room.simulator.add_fault("match=POST *,kind=delay,ms=1500"));
  Attempt out;
  std::thread program([&] { out = resume(); });
  const auto begun = std::chrono::steady_clock::now();
  while (sent().empty() && std::chrono::steady_clock::now() - begun < std::chrono::seconds(30))
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const bool under_way = !sent().empty();
  if (under_way) alter();
  program.join();
  INFO(out.output);
  REQUIRE(under_way);
  return out;
}

void SignedRun::rewrite(const std::function<void(RunFile&)>& change) {
  const std::string path = room.folder + "/home/runs/" + id + ".run";
  RunFile file;
  {
    auto journal = Journal::open(path, false);
    REQUIRE(journal);
    file.records = (*journal)->records();
    for (const std::string& one : (*journal)->documents())
      file.documents.push_back(*(*journal)->get(one));
  }
  change(file);
  for (const char* more : {"", "-wal", "-shm"}) fs::remove(path + more);
  auto home = Home::open(room.folder + "/home");
  REQUIRE(home);
  auto journal = Journal::open(path, true);
  REQUIRE(journal);
  for (const std::string& one : file.documents) (*journal)->put(one);
  for (const Record& one : file.records) REQUIRE((*journal)->append(one.kind, one.body, one.time));
  REQUIRE((*journal)->sync());
  json known = *(*home)->noted(id);
  known["records"] = (*journal)->records().size();
  known["head"] = (*journal)->head();
  REQUIRE((*home)->note(known));
}

void SignedRun::replace(const std::string& file, const std::string& from, const std::string& to) {
  std::string text = room.read(file);
  const std::size_t at = text.find(from);
  INFO(file << " has no " << from);
  REQUIRE(at != std::string::npos);
  struct stat about {};
  const bool there = stat((room.folder + "/" + file).c_str(), &about) == 0;
  text.replace(at, from.size(), to);
  room.write(file, text, there ? about.st_mode & 0777 : 0644);
}

void SignedRun::append(const std::string& file, const std::string& text) {
  room.write(file, room.read(file) + text);
}

void SignedRun::elsewhere(const json& patch) {
  const Status patched = room.simulator.patch(patch);
  INFO((patched ? std::string() : patched.error().message));
  REQUIRE(patched);
}

}  // namespace countersign::attacks
