#include "stdlib/consequence.h"

#include <algorithm>
#include <string_view>

namespace countersign {
namespace {

using nlohmann::json;

struct Told {
  std::string_view operation, noticed, cost;
  // Only where one of these arguments is given, comma-separated beginnings of names; empty: always.
  std::string_view with = "";
};

// Only its author knows what a program does.
constexpr std::string_view kProgram = "what the program brings about, which only its author knows";

constexpr Told kTold[] = {
    {"command.run", kProgram, ""},
    {"devlogs.archive", "", ""},
    {"devlogs.update", "", ""},
    {"devlogs.write", "", ""},
    {"env.delete", "", ""},
    {"env.update", "", ""},
    {"files.archive", "", ""},
    {"files.edit", "", ""},
    {"files.move", "", ""},
    {"files.write", "", ""},
    {"flex.deploy", "agents and web chats get the deployed Flex configuration", ""},
    {"mailgun.domains.create", "", "a sending domain counts towards the Mailgun plan"},
    {"mailgun.domains.delete", "no e-mail can be sent from the domain any more", ""},
    {"mailgun.domains.verify", "", ""},
    {"mailgun.keys.create", "", ""},
    {"mailgun.keys.delete", "whoever still uses the key can send no e-mail any more", ""},
    {"mailgun.messages.send", "somebody receives an e-mail", "an e-mail"},
    {"registry.create", "", ""},
    {"registry.tombstone", "", ""},
    {"registry.update", "", ""},
    {"serverless.builds.create", "", ""},
    {"serverless.deployments.create", "calls and pages are answered by the deployed functions", ""},
    {"serverless.services.delete", "calls and pages that ask its functions get no answer any more",
     ""},
    {"serverless.variables.create", "", ""},
    {"serverless.variables.delete", "", ""},
    {"serverless.variables.update", "", ""},
    {"studio.executions.cancel", "callers who are inside the flow are cut off", ""},
    {"studio.flows.archive", "", ""},
    {"studio.flows.create", "", ""},
    {"studio.flows.delete", "whoever still reaches the flow hears an error", ""},
    {"studio.flows.update", "callers hear the changed flow from their next call on", ""},
    {"taskrouter.queues.create", "", ""},
    {"taskrouter.queues.update", "agents see other tasks of the queue", ""},
    {"taskrouter.tasks.update", "agents see the task change", ""},
    {"taskrouter.workers.update", "the agent sees other tasks", ""},
    {"taskrouter.workflows.create", "", ""},
    {"taskrouter.workflows.update", "callers wait in other queues", ""},
    {"taskrouter.workspaces.delete", "nobody is put through to an agent any more", ""},
    {"twilio.calls.create", "the number that is called rings", "a call"},
    {"twilio.keys.create", "", ""},
    {"twilio.keys.delete", "whoever still uses the key is refused", ""},
    {"twilio.numbers.create", "", "the rent of a phone number every month"},
    {"twilio.numbers.delete", "nobody reaches the number any more", ""},
    {"twilio.numbers.update", "callers of the number are led elsewhere from their next call on", "",
     "voice,sms,trunk,status"},
    {"twilio.recordings.delete", "", ""},
};

bool begins_with_one_of(const std::string& name, std::string_view beginnings) {
  while (!beginnings.empty()) {
    const std::size_t end = std::min(beginnings.find(','), beginnings.size());
    if (name.compare(0, end, beginnings.substr(0, end)) == 0) return true;
    beginnings.remove_prefix(std::min(end + 1, beginnings.size()));
  }
  return false;
}

bool applies(const Told& told, const json& arguments) {
  if (told.with.empty()) return true;
  if (!arguments.is_object()) return false;
  for (const auto& [name, value] : arguments.items())
    if (begins_with_one_of(name, told.with)) return true;
  return false;
}

}  // namespace

Consequence consequence_of(const json& operation) {
  const std::string name = operation.value("operation", "");
  const auto told = std::find_if(std::begin(kTold), std::end(kTold),
                                 [&](const Told& one) { return one.operation == name; });
  if (told == std::end(kTold) || !applies(*told, operation.value("arguments", json()))) return {};
  return {std::string(told->noticed), std::string(told->cost)};
}

std::vector<std::string> told_of() {
  std::vector<std::string> names;
  for (const Told& one : kTold) names.emplace_back(one.operation);
  return names;
}

}  // namespace countersign
