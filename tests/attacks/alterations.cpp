#include "tests/attacks/alterations.h"

#include <filesystem>

#include "interpreter/canonical.h"
#include "interpreter/digest.h"

namespace countersign::attacks {
namespace fs = std::filesystem;
namespace {

using Alterations = std::vector<Alteration>;

constexpr const char* kToml = "countersign.toml";

// A text of countersign.toml replaced by another.
Alteration setting(const std::string& name, const std::string& from, const std::string& to) {
  return {name, [from, to](SignedRun& run) { run.replace(kToml, from, to); }};
}

std::string endpoint_of(const SignedRun& run) {
  return "endpoint = \"" + run.room.simulator.endpoint() + "\"";
}

// The body of a record of the run's file changed.
Alteration body(const std::string& name, const std::string& kind,
                std::function<void(json&)> change) {
  return {name, [kind, change = std::move(change)](SignedRun& run) {
            run.rewrite([&](RunFile& file) { change(file.record(kind).body); });
          }};
}

// The plan in the run's file changed.
Alteration plan(const std::string& name, std::function<void(json&)> change) {
  return {name, [change = std::move(change)](SignedRun& run) {
            run.rewrite([&](RunFile& file) {
              Record& record = file.record("plan");
              json document = file.document(record.body["document"]);
              change(document);
              record.body["document"] = file.add(canonical(document));
            });
          }};
}

json& operation(json& plan, std::size_t phase = 0, std::size_t n = 0) {
  return plan["phases"][phase]["steps"][0]["operations"][n];
}

Alteration at_key(const std::string& name, const std::string& kind, const std::string& pointer,
                  const json& value) {
  return body(name, kind,
              [pointer, value](json& body) { body[json::json_pointer(pointer)] = value; });
}

// A text that a record names by digest replaced by another text, in the run's file.
Alteration text(const std::string& name, const std::string& kind, const std::string& pointer,
                const std::string& bytes) {
  return {name, [kind, pointer, bytes](SignedRun& run) {
            run.rewrite([&](RunFile& file) {
              file.record(kind).body[json::json_pointer(pointer)] = file.add(bytes);
            });
          }};
}

}  // namespace

Alterations Altered<parts::Place>::outside() {
  return {
      {"another checkout by --config",
       [](SignedRun& run) {
         run.room.write("elsewhere/countersign.toml", run.room.read(kToml));
         run.replace("elsewhere/countersign.toml", "home = \"home\"", "home = \"../home\"");
         for (const char* name :
              {"olive", "carla", "allowed_signers", "policy.toml", "revoked", "acme.secret",
               "acme.token", "cct.secret", "mailgun.key", "mailgun.sending", "devsandbox.secret"})
           run.room.write(std::string("elsewhere/") + name, run.room.read(name), 0600);
         run.options = {"--config", "elsewhere/countersign.toml"};
       },
       9, "", true},
      {"the folder moved",
       [](SignedRun& run) {
         const std::string moved = run.room.folder + "-moved";
         fs::remove_all(moved);
         fs::rename(run.room.folder, moved);
         run.folder = moved;
       },
       9, "", true},
      {"another state folder by --home",
       [](SignedRun& run) {
         fs::copy(run.room.folder + "/home", run.room.folder + "/second",
                  fs::copy_options::recursive);
         run.options = {"--home", "second"};
       },
       8, "was copied or restored from a backup", true},
  };
}
Alterations Altered<parts::Place>::in_the_file() {
  return {};  // the file names no place but the home that it was worked on in, which is shown
}

Alterations Altered<parts::Systems>::outside() {
  Alterations all = {
      {"the endpoint of another simulator",
       [](SignedRun& run) {
         const std::string then = endpoint_of(run);
         run.replace(kToml, then, "endpoint = \"" + run.other.endpoint() + "\"");
       }},
      {"the providers themselves",
       [](SignedRun& run) {
         run.cut_off = true;
         run.replace(kToml, endpoint_of(run) + "\n[profiles.CCT]", "[profiles.CCT]");
       },
       9, "", true},
      {"another account",
       [](SignedRun& run) {
         run.replace(kToml, "AC68c8096035594cd23248bd5540f7c7ee",
                     "AC66b0f371ae2b2607ab71f2cdfc17293f");
         run.replace(kToml, "SK29061521b0294920183e16344b29f240",
                     "SK766c8f06487f43ef45fb8458bde13976");
         run.replace(kToml, "acme.secret", "devsandbox.secret");
       }},
      setting("another key of the same account", "SK29061521b0294920183e16344b29f240",
              "SK00000000000000000000000000000002"),
      setting("the environment", "environment = \"production\"", "environment = \"test\""),
      setting("the variant", "variant = \"full\"", "variant = \"minimal\""),
      setting("the workspace", "WS0c3c796f965faebb386bef713506c5a3",
              "WS00000000000000000000000000000001"),
      setting("the phone number", "phone_number = \"+15550100200\"",
              "phone_number = \"+15550100201\""),
      setting("the functions' domain", "extensions-serverless-1234-dev",
              "extensions-serverless-1234"),
      setting("the environment's file", "serverless/.env.acme", "serverless/.env.other"),
      setting("the mail domain", "mailgun.domain = \"acme.connie.example\"",
              "mailgun.domain = \"connie.example\""),
      setting("no mail domain", "mailgun.domain = \"acme.connie.example\"\n", ""),
      setting("the mail region", "mailgun.region = \"us\"", "mailgun.region = \"eu\""),
      setting("the sending key's file", "\"mailgun.sending\"", "\"mailgun.other\""),
      {"the sending key",
       [](SignedRun& run) {
         run.room.write("mailgun.sending", run.room.read("mailgun.other"), 0600);
       },
       9, "", true},
      setting("the sending key by a program",
              "mailgun.sending_key = { file = \"mailgun.sending\" }",
              "mailgun.sending_key = { command = [\"cat\", \"mailgun.sending\"] }"),
      setting("one more public key", "\"PORTAL_URL\"", "\"PORTAL_URL\", \"OTHER_URL\""),
      setting("no public keys", "public_keys = [\"PORTAL_URL\"]\n", ""),
  };
  for (const auto& [key, folder] :
       std::vector<std::pair<std::string, std::string>>{{"flex_config", "flex-config"},
                                                        {"serverless", "serverless"},
                                                        {"registry", "PAC.md"},
                                                        {"dev_logs", "dev-logs"},
                                                        {"incidents", "incidents"},
                                                        {"doctrine", "CLAUDE.md"}})
    all.push_back(
        setting("the workspace's " + key, key + " = \"" + folder + "\"", key + " = \"other\""));
  return all;
}
Alterations Altered<parts::Systems>::in_the_file() {
  return {
      at_key("the account", "run.started", "/account", "AC66b0f371ae2b2607ab71f2cdfc17293f"),
      at_key("the origin", "run.started", "/endpoint/origin", "https://api.twilio.com"),
      at_key("the first system's account", "run.started", "/systems/0/identity",
             "AC66b0f371ae2b2607ab71f2cdfc17293f"),
      at_key("another system's account", "run.started", "/systems/1/identity", "connie.example"),
      at_key("another system's place", "run.started", "/systems/1/origin",
             "https://api.mailgun.net"),
      at_key("how an account is known", "run.started", "/systems/1/learnt", "origin"),
      at_key("whether it is simulated", "run.started", "/endpoint/simulated", false)};
}

Alterations Altered<parts::Profile>::outside() {
  return {{"what the profile is called",
           [](SignedRun& run) { run.replace(kToml, "[profiles.acme]", "[profiles.acme2]"); }, 2,
           "there is no profile \"acme\"", true}};
}
Alterations Altered<parts::Profile>::in_the_file() {
  return {
      at_key("the environment that the script sees", "run.started", "/profile/environment", "test"),
      at_key("a fact that the script sees", "run.started", "/profile/phone_number", "+15550100201"),
      at_key("one more fact", "run.started", "/profile/more", "x"),
      body("a fact left out", "run.started",
           [](json& body) { body["profile"].erase("mailgun_domain"); })};
}

Alterations Altered<parts::Adjacent>::outside() {
  const auto changed = [](SignedRun& run) {
    run.elsewhere(json::array({{{"op", "replace"},
                                {"path",
                                 "/accounts/ACe61336ac49728f5d344206b3c61644ef/flex_configuration/"
                                 "ui_attributes"},
                                {"value", {{"changed", "by somebody"}}}}}));
    // Looked at again when so much time has passed; sooner where something is to be destroyed.
    run.room.simulator.advance(10);
  };
  // The profile as the script sees it lists them too.
  const auto listed = [](const std::string& name, const std::string& to) {
    Alteration one = setting(name, "adjacent = [\"CCT\"]\n", to);
    one.said = "adjacent";
    return one;
  };
  return {listed("none any more", ""),
          listed("one more", "adjacent = [\"CCT\", \"DevSandbox\"]\n"),
          listed("another one", "adjacent = [\"DevSandbox\"]\n"),
          {"pointed elsewhere",
           [](SignedRun& run) {
             run.replace(kToml, "ACe61336ac49728f5d344206b3c61644ef",
                         "AC66b0f371ae2b2607ab71f2cdfc17293f");
             run.replace(kToml, "SKce080a84f686f35e035d03a5bc677279",
                         "SK766c8f06487f43ef45fb8458bde13976");
             run.replace(kToml, "cct.secret", "devsandbox.secret");
           }},
          {"at another place",
           [](SignedRun& run) {
             std::string all = run.room.read(kToml);
             const std::size_t at = all.find(endpoint_of(run), all.find("[profiles.CCT]"));
             all.replace(at, endpoint_of(run).size(),
                         "endpoint = \"" + run.other.endpoint() + "\"");
             run.room.write(kToml, all);
           }},
          {"changed by somebody", changed, 7, "the adjacent account \"CCT\" changed"}};
}
Alterations Altered<parts::Adjacent>::in_the_file() {
  Alteration none = at_key("none in the profile that the script sees", "run.started",
                           "/profile/adjacent", json::array());
  none.said = "adjacent";
  return {none};
}

// Shown, not compared: what is compared is each row.
Alterations Altered<parts::Program>::outside() {
  return {};
}
Alterations Altered<parts::Program>::in_the_file() {
  return {};
}

Alterations Altered<parts::Runbook>::outside() {
  return {{"one more comment", [](SignedRun& run) { run.append("rename.lua", "-- approved\n"); }},
          {"other operations",
           [](SignedRun& run) { run.replace("rename.lua", "\"after \"", "\"before \""); }},
          {"empty", [](SignedRun& run) { run.room.write("rename.lua", ""); }}};
}
Alterations Altered<parts::Runbook>::in_the_file() {
  const std::string head = "/runbook/head";
  return {
      at_key("the name", "run.started", "/runbook/name", "other"),
      text("other bytes", "run.started", "/runbook/sha256",
           SignedRun::kRenameTwo + std::string("-- approved\n")),
      at_key("no checklist", "run.started", head + "/done", json::array()),
      at_key("no rails", "run.started", head + "/rails", json::array()),
      at_key("another sign-off", "run.started", head + "/done/1/role", "operator"),
      at_key("another undoing", "run.started", head + "/procedure/1/undo_if", "heard"),
      at_key("who approves", "run.started", head + "/authority", {{"approver", "operator"}}),
      at_key("a shorter wait", "run.started", head + "/procedure/2/duration", "1s"),
      body("a phase left out", "run.started",
           [](json& body) { body["runbook"]["head"]["procedure"].erase(5); }),
      body("another order", "run.started",
           [](json& body) {
             json& procedure = body["runbook"]["head"]["procedure"];
             std::swap(procedure[2], procedure[4]);
           }),
  };
}

Alterations Altered<parts::Modules>::outside() {
  return {{"edited", [](SignedRun& run) { run.replace("naming.lua", "label .. \" \"", "label"); }},
          {"one more comment", [](SignedRun& run) { run.append("naming.lua", "-- x\n"); }}};
}
Alterations Altered<parts::Modules>::in_the_file() {
  return {text("other bytes", "module", "/sha256",
               "return { full = function() return \"EVIL\" end }\n"),
          {"a new one",
           [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               Record more = file.record("module");
               more.body["name"] = "later";
               more.body["sha256"] = file.add("return {}\n");
               more.time = file.records.back().time;
               file.records.push_back(more);
             });
           }},
          {"one that was there replaced after it was signed",
           [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               Record more = file.record("module");
               more.body["sha256"] = file.add("return { full = function() return \"EVIL\" end }\n");
               file.records.push_back(more);
             });
           }},
          {"one left out", [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               file.records.erase(file.records.begin() + static_cast<long>(file.place("module")));
             });
           }}};
}

