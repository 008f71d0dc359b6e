// What programs read of a run: CLI.md's JSON shapes.
#include "interpreter/clock.h"
#include "interpreter/run.h"

namespace countersign {
namespace {

json waiting_for(const RunState& state) {
  if (state.status == "awaiting_decision" && state.request) {
    const json request = json::parse(state.request->document, nullptr, false);
    json taken = json::array();
    for (const Answer& answer : state.answers)
      taken.push_back({{"person", answer.person},
                       {"verdict", answer.verdict},
                       {"reference", answer.reference}});
    return {{"kind", "decision"},
            {"request_sha256", state.request_sha256},
            {"requires", request.value("requires", json::array())},
            {"decide_by", request.value("decide_by", "")},
            {"taken", taken}};
  }
  if (state.status == "awaiting_time") {
    for (const json& entry : state.head()["procedure"]) {
      const std::string name = entry["name"].get<std::string>();
      const auto at = state.waits.find(name);
      if (at == state.waits.end() || state.phases.count(name) != 0) continue;
      return {{"kind", "time"},
              {"phase", name},
              {"until", iso_time(at->second)},
              {"until_unix", at->second},
              {"why", entry.value("why", json())}};
    }
  }
  if (state.status == "awaiting_attestation") {
    json items = json::array(), roles = json::array();
    const json& done = state.head()["done"];
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (i < state.wanted.size() && !state.wanted[i]) continue;
      if (done[i]["item"] == "attest") {
        const auto at = state.attestations.find(done[i]["slug"].get<std::string>());
        if (at == state.attestations.end() || at->second.verdict != "pass")
          items.push_back({{"item", done[i]["slug"]},
                           {"text", done[i]["text"]},
                           {"role", done[i].value("role", json())}});
      } else if (done[i]["item"] == "sign_off") {
        roles.push_back(done[i]["role"]);
      }
    }
    return {{"kind", items.empty() ? "sign_off" : "attestation"},
            {"items", items},
            {"sign_off", roles}};
  }
  if (state.status == "in_doubt" && !state.begun.empty()) {
    const Begun& one = state.begun.begin()->second;
    return {{"kind", "settlement"},
            {"operation", one.operation},
            {"target", one.target},
            {"n", one.n},
            {"arguments", one.arguments}};
  }
  return nullptr;
}

json phase_now(const RunState& state) {
  for (const json& entry : state.head()["procedure"]) {
    const std::string name = entry["name"].get<std::string>();
    if (state.phases.count(name) == 0 && state.skipped.count(name) == 0) return name;
  }
  return nullptr;
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
  for (const json& finding : state.findings)
    findings.push_back({{"symptom", finding.value("symptom", json())},
                        {"cause", finding.value("cause", json())},
                        {"severity", finding.value("severity", json())},
                        {"evidence", finding.value("evidence", json())}});
  return {{"run", state.id()},
          {"runbook", state.started["runbook"]["name"]},
          {"title", state.started["runbook"]["title"]},
          {"profile", state.started["profile"].value("name", "")},
          {"account", state.started["account"]},
          {"endpoint", state.started["endpoint"]},
          {"status", state.status},
          {"started", iso_time(state.started_at)},
          {"started_unix", state.started_at},
          {"updated", iso_time(state.last_time)},
          {"phase", phase_now(state)},
          {"waiting_for", waiting_for(state)},
          {"request_sha256", state.request_sha256.empty() ? json() : json(state.request_sha256)},
          {"checks", checks},
          {"findings", findings},
          {"error", state.error ? to_json(*state.error) : json()}};
}

json plan_view(const RunState& state) {
  json view = state.plan ? plan_json(*state.plan)
                         : json{{"phases", json::array()}, {"later", json::array()}};
  const json request =
      state.request ? json::parse(state.request->document, nullptr, false) : json::object();
  view["run"] = state.id();
  view["account"] = state.started["account"];
  view["endpoint"] = state.started["endpoint"].value("origin", json());
  view["simulated"] = state.started["endpoint"].value("simulated", false);
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
