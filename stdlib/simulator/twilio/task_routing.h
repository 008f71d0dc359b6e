// From a workflow to a queue, and what happens to a task on its way.
#pragma once
#include <string>

#include "stdlib/simulator/server/world.h"

namespace countersign::simulator {

// The SID of the queue to which the workflow sends a task with these attributes: the first filter
// whose expression (stdlib/simulator/twilio/task_expression.h) holds, else the default filter. Null
// where there is none. A text that is no expression does not hold.
json queue_for(const json& workflow, const json& attributes);

// Routes and adds a task that is complete but for its queue (`workflow_sid` names a workflow of the
// workspace), with the events that tell of it. Answers its SID.
std::string add_task(World& world, json& workspace, json task);

// Changes the task's status and tells of it.
void settle_task(World& world, json& workspace, json& task, const std::string& status,
                 const std::string& reason);

// A worker of the task's queue takes it. Answers the reservation's SID, empty where the queue has
// no agents.
std::string accept_task(World& world, json& workspace, json& task);

void add_task_event(World& world, json& workspace, const json& task, const std::string& type,
                    const json& more = json::object());

// The workspace that has the workflow, or the task; nullptr without one.
json* workspace_with(json& account, const char* list, const std::string& sid);

json attributes_of(const json& task);

}  // namespace countersign::simulator