// The text that a run keeps is what runs.
Alterations Altered<parts::Language>::outside() {
  return {};
}
Alterations Altered<parts::Language>::in_the_file() {
  return {
      text("another text", "run.started", "/prelude/dsl", "return {}\n"),
      body("one left out", "run.started", [](json& body) { body["prelude"].erase("playbook"); }),
      text("one more", "run.started", "/prelude/more", "return {}\n"),
      {"a text that is gone",
       [](SignedRun& run) {
         run.rewrite([](RunFile& file) {
           const std::string gone = file.record("run.started").body["prelude"]["dsl"];
           std::erase_if(file.documents,
                         [&](const std::string& one) { return sha256_hex(one) == gone; });
         });
       },
       2, "stdlib:"}};
}

// Another program is needed to alter them: see rows_test.cpp.
Alterations Altered<parts::Rows>::outside() {
  return {};
}
Alterations Altered<parts::Rows>::in_the_file() {
  return {at_key("another description", "run.started", "/rows/twilio.numbers.update",
                 std::string(64, '0')),
          body("none of its operation", "run.started",
               [](json& body) { body["rows"].erase("twilio.numbers.update"); })};
}

Alterations Altered<parts::Parameters>::outside() {
  return {};  // they were given when the run began
}
Alterations Altered<parts::Parameters>::in_the_file() {
  return {at_key("another value", "run.started", "/parameters/label", "EVIL"),
          at_key("one more", "run.started", "/parameters/more", "x"),
          at_key("another client", "run.started", "/parameters/client", "CCT")};
}

