// A call in a TaskRouter queue: its task, the Wait URL's hold music, an agent who takes it.
#pragma once
#include <string>

#include "stdlib/simulator/calls/phone_call.h"

namespace countersign::simulator {

struct FlexOrder {
  std::string workflow, wait_url, wait_method;
  json attributes;
};

// What Studio's send-to-flex does. Answers the widget's event: callComplete, or failedToEnqueue
// where the account has no such workflow or the workflow no queue for the task.
std::string send_to_flex(PhoneCall& call, const FlexOrder& order);

// An agent of the task's queue takes it: {"task", "queue", "worker", "crm"}, or null where the
// queue has no agents. The task stays with the agent.
json agent_takes(World& world, json& account, const std::string& task_sid);

// The page that Flex's CRM container shows for a task with these attributes; null for none.
json crm_page(const json& account, const json& attributes);

}  // namespace countersign::simulator
