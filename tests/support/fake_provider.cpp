#include "tests/support/fake_provider.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/phase_execution.h"
#include "interpreter/placeholder.h"
#include "interpreter/range.h"
#include "interpreter/subject.h"
#include "tests/support/catch.h"

namespace countersign::shelf {
namespace {

class ShelfSession : public Session {
 public:
  ShelfSession(World& world, Vault& vault, Documents& documents, const std::string& profile)
      : world_(world), vault_(vault), documents_(documents) {
    // Another shelf is another account.
    if (profile == "next") facts_ = {{"name", profile}, {"account_sid", "ACnext"}};
  }
  const json& facts() const override { return facts_; }
  std::string own_credential() const override { return "api_key"; }
  Result<std::string> account(const std::string&, bool) override {
    if (world_.account == "ACshelf") return facts_["account_sid"].get<std::string>();
    return Error{"refused", "the credential belongs to " + world_.account + ", not to ACshelf"};
  }
  Result<json> surroundings() override {
    return json{{"folder", "/shelf"},
                {"systems", json::array({{{"name", "shelf"},
                                          {"identity", facts_["account_sid"]},
                                          {"learnt", "asked"},
                                          {"origin", world_.origin},
                                          {"facts", world_.facts}}})},
                {"adjacent", world_.adjacent},
                {"stores", world_.stores}};
  }
  Result<json> endpoint() override {
    return json{
        {"origin", "memory"}, {"simulated", world_.simulated}, {"instance", world_.instance}};
  }
  Result<Time> now() override { return world_.now; }
  Result<json> snapshot(const std::vector<std::string>&) override {
    if (world_.before_snapshot)
      if (const Status may = world_.before_snapshot(); !may) return may.error();
    return json{{"things", world_.things}};
  }
  const std::vector<std::string>& scopes() const override { return scopes_; }
  const std::vector<std::string>& volatile_fields() const override { return volatile_; }
  Result<json> baselines() override {
    if (world_.before_baselines)
      if (const Status may = world_.before_baselines(); !may) return may.error();
    return world_.neighbours;
  }
  Vault& vault() override { return vault_; }
  Documents& documents() override { return documents_; }
  World& world() { return world_; }

