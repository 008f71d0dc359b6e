#include "interpreter/recorded_session.h"

namespace countersign {
namespace {

std::vector<std::string> texts_at(const json& table, const char* key) {
  std::vector<std::string> out;
  if (!table.is_object() || !table.contains(key) || !table[key].is_array()) return out;
  for (const json& one : table[key])
    if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

Error asks_nobody() {
  return {"transport", "nobody is asked here: what is there now is not looked at",
          "the answers are those of the recording"};
}

}  // namespace

RecordedSession::RecordedSession(const json& started, Vault& vault, Documents& documents)
    : facts_(started.value("profile", json::object())),
      endpoint_(started.value("endpoint", json::object())),
      account_(started.value("account", "")),
      vault_(vault),
      documents_(documents) {
  const json snapshots = started.value("snapshots", json::object());
  scopes_ = texts_at(snapshots, "scopes");
  volatile_ = texts_at(snapshots, "volatile");
}

Result<json> RecordedSession::surroundings() {
  return asks_nobody();
}

Result<json> RecordedSession::snapshot(const std::vector<std::string>&) {
  return asks_nobody();
}

Result<json> RecordedSession::baselines() {
  return asks_nobody();
}

}  // namespace countersign
