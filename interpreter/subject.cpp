#include "interpreter/subject.h"

#include "interpreter/canonical.h"

namespace countersign {

std::string item_subject(const RunState& state, const std::string& slug, const std::string& text) {
  return canonical(
      {{"run", state.id()}, {"item", slug}, {"text", text}, {"account", state.started["account"]}});
}

std::string doubt_subject(const RunState& state, const Begun& begun) {
  return canonical({{"run", state.id()},
                    {"key", begun.key},
                    {"n", begun.n},
                    {"operation", begun.operation},
                    {"target", begun.target},
                    {"arguments", begun.arguments},
                    {"seq", begun.seq}});
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
    if (records[i].kind != "sign_off" && records[i].kind != "status") hash = records[i].hash;
  return hash;
}

}  // namespace countersign
