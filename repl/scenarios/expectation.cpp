#include "repl/scenarios/expectation.h"

#include <algorithm>

#include "interpreter/difference.h"
#include "stdlib/simulator/server/changing_requests.h"

namespace countersign {
namespace {

bool empty(const json& value) {
  return value.is_structured() && value.empty();
}

// Lua has one kind of number and one kind of empty table.
bool same(const json& expected, const json& found) {
  if (empty(expected) && empty(found)) return true;
  if (expected.is_object() && found.is_object()) {
    if (expected.size() != found.size()) return false;
    for (const auto& [key, value] : expected.items())
      if (!found.contains(key) || !same(value, found[key])) return false;
    return true;
  }
  if (expected.is_array() && found.is_array())
    return expected.size() == found.size() &&
           std::equal(expected.begin(), expected.end(), found.begin(), same);
  return expected == found;
}

// Of a call's report: a number is how many there are in a list, a text or a table one that is
// somewhere in it, a list each of them in order; of a table the fields that are named count.
bool reported(const json& expected, const json& found) {
  if (found.is_array() && expected.is_number()) return expected == found.size();
  if (found.is_array() && expected.is_array())
    return expected.size() == found.size() &&
           std::equal(expected.begin(), expected.end(), found.begin(), reported);
  if (found.is_array() && (expected.is_string() || (expected.is_object() && !expected.empty())))
    return std::any_of(found.begin(), found.end(),
                       [&](const json& one) { return reported(expected, one); });
  if (found.is_object() && expected.is_string())
    return std::any_of(found.begin(), found.end(), [&](const json& one) {
      return one.is_string() && one.get_ref<const std::string&>().find(
                                    expected.get_ref<const std::string&>()) != std::string::npos;
    });
  if (found.is_object() && expected.is_object()) {
    for (const auto& [key, value] : expected.items())
      if (!reported(value, found.value(key, json()))) return false;
    return true;
  }
  return same(expected, found);
}

// A field of a report as it is shown beside what was expected of it.
json shown(const std::string& key, const json& expected, const json& found) {
  if (!found.is_array() || expected.is_array()) return found;
  if (expected.is_number()) return found.size();
  std::string all;
  for (const json& one : found)
    if (one.is_object() && one.value(key, json()).is_string())
      all += (all.empty() ? "" : " / ") + one[key].get<std::string>();
  return all.empty() ? found : json(all);
}

json field_of(const json& list, const char* key, bool failed_only) {
  json all = json::array();
  for (const json& one : list)
    if (!failed_only || !one.value("ok", true)) all.push_back(one.value(key, json()));
  return all;
}

class Comparison {
 public:
  Comparison() = default;
  explicit Comparison(const ScenarioEnvironment& scene) : scene_(&scene) {}

  void equal(const std::string& what, const json& expected, const json& found) {
    if (!same(expected, found)) differs(what, expected, found);
  }
  void differs(const std::string& what, const json& expected, const json& found) {
    all.push_back({what, expected, scene_ ? scene_->without_secrets(found) : found});
  }

  std::vector<Difference> all;

 private:
  const ScenarioEnvironment* scene_ = nullptr;  // a recording has none, and no secrets
};

// Without a word about the end: everybody did what was wanted, so it is to be done.
std::string status_wanted(const json& expect, bool decided) {
  if (expect.contains("status")) return expect["status"].get<std::string>();
  const bool ends_otherwise =
      decided || expect.contains("error") || !expect.value("checks_failed", json()).empty();
  return ends_otherwise ? "" : "done";
}

void compare_run(const json& expect, bool decided, const ScenarioOutcome& outcome, Comparison& to) {
  const std::string status = status_wanted(expect, decided);
  if (!status.empty()) to.equal("status", status, outcome.status);
  const std::string message = outcome.error ? outcome.error->message : "";
  if (expect.contains("error") &&
      message.find(expect["error"].get_ref<const std::string&>()) == std::string::npos)
    to.differs("error", expect["error"], message.empty() ? json() : json(message));
  const json none = json::array();
  const json causes = field_of(outcome.state ? outcome.state->findings : none, "cause", false);
  if (expect.contains("findings")) to.equal("findings", expect["findings"], causes);
  if (expect.contains("first_finding"))
    to.equal("first_finding", expect["first_finding"], causes.empty() ? json() : causes.front());
  if (expect.contains("checks_failed"))
    to.equal("checks_failed", expect["checks_failed"],
             field_of(outcome.state ? outcome.state->checks : none, "title", true));
  if (expect.contains("plan")) to.equal("plan", expect["plan"], outcome.plan);
}

// What was never there is unchanged whatever happens: such a line could not fail.
Status compare_world(const json& expect, const ScenarioOutcome& outcome, Comparison& to) {
  const json world = expect.value("world", json::object());
  for (const auto& [pointer, value] : world.items())
    to.equal("world " + pointer, value, at_pointer(outcome.after, pointer));
  for (const json& pointer : expect.value("unchanged", json::array())) {
    const std::string at = pointer.get<std::string>();
    if (at_pointer(outcome.before, at).is_null())
      return Error{"usage", "expect.unchanged: the world has nothing at \"" + at + "\"",
                   "a JSON pointer into the world as it is when the run begins"};
    for (const json& one :
         difference(at_pointer(outcome.before, at), at_pointer(outcome.after, at)))
      to.differs("unchanged " + at + one["path"].get<std::string>(), one.value("from", json()),
                 one.value("to", json()));
  }
  return Done{};
}

void compare_files(const json& files, const ScenarioEnvironment& scene, Comparison& to) {
  for (const auto& [name, wanted] : files.items()) {
    const std::optional<std::string> text = scene.file(name);
    const bool held = wanted.is_string() && text &&
                      text->find(wanted.get_ref<const std::string&>()) != std::string::npos;
    if (!held && !(wanted.is_null() && !text))
      to.differs("file " + name, wanted, text ? json(*text) : json());
  }
}

}  // namespace

std::vector<Difference> compare_recorded(const json& expect, const ScenarioOutcome& outcome,
                                         const std::vector<std::string>& unanswered) {
  Comparison to;
  // What is asked of nobody decides nothing: only what is said of the end is looked at.
  compare_run(expect, true, outcome, to);
  to.equal("unanswered", expect.value("unanswered", json::array()), unanswered);
  return std::move(to.all);
}

Result<std::vector<Difference>> compare(const json& expect, bool decided,
                                        const ScenarioOutcome& outcome,
                                        ScenarioEnvironment& scene) {
  Comparison to(scene);
  compare_run(expect, decided, outcome, to);
  TRY(compare_world(expect, outcome, to));
  compare_files(expect.value("files", json::object()), scene, to);
  const json requests = expect.value("requests", json::object());
  if (requests.contains("changing"))
    to.equal("requests.changing", requests["changing"],
             simulator::changing_requests(outcome.requests).size());
  int nth = 0;
  for (const json& one : expect.value("after", json::array())) {
    const std::string name = "after " + std::to_string(++nth) + ": ";
    const json report = TRY(scene.happen(one));
    const json fields = one.value("expect", json::object());
    for (const auto& [key, wanted] : fields.items()) {
      const json found = report.value(key, json());
      if (!reported(wanted, found)) to.differs(name + key, wanted, shown(key, wanted, found));
    }
  }
  return std::move(to.all);
}

}  // namespace countersign