Alterations Altered<parts::ReadPhases>::outside() {
  return {};  // what they look at is the state that each operation starts from
}
Alterations Altered<parts::ReadPhases>::in_the_file() {
  return {
      at_key("another value", "phase.finished", "/value/first",
             "PN00000000000000000000000000000002"),
      body("a value left out", "phase.finished", [](json& body) { body["value"].erase("second"); }),
      at_key("another phase", "phase.finished", "/phase", "settle"),
      {"one more phase",
       [](SignedRun& run) {
         run.rewrite([](RunFile& file) {
           Record more = file.record("phase.finished");
           more.body["phase"] = "verify";
           file.records.insert(
               file.records.begin() + static_cast<long>(file.place("phase.finished")) + 1, more);
         });
       }},
      {"the whole phase left out", [](SignedRun& run) {
         run.rewrite([](RunFile& file) {
           file.records.erase(file.records.begin() +
                              static_cast<long>(file.place("phase.finished")));
         });
       }}};
}

Alterations Altered<parts::Earlier>::outside() {
  return {};  // what a run did stands in its own file alone
}
Alterations Altered<parts::Earlier>::in_the_file() {
  return {{"an operation that was never carried out",
           [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               Record intent = file.record("phase.finished"), outcome = intent;
               intent.kind = "intent";
               intent.body = {{"key", "change/1"},
                              {"phase", "change"},
                              {"n", 1},
                              {"operation", "twilio.numbers.update"},
                              {"target", "/numbers/PN00000000000000000000000000000001"},
                              {"arguments", json::object()},
                              {"where", "rename.lua:1"}};
               outcome.kind = "outcome";
               outcome.body = {{"key", "change/1"},
                               {"operation", "twilio.numbers.update"},
                               {"value", json::object()}};
               const auto at = static_cast<long>(file.place("phase.finished")) + 1;
               file.records.insert(file.records.begin() + at, {intent, outcome});
             });
           }},
          {"another run's work", [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               Record taken = file.record("phase.finished");
               taken.kind = "taken_over";
               const json value = taken.body["value"];
               const std::string phase = taken.body["phase"];
               taken.body = {{"run", "20200101-000000"},
                             {"head", std::string(64, '0')},
                             {"status", "failed"},
                             {"by", "eve"},
                             {"phases", {{phase, {{"value", value}, {"ended", 0}}}}},
                             {"skipped", json::array()},
                             {"current", ""},
                             {"confirmed", json::array()},
                             {"results", json::object()},
                             {"outcomes", json::object()},
                             {"brackets", json::object()},
                             {"holes", json::object()},
                             {"checks", json::array()},
                             {"notes", json::array()},
                             {"findings", json::array()},
                             {"failures", json::array()},
                             {"began", 0},
                             {"changed_at", 0},
                             {"last_n", 0}};
               const auto at = static_cast<long>(file.place("phase.finished")) + 1;
               file.records.insert(file.records.begin() + at, taken);
             });
           }}};
}

