#include "interpreter/subject.h"

#include <algorithm>

#include "interpreter/canonical.h"
#include "interpreter/clock.h"

namespace countersign {
namespace {

// Those among the items that a wait names which apply to the run.
std::vector<std::string> awaited(const RunState& state, const json& entry) {
  std::vector<std::string> slugs;
  const json named = entry.value("attested", json());
  if (!named.is_array()) return slugs;
  for (const json& item : state.items())
    if (item["item"] == "attest" &&
        std::find(named.begin(), named.end(), item["slug"]) != named.end())
      slugs.push_back(item["slug"].get<std::string>());
  return slugs;
}

json beginning(const RunState& state, const PendingOperation& begun) {
  return {{"run", state.id()},      {"key", begun.key},
          {"n", begun.n},           {"operation", begun.operation},
          {"target", begun.target}, {"arguments", begun.arguments},
          {"seq", begun.seq}};
}

}  // namespace

std::string item_subject(const RunState& state, const std::string& slug, const std::string& text) {
  return canonical(
      {{"run", state.id()}, {"item", slug}, {"text", text}, {"account", state.started["account"]}});
}

bool wait_unanswered(const RunState& state, const json& entry) {
  const std::vector<std::string> slugs = awaited(state, entry);
  return std::any_of(slugs.begin(), slugs.end(),
                     [&](const std::string& slug) { return !state.attested(slug); });
}

json wait_answers(const RunState& state, const json& entry) {
  json answers = json::object();
  for (const std::string& slug : awaited(state, entry)) {
    const auto answer = state.attestations.find(slug);
    if (answer == state.attestations.end()) continue;
    answers[slug] = {{"verdict", answer->second.verdict},
                     {"by", answer->second.person},
                     {"at", iso_time(state.attested_at.at(slug))},
                     {"note", answer->second.reason}};
  }
  return answers;
}

std::string doubt_subject(const RunState& state, const PendingOperation& begun) {
  return canonical(beginning(state, begun));
}

std::string correction_subject(const RunState& state, const Settlement& settlement) {
  json subject = beginning(state, settlement.begun);
  subject["corrects"] = {{"document", settlement.answer.document_sha256},
                         {"verdict", settlement.answer.verdict},
                         {"person", settlement.answer.person},
                         {"note", settlement.answer.reason},
                         {"seq", settlement.seq}};
  return canonical(subject);
}

std::string adoption_subject(const RunState& state, const std::string& home,
                             const std::string& closing, std::size_t records,
                             const std::string& head) {
  json subject = {{"run", state.id()}, {"adopt", home}, {"records", records}, {"journal", head}};
  if (!closing.empty()) subject["closing"] = closing;
  return canonical(subject);
}

std::string evidence_digest(const std::vector<Record>& records, std::size_t count) {
  std::string hash;
  for (std::size_t i = 0; i < count; ++i)
    if (!is<SignOffRecord>(records[i]) && !is<StatusRecord>(records[i])) hash = records[i].hash;
  return hash;
}

}  // namespace countersign
