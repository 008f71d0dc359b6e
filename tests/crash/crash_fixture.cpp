#include "tests/crash/crash_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "stdlib/simulator/server/changing_requests.h"
#include "tests/crash/disk.h"

namespace countersign::crash {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDomain = "custom-flex-extensions-serverless-1234-dev.twil.io";
constexpr const char* kNewFlow = "FW00000000000000000000000000000002";
constexpr const char* kExamples = COUNTERSIGN_SOURCE_DIR "/docs/examples";

// What is made is used, then found to be wrong, and taken away again as it was signed.
constexpr const char* kUndo = R"(return runbook {
  name = "undo", title = "Buy a number and give it back",
  parameters = { client = param.profile { why = "Which account" } },
  procedure = {
    mutate("buy", {
      undo_if = "callers reach it",
      undo = function(run) twilio.numbers.delete { sid = run.buy.sid } end,
    })(function(run)
      local number = twilio.numbers.create { phone_number = "+15550107777" }
      twilio.numbers.update { sid = number.sid, friendly_name = "New line" }
      return { sid = number.sid }
    end),
    read "verify" (function(run) check(false, "callers reach it") end),
  },
}
)";

// Memory where there is some: a test syncs to it as often as it likes.
std::string temporary_folder() {
  std::string draft = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
  draft += "/countersign-crash-XXXXXX";
  if (!mkdtemp(draft.data())) throw std::runtime_error("no temporary folder");
  return fs::canonical(draft).string();
}

void must(const Command& command) {
  const Ran ran = run_process(command);
  if (ran.code != 0) throw std::runtime_error(command.argv[0] + ": " + ran.err);
}

// Two people's keys, made once: that takes a while.
const std::string& keys() {
  struct Ring {
    Ring() : path(temporary_folder()) {
      for (const std::string name : {"olive", "carla"})
        must({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name + "@connie.example", "-f",
               path + "/" + name}});
    }
    ~Ring() { fs::remove_all(path); }
    std::string path;
  };
  static const Ring ring;
  return ring.path;
}

void write_file(const std::string& path, const std::string& text, mode_t mode = 0644) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
  chmod(path.c_str(), mode);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos;
       at += to.size())
    text.replace(at, from.size(), to);
}

// The text without what hangs on the run's id and on the home folder's key: both are made anew
// where their making was cut short. Fingerprints are 12 and 32 hexadecimal digits, digests 64.
std::string without_digests(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789abcdef", at), text.size());
    if (end - at == 64 || (end - at == 32 && !out.empty() && out.back() == ':') ||
        (end - at == 12 && end < text.size() && text[end] == ':'))
      out += "DIGEST";
    else
      out.append(text, at, std::max<std::size_t>(end - at, 1));
    at = std::max(end, at + 1);
  }
  return out;
}

std::string difference_of(const std::string& wanted, const std::string& got) {
  std::size_t at = 0;
  while (at < wanted.size() && at < got.size() && wanted[at] == got[at]) ++at;
  at = at < 40 ? 0 : at - 40;
  return "\n  " + wanted.substr(at, 200) + "\n  " + got.substr(at, 200);
}

bool is_local(const std::string& operation) {
  for (const char* family : {"devlogs.", "files.", "env.", "registry.", "command."})
    if (operation.rfind(family, 0) == 0) return true;
  return false;
}