Alterations Altered<parts::Stores>::outside() {
  return {
      setting("another folder", "folder = \"kept\"", "folder = \"other\""),
      setting("a program in the folder's place", "folder = \"kept\"", "command = [\"/bin/cat\"]"),
      setting("none any more", "[secret_store]\nfolder = \"kept\"\n", "")};
}
Alterations Altered<parts::Stores>::in_the_file() {
  return {};  // the file names no store
}

Alterations Altered<parts::Trust>::outside() {
  return {
      {"one more comment in the policy",
       [](SignedRun& run) { run.append("policy.toml", "# looked over\n"); }, 9, "policy.toml"},
      {"no separation any more",
       [](SignedRun& run) {
         run.replace("policy.toml", "separation = true", "separation = false");
       },
       9, "policy.toml"},
      {"another role",
       [](SignedRun& run) {
         run.replace("policy.toml", "[\"operator\"]", "[\"operator\", \"ceo\"]");
       },
       9, "policy.toml"},
      {"no policy", [](SignedRun& run) { fs::remove(run.room.folder + "/policy.toml"); }, 2,
       "policy.toml"},
      {"one more comment in the signers",
       [](SignedRun& run) { run.append("allowed_signers", "# looked over\n"); }, 9,
       "allowed_signers"},
      {"one more signer",
       [](SignedRun& run) {
         run.append("allowed_signers", "mallory@connie.example " + run.room.read("olive.pub"));
       },
       9, "allowed_signers"},
      {"the approver's key revoked",
       [](SignedRun& run) { run.append("revoked", run.room.read("carla.pub")); }, 9,
       "the key SHA256:"},
      {"a revocation taken away",
       [](SignedRun& run) { run.room.write("revoked", "# countersign revocations\n"); }, 9,
       "the revocation list"},
      {"no revocations", [](SignedRun& run) { fs::remove(run.room.folder + "/revoked"); }, 2,
       "revoked"},
  };
}
Alterations Altered<parts::Trust>::in_the_file() {
  return {{"the decision left out",
           [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               file.records.erase(file.records.begin() + static_cast<long>(file.place("decision")));
             });
           },
           3, "*"},
          {"the decision used without having been given",
           [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               Record& record = file.record("decision");
               record.body = {{"request_sha256", file.record("request").body["document"]},
                              {"home", file.record("run.started").body["home"]}};
               record.kind = "consumed";
             });
           },
           3, "*"},
          {"another request",
           [](SignedRun& run) {
             run.rewrite([](RunFile& file) {
               json request = file.document(file.record("request").body["document"]);
               request["nonce"] = std::string(32, '0');
               file.record("request").body["document"] = file.add(canonical(request));
             });
           },
           9, "request"}};
}

