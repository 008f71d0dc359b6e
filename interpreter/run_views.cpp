// What programs read of a run: CLI.md's JSON shapes.
#include "interpreter/clock.h"
#include "interpreter/run.h"
#include "interpreter/terms.h"
#include "interpreter/ways_on.h"

namespace countersign {
namespace {

json phase_now(const RunState& state) {
  if (!state.undoing.is_null())
    for (const json& name : state.undoing["phases"])
      if (state.phases.count(name.get<std::string>()) == 0) return name;
  for (const json& entry : state.head()["procedure"]) {
    const std::string name = entry["name"].get<std::string>();
    if (state.phases.count(name) == 0 && state.skipped.count(name) == 0) return name;
  }
  return nullptr;
}

json waiting_for(const RunState& state) {
  if (state.halted && state.error)
    return {{"kind", "halt"}, {"why", state.error->message}, {"ways", ways_on(state)}};
  if (state.status == RunStatus::awaiting_decision && state.request) {
    const json& request = state.terms;
    json taken = json::array();
    for (const Answer& answer : state.answers)
      taken.push_back({{"person", answer.person},
                       {"verdict", answer.verdict},
                       {"reference", answer.reference}});
    return {{"kind", "decision"},
            {"request_sha256", state.request_sha256},
            {"requires", request.value("requires", json::array())},
            {"decide_by", request.value("decide_by", "")},
            {"taken", taken},
            {"ways", ways_on(state)}};
  }
  if (state.status == RunStatus::awaiting_time && state.opens > 0)
    return {{"kind", "time"},
            {"phase", phase_now(state)},
            {"until", iso_time(state.opens)},
            {"until_unix", state.opens},
            {"why", state.opens_why}};
  if (state.status == RunStatus::awaiting_time) {
    for (const json& entry : state.head()["procedure"]) {
      const std::string name = entry["name"].get<std::string>();
      const auto at = state.waits.find(name);
      if (at == state.waits.end() || state.phases.count(name) != 0) continue;
      json out = {{"kind", "time"},
                  {"phase", name},
                  {"until", iso_time(at->second)},
                  {"until_unix", at->second},
                  {"why", entry.value("why", json())}};
      if (const auto look = state.looks.find(name); look != state.looks.end()) {
        out["unless"] = entry.value("unless", json());
        out["next_look"] = iso_time(look->second);
        out["next_look_unix"] = look->second;
      }
      return out;
    }
  }
  if (state.status == RunStatus::awaiting_attestation) {
    json items = json::array(), roles = json::array();
    for (const json& item : state.items()) {
      if (item["item"] == "sign_off") roles.push_back(item["role"]);
      if (item["item"] == "attest" && !state.attested(item["slug"].get<std::string>()))
        items.push_back(open_item(state, item));
    }
    json out = {{"kind", items.empty() ? "sign_off" : "attestation"},
                {"items", items},
                {"sign_off", roles}};
    if (json ways = ways_on(state); !ways.empty()) out["ways"] = std::move(ways);
    return out;
  }
  if (state.status == RunStatus::in_doubt && !state.begun.empty()) {
    const PendingOperation& one = state.begun.begin()->second;
    return {{"kind", "settlement"},
            {"operation", one.operation},
            {"target", one.target},
            {"n", one.n},
            {"arguments", one.arguments}};
  }
  if (json ways = ways_on(state); !ways.empty()) return {{"kind", "way_on"}, {"ways", ways}};
  return nullptr;
}

// What people said of operations in doubt, in order.
json settlements_of(const RunState& state) {
  json out = json::array();
  for (const Settlement& one : state.settlements)
    out.push_back({{"n", one.begun.n},
                   {"operation", one.begun.operation},
                   {"target", one.begun.target},
                   {"phase", one.begun.phase},
                   {"verdict", one.answer.verdict},
                   {"by", one.answer.person},
                   {"at", iso_time(one.time)},
                   {"note", one.answer.reason},
                   {"document", one.answer.document_sha256},
                   {"corrects", one.corrects.empty() ? json() : json(one.corrects)},
                   {"counts", one.stands}});
  return out;
}

}  // namespace

json open_item(const RunState& state, const json& item) {
  json out = {{"item", item["slug"]}, {"text", item["text"]}, {"role", item.value("role", json())}};
  if (item.contains("why")) out["why"] = item["why"];
  if (const auto due = state.due(item))
    out.update({{"due", iso_time(due->from)},
                {"due_unix", due->from},
                {"overdue", iso_time(due->until)},
                {"overdue_unix", due->until}});
  return out;
}

namespace {

// The parameters that tell one run of a runbook from another: plain values, without the account
// and without secrets.
json about(const RunState& state) {
  json out = json::object();
  const json declared = state.head().value("parameters", json::object());
  const json given = state.started.value("parameters", json::object());
  for (const auto& [name, value] : given.items()) {
    const std::string kind = declared.value(name, json::object()).value("kind", "");
    if (kind != "profile" && kind != "secret" && value.is_primitive() && !value.is_null() &&
        value != "")
      out[name] = value;
  }
  return out;
}

// What was planned, and what was carried out under earlier plans.
int changes_planned(const RunState& state) {
  int n = 0;
  for (const AppliedOperation& one : state.confirmed)
    if (!state.plan || state.plan->intent(one.n) == nullptr) ++n;
  if (state.plan)
    for (const PlannedPhase& phase : state.plan->phases)
      n += static_cast<int>(intents_of(phase).size());
  return n;
}

}  // namespace

json summary(const RunState& state) {
  json checks = json::array(), findings = json::array();
  for (const json& check : state.checks)
    checks.push_back({{"title", check.value("title", "")},
                      {"ok", check.value("ok", false)},
                      {"detail", check.value("detail", json())},
                      {"by", check.value("where", json())},
                      {"phase", check.value("phase", json())}});
  for (const auto& [slug, answer] : state.attestations)
    checks.push_back({{"title", slug},
                      {"ok", answer.verdict == "pass"},
                      {"detail", answer.reason.empty() ? json() : json(answer.reason)},
                      {"by", answer.person},
                      {"phase", "done"}});
  for (const json& finding : state.findings) {
    findings.push_back({{"symptom", finding.value("symptom", json())},
                        {"cause", finding.value("cause", json())},
                        {"severity", finding.value("severity", json())},
                        {"evidence", finding.value("evidence", json())}});
    // What a symptom's finding says beside.
    for (const char* key : {"title", "fix", "tell", "look_again", "escalation"})
      if (finding.contains(key) && !finding[key].is_null()) findings.back()[key] = finding[key];
  }
  return {{"run", state.id()},
          {"runbook", state.started["runbook"]["name"]},
          {"title", state.started["runbook"]["title"]},
          {"profile", state.started["profile"].value("name", "")},
          {"account", state.started["account"]},
          {"endpoint", state.started["endpoint"]},
          {"about", about(state)},
          {"changes_planned", changes_planned(state)},
          {"changes_made", state.confirmed.size()},
          {"status", state.status},
          {"started", iso_time(state.started_at)},
          {"started_unix", state.started_at},
          {"updated", iso_time(state.last_time)},
          {"phase", phase_now(state)},
          {"waiting_for", waiting_for(state)},
          {"request_sha256", state.request_sha256.empty() ? json() : json(state.request_sha256)},
          {"checks", checks},
          {"findings", findings},
          {"settlements", settlements_of(state)},
          {"undoing", state.undoing},
          {"taken_over", state.taken_over.is_null() ? json() : state.taken_over["run"]},
          {"error", state.error ? to_json(with_way(state, *state.error)) : json()}};
}

json plan_view(const RunState& state) {
  json view = state.plan ? plan_json(*state.plan)
                         : json{{"phases", json::array()}, {"later", json::array()}};
  const json& request = state.terms;
  view["run"] = state.id();
  view["account"] = state.started["account"];
  view["endpoint"] = state.started["endpoint"].value("origin", json());
  view["simulated"] = state.started["endpoint"].value("simulated", false);
  // Runs of earlier versions had no list, and their evidence none in its plans.
  if (state.started.contains("systems")) view["systems"] = parts::accounts_of(state);
  view["request_sha256"] = state.request_sha256.empty() ? json() : json(state.request_sha256);
  view["decide_by"] = request.value("decide_by", json());
  view["requires"] = request.value("requires", json::array());
  view["separation"] = request.value("separation", json());
  view["title"] = state.started["runbook"]["title"];
  view["profile"] = state.started["profile"].value("name", "");
  view["parameters"] = state.started["parameters"];
  view["requester"] = request.value("requester", json());
  return view;
}

}  // namespace countersign