 private:
  World& world_;
  Vault& vault_;
  Documents& documents_;
  json facts_ = {{"name", "shelf"}, {"account_sid", "ACshelf"}};
  std::vector<std::string> scopes_ = {"things"}, volatile_ = {"/things/*/touched"};
};

World& world_of(const Call& call) {
  return static_cast<ShelfSession&>(call.session).world();
}
std::string key_of(const Call& call) {
  return call.arguments.value("key", "");
}

Result<std::string> target(const Call& call) {
  return "/things/" + escape_pointer(key_of(call));
}
Result<json> state(const Call& call) {
  if (const auto& look = world_of(call).before_look)
    if (const Status may = look(key_of(call)); !may) return may.error();
  return world_of(call).things.value(key_of(call), json());
}

Carry change(std::string name, std::function<json(World&, const json&)> act) {
  return [name = std::move(name), act = std::move(act)](const Call& call) -> Result<json> {
    World& world = world_of(call);
    if (world.before_change)
      if (const Status may = world.before_change(name); !may) return may.error();
    world.changes.push_back(name + " " + call.arguments.dump());
    json result = act(world, call.arguments);
    if (world.after_change)
      if (const Status may = world.after_change(name); !may) return may.error();
    return result;
  };
}

Catalogue rows() {
  Catalogue catalogue;
  const Parameter key{"key", Type::text, true, "which thing"};
  const auto add = [&](Row row) {
    const Status added = catalogue.add(std::move(row));
    INFO((added ? std::string() : added.error().message));
    REQUIRE(added);
  };
  add({.name = "thing.items.fetch",
       .effect = Effect::read,
       .credential = "api_key",
       .parameters = {key},
       .result = "the thing",
       .summary = "Fetches a thing",
       .carrier = [](const Call& call) -> Result<json> {
         world_of(call).reads.push_back(key_of(call));
         const json found = world_of(call).things.value(key_of(call), json());
         if (found.is_null())
           return Error{"provider", "there is no thing \"" + key_of(call) + "\"", "", "", "", 404};
         return found;
       }});
  add({.name = "thing.items.list",
       .effect = Effect::read,
       .credential = "api_key",
       .result = "all things",
       .summary = "Lists things",
       .carrier = [](const Call& call) -> Result<json> { return world_of(call).things; }});
  add({.name = "snapshot.capture",
       .effect = Effect::read,
       .parameters = {{"label", Type::text, true, "its name"}},
       .result = "a handle",
       .summary = "Captures a snapshot",
       .carrier = [](const Call& call) -> Result<json> {
         return make_handle("snapshot",
                            call.session.documents().put(canonical(world_of(call).things)),
                            {{"label", call.arguments["label"]}});
       }});
  add({.name = "thing.items.update",
       .effect = Effect::mutate,
       .credential = "api_key",
       .parameters = {key, {"value", Type::any, true, "its new value", "", {}, true}},
       .result = "the thing",
       .summary = "Changes a thing",
       .carrier = change("update",
                         [](World& world, const json& a) {
                           return world.things[a["key"].get<std::string>()] = {
                                      {"id", a["key"]}, {"value", a["value"]}};
                         }),
       .changing = Changing{.wire = 1,
                            .sources = Sources::none(),
                            .returns = Returns({{"/id", range::same_as("key")}})},
       .target = target,
       .before = state,
       .project = [](const Call& call, const json&) -> Result<json> {
         return json{{"id", call.arguments["key"]}, {"value", call.arguments["value"]}};
       },
       .inverse = [](const json& arguments, const json& before) -> json {
         if (before.is_null())
           return {{"operation", "thing.items.delete"}, {"arguments", {{"key", arguments["key"]}}}};
         return {{"operation", "thing.items.update"},
                 {"arguments", {{"key", arguments["key"]}, {"value", before["value"]}}}};
       },
       .settle = Settle::by_state,
       .volatile_fields = {"/touched"}});
  add({.name = "thing.items.create",
       .effect = Effect::mutate,
       .credential = "api_key",
       .parameters = {key},
       .result = "the thing",
       .summary = "Makes a thing",
       .carrier = change("create",
                         [](World& world, const json& a) {
                           return world.things[a["key"].get<std::string>()] = {
                                      {"id", "id-of-" + a["key"].get<std::string>()},
                                      {"value", nullptr}};
                         }),
       .changing =
           Changing{.wire = 1,
                    .sources = Sources::none(),
                    .returns = Returns(
                        {{"/id", range::exactly_parts({json("id-of-"), range::argument("key")})}})},
       .target = target,
       .before = state,
       .lookup = state,
       .settle = Settle::by_lookup});
  add({.name = "thing.items.delete",
       .effect = Effect::destroy,
       .credential = "api_key",
       .parameters = {key},
       .result = "nothing",
       .summary = "Deletes a thing",
       .carrier = change("delete",
                         [](World& world, const json& a) {
                           world.things.erase(a["key"].get<std::string>());
                           return json::object();
                         }),
       .changing = Changing{.wire = 1, .sources = Sources::none(), .returns = Returns::nothing()},
       .target = target,
       .before = state,
       .project = [](const Call&, const json&) -> Result<json> { return json(); },
       .guard = [](const Call& call) -> Status {
         const Result<json> found = state(call);
         if (!found) return found.error();
         if (found->is_object() && found->value("locked", false))
           return Error{"refused", "it is locked"};
         return Done{};
       },
       .settle = Settle::by_state,
       .irreversible = "the thing is gone"});
  add({.name = "thing.mail.send",
       .effect = Effect::mutate,
       .credential = "api_key",
       .parameters = {{"text", Type::text, true, "what it says"}},
       .result = "its id",
       .summary = "Sends a mail",
       .carrier = change("send",
                         [](World&, const json&) {
                           return json{{"id", "mail-1"}};
                         }),
       .changing = Changing{.wire = 1,
                            .sources = Sources::none(),
                            .returns = Returns({{"/id", range::exactly("mail-1")}})},
       .target = [](const Call&) -> Result<std::string> { return std::string("/mail"); },
       .settle = Settle::ask,
       .affects = {"/mail"}});
  return catalogue;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

Result<Signed> Trusting::request(const json& draft, Time now, const PageMaker& page) {
  json document = draft;
  document["requires"] = json::array({{{"role", "ceo"}, {"count", 1}}});
  document["decide_by"] = iso_time(now + 86400);
  const auto files = trust_files();
  for (const auto& [key, file] : {std::pair("signers", "allowed_signers"), {"policy", "policy"}})
    document["trust"][key] =
        files.count(file) != 0 ? json(sha256_hex(files.at(file))) : json("none");
  if (page) document["plan_text"] = page(document);
  return Signed{canonical(document), ""};
}

Result<Answer> Trusting::examine(const std::string& subject, const Signed& answer, Time) {
  const json document = json::parse(answer.document, nullptr, false);
  if (!document.is_object() || document.value("subject", "") != sha256_hex(subject))
    return Error{"refused", "the answer is bound to something else"};
  Answer out;
  out.type = document.value("type", "");
  out.verdict = document.value("verdict", "");
  out.person = out.principal = document.value("person", "ceo");
  out.roles = {"ceo"};
  out.not_before = document.value("not_before", Time{0});
  out.break_glass = document.value("break_glass", "");
  if (!out.break_glass.empty()) out.review = "ceo";
  return out;
}

Status Trusting::authorize(const Signed& request, const std::vector<Signed>& decisions, Time now,
                           bool) {
  if (revoked) return Error{"refused", "the key of \"ceo\" was revoked"};
  for (const Signed& one : decisions) {
    const Result<Answer> answer = examine(request.document, one, now);
    if (answer && answer->verdict == "approve" && answer->not_before > now)
      return Error{"early", "it is approved for later"};
    if (answer && answer->verdict == "approve") return Done{};
  }
  return Error{"waiting", "one approval is missing"};
}

Status Trusting::holds(const std::vector<Answer>& answers, const std::vector<std::string>&) {
  return answers.empty() ? Status(Error{"refused", "nobody signed"}) : Status(Done{});
}

Status Trusting::may_lift(const Answer& answer) {
  return holds({answer}, {"ceo"});
}

Signed decision(const RunState& state, const std::string& verdict, const json& more) {
  json document = {{"type", "decision"},
                   {"verdict", verdict},
                   {"head", state.chain_head},
                   {"subject", sha256_hex(state.request ? state.request->document : "")}};
  document.update(more);
  return {canonical(document), "signed"};
}

Signed attestation(const RunState& state, const std::string& subject, const std::string& verdict,
                   const std::string& person) {
  return {canonical({{"type", "attestation"},
                     {"head", state.chain_head},
                     {"verdict", verdict},
                     {"person", person},
                     {"subject", sha256_hex(subject)}}),
          "signed"};
}

Signed settlement(const RunState& state, const std::string& subject, const std::string& verdict) {
  return {canonical({{"type", "settlement"},
                     {"head", state.chain_head},
                     {"verdict", verdict},
                     {"subject", sha256_hex(subject)}}),
          "signed"};
}

Signed correction(const RunState& state, const std::string& verdict) {
  const Settlement& wrong = state.settlements.back();
  json document =
      json::parse(settlement(state, correction_subject(state, wrong), verdict).document);
  document["corrects"] = wrong.answer.document_sha256;
  return {canonical(document), "signed"};
}

Fixture::Fixture() : catalogue_(rows()) {
  char draft[] = "/tmp/countersign-shelf-XXXXXX";
  folder = mkdtemp(draft);
  Result<std::unique_ptr<Home>> home = Home::open(folder + "/home", folder + "/user");
  REQUIRE(home);
  home_ = std::move(*home);
  vault_ = std::make_unique<Vault>(home_->key());
  world.things = {{"lamp", {{"id", "lamp"}, {"value", "off"}}},
                  {"vase", {{"id", "vase"}, {"value", "blue"}}}};
  engine_ = std::make_unique<Engine>(Engine{.catalogue = catalogue_,
                                            .clock = wall_clock(),
                                            .authorizer = trust,
                                            .home = *home_,
                                            .host_executable = "/proc/self/exe"});
  for (const char* name : {"schema", "closed", "dsl", "playbook"})
    engine_->prelude.push_back(
        {name, name,
         read_file(COUNTERSIGN_SOURCE_DIR "/stdlib/lua/" + std::string(name) + ".lua")});
  engine_->session = [this](const std::string& profile,
                            Documents& documents) -> Result<std::unique_ptr<Session>> {
    return std::unique_ptr<Session>(new ShelfSession(world, *vault_, documents, profile));
  };
  engine_->secret = [this](Session&, const std::string& reference) -> Result<json> {
    return vault_->hold(reference, "hush-" + reference);
  };
  engine_->print = [this](const std::string& text) { printed.push_back(text); };
}

Fixture::~Fixture() {
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

void Fixture::move_home(const std::string& path) {
  Result<std::unique_ptr<Home>> home = Home::open(path, folder + "/user");
  REQUIRE(home);
  std::unique_ptr<Home> earlier = std::move(home_);
  home_ = std::move(*home);
  auto again = std::make_unique<Engine>(Engine{.catalogue = catalogue_,
                                               .clock = engine_->clock,
                                               .authorizer = trust,
                                               .home = *home_,
                                               .host_executable = engine_->host_executable});
  again->prelude = engine_->prelude;
  again->session = engine_->session;
  again->secret = engine_->secret;
  again->print = engine_->print;
  engine_ = std::move(again);
}

std::string Fixture::runbook(const std::string& procedure, const std::string& more) {
  return "return runbook { name = \"test/one\", title = \"A test\",\n  parameters = { account = "
         "param.profile { why = \"which shelf\" } },\n  procedure = {\n" +
         procedure + "\n  },\n" + more + "\n}\n";
}

Result<std::unique_ptr<Run>> Fixture::start(const std::string& text, json parameters) {
  const std::string path = folder + "/one.lua";
  std::ofstream(path, std::ios::binary) << text;
  if (!parameters.contains("account")) parameters["account"] = "shelf";
  return Run::start(*engine_,
                    {{"test/one", path, text}, folder, std::move(parameters), "", "tester"});
}

Result<std::unique_ptr<Run>> Fixture::open(const std::string& id) {
  return Run::open(*engine_, id);
}

std::unique_ptr<Run> Fixture::run(const std::string& text) {
  said = Error{};
  Result<std::unique_ptr<Run>> run = start(text);
  if (!run) {
    said = run.error();
    return nullptr;
  }
  if (const Status went = (*run)->advance(); !went) said = went.error();
  return std::move(*run);
}

PhaseResult Fixture::explore(const std::string& code) {
  std::unique_ptr<Journal> journal = Journal::in_memory();
  ShelfSession session(world, *vault_, *journal, "shelf");
  Ledger ledger(std::move(journal), RunState{}, {}, wall_clock());
  PhaseContext standing;
  standing.stage = Stage::explore;
  PhaseExecution walk(*engine_, &session, ledger, standing, folder);
  return walk.run({"eval", "eval", code}, {{"kind", "eval"}}, "eval");
}

}  // namespace countersign::shelf
