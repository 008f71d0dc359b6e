-- What a "Wait Experience + Admin Email" deployment consists of, and where its parts are found.
local names = require "names"

local deployment = {}

deployment.feature = "callback_and_voicemail_with_email"

-- The number whose flow nobody changes without the CEO: H2H's direct line to voicemail, NSS production.
deployment.protected_number = "+17259999678"

-- Where the per-client source file switches the feature.
local features = "/custom_data/features/"
deployment.flag_pointer = features .. deployment.feature .. "/enabled"

-- What the agent's CRM container shows: the caller's record, by the Liquid template itself. An
-- address in its place shows every caller the same page.
deployment.crm_url = "{{task.attributes.profile_url}}"
deployment.crm_pointer = features .. "enhanced_crm_container/url"
deployment.viewer_pointer = features .. "attribute_viewer/enabled"

-- What the client's source file says of a deployment: pointer to value.
function deployment.settings(sso)
  local settings = {
    [deployment.flag_pointer] = true,
    [features .. "enhanced_crm_container/enabled"] = true,
    [deployment.crm_pointer] = deployment.crm_url,
  }
  if sso then settings[deployment.viewer_pointer] = false end
  return settings
end

deployment.wait_path = "/features/" .. deployment.feature:gsub("_", "-") .. "/studio/wait-experience"

-- The Wait URL of a queue. Without WorkflowSid the function falls back to another client's
-- workflow.
function deployment.wait_url(domain, workflow)
  return table.concat { "https://", domain, deployment.wait_path, "?WorkflowSid=", workflow }
end

-- The variables of the env file that this feature alone reads. The account's own credentials and
-- the workspace stay: other features read them.
deployment.env_keys = {
  "ADMIN_EMAIL", "MAILGUN_API_KEY", "MAILGUN_DOMAIN", "TWILIO_FLEX_CALLBACK_WORKFLOW_SID",
}

local webhook = "^https://webhooks%.twilio%.com/v1/Accounts/(AC%x+)/Flows/(FW%x+)$"

-- The flow that a number rings, and the account in whose name.
function deployment.flow_of(number)
  local account, flow = tostring(number.voice_url or ""):match(webhook)
  return flow, account
end

-- Whether a Flex configuration has the feature switched on.
function deployment.enabled(configuration)
  local at = configuration.ui_attributes
  for _, key in ipairs { "custom_data", "features", deployment.feature } do
    if type(at) ~= "table" then return false end
    at = at[key]
  end
  return type(at) == "table" and at.enabled == true
end

