#include "interpreter/terms.h"

#include <set>

#include "interpreter/canonical.h"
#include "interpreter/catalogue.h"
#include "interpreter/closing.h"
#include "interpreter/difference.h"
#include "interpreter/digest.h"
#include "interpreter/home.h"
#include "interpreter/session.h"
#include "interpreter/whole_file.h"

namespace countersign {
namespace {

std::string brief(const json& value) {
  if (value.is_null()) return "nothing";
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// "PATH was signed as X and is Y" of the first difference; empty where there is none.
std::string first_difference(const std::string& what, const json& then, const json& now) {
  const json diff = difference(then, now);
  if (diff.empty()) return "";
  const json& first = diff[0];
  const std::string path = first["path"].get<std::string>();
  return what + (path.empty() ? "" : " " + path) + " was signed as " +
         brief(first.value("from", json())) + " and is " + brief(first.value("to", json()));
}

Lines lines_of(const std::string& label, const json& map) {
  Lines lines;
  for (const auto& [key, value] : map.items()) lines.emplace_back(label + " " + key, brief(value));
  return lines;
}

// The digest of the file as it is; that of the run's own copy where the file is gone.
std::string digest_of_file(const std::string& path, const std::string& kept) {
  const WholeFile file = read_whole(path);
  return file ? sha256_hex(file.bytes) : kept;
}

// The system of that name in a list; null where there is none.
const json* named(const json& systems, const std::string& name) {
  for (const json& one : systems)
    if (one.is_object() && one.value("name", "") == name) return &one;
  return nullptr;
}

std::string edited(const std::string& what, const std::string& then, const std::string& now) {
  return what + " was edited since this run began: it was " + then.substr(0, 12) + " and is " +
         now.substr(0, 12);
}

}  // namespace

namespace parts {

Result<json> Place::now(const Circumstances& at) {
  const Result<json>& around = at.surroundings();
  if (!around) return around.error();
  return json{{"home", at.engine.home.binding()}, {"folder", around->value("folder", json())}};
}
json Place::recorded(const json& signed_value, const RunState&) {
  return signed_value;
}
std::string Place::differs(const json& then, const json& now) {
  if (then.value("folder", json()) != now.value("folder", json()))
    return "the configuration's folder was signed as " + brief(then.value("folder", json())) +
           " and is " + brief(now.value("folder", json()));
  return first_difference("the state folder", then.value("home", json()),
                          now.value("home", json()));
}
Lines Place::shown(const json& value) {
  return {{"configuration", brief(value.value("folder", json()))},
          {"state folder", brief(value.value("home", json()))}};
}

Result<json> Systems::now(const Circumstances& at) {
  const Result<json>& around = at.surroundings();
  if (!around) return around.error();
  json systems = around->value("systems", json::array());
  // Whether it is a simulator is asked only where all that is known here is as it was signed.
  if (at.signed_request) {
    json then = at.signed_request->value("systems", json::array());
    for (json& one : then) one.erase("simulated");
    if (then != systems) return systems;
  }
  const json endpoint = TRY(at.session.endpoint());
  for (json& one : systems)
    if (one.contains("identity")) one["simulated"] = endpoint.value("simulated", false);
  return systems;
}
json Systems::recorded(const json& signed_value, const RunState& state) {
  json out = signed_value;
  if (!out.is_array() || out.empty()) return json::array();
  // A run that was begun before systems were recorded one by one has the first alone.
  const json recorded = state.started.value("systems", json::array());
  for (json& one : out) {
    if (!one.is_object()) return json::array();
    const json* then = named(recorded, one.value("name", ""));
    for (const char* key : {"identity", "learnt", "origin", "simulated"})
      if (then) one[key] = then->value(key, json());
  }
  // The first account stands in the records twice, and both have to be what was signed.
  if (out[0] != signed_value[0]) return out;
  out[0]["identity"] = state.started.value("account", json());
  out[0]["origin"] = state.started["endpoint"].value("origin", json());
  out[0]["simulated"] = state.started["endpoint"].value("simulated", json());
  return out;
}

json accounts(const json& systems, const json& endpoint) {
  json out = json::array();
  for (const json& one : systems) {
    if (!one.contains("identity")) continue;
    json account = {{"simulated", endpoint.value("simulated", false)}};
    for (const char* key : {"name", "identity", "learnt", "origin"})
      account[key] = one.value(key, json());
    out.push_back(std::move(account));
  }
  return out;
}

json accounts_of(const RunState& state) {
  if (state.started.contains("systems")) return state.started["systems"];
  return accounts(state.terms.value("systems", json::array()), state.started["endpoint"]);
}

std::string other_account(const json& recorded, const json& systems) {
  for (const json& then : recorded) {
    const std::string name = then.value("name", "");
    const json* now = named(systems, name);
    if (!now) return "the run began with " + name + ", which its profile names no more";
    for (const char* key : {"identity", "origin"})
      if (then.value(key, json()) != now->value(key, json()))
        return "the run began with the " + name + " account " +
               brief(then.value("identity", json())) + " at " +
               brief(then.value("origin", json())) + "; the profile's is now " +
               brief(now->value("identity", json())) + " at " + brief(now->value("origin", json()));
  }
  return "";
}

std::string Systems::differs(const json& then, const json& now) {
  const auto place = [](const json& one) {
    return brief(one.value("origin", json())) +
           (one.value("simulated", false) ? ", simulated" : "");
  };
  for (std::size_t i = 0; i < std::max(then.size(), now.size()); ++i) {
    const json was = i < then.size() ? then[i] : json::object();
    const json is = i < now.size() ? now[i] : json::object();
    const std::string name = was.value("name", is.value("name", ""));
    if (was.value("identity", json()) != is.value("identity", json()))
      return "signed for the account " + brief(was.value("identity", json())) + "; the profile's " +
             name + " account is now " + brief(is.value("identity", json()));
    if (was.value("learnt", json()) != is.value("learnt", json()))
      return name + "'s identity was signed as " + brief(was.value("learnt", json())) +
             " and is now " + brief(is.value("learnt", json()));
    if (was.value("origin", json()) != is.value("origin", json()))
      return "signed for " + place(was) + "; the endpoint is now " + place(is);
    if (is.contains("simulated") && was.value("simulated", json()) != is["simulated"])
      return "signed for " + place(was) + "; what answers there now is " +
             (is["simulated"] == true ? "a simulator" : "no simulator");
    const std::string fact =
        first_difference(name + "'s fact", was.value("facts", json()), is.value("facts", json()));
    if (!fact.empty()) return fact;
  }
  return "";
}
Lines Systems::shown(const json& value) {
  Lines lines;
  for (const json& one : value) {
    if (one.contains("identity"))
      lines.emplace_back(
          "account",
          one.value("name", "") + " " + brief(one.value("identity", json())) + " at " +
              (one.value("simulated", false) ? "SIMULATED " : "") +
              brief(one.value("origin", json())) +
              (one.value("learnt", "") == "origin" ? ", known by its address only" : ""));
    for (Lines facts = lines_of("fact", one.value("facts", json::object())); auto& fact : facts)
      lines.push_back(std::move(fact));
  }
  return lines;
}

Result<json> Profile::now(const Circumstances& at) {
  return at.session.facts();
}
json Profile::recorded(const json&, const RunState& state) {
  return state.started.value("profile", json());
}
std::string Profile::differs(const json& then, const json& now) {
  return first_difference("the profile's", then, now);
}
Lines Profile::shown(const json& value) {
  return {{"profile", value.value("name", "")}};
}

Result<json> Adjacent::now(const Circumstances& at) {
  const Result<json>& around = at.surroundings();
  if (!around) return around.error();
  return around->value("adjacent", json::object());
}
json Adjacent::recorded(const json& signed_value, const RunState&) {
  return signed_value;
}
std::string Adjacent::differs(const json& then, const json& now) {
  for (const auto& [name, account] : then.items())
    if (!now.contains(name))
      return "signed with the adjacent account \"" + name +
             "\" compared before and after every change; it is no longer configured as adjacent";
  return first_difference("the adjacent account", then, now);
}
Lines Adjacent::shown(const json& value) {
  Lines lines;
  if (value.empty()) lines.emplace_back("adjacent accounts", "none configured: not compared");
  for (const auto& [name, one] : value.items())
    lines.emplace_back("adjacent account", name + " " + brief(one.value("identity", json())) +
                                               " at " + brief(one.value("origin", json())));
  return lines;
}

Result<json> Program::now(const Circumstances& at) {
  return json{{"version", at.engine.version}};
}
json Program::recorded(const json& signed_value, const RunState&) {
  return signed_value;
}
std::string Program::differs(const json&, const json&) {
  return "";
}
Lines Program::shown(const json& value) {
  return {{"program", "countersign " + value.value("version", "")}};
}

Result<json> Runbook::now(const Circumstances& at) {
  const json& runbook = at.state.started.at("runbook");
  return json{{"name", runbook["name"]},
              {"sha256", digest_of_file(runbook.value("path", runbook.value("chunk", "")),
                                        runbook["sha256"].get<std::string>())},
              {"head", sha256_hex(canonical(at.state.head()))}};
}
json Runbook::recorded(const json&, const RunState& state) {
  const json& runbook = state.started.at("runbook");
  return {{"name", runbook["name"]},
          {"sha256", runbook["sha256"]},
          {"head", sha256_hex(canonical(state.head()))}};
}
std::string Runbook::differs(const json& then, const json& now) {
  if (then.value("name", json()) != now.value("name", json()))
    return "signed for the runbook " + brief(then.value("name", json())) +
           "; the run's file names " + brief(now.value("name", json()));
  if (then.value("sha256", json()) != now.value("sha256", json()))
    return edited("the runbook", then.value("sha256", ""), now.value("sha256", ""));
  if (then.value("head", json()) != now.value("head", json()))
    return "the runbook's head in the run's file is not the one that was signed";
  return "";
}
Lines Runbook::shown(const json& value) {
  return {{"runbook", value.value("name", "") + " sha256 " + value.value("sha256", "")}};
}

Result<json> Modules::now(const Circumstances& at) {
  json modules = json::object();
  for (const auto& [name, module] : at.state.modules)
    modules[name] = digest_of_file(module.value("path", ""), module["sha256"].get<std::string>());
  return modules;
}
json Modules::recorded(const json&, const RunState& state) {
  json modules = json::object();
  for (const auto& [name, module] : state.modules) modules[name] = module["sha256"];
  return modules;
}
std::string Modules::differs(const json& then, const json& now) {
  for (const auto& [name, digest] : now.items())
    if (!then.contains(name)) return "the module \"" + name + "\" was not there when it was signed";
  for (const auto& [name, digest] : then.items())
    if (now.value(name, json()) != digest)
      return edited("the module \"" + name + "\"", brief(digest), brief(now.value(name, json(""))));
  return "";
}
Lines Modules::shown(const json& value) {
  return lines_of("module", value);
}

// The pinned text runs, so it has to be there.
Result<json> Language::now(const Circumstances& at) {
  json language = json::object();
  const json kept = at.state.started.value("prelude", json::object());
  for (const auto& [name, sha256] : kept.items()) {
    const std::string text = TRY(at.journal.get(sha256.get<std::string>()));
    language[name] = sha256_hex(text);
  }
  return language;
}
json Language::recorded(const json&, const RunState& state) {
  return state.started.value("prelude", json());
}
std::string Language::differs(const json& then, const json& now) {
  return first_difference("the language's", then, now);
}
Lines Language::shown(const json& value) {
  return lines_of("language", value);
}

namespace {

template <class Digest>
json rows_of(const Plan* plan, Digest digest) {
  json rows = json::object();
  if (plan)
    for (const Intent* intent : all_intents(*plan))
      if (!rows.contains(intent->operation)) rows[intent->operation] = digest(*intent);
  return rows;
}

}  // namespace

Result<json> Rows::now(const Circumstances& at) {
  return rows_of(at.state.plan ? &*at.state.plan : nullptr, [&](const Intent& intent) {
    const Row* row = at.engine.catalogue.find(intent.operation);
    return row ? row_digest(*row) : std::string();
  });
}
json Rows::recorded(const json&, const RunState& state) {
  return rows_of(state.plan ? &*state.plan : nullptr, [&](const Intent& intent) {
    return state.started["rows"].value(intent.operation, "");
  });
}
std::string Rows::differs(const json& then, const json& now) {
  const json diff = difference(then, now);
  if (diff.empty()) return "";
  return "this version of Countersign applies " + diff[0]["path"].get<std::string>().substr(1) +
         " differently from the one that was signed for";
}
Lines Rows::shown(const json& value) {
  return lines_of("operation", value);
}

Result<json> Parameters::now(const Circumstances& at) {
  return at.state.started.value("parameters", json::object());
}
json Parameters::recorded(const json&, const RunState& state) {
  return state.started.value("parameters", json());
}
std::string Parameters::differs(const json& then, const json& now) {
  return first_difference("the parameter", then, now);
}
Lines Parameters::shown(const json& value) {
  return lines_of("parameter", value);
}

// Phases that ended after it was signed are bounded by their ranges.
Result<json> ReadPhases::now(const Circumstances& at) {
  return recorded(json(), at.state);
}
json ReadPhases::recorded(const json&, const RunState& state) {
  json phases = json::object();
  for (const auto& [name, value] : state.phases)
    if (!state.request || state.asked_phases.count(name) != 0)
      phases[name] = sha256_hex(canonical(value));
  return phases;
}
std::string ReadPhases::differs(const json& then, const json& now) {
  const json diff = difference(then, now);
  if (diff.empty()) return "";
  return "what the phase \"" + diff[0]["path"].get<std::string>().substr(1) +
         "\" returned is not what the plan was signed from";
}
Lines ReadPhases::shown(const json& value) {
  return lines_of("returned by", value);
}

Result<json> Earlier::now(const Circumstances& at) {
  return at.state.request ? at.state.asked_earlier : at.state.earlier();
}
// A request that was made before there was this part says nothing of it.
json Earlier::recorded(const json& signed_value, const RunState& state) {
  if (signed_value.is_null()) return json();
  return state.request ? state.asked_earlier : state.earlier();
}
std::string Earlier::differs(const json& then, const json& now) {
  return first_difference("what was done before it was asked:", then, now);
}
Lines Earlier::shown(const json& value) {
  Lines lines;
  if (const json from = value.value("takes_over", json()); from.is_object())
    lines.emplace_back("takes over", "the run " + brief(from.value("run", json())) +
                                         ", whose last record is " +
                                         brief(from.value("head", json())));
  for (const json& one : value.value("done", json::array()))
    lines.emplace_back("done already", std::to_string(one.value("n", 0)) + " " +
                                           one.value("operation", "") + " " +
                                           one.value("target", ""));
  for (const json& one : value.value("failed", json::array()))
    lines.emplace_back("failed before", std::to_string(one.value("n", 0)) + " " +
                                            one.value("operation", "") + ": " +
                                            one.value("error", ""));
  for (const json& one : value.value("corrected", json::array()))
    lines.emplace_back(
        "settled anew",
        std::to_string(one.value("n", 0)) + " " + one.value("operation", "") + " " +
            one.value("target", "") + ": " +
            (one.value("is", "") == "applied" ? "it was carried out" : "it was not carried out") +
            ", says " + one.value("by", ""));
  return lines;
}

Result<json> Stores::now(const Circumstances& at) {
  const Result<json>& around = at.surroundings();
  if (!around) return around.error();
  return around->value("stores", json::object());
}
json Stores::recorded(const json& signed_value, const RunState&) {
  return signed_value;
}
std::string Stores::differs(const json& then, const json& now) {
  return first_difference("the secret store's", then, now);
}
Lines Stores::shown(const json& value) {
  return lines_of("secret store", value);
}

Result<json> Trust::now(const Circumstances& at) {
  const auto files = at.engine.authorizer.trust_files();
  json trust = json::object();
  for (const auto& [key, file] : {std::pair("signers", "allowed_signers"), {"policy", "policy"}})
    if (const auto found = files.find(file); found != files.end())
      trust[key] = sha256_hex(found->second);
  return trust;
}
json Trust::recorded(const json& signed_value, const RunState&) {
  return signed_value;
}
std::string Trust::differs(const json& then, const json& now) {
  for (const auto& [key, file] :
       {std::pair("policy", "policy.toml"), {"signers", "allowed_signers"}})
    if (now.contains(key) && then.value(key, json()) != now[key])
      return std::string(file) + " is not the one this request was made under";
  return "";
}
Lines Trust::shown(const json& value) {
  return lines_of("trust", value);
}

Result<json> Work::now(const Circumstances& at) {
  return at.state.draft ? plan_json(*at.state.draft) : json();
}
json Work::recorded(const json&, const RunState& state) {
  return state.draft ? plan_json(*state.draft) : json();
}
std::string Work::differs(const json& then, const json& now) {
  const std::string first = first_difference("the plan's", then, now);
  return first.empty() ? "" : "the run's file holds another plan than was signed: " + first;
}
Lines Work::shown(const json&) {
  return {};  // as steps, by who shows the plan
}

Result<json> Chain::now(const Circumstances& at) {
  return at.signed_request ? json(at.state.asked_after) : json(at.journal.head());
}
json Chain::recorded(const json&, const RunState& state) {
  return state.asked_after;
}
std::string Chain::differs(const json& then, const json& now) {
  return then == now ? ""
                     : "the run's records before the request are not those it was signed after";
}
Lines Chain::shown(const json& value) {
  return {{"records", "up to " + brief(value)}};
}

Result<json> Closing::now(const Circumstances& at) {
  const std::string key = TRY(closing_key(at.engine.authorizer));
  return json{{"key", key}};
}
json Closing::recorded(const json& signed_value, const RunState&) {
  return signed_value;
}
std::string Closing::differs(const json& then, const json& now) {
  return first_difference("the engine's", then, now);
}
Lines Closing::shown(const json& value) {
  const std::string key = value.value("key", "");
  return {
      {"closed by", key.empty() ? "nobody, where no signature ends it" : "the engine's " + key}};
}

}  // namespace parts

Result<json> terms_now(const Circumstances& at) {
  json terms = json::object();
  std::optional<Error> error;
  for_each_part(Terms{}, [&]<class P>(P) {
    if (error || P::kName == parts::Trust::kName) return;
    Result<json> value = P::now(at);
    if (value)
      terms[std::string(P::kName)] = std::move(*value);
    else
      error = value.error();
  });
  if (error) return *error;
  return terms;
}

namespace {

// Whether a request lists its one system as it was done before systems were listed one by one, and
// its account is still the profile's: what is left may be planned anew.
bool of_older_form(const json& systems, const Circumstances& at) {
  if (!systems.is_array() || systems.size() != 1 || !systems[0].is_object() ||
      systems[0].contains("learnt"))
    return false;
  const Result<json>& around = at.surroundings();
  if (!around) return false;
  const json now = around->value("systems", json::array());
  return !now.empty() && now[0].value("identity", json()) == systems[0].value("identity", json()) &&
         now[0].value("origin", json()) == systems[0].value("origin", json());
}

}  // namespace

std::optional<Differing> as_signed(const Circumstances& at, Look look) {
  std::optional<Differing> first;
  for_each_part(Terms{}, [&]<class P>(P) {
    if (first || (look == Look::there && P::kRecords)) return;
    const std::string part(P::kName);
    const json then = at.signed_request->value(part, json());
    // What the run's own records say, then what is there.
    std::string why = then.is_null() ? "it is not part of what was signed"
                                     : P::differs(then, P::recorded(then, at.state));
    if (why.empty() && look != Look::records) {
      const Result<json> now = P::now(at);
      if (!now) {
        first = {part, P::kReplan, now.error()};
        // What cannot be looked at here says which part it is; who does not answer, who it is.
        if (now.error().kind == "config" || now.error().kind == "state")
          first->error.message = part + ": " + first->error.message;
        return;
      }
      why = P::differs(then, *now);
    }
    if (why.empty()) return;
    const bool replan = P::kReplan || (part == "systems" && of_older_form(then, at));
    first = {part, replan,
             Error{"refused", part + ": " + why,
                   replan ? "put it back to go on with what was signed, or resume once more to "
                            "have the rest planned anew; that needs a new decision"
                          : "put it back to go on with what was signed, or cancel this run and "
                            "start a new one"}};
  });
  return first;
}

json terms_shown(const json& request) {
  json out = json::array();
  for_each_part(Terms{}, [&]<class P>(P) {
    const std::string part(P::kName);
    if (!request.contains(part)) return;
    for (auto& [label, text] : P::shown(request[part]))
      out.push_back({{"part", part}, {"label", label}, {"text", text}});
  });
  return out;
}

}  // namespace countersign