Alterations Altered<parts::Work>::outside() {
  const auto second = [](const char* field, const json& value) {
    return [field, value](SignedRun& run) {
      run.elsewhere(json::array(
          {{{"op", "replace"},
            {"path",
             std::string("/accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/1/") + field},
            {"value", value}}}));
    };
  };
  return {{"what an operation starts from, by somebody else",
           second("friendly_name", "Somebody's line"), 7,
           "/numbers/PN00000000000000000000000000000002/friendly_name"},
          {"what it does not touch of its target, by somebody else",
           second("voice_url", "https://evil.example/x"), 7,
           "/numbers/PN00000000000000000000000000000002/voice_url"},
          {"its target gone",
           [](SignedRun& run) {
             run.elsewhere(json::array(
                 {{{"op", "remove"},
                   {"path", "/accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/1"}}}));
           },
           7, "*"}};
}
Alterations Altered<parts::Work>::in_the_file() {
  return {
      plan("other arguments",
           [](json& plan) { operation(plan)["arguments"]["friendly_name"] = "EVIL"; }),
      plan("another target",
           [](json& plan) {
             operation(plan)["target"] = "/numbers/PN00000000000000000000000000000002";
           }),
      plan("another operation",
           [](json& plan) { operation(plan)["operation"] = "twilio.numbers.delete"; }),
      plan("another effect", [](json& plan) { operation(plan)["effect"] = "destroy"; }),
      plan("another number", [](json& plan) { operation(plan)["n"] = 7; }),
      plan("another order",
           [](json& plan) { std::swap(operation(plan, 0, 0), operation(plan, 0, 1)); }),
      plan("an operation left out",
           [](json& plan) { plan["phases"][0]["steps"][0]["operations"].erase(1); }),
      plan("another state before",
           [](json& plan) { operation(plan)["before"][0]["friendly_name"] = "x"; }),
      plan("another state after",
           [](json& plan) { operation(plan)["after"][0]["friendly_name"] = "EVIL"; }),
      plan("no state before", [](json& plan) { operation(plan).erase("before"); }),
      plan("known only later", [](json& plan) { operation(plan)["known_after"] = 1; }),
      plan("more that may change", [](json& plan) { operation(plan)["affects"] = {"/numbers/*"}; }),
      plan("other sources",
           [](json& plan) {
             operation(plan)["sources"] = {{"x", "y"}};
           }),
      plan("another range of what is handed on",
           [](json& plan) {
             operation(plan)["returns"]["/sid"] = {{"hole", "id"}, {"prefix", "PN"}};
           }),
      plan("another range of what is learnt",
           [](json& plan) { plan["holes"][0]["promise"]["values"] = {"EVIL"}; }),
      plan("a longer window",
           [](json& plan) {
             plan["phases"][0]["not_after_unix"] =
                 plan["phases"][0]["not_after_unix"].get<std::int64_t>() + 86'400;
           }),
      plan("a shorter wait", [](json& plan) { plan["phases"][1]["wait_seconds"] = 1; }),
      plan("no undoing", [](json& plan) { plan.erase("undo"); }),
      plan("an undoing for another check", [](json& plan) { plan["undo"][0]["check"] = "heard"; }),
      plan("another undoing",
           [](json& plan) {
             plan["undo"][0]["steps"][0]["operations"][0]["arguments"]["friendly_name"] = "EVIL";
           }),
  };
}