-- The widgets of a flow that are of one type.
function deployment.widgets(flow, kind)
  local found = {}
  for _, state in ipairs(flow.definition and flow.definition.states or {}) do
    if state.type == kind then found[#found + 1] = state end
  end
  return found
end

-- Those among them that a caller can come to: what nothing leads to is nobody's fault.
function deployment.reachable(flow, kind)
  local definition = flow.definition or {}
  local by_name, seen, list = {}, {}, {}
  for _, state in ipairs(definition.states or {}) do by_name[state.name] = state end
  local function visit(name)
    local state = by_name[name]
    if not state or seen[name] then return end
    seen[name] = true
    if state.type == kind then list[#list + 1] = state end
    for _, one in ipairs(state.transitions or {}) do
      if type(one.next) == "string" then visit(one.next) end
    end
  end
  visit(definition.initial_state)
  return list
end

-- The TaskRouter workflows that flows send callers to, and the queues that these may reach. Third: the
-- first workflow that only a caller's execution knows, such as "{{flow.variables.workflow}}", or nil.
function deployment.routing(flows, workspace)
  local workflows, queues, seen, unknown = {}, {}, {}, nil
  local function note_workflow(sid)
    if seen[sid] then return end
    seen[sid] = true
    workflows[#workflows + 1] = sid
    local workflow = taskrouter.workflows.fetch { workspace = workspace, sid = sid }
    for queue in tostring(workflow.configuration):gmatch("WQ%x+") do
      if not seen[queue] then queues[#queues + 1] = queue end
      seen[queue] = true
    end
  end
  for _, flow in ipairs(flows) do
    for _, widget in ipairs(deployment.widgets(flow, "send-to-flex")) do
      local sid = tostring(widget.properties and widget.properties.workflow or "")
      if sid:match("^WW%x+$") then
        note_workflow(sid)
      else
        unknown = unknown or "\"" .. sid .. "\" of " .. flow.sid
      end
    end
  end
  return workflows, queues, unknown
end

-- The client's own sending key among those of its domain: the only one whose id the registry's section
-- names, or that names the client, as a whole; both where each names some. nil where that does not settle
-- it: that it is the only one on the domain says nothing, the domain may be shared.
function deployment.sending_key(keys, client, section)
  local registered, named, both = {}, {}, {}
  for _, key in ipairs(keys) do
    local in_section = section and names.holds(section, key.id)
    local by_name = names.whole(key.description, client)
    if in_section then registered[#registered + 1] = key end
    if by_name then named[#named + 1] = key end
    if in_section and by_name then both[#both + 1] = key end
  end
  local own = #registered > 0 and #named > 0 and both or #named > 0 and named or registered
  return #own == 1 and own[1] or nil
end

-- Whether a flow asks the feature's functions of `domain`, whatever the widget, such as callers who wait:
-- then it needs what they are deployed with, and the feature.
function deployment.relies(flow, domain)
  local path = deployment.wait_path:match("^(/features/[^/]+/)")
  for _, state in ipairs(flow.definition and flow.definition.states or {}) do
    for _, value in pairs(type(state.properties) == "table" and state.properties or {}) do
      local url = type(value) == "string" and value or ""
      if url:find(path, 1, true) and (not domain or url:find("//" .. domain .. "/", 1, true)) then
        return true
      end
    end
  end
  return false
end

-- How many callers are on the number at this moment.
function deployment.calls_to(number)
  local calls = 0
  for _, status in ipairs { "queued", "ringing", "in-progress" } do
    calls = calls + #twilio.calls.list { to = number, status = status }
  end
  return calls
end

-- The tasks that came since `from` into the queues of a deployment, or over its workflows; into any
-- queue of the workspace where one of its workflows is not known.
function deployment.new_tasks(found, from)
  local tasks, seen = {}, {}
  local function collect(filter)
    filter.workspace = found.workspace
    for _, task in ipairs(taskrouter.tasks.list(filter)) do
      local made = time.parse(task.date_created)
      if made and made > from and not seen[task.sid] then
        seen[task.sid] = true
        tasks[#tasks + 1] = task.sid
      end
    end
  end
  if found.unknown_workflow then
    collect {}
    return tasks
  end
  for _, sid in ipairs(found.queues) do collect { queue_sid = sid } end
  for _, sid in ipairs(found.workflows) do collect { workflow_sid = sid } end
  return tasks
end

-- The widget that every flow begins with.
function deployment.trigger(next)
  return {
    name = "Trigger", type = "trigger", properties = { offset = { x = 0, y = 0 } },
    transitions = {
      { event = "incomingMessage" },
      { event = "incomingCall", next = next },
      { event = "incomingConversationMessage" },
      { event = "incomingRequest" },
      { event = "incomingParent" },
    },
  }
end

-- The widget that queues a caller for `workflow` and lets the function of `domain` keep them
-- company.
function deployment.to_flex(name, to)
  return {
    name = name, type = "send-to-flex",
    properties = {
      offset = { x = 160, y = 520 },
      workflow = to.workflow, channel = to.channel,
      attributes = '{"call_sid": "{{trigger.call.CallSid}}", "callBackData": {"attempts": 0}}',
      waitUrl = deployment.wait_url(to.domain, to.workflow), waitUrlMethod = "POST",
    },
    transitions = {
      { event = "callComplete" }, { event = "failedToEnqueue" }, { event = "callFailure" },
    },
  }
end

-- The flow of a deployment: from the trigger straight to the queue.
function deployment.flow(to)
  return {
    description = "Wait Experience + Admin Email",
    flags = { allow_concurrent_calls = true },
    initial_state = "Trigger",
    states = { deployment.trigger "send-to-flex", deployment.to_flex("send-to-flex", to) },
  }
end

-- A flow that says one text and hangs up: Studio ends a call when no widget follows. `like`: the
-- flow it takes the place of, whose voice callers know.
function deployment.goodbye(text, like)
  local greeting = deployment.widgets(like, "say-play")[1]
  local voice = greeting and greeting.properties or {}
  return {
    description = "Service ended: says goodbye and hangs up",
    flags = like.definition.flags or { allow_concurrent_calls = true },
    initial_state = "Trigger",
    states = {
      deployment.trigger "goodbye",
      {
        name = "goodbye", type = "say-play",
        properties = {
          offset = { x = 80, y = 260 },
          loop = 1, say = text, voice = voice.voice, language = voice.language,
        },
        transitions = { { event = "audioComplete" } },
      },
    },
  }
end

return deployment
