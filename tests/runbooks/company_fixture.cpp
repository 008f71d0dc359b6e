#include "tests/runbooks/company_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "approvals/documents.h"
#include "approvals/evidence/manifest.h"
#include "approvals/evidence/verification.h"
#include "interpreter/digest.h"
#include "repl/engine_setup.h"
#include "repl/secret_parameter.h"
#include "repl/version.h"
#include "repl/views/evidence_pages.h"
#include "stdlib/catalogue.h"
#include "stdlib/session/provider_session.h"
#include "stdlib/simulator/server/changing_requests.h"
#include "tests/support/catch.h"

namespace countersign::firm {
namespace {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void shell(const std::string& command) {
  INFO(command);
  REQUIRE(std::system((command + " >/dev/null 2>&1").c_str()) == 0);
}

// Keys that ssh-keygen made, once per process: making them takes a while.
const std::string& keys() {
  struct Ring {
    Ring() {
      char draft[] = "/tmp/countersign-keys-XXXXXX";
      path = ::mkdtemp(draft);
      for (const char* name : {"olive", "carla", "tom", "otto"})
        shell("ssh-keygen -q -t ed25519 -N '' -C " + std::string(name) + " -f " + path + "/" +
              name);
    }
    ~Ring() {
      std::error_code ignored;
      fs::remove_all(path, ignored);
    }
    std::string path;
  };
  static const Ring ring;
  return ring.path;
}

const char kRegistry[] =
    "# PAC\n\n## Acme (acme)\n\n- number +15550100200\n- flow FWbc3a4d5bbdf441d90c3cc781e7ef61fd\n"
    "- Mailgun domain acme.connie.example\n\n## CCT\n\n- another client\n";

const char kOriginalLog[] =
    "# Wait Experience for acme\n\nDeployed: number +15550100200 to flow "
    "FWbc3a4d5bbdf441d90c3cc781e7ef61fd, workflow WWd2189d65ee2e707825558235f79ba136.\n";

const char kEnv[] =
    "# acme\nACCOUNT_SID=AC68c8096035594cd23248bd5540f7c7ee\nAUTH_TOKEN=fake-auth-token-acme\n"
    "ADMIN_EMAIL=admin@acme.example\nMAILGUN_DOMAIN=acme.connie.example\n"
    "MAILGUN_API_KEY=fake-mailgun-sending-key-acme\n"
    "TWILIO_FLEX_WORKSPACE_SID=WS0c3c796f965faebb386bef713506c5a3\n"
    "TWILIO_FLEX_CALLBACK_WORKFLOW_SID=WWd2189d65ee2e707825558235f79ba136\n"
    "WEBCHAT_ADDRESS=chat.acme.example\n";

const char kPeople[] =
    "version = 1\n"
    "[people.olive]\nprincipals = [\"olive@connie.example\"]\nroles = [\"operator\", \"cto\"]\n"
    "[people.carla]\nprincipals = [\"carla@connie.example\"]\nroles = [\"ceo\"]\n"
    "[people.tom]\nprincipals = [\"tom@connie.example\"]\nroles = [\"cto\"]\n"
    "[people.otto]\nprincipals = [\"otto@connie.example\"]\nroles = [\"operator\"]\n";

// The env file of a client of whom only the account is there.
const char kEmptyEnv[] =
    "# acme\nACCOUNT_SID=AC68c8096035594cd23248bd5540f7c7ee\nAUTH_TOKEN=fake-auth-token-acme\n"
    "WEBCHAT_ADDRESS=chat.acme.example\n";

// The functions' source, as far as runbooks edit it.
const char kSource[] =
    "const options = {\n  sayOptions: { voice: 'Polly.Joanna' },\n"
    "  holdMusicUrl: '/features/callback-and-voicemail-with-email/hold-music.mp3',\n"
    "  messages: {\n    initialGreeting: 'Please wait for the next available specialist.',\n"
    "    recordVoicemailPrompt: 'Please leave a message at the tone.',\n  },\n};\n";

// The deploy pipeline: puts the env file's entries live, makes the service where there is none, and
// says where it deployed to.
const char kPipeline[] = R"sh(#!/bin/sh
set -eu
echo "$ENVIRONMENT" >> deploys
vars=$(sed -n 's/^\([A-Z_]*\)=\(.*\)$/"\1":"\2"/p' serverless-functions/.env.acme | paste -sd, -)
at=/accounts/AC68c8096035594cd23248bd5540f7c7ee/serverless
if [ -f deployed ]; then
  patch='[{"op":"replace","path":"'$at'/0/environments/0/variables","value":{'$vars'}}]'
else
  patch='[{"op":"add","path":"'$at'/-","value":{"unique_name":"custom-flex-extensions-serverless",
    "domain_base":"custom-flex-extensions-serverless-4242","environments":[
    {"unique_name":"dev-environment","domain_suffix":"dev",
     "domain_name":"custom-flex-extensions-serverless-4242-dev.twil.io","variables":{'$vars'}}]}}]'
  touch deployed