Alterations Altered<parts::Closing>::outside() {
  return {{"another key of the engine's",
           [](SignedRun& run) { run.room.write("home/closing_key", std::string(32, 'x'), 0600); }}};
}
Alterations Altered<parts::Closing>::in_the_file() {
  return {};  // the file names it where nothing was signed; the request's own is what counts
}

Alterations Altered<parts::Chain>::outside() {
  return {};  // it is in the file
}
Alterations Altered<parts::Chain>::in_the_file() {
  return {
      at_key("another note", "note", "/text", "looked at all numbers"),
      {"another time",
       [](SignedRun& run) {
         run.rewrite([](RunFile& file) { file.record("run.started").time -= 1; });
       }},
      {"an outcome of a read",
       [](SignedRun& run) {
         run.rewrite([](RunFile& file) { file.record("outcome").body["value"] = "x"; });
       }},
      {"a record left out",
       [](SignedRun& run) {
         run.rewrite([](RunFile& file) {
           file.records.erase(file.records.begin() + static_cast<long>(file.place("note")));
         });
       }},
      {"one more record",
       [](SignedRun& run) {
         run.rewrite([](RunFile& file) {
           Record more = file.record("note");
           more.body["key"] = "more";
           file.records.insert(file.records.begin() + static_cast<long>(file.place("note")), more);
         });
       }},
      {"the home that it was worked on in",
       [](SignedRun& run) {
         run.rewrite([](RunFile& file) { file.record("run.started").body["more"] = "x"; });
       }},
  };
}

}  // namespace countersign::attacks