// Where the run begins.
json world_of(const std::string& type) {
  json world = json::parse(file_text(std::string(kExamples) + "/worlds/demo.json"));
  const std::string acme = "/accounts/AC68c8096035594cd23248bd5540f7c7ee";
  if (type == "fault")
    world[json::json_pointer(acme + "/flows/0/definition/states/2/properties/waitUrl")] =
        "https://" + std::string(kDomain) +
        "/features/callback-and-voicemail-with-email/studio/wait-experience";
  if (type == "B") {
    // What the target's setup made beforehand.
    json flow = world[json::json_pointer(acme + "/flows/0")];
    flow["sid"] = kNewFlow;
    flow["friendly_name"] = "Acme Voicemail";
    flow["revision"] = 1;
    flow["definition"] = {
        {"description", "Voicemail-only"},
        {"flags", {{"allow_concurrent_calls", true}}},
        {"initial_state", "Trigger"},
        {"states",
         json::array({{{"name", "Trigger"},
                       {"type", "trigger"},
                       {"properties", json::object()},
                       {"transitions", json::array({{{"event", "incomingMessage"}},
                                                    {{"event", "incomingCall"}},
                                                    {{"event", "incomingConversationMessage"}},
                                                    {{"event", "incomingRequest"}},
                                                    {{"event", "incomingParent"}}})}}})}};
    world[json::json_pointer(acme + "/flows")].push_back(std::move(flow));
  }
  if (type == "setup") {
    for (const char* list : {"flows", "executions", "calls", "recordings", "transcriptions"})
      world[json::json_pointer(acme + "/" + list)] = json::array();
    world[json::json_pointer(acme + "/phone_numbers/0/voice_url")] = "";
    world["mailgun"]["keys"].erase(0);
  }
  return world;
}

}  // namespace

std::string Death::text() const {
  return std::to_string(step) + ":" + std::to_string(point) + (power ? ":power" : ":kill");
}

CrashFixture::CrashFixture(const std::string& type) : base_(temporary_folder()), type_(type) {
  folder = base_ + "/work";
  fs::copy(std::string(kExamples) + "/demo", folder, fs::copy_options::recursive);
  // A deployment is far away and outlives a power cut here; this is what can be seen of it. How it
  // goes is decided elsewhere: the program itself is part of what is signed.
  write_file(path("deploy-serverless.sh"),
             "#!/bin/sh\n[ -e ../idle ] || echo \"$ENVIRONMENT\" >> ../deploys\n"
             "[ ! -e ../slow ] || sleep 60\necho https://" +
                 std::string(kDomain) + "\n",
             0755);
  if (type == "undo") write_file(path("undo.lua"), kUndo);
  if (type == "setup") write_file(path("PAC.md"), "# Accounts\n\n## CCT\n\n- another client\n");
  for (const auto& [name, text] :
       std::map<std::string, std::string>{{"acme.secret", "fake-api-secret-acme"},
                                          {"acme.token", "fake-auth-token-acme"},
                                          {"cct.secret", "fake-api-secret-cct"},
                                          {"devsandbox.secret", "fake-api-secret-devsandbox"},
                                          {"mailgun", "fake-mailgun-account-key"}})
    write_file(path("secrets/" + name), text + "\n", 0600);
  write_file(path("revoked"), "# countersign revocations\n");
  std::string signers;
  for (const std::string name : {"olive", "carla"})
    signers += name + "@connie.example " + file_text(keys() + "/" + name + ".pub");
  write_file(path("allowed_signers"), signers);
  must({{"git", "init", "-q", "."}, folder});
  must({{"git", "add", "flex-config"}, folder});
  must({{"git", "-c", "user.name=olive", "-c", "user.email=olive@connie.example", "commit", "-q",
         "-m", "Deploy the wait experience"},
        folder});

  // Not a port that the system gives to connections: the same one is taken again and again.
  static std::atomic<int> next{static_cast<int>(getpid())};
  const json world = world_of(type);
  for (int attempt = 0; attempt < 1000 && simulator.port() == 0; ++attempt) {
    port_ = 20'000 + next++ % 12'000;
    (void)simulator.start(world, {.port = port_, .time_scale = 0});
  }
  if (simulator.port() == 0) throw std::runtime_error("no free port");
  std::string toml = file_text(path("countersign.toml"));
  replace_all(toml, "PORT", std::to_string(port_));
  replace_all(toml, "keys/", keys() + "/");
  replace_all(toml, "timeout = \"30s\"", "timeout = \"1s\"");
  if (type == "setup") toml += "\n[secret_store]\nfolder = \"secrets/kept\"\n";
  if (type == "C") replace_all(toml, "\"production\"", "\"test\"");
  write_file(path("countersign.toml"), toml);
  person.todo = {{"runs"}};
}