fi
curl -sf -X POST ENDPOINT/_sim/patch -d "$patch" > /dev/null
echo "Deployed to"
echo "https://DOMAIN"
)sh";

// What a live deployment consists of, taken out of the demo's world.
json without_deployment() {
  const std::string acme = "/accounts/" + kAccount;
  json patch = json::array();
  for (const char* list : {"flows", "executions", "calls", "recordings", "transcriptions", "alerts",
                           "events", "serverless"})
    patch.push_back({{"op", "replace"}, {"path", acme + "/" + list}, {"value", json::array()}});
  patch.push_back(
      {{"op", "replace"}, {"path", acme + "/phone_numbers/0/voice_url"}, {"value", ""}});
  patch.push_back({{"op", "replace"},
                   {"path", acme + "/flex_configuration/ui_attributes/custom_data"},
                   {"value", {{"features", {{"activity_skill_filter", {{"enabled", true}}}}}}}});
  patch.push_back(
      {{"op", "replace"}, {"path", acme + "/taskrouter/0/tasks"}, {"value", json::array()}});
  patch.push_back({{"op", "remove"}, {"path", "/mailgun/keys/0"}});
  patch.push_back({{"op", "replace"}, {"path", "/mailgun/events"}, {"value", json::array()}});
  return patch;
}

std::string profile(const std::string& name, const std::string& sid, const std::string& key,
                    const std::string& environment, const std::string& endpoint) {
  return "[profiles." + name + "]\ntwilio.account_sid = \"" + sid + "\"\ntwilio.api_key = \"" +
         key + "\"\ntwilio.api_secret = { file = \"secrets/" + name +
         ".secret\" }\ntwilio.auth_token = { file = \"secrets/" + name +
         ".token\" }\nenvironment = \"" + environment + "\"\nendpoint = \"" + endpoint + "\"\n";
}

}  // namespace