CrashFixture::~CrashFixture() {
  std::error_code ignored;
  fs::remove_all(base_, ignored);
}

Ran CrashFixture::countersign(const Errand& words, std::map<std::string, std::string> environment) {
  Errand argv = {COUNTERSIGN_BINARY_DIR "/countersign", "--json"};
  argv.insert(argv.end(), words.begin(), words.end());
  environment.insert(
      {{"HOME", base_},
       {"USER", "olive"},
       {"LD_PRELOAD", COUNTERSIGN_BINARY_DIR "/countersign_killer.so:" COUNTERSIGN_BINARY_DIR
                                             "/countersign_user_home.so"},
       {"TEST_USER_HOME", folder},
       {"ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0"},
       {"CRASH_ROOT", folder},
       {"CRASH_STILL", "1"}});
  return run_process({argv, folder, environment});
}

std::map<std::string, std::string> CrashFixture::killer(long point, bool store,
                                                        const std::string& call) {
  std::error_code ignored;
  fs::remove(base_ + "/record", ignored);
  fs::remove_all(base_ + "/store", ignored);
  std::map<std::string, std::string> all = {{"CRASH_RECORD", base_ + "/record"}};
  if (point > 0) all["CRASH_AT"] = std::to_string(point);
  if (!call.empty()) all["CRASH_CALL"] = call;
  if (store) {
    fs::create_directories(base_ + "/store");
    all["CRASH_STORE"] = base_ + "/store";
  }
  return all;
}

std::vector<std::string> CrashFixture::points() const {
  std::vector<std::string> all;
  std::ifstream in(base_ + "/record");
  std::string line;
  while (std::getline(in, line))
    if (line.rfind("P ", 0) == 0) all.push_back(line.substr(line.find(' ', 2) + 1));
  for (std::string& one : all) replace_all(one, folder + "/", "");
  return all;
}

std::vector<std::string> CrashFixture::changes() const {
  std::vector<std::string> all = before_;
  for (const json& one : simulator::changing_requests(simulator.requests())) {
    const std::string method = one["method"], place = one["path"], host = one["host"];
    // Faults of these kinds come before the provider acts.
    const std::string fault = one["fault"].is_string() ? one["fault"].get<std::string>() : "";
    if (fault == "status" || fault == "reset") continue;
    // What stands between the parts of a form is made anew for each.
    static const std::regex boundary("countersign-[0-9a-f]{32}");
    all.push_back(method + " " + host + place + " " +
                  std::regex_replace(one["body"].get<std::string>(), boundary, "BOUNDARY"));
  }
  return all;
}

std::string CrashFixture::deployed() const {
  return file_text(base_ + "/deploys");
}

Traces CrashFixture::traces() const {
  // What names the run is named after it: another one is begun where the first was cut short.
  const auto nameless = [&](std::string text) {
    replace_all(text, person.id, "RUN");
    return text;
  };
  Traces out{changes(), json::parse(nameless(simulator.world().dump())), {}};
  for (std::string& one : out.changes) one = nameless(one);
  for (auto entry = fs::recursive_directory_iterator(folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = fs::relative(entry->path(), folder).string();
    if (name == ".git" || name == "state" || name == ".local" || name == "secrets" ||
        name.rfind("decision", 0) == 0) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    // What was written when the program died is left behind under a name that nothing reads.
    if (name.find("/.countersign-") != std::string::npos || name.rfind(".countersign-", 0) == 0)
      continue;
    out.files[nameless(name)] = file_text(entry->path().string());
  }
  out.files["deploys"] = deployed();
  return out;
}

std::size_t CrashFixture::step(const std::string& command, std::size_t which) const {
  for (std::size_t i = 0; i < steps_.size(); ++i)
    if (steps_[i].words[0] == command && which-- == 0) return i;
  throw std::out_of_range("no step " + command);
}

// ---- the operator ------------------------------------------------------------------------------

Errand CrashFixture::start() const {
  using Pairs = std::vector<std::string>;
  static const std::map<std::string, Pairs> kRuns = {
      {"setup",
       {"setup", "queue=existing", "workflow=WWd2189d65ee2e707825558235f79ba136",
        "channel=TC6f838d37b0d47819c9d6f3af9336c221", "admin_email=admin@acme.example",
        "mailgun_domain=acme.connie.example", "hold_music=default", "greeting=default",
        "voicemail_prompt=default", "crm_url={{task.attributes.profile_url}}", "sso=false",
        "number=+15550100200"}},
      {"queue",
       {"change", "type=add-queue", "caller_visible=true", "approval=https://acme.slack.example/p2",
        "rollback=back to PRE", "changed_by=Olive", "queue_name=Billing",
        "queue_workers=skills HAS 'billing'", "entry=menu",
        "menu=Press 1 for support, 2 for billing.", "number=+15550100200"}},
      {"B",
       {"cancel", "number=+15550100200", "type=B", "disposition=retain", "retention=none",
        "approval=https://acme.slack.example/p1",
        "outage_window=2026-11-21T12:00:00Z/2026-11-21T23:30:00Z", "target=voicemail-only",
        std::string("target_flow=") + kNewFlow, "revoke_key=true"}},
      {"fault",
       {"troubleshoot", "symptom=voicemails in the wrong queue", "started=6h", "reporter=agent",
        "reproducibility=always"}},
  };
  const auto at = kRuns.find(type_);
  const Pairs pairs = at != kRuns.end()
                          ? at->second
                          : Pairs{"cancel",
                                  "number=+15550100200",
                                  "type=" + type_,
                                  "disposition=retain",
                                  "retention=none",
                                  "approval=https://acme.slack.example/p1",
                                  "goodbye=Acme has ended this service. Goodbye.",
                                  "out_of_service_url=https://handler.twilio.com/twiml/"
                                  "EH00000000000000000000000000000001"};
  if (type_ == "undo") return {"run", "undo.lua", "-p", "client=acme"};
  Errand words = {"run", COUNTERSIGN_SOURCE_DIR "/runbooks/connie/" + pairs[0] + ".lua", "-p",
                  "client=acme"};
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    words.push_back("-p");
    words.push_back(pairs[i]);
  }
  return words;
}

// The operator looks at the provider, or at what the deployment left behind.
Errand CrashFixture::settlement(const json& shown) const {
  const json& doubt = shown["waiting_for"];
  const std::string operation = doubt.value("operation", "");
  bool applied = false;
  if (operation == "command.run") {
    // A program that was started goes on when the one that started it is dead.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    applied = !deployed().empty();
  } else {
    // Every operation on a provider is one request: as many as come before it in the plan were
    // carried out, or one more.
    std::size_t earlier = 0;
    const json plan = json::parse(
        const_cast<CrashFixture*>(this)->countersign({"plan", person.id}).out, nullptr, false);
    for (const json& phase : plan.value("phases", json::array()))
      for (const json& step : phase.value("steps", json::array()))
        for (const json& one : step.value("operations", json::array()))
          earlier += one["n"] < doubt.value("n", json(0)) && !is_local(one["operation"]);
    applied = changes().size() > earlier;
  }
  return {"settle",          person.id,      applied ? "--applied" : "--not-applied",
          "--note",          "looked at it", "--key",
          keys() + "/carla", "--yes"};
}