CompanyFixture::CompanyFixture(const std::string& environment, const json& patch, CrashFixture site,
                               const std::string& approver, const std::string& more) {
  char draft[] = "/tmp/countersign-firm-XXXXXX";
  folder = fs::canonical(::mkdtemp(draft)).string();
  fs::copy(COUNTERSIGN_SOURCE_DIR "/runbooks", folder + "/runbooks", fs::copy_options::recursive);

  json world = json::parse(read_file(COUNTERSIGN_SOURCE_DIR "/docs/examples/worlds/demo.json"));
  const bool deployed = site == CrashFixture::live || site == CrashFixture::demo;
  if (!deployed) world = world.patch(without_deployment());
  // The clock stands still there, so nothing is built in time.
  if (site == CrashFixture::demo) world["accounts"][kAccount]["serverless"][0]["build_seconds"] = 0;
  if (!patch.empty()) world = world.patch(patch);
  simulator::Options still;
  still.time_scale = site == CrashFixture::demo    ? 0
                     : site == CrashFixture::fresh ? 20
                                                   : 1;  // what comes due does so when a test says
  const Result<int> port = simulator.start(world, still);
  INFO((port ? std::string() : port.error().message));
  REQUIRE(port);

  // The source files say what is live, as after a clean deploy.
  json live = world["accounts"][kAccount]["flex_configuration"]["ui_attributes"];
  json client = {{"custom_data", live["custom_data"]}};
  live.erase("custom_data");
  write("flex-config/ui_attributes.common.json", live.dump(2) + "\n");
  write("flex-config/ui_attributes.acme.json", client.dump(2) + "\n");
  write("flex-config/taskrouter_skills.json",
        world["accounts"][kAccount]["flex_configuration"]["taskrouter_skills"].dump(2) + "\n");
  write("serverless-functions/.env.acme", deployed ? kEnv : kEmptyEnv);
  write(
      "serverless-functions/src/functions/features/callback-and-voicemail-with-email/studio/"
      "wait-experience.protected.js",
      kSource);
  write("PAC.md", deployed ? kRegistry : "# PAC\n\n## CCT\n\n- another client\n");
  if (deployed) write("dev-logs/wait-experience-acme-2026-05-04/README.md", kOriginalLog);
  write("dev-logs/wait-experience-cct-2026-05-04/README.md", "# CCT\n");
  write("deploy.sh", "#!/bin/sh\necho \"$ENVIRONMENT\" >> \"$(dirname \"$0\")/deploys\"\n");
  ::chmod((folder + "/deploy.sh").c_str(), 0755);
  const bool works = site == CrashFixture::demo || site == CrashFixture::fresh;
  if (works) {
    for (const char* name : {"/serverless-functions/src", "/deploy-serverless.sh"})
      fs::copy(COUNTERSIGN_SOURCE_DIR "/docs/examples/demo" + std::string(name), folder + name,
               fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    fs::create_directories(folder + "/incidents");
    write("CLAUDE.md", "# Doctrine\n");
    write("commit.sh",
          "#!/bin/sh\ngit add \"$FILE\" && git -c user.name=olive -c "
          "user.email=olive@connie.example commit -q -m \"$SUBJECT\"\n");
    ::chmod((folder + "/commit.sh").c_str(), 0755);
  }
  shell("cd " + folder +
        " && git init -q && git add flex-config && git -c user.name=olive -c "
        "user.email=olive@connie.example commit -q -m 'Deploy the wait experience'");

  for (const auto& [name, text] :
       std::map<std::string, std::string>{{"acme.secret", "fake-api-secret-acme"},
                                          {"acme.token", "fake-auth-token-acme"},
                                          {"CCT.secret", "fake-api-secret-cct"},
                                          {"CCT.token", "fake-auth-token-cct"},
                                          {"mailgun", "fake-mailgun-account-key"}}) {
    write("secrets/" + name, text + "\n");
    ::chmod((folder + "/secrets/" + name).c_str(), 0600);
  }
  write("policy.toml", kPeople + std::string("[rules.mutate]\nrequires = { ") + approver +
                           " = 1 }\nseparation = true\n[rules.destroy]\nrequires = { ceo = 1 }\n");
  write("revoked", "# countersign revocations\n");
  std::string signers;
  for (const std::string person : {"olive", "carla", "tom", "otto"})
    signers += person + "@connie.example " + read_file(keys() + "/" + person + ".pub");
  write("allowed_signers", signers);
  write("countersign.toml",
        "[state]\nhome = \"home\"\n"
        "[trust]\nallowed_signers = \"allowed_signers\"\nrevoked = \"revoked\"\npolicy = "
        "\"policy.toml\"\n"
        "[workspace]\nflex_config = \"flex-config\"\nserverless = \"serverless-functions\"\n"
        "registry = \"PAC.md\"\ndev_logs = \"dev-logs\"\nrepository = \".\"\n" +
            std::string(works ? "incidents = \"incidents\"\ndoctrine = \"CLAUDE.md\"\n" : "") +
            "[operator]\nprincipal = \"olive@connie.example\"\nkey = \"" + keys() + "/olive\"\n" +
            std::string("[commands.deploy-serverless]\nargv = [\"") +
            (works ? "./deploy-serverless.sh" : "./deploy.sh") +
            "\"]\ninputs = [\"serverless-functions/**\"]\ntimeout = \"30s\"\n"
            "variables = [\"ENVIRONMENT\"]\n" +
            (works ? "environment = { ENDPOINT = \"" + simulator.endpoint() +
                         "\", TWILIO_USERNAME = \"SK29061521b0294920183e16344b29f240\", "
                         "TWILIO_PASSWORD = { file = \"secrets/acme.secret\" } }\n"
                         "[commands.commit-source]\nargv = [\"./commit.sh\"]\ntimeout = \"30s\"\n"
                         "variables = [\"FILE\", \"SUBJECT\"]\n"
                   : std::string()) +
            "[commands.write-config]\nargv = [\"./deploy.sh\"]\nvariables = [\"ENVIRONMENT\"]\n"
            "[secret_store]\nfolder = \"kept\"\n" +
            profile("acme", kAccount, "SK29061521b0294920183e16344b29f240", environment,
                    simulator.endpoint()) +
            "twilio.workspace_sid = \"" + kWorkspace + "\"\n" + std::string("mailgun.domain = \"") +
            (site == CrashFixture::bare ? "" : "acme.") + "connie.example\"\n" +
            "mailgun.account_key = { file = \"secrets/mailgun\" }\nadjacent = [\"CCT\"]\n"
            "workspace.env_file = \"serverless-functions/.env.acme\"\n" +
            std::string(deployed ? "twilio.serverless_domain = "
                                   "\"custom-flex-extensions-serverless-1234-dev.twil.io\"\n"
                                 : "") +
            more +
            profile("CCT", "ACe61336ac49728f5d344206b3c61644ef",
                    "SKce080a84f686f35e035d03a5bc677279", "production", simulator.endpoint()));

  Result<Configuration> configuration = read_configuration(folder + "/countersign.toml");
  INFO((configuration ? std::string() : configuration.error().message));
  REQUIRE(configuration);
  configuration_ = *configuration;
  Result<std::unique_ptr<Home>> home = Home::open(folder + "/home", folder + "/user");
  REQUIRE(home);
  home_ = std::move(*home);
  vault_ = std::make_unique<Vault>(home_->key());
  transport_ = std::make_unique<RetryingTransport>(curl_, clock_);
  AuthorizerSettings settings{{configuration_.trust.allowed_signers, configuration_.trust.revoked,
                               configuration_.trust.policy},
                              home_->path(),
                              configuration_.user.principal,
                              configuration_.user.key};
  authorizer_ = signed_authorizer(std::move(settings));
  engine_ = make_engine(
      *home_, wall_clock(), *authorizer_,
      [this](const std::string& name, Documents& documents) -> Result<std::unique_ptr<Session>> {
        if (configuration_.profiles.count(name) == 0)
          return Error{"config", "there is no profile \"" + name + "\""};
        return std::unique_ptr<Session>(new ProviderSession(configuration_, name, *transport_,
                                                            *vault_, documents,
                                                            standard_catalogue(), wall_clock()));
      },
      hold_secret_parameter);
}

// Whatever a test made the run go through, its evidence must hold.
void CompanyFixture::verify_evidence_of_run() const {
  if (!run) return;
  Result<Dossier> dossier = dossier_of(run->journal().records(), run->journal(), kVersion);
  INFO((dossier ? "" : dossier.error().message));
  REQUIRE(dossier);
  add_pages(*dossier, standard_catalogue());
  dossier->files[kManifest] = manifest_of(dossier->files);
  VerifyOptions options;
  options.version = kVersion;
  options.pages = [](Dossier& one) { add_pages(one, standard_catalogue()); };
  const Verdict verdict = verify_evidence(dossier->files, options);
  INFO((verdict.wrong ? verdict.wrong->file + " " + std::to_string(verdict.wrong->record) + ": " +
                            verdict.wrong->what
                      : ""));
  CHECK_FALSE(verdict.wrong);
}

CompanyFixture::~CompanyFixture() {
  verify_evidence_of_run();
  run.reset();
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

void CompanyFixture::edit_runbook(const std::string& file, const std::string& from,
                                  const std::string& to) {
  const std::string name = "runbooks/connie/" + file;
  std::string text = read(name);
  const std::size_t at = text.find(from);
  INFO(file + " holds: " + from);
  REQUIRE(at != std::string::npos);
  write(name, text.replace(at, from.size(), to));
}

void CompanyFixture::write(const std::string& name, const std::string& text) const {
  fs::create_directories(fs::path(folder + "/" + name).parent_path());
  std::ofstream(folder + "/" + name, std::ios::binary) << text;
}

std::string CompanyFixture::read(const std::string& name) const {
  return read_file(folder + "/" + name);
}

bool CompanyFixture::has(const std::string& name) const {
  return fs::exists(folder + "/" + name);
}

std::vector<std::string> CompanyFixture::list(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder + "/" + name))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

json CompanyFixture::parameters(const json& changes) {
  json all = {{"client", "acme"},
              {"number", kNumber},
              {"type", "A"},
              {"disposition", "retain"},
              {"drain", "24h"},
              {"retention", "none"},
              {"approval", "https://acme.slack.example/p1"},
              {"goodbye", "Acme has ended this service. Goodbye."},
              {"out_of_service_url", kBin}};
  all.merge_patch(changes);
  return all;
}

Run* CompanyFixture::start(const std::string& runbook, const json& parameters) {
  said = Error{};
  run.reset();
  const std::string path = folder + "/runbooks/" + runbook + ".lua";
  Result<std::unique_ptr<Run>> started =
      Run::start(*engine_, {{runbook, path, read_file(path)},
                            fs::path(path).parent_path().string(),
                            parameters,
                            "",
                            "olive@connie.example"});
  if (!started) {
    said = started.error();
    return nullptr;
  }
  run = std::move(*started);
  advance();
  return run.get();
}

void CompanyFixture::advance() {
  said = Error{};
  if (const Status went = run->advance(); !went) said = went.error();
}

// From here on the functions are really deployed: the entries that are in the env file are live.
void CompanyFixture::pipeline() const {
  std::string script = kPipeline;
  const bool deployed = read("countersign.toml").find("serverless_domain") != std::string::npos;
  const auto fill = [&](const std::string& word, const std::string& with) {
    script.replace(script.find(word), word.size(), with);
  };
  fill("ENDPOINT", simulator.endpoint());
  fill("DOMAIN", deployed ? "custom-flex-extensions-serverless-1234-dev.twil.io"
                          : "custom-flex-extensions-serverless-4242-dev.twil.io");
  write("deploy.sh", script);
  if (deployed) write("deployed", "");
}

Signed CompanyFixture::sign(const std::string& document, const std::string& person) const {
  const Result<std::string> signature =
      sign_with_ssh_keygen(keys() + "/" + person, document, "countersign-decision");
  INFO((signature ? std::string() : signature.error().message));
  REQUIRE(signature);
  return {document, *signature};
}

void CompanyFixture::approve(const std::string& reference, const std::string& person) {
  REQUIRE(state().request);
  const Result<std::string> document =
      decision_document(state().request->document, state().chain_head, "approve", reference, "");
  REQUIRE(document);
  said = Error{};
  if (const Status taken = run->decide(sign(*document, person)); !taken) {
    said = taken.error();
    return;
  }
  advance();
}

void CompanyFixture::attest(const std::string& slug, const std::string& verdict) {
  const Result<std::string> subject = run->item_subject(slug);
  INFO((subject ? std::string() : subject.error().message));
  REQUIRE(subject);
  const Result<std::string> document = attestation_document(
      {state().id(), state().chain_head}, slug, sha256_hex(*subject), verdict, "heard it");
  REQUIRE(document);
  said = Error{};
  if (const Status taken = run->attest(slug, sign(*document)); !taken) said = taken.error();
}

void CompanyFixture::sign_off_as(const std::string& person) {
  const Result<std::string> document =
      sign_off_document({state().id(), state().chain_head}, run->evidence_sha256(), "pass",
                        "the 24h verification passed");
  REQUIRE(document);
  said = Error{};
  if (const Status taken = run->sign_off(sign(*document, person)); !taken) said = taken.error();
}

void CompanyFixture::after(double hours) {
  simulator.advance(hours * 3600);
  advance();
}

void CompanyFixture::live_through() {
  approve();
  INFO(said.message << "\n" << said.hint);
  REQUIRE(status() == "awaiting_time");
  for (const char* next : {"awaiting_time", "awaiting_attestation"}) {
    after(24.1);
    INFO(said.message << "\n" << said.hint);
    REQUIRE(status() == next);
  }
  for (const char* item : {"callers-hear", "no-admin-mail"}) attest(item);
  // Only now the dev-logs are archived.
  advance();
  sign_off();
  INFO(said.message);
  REQUIRE(status() == "done");
}

json CompanyFixture::call(json order) const {
  order.emplace("to", kNumber);
  order.emplace("from", "+15550100999");
  return posted("/_sim/calls", order);
}

void CompanyFixture::patch(const json& patch) const {
  posted("/_sim/patch", patch);
}

json CompanyFixture::posted(const std::string& path, const json& body) const {
  HttpRequest request;
  request.method = "POST";
  request.url = simulator.endpoint() + path;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body.dump();
  CurlTransport curl;
  const auto answer = curl.send(request);
  INFO((answer ? answer->body : answer.error().message));
  REQUIRE((answer && answer->status / 100 == 2));
  return answer->body.empty() ? json() : json::parse(answer->body);
}

std::vector<std::string> CompanyFixture::changes() const {
  std::vector<std::string> all;
  for (const json& request : simulator::changing_requests(simulator.requests()))
    all.push_back(request["method"].get<std::string>() + " " + request["host"].get<std::string>() +
                  request["path"].get<std::string>());
  return all;
}

std::vector<std::string> CompanyFixture::planned_in(const std::string& name) const {
  std::vector<std::string> all;
  if (!state().plan) return all;
  for (const PlannedPhase& phase : state().plan->phases)
    if (phase.name == name)
      for (const Intent* intent : intents_of(phase)) all.push_back(intent->operation);
  return all;
}

std::vector<std::string> CompanyFixture::planned() const {
  std::vector<std::string> all;
  if (state().plan)
    for (const PlannedPhase& phase : state().plan->phases)
      for (const std::string& one : planned_in(phase.name)) all.push_back(one);
  return all;
}

std::vector<std::string> CompanyFixture::carried_out() const {
  std::vector<std::string> all;
  for (const AppliedOperation& one : state().confirmed) all.push_back(one.operation);
  return all;
}

std::string CompanyFixture::kept() const {
  std::string all;
  for (const Record& record : run->journal().records()) all += record.body.dump() + "\n";
  for (const std::string& name : run->journal().documents())
    all += *run->journal().get(name) + "\n";
  return all + (state().plan ? plan_view(state()).dump() : "") + said.message + said.hint;
}

bool CompanyFixture::passed(const std::string& title) const {
  return std::any_of(state().checks.begin(), state().checks.end(), [&](const json& check) {
    return check["title"] == title && check["ok"] == true;
  });
}

}  // namespace countersign::firm