void CrashFixture::heard(const Errand& words, const Ran& ran) {
  const std::string& command = words[0];
  const std::string& id = person.id;
  if (ran.code > 128) {
    // It died. What is there?
    person.todo = {{"runs"}};
    return;
  }
  const json value = json::parse(ran.out, nullptr, false);
  if (command == "runs") {
    const bool none = !value.is_array() || value.empty();
    if (ran.code != 0) person.stuck = ran.out + ran.err;
    person.id = none ? "" : value[0].value("run", "");
    person.todo = {none ? start() : Errand{"resume", person.id}};
    return;
  }
  if (command == "run" || command == "resume") {
    if (value.contains("run")) person.id = value["run"];
    const std::string carla = keys() + "/carla";
    switch (ran.code) {
      case 0:
        person.done = true;
        return;
      case 3: {
        const std::string to = "decision-" + std::to_string(++person.requests);
        person.todo = {{"request", id, "--to", to},
                       {"sign", to},
                       {"approve", id, "--decision", to + "/approve.json", "--signature",
                        to + "/approve.json.sig"},
                       {"resume", id}};
        return;
      }
      case 4:
        // What is in doubt is looked at again soon; a declared wait takes a day.
        if (value["waiting_for"].value("why", "").find("is in doubt") != std::string::npos) {
          ++person.doubts;
          ++person.looks;
          person.todo = {{"look again"}, {"resume", id}};
          return;
        }
        person.todo = {{"advance"}, {"resume", id}};
        return;
      case 5:
        for (const json& item : value["waiting_for"]["items"])
          person.todo.push_back({"attest", id, item["item"], "--pass", "--note",
                                 "called and looked", "--key", carla, "--yes"});
        // A change is the CTO's to close.
        person.todo.push_back({"sign-off", id, "--key",
                               type_ == "queue" ? keys() + "/olive" : carla, "--note",
                               "it is complete", "--yes"});
        return;
      case 8:
        ++person.doubts;
        if (value["error"].value("hint", "").rfind("resume", 0) == 0) {
          person.todo = {{"resume", id}};
          return;
        }
        if (person.settled > 20 || value["waiting_for"].is_null()) break;
        ++person.settled;
        person.todo = {settlement(value), {"resume", id}};
        return;
      case 1:
        // As it was signed to end.
        person.done =
            value["error"].value("message", "").find("changed was undone") != std::string::npos;
        if (person.done) return;
        break;
      default:
        break;
    }
    person.stuck = command + " ended with " + std::to_string(ran.code) + ", " +
                   value.value("status", "without a status") + ": " +
                   (value.contains("error") ? value["error"].dump() : ran.out + ran.err);
    return;
  }
  if (command == "sign-off" && ran.code == 0 && value.value("status", "") == "done") {
    person.done = true;
    return;
  }
  // Somebody was faster, or it was done before the death: look what it waits for.
  if (ran.code != 0) person.todo = {{"resume", id}};
}

void CrashFixture::go_on() {
  if (person.todo.empty()) {
    person.stuck = "nothing is left to do, and the run is not done";
    return;
  }
  const Errand words = person.todo.front();
  person.todo.pop_front();
  if (words[0] == "sign") {
    must({{"ssh-keygen", "-q", "-Y", "sign", "-n", "countersign-decision", "-f", keys() + "/carla",
           words[1] + "/approve.json"},
          folder});
  } else if (words[0] == "look again") {
    simulator.advance(31);
  } else if (words[0] == "advance") {
    // A little more than a day: the program's own clock may have run on meanwhile.
    simulator.advance(86'400 + 60);
  } else {
    heard(words, countersign(words));
  }
}

void CrashFixture::go_on_to(const std::string& command) {
  for (int turn = 0; turn < 60 && person.stuck.empty() && !person.done; ++turn) {
    if (!person.todo.empty() && person.todo.front()[0] == command) return;
    go_on();
  }
  throw std::runtime_error("it does not come to " + command + ": " + person.stuck);
}

void CrashFixture::live_on() {
  for (int turn = 0; turn < 60 && !person.done && person.stuck.empty(); ++turn) go_on();
  if (!person.done && person.stuck.empty()) person.stuck = "it turns in circles";
}

// ---- learning and dying ------------------------------------------------------------------------

void CrashFixture::serve(const json& world) {
  simulator.stop();
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (simulator.start(world, {.port = port_, .time_scale = 0})) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("the simulator does not start again");
}

bool CrashFixture::learn() {
  while (!person.done && person.stuck.empty()) {
    const Errand words = person.todo.front();
    if (words[0] == "sign" || words[0] == "advance") {
      go_on();
      continue;
    }
    mirror(folder, base_ + "/before-" + std::to_string(steps_.size()));
    Step step{words, {}, person, simulator.world(), changes(), deployed()};
    (void)next(killer(0, false));
    step.points = points();
    steps_.push_back(std::move(step));
  }
  wanted_ = traces();
  return person.done;
}

void CrashFixture::set_back(std::size_t number) {
  const Step& step = steps_.at(number);
  mirror(base_ + "/before-" + std::to_string(number), folder);
  write_file(base_ + "/deploys", step.deployed);
  serve(step.world);
  person = step.person;
  before_ = step.changes;
}

Ran CrashFixture::next(const std::map<std::string, std::string>& environment) {
  const Errand words = person.todo.front();
  person.todo.pop_front();
  const Ran ran = countersign(words, environment);
  heard(words, ran);
  return ran;
}

bool CrashFixture::die(const Death& death) {
  set_back(death.step);
  std::unique_ptr<Disk> disk;
  if (death.power) disk = std::make_unique<Disk>(folder);
  const Ran ran = next(killer(death.point, death.power));
  if (ran.code == 128 + 9) {
    // What was sent arrives before anybody looks.
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (disk) disk->cut(base_ + "/record", base_ + "/store");
  }
  return ran.code == 128 + 9;
}

std::map<std::string, int> CrashFixture::compared() const {
  std::map<std::string, int> count;
  for (const std::string& one : traces().changes) ++count[one];
  for (const std::string& one : wanted_.changes) --count[one];
  return count;
}

int CrashFixture::doubled() const {
  int sum = 0;
  for (const auto& [change, more] : compared()) sum += std::max(0, more);
  return sum;
}

int CrashFixture::lost() const {
  int sum = 0;
  for (const auto& [change, more] : compared()) sum += std::max(0, -more);
  return sum;
}

std::string CrashFixture::wrong() const {
  if (!person.stuck.empty()) return "stuck: " + person.stuck;
  const std::string& learnt = steps_.back().person.id;
  const bool another_run = person.id != learnt;
  // Looking again takes a while, so what follows is later.
  const auto timeless = [&](const std::string& text) {
    static const std::regex moment(
        "2026-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}|[0-9]{2}:[0-9]{2}:[0-9]{2}|"
        "179[0-9]{7}(\\.[0-9]+)?");
    if (person.looks == 0) return text;
    std::string out = std::regex_replace(text, moment, "MOMENT");
    // What is changed in the second in which it was made has the same date behind it as before.
    const std::string dated = R"("date_updated":{"previous":"MOMENTZ","updated":"MOMENTZ"})";
    replace_all(out, dated + ",", "");
    replace_all(out, "," + dated, "");
    replace_all(out, dated, "");
    return out;
  };
  const auto plain = [&](std::string bytes, const std::string& id) {
    bytes = timeless(bytes);
    if (person.looks > 0 && !another_run) return without_digests(bytes);
    if (!another_run) return bytes;
    replace_all(bytes, id, "RUN");
    return without_digests(bytes);
  };
  const Traces now = traces();
  std::string text;
  if (now.changes != wanted_.changes) {
    text += "other changes:\n";
    for (const std::string& one : now.changes) text += "  " + one.substr(0, 160) + "\n";
  }
  if (timeless(now.world.dump()) != timeless(wanted_.world.dump()))
    text += "another world: " + json::diff(wanted_.world, now.world).dump().substr(0, 600) + "\n";
  for (const auto& [name, bytes] : wanted_.files)
    if (now.files.count(name) == 0)
      text += name + " is missing\n";
    else if (const std::string want = plain(bytes, learnt),
             got = plain(now.files.at(name), person.id);
             want != got)
      text += name + " is another: " + difference_of(want, got) + "\n";
  for (const auto& [name, bytes] : now.files)
    if (wanted_.files.count(name) == 0) text += name + " should not be there\n";
  return text;
}

CrashFixture& learnt(const std::string& type, int which) {
  static std::map<std::pair<std::string, int>, std::unique_ptr<CrashFixture>> sites;
  std::unique_ptr<CrashFixture>& site = sites[{type, which}];
  if (!site) {
    site = std::make_unique<CrashFixture>(type);
    if (!site->learn()) throw std::runtime_error("an undisturbed run: " + site->person.stuck);
  }
  return *site;
}

}  // namespace countersign::crash
