-- The diagnostic toolkit: everything that a symptom may want to know of a deployment, read at once.
-- What cannot be read is named, and stops nothing: at 3 a.m. half an answer is worth having.
local deployment = require "deployment"
local source = require "source"
local wait_experience = require "wait_experience"

local toolkit = {}

-- Runs named reads at once. Returns what they returned, by name, and why those that failed did.
local function at_once(reads)
  local names = {}
  for name in pairs(reads) do names[#names + 1] = name end
  table.sort(names)
  local results = parallel(names, function(name)
    local good, value = pcall(reads[name])
    if good then return { value = value } end
    local why = type(value) == "table" and value.message or tostring(value)
    return { why = why, status = type(value) == "table" and value.status or nil }
  end)
  local out, failed = {}, {}
  for i, name in ipairs(names) do
    out[name] = results[i].value
    failed[name] = results[i].why
  end
  return out, failed
end

-- The line that is looked at: the number that was named, that of the profile, that of the call, or
-- the only one that rings a flow of this account.
local function line(case, numbers, call)
  local wanted = rawget(case.params, "number") or call and call.to or case.profile.phone_number
  local ringing = {}
  for _, number in ipairs(numbers or {}) do
    local flow, account = deployment.flow_of(number)
    if number.phone_number == wanted then return number, flow end
    if flow and account == case.profile.account_sid then ringing[#ringing + 1] = number end
  end
  if wanted or #ringing ~= 1 then return nil end
  return ringing[1], (deployment.flow_of(ringing[1]))
end

local function queueing(flow)
  local widget = flow and deployment.widgets(flow, "send-to-flex")[1]
  if not widget then return nil end
  local properties = widget.properties
  return {
    name = widget.name, workflow = tostring(properties.workflow),
    -- Whatever stands there: a number is as wrong as another address.
    wait_url = properties.waitUrl == nil and "" or tostring(properties.waitUrl),
    attributes = properties.attributes, channel = properties.channel,
  }
end

local function decoded(tasks)
  local list = {}
  for i, task in ipairs(tasks or {}) do
    list[i] = {
      sid = task.sid, queue = task.task_queue_friendly_name, queue_sid = task.task_queue_sid,
      workflow = task.workflow_sid, made = time.parse(task.date_created), status = task.assignment_status,
      attributes = json.decode(task.attributes) or {}, reason = task.reason,
    }
  end
  return list
end

local function by_time(list, at)
  local sorted = {}
  for i, one in ipairs(list or {}) do sorted[i] = one end
  table.sort(sorted, function(a, b) return (at(a) or 0) < (at(b) or 0) end)
  return sorted
end

-- What was given along with a mail. The events hold it as an object, the logs as JSON text.
local function variables(event)
  local given = event["user-variables"]
  if type(given) == "string" then given = json.decode(given) end
  return type(given) == "table" and given or {}
end

-- The mail events of voicemails, oldest first.
local function mails(logs)
  local list = {}
  for i, one in ipairs(by_time(logs, function(e) return time.parse(e["@timestamp"]) or e.timestamp end)) do
    local vars, status = variables(one), one["delivery-status"] or {}
    list[i] = {
      event = one.event, recipient = one.recipient, at = time.parse(one["@timestamp"]) or one.timestamp,
      key = one["api-key-id"] or one.account and one.account["api-key-id"], call = vars.call_sid,
      recording = vars.recording_sid, why = status.message or status.description or one.reason,
      severity = one.severity, subject = one.message and one.message.headers and one.message.headers.subject,
    }
  end
  return list
end

-- What changed in the two days before it began, the latest first: deploys, saved flows, commits,
-- dev-logs, and who wrote what.
local function changes(case, seen, now)
  local from, list = case.since - 2 * 86400, {}
  local function add(at, what)
    if at and at >= from and at <= now then list[#list + 1] = { at = at, what = what } end
  end
  for _, one in ipairs(seen.deployments or {}) do
    add(time.parse(one.date_created), "serverless deployment " .. one.sid)
  end
  for _, one in ipairs(seen.revisions or {}) do
    add(time.parse(one.date_created),
      "flow revision " .. one.revision .. " saved (" .. tostring(one.status) .. ")")
  end
  for _, one in ipairs(seen.commits or {}) do
    add(time.parse(one.date), "commit " .. one.commit:sub(1, 10) .. ": " .. one.subject)
  end
  for _, one in ipairs(seen.devlogs or {}) do add(time.parse(one.date), "dev-log " .. one.folder) end
  for _, one in ipairs(seen.events or {}) do
    if not one.event_type:match("^task%.") and not one.event_type:match("^reservation%.") then
      add(time.parse(one.event_date), one.event_type .. " by " .. tostring(one.actor_type) .. " "
        .. tostring(one.actor_sid))
    end
  end
  table.sort(list, function(a, b)
    if a.at ~= b.at then return a.at > b.at end
    return a.what < b.what
  end)
  return list
end

-- What a person looks at first, in a few lines: whose account, what the line rings, the last calls,
-- what the functions and Flex say.
local function overview(case, out)
  note("profile " .. case.profile.name .. ", account " .. case.profile.account_sid .. ", since "
    .. time.iso(case.since))
  if out.number then
    note("line " .. out.number.phone_number .. ": flow " .. tostring(out.flow) .. ", published revision "
      .. tostring(out.revision) .. (out.draft_status == "draft" and ", and an unpublished draft" or ""))
  end
  local calls = {}
  for i = 1, math.min(5, #out.calls) do
    local call = out.calls[i]
    calls[i] = toolkit.clock(time.parse(call.start_time)) .. " " .. tostring(call.from) .. " "
      .. tostring(call.duration) .. " s " .. call.status
  end
  note("last calls: " .. (#calls > 0 and table.concat(calls, "; ") or "none"))
  local errors = 0
  for _, one in ipairs(out.logs) do
    if one.level == "error" then errors = errors + 1 end
  end
  note(#out.executions .. " executions, " .. #out.logs .. " lines in the functions' logs with " .. errors
    .. " errors, " .. #out.alerts .. " alerts; the feature is "
    .. (out.configuration and deployment.enabled(out.configuration) and "on" or "not on") .. " live")
end

-- Everything of the deployment of `case.profile` since `case.since`.
function toolkit.look(case)
  local profile, since = case.profile, case.since
  local workspace = profile.workspace_sid
  local call = rawget(case.params, "call")
  local seen, failed = at_once {
    numbers = function() return twilio.numbers.list() end,
    configuration = function() return flex.configuration.fetch() end,
    services = function() return serverless.services.list() end,
    calls = function() return twilio.calls.list { started_after = since, limit = 200 } end,
    call = function() return call and twilio.calls.fetch { sid = call } end,
    alerts = function() return monitor.alerts.list { since = since } end,
    events = function() return monitor.events.list { since = since - 2 * 86400 } end,
    recordings = function() return twilio.recordings.list { created_after = since } end,
    transcriptions = function() return twilio.transcriptions.list { limit = 200 } end,
    balance = function() return twilio.balance.fetch() end,
    status = function() return twilio.status.fetch() end,
    domain = function() return mailgun.domains.fetch { name = profile.mailgun_domain } end,
    keys = function() return mailgun.keys.list { domain = profile.mailgun_domain } end,
    mails = function()
      return mails(mailgun.logs.list { since = since, domain = profile.mailgun_domain })
    end,
    -- A voicemail that nobody was ever mailed about tells by whom it used to be.
    delivered = function()
      return mailgun.events.list { domain = profile.mailgun_domain, event = "delivered", limit = 20 }
    end,
    env = function() return env.fetch { file = profile.env_file } end,
    probe = function() return serverless.probe { path = deployment.wait_path } end,
    source = function() return files.find { path = wait_experience.path(profile) } end,
    devlogs = function() return devlogs.list { client = profile.name } end,
    commits = function() return repository.log { limit = 20 } end,
    state = function()
      return snapshot.capture { label = "NOW", scope = { "flex", "files" }, baselines = true }
    end,
    workflows = function() return taskrouter.workflows.list { workspace = workspace } end,
    queues = function() return taskrouter.queues.list { workspace = workspace } end,
    tasks = function()
      return decoded(taskrouter.tasks.list {
        workspace = workspace, ordering = "DateCreated:desc", limit = 200,
      })
    end,
  }
  local number, flow = line(case, seen.numbers, seen.call)
  local more, failed_too = at_once {
    draft = function() return flow and studio.flows.find { sid = flow } end,
    published = function()
      return flow and studio.revisions.fetch { flow = flow, revision = "LatestPublished" }
    end,
    revisions = function() return flow and studio.revisions.list { flow = flow, limit = 20 } end,
    executions = function()
      return flow and studio.executions.list { flow = flow, created_after = since, limit = 200 }
    end,
    environments = function()
      local list = {}
      for _, service in ipairs(seen.services or {}) do
        for _, one in ipairs(serverless.environments.list { service = service.sid }) do
          list[#list + 1] = one
        end
      end
      return list
    end,
  }
  for name, value in pairs(more) do seen[name] = value end
  for name, why in pairs(failed_too) do failed[name] = why end
  local environment
  for _, one in ipairs(seen.environments or {}) do
    if one.domain_name == profile.serverless_domain then environment = one end
  end
  if environment then
    local at = { service = environment.service_sid, environment = environment.sid }
    local last, failed_last = at_once {
      logs = function()
        return by_time(serverless.logs.list {
          service = at.service, environment = at.environment, since = since,
        }, function(one) return time.parse(one.date_created) end)
      end,
      deployments = function() return serverless.deployments.list(at) end,
      variables = function() return serverless.variables.list { environment = at.environment } end,
    }
    seen.logs, seen.deployments, seen.variables = last.logs, last.deployments, last.variables
    for name, why in pairs(failed_last) do failed[name] = why end
  end
  local names = {}
  for name in pairs(failed) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do note("could not be read: " .. name .. " (" .. failed[name] .. ")") end
  local domains = {}
  for i, one in ipairs(seen.environments or {}) do domains[i] = one.domain_name end
  local out = {
    at = time.now(), since = since, number = number, flow = flow, failed = failed,
    environment = environment, draft_status = seen.draft and seen.draft.status,
    definition = seen.published and seen.published.definition,
    draft_definition = seen.draft and seen.draft.definition,
    revision = seen.published and seen.published.revision,
    widget = queueing(seen.published), draft = queueing(seen.draft), configuration = seen.configuration,
    probe = seen.probe, calls = seen.calls or {}, call = seen.call, alerts = seen.alerts or {},
    recordings = seen.recordings or {}, environments = domains, transcriptions = seen.transcriptions or {}, balance = seen.balance,
    status = seen.status, domain = seen.domain, keys = seen.keys, mails = seen.mails or {},
    delivered = seen.delivered or {}, variables = {}, env = seen.env or {}, source = seen.source,
    state = seen.state, workflows = seen.workflows or {}, queues = seen.queues or {},
    tasks = seen.tasks or {}, logs = seen.logs or {}, executions = seen.executions or {},
    services = seen.services, devlogs = seen.devlogs or {}, events = seen.events or {},
  }
  for _, variable in ipairs(seen.variables or {}) do out.variables[variable.key] = variable.value end
  out.changes = changes(case, seen, out.at)
  if not case.finding then overview(case, out) end
  return out
end

-- ---- what a diagnosis asks of it ---------------------------------------------------------------

function toolkit.clock(at) return at and time.iso(at):sub(12, 19) .. "Z" or "?" end

-- The domain's own Wait URL of a workflow.
function toolkit.wait_url(case, workflow)
  return deployment.wait_url(case.profile.serverless_domain, workflow)
end

-- A Wait URL's address without its query, and its WorkflowSid.
function toolkit.parts(url)
  return url:match("^[^?]*"), url:match("[?&]WorkflowSid=([^&]*)")
end

-- What the function logged since it began that matches a pattern; of the sample call alone where
-- one was named and `only` says what of it.
function toolkit.logged(seen, pattern, only)
  local list = {}
  for _, one in ipairs(seen.logs) do
    if one.message:match(pattern) and (not only or one.message:find(only, 1, true)) then
      list[#list + 1] = toolkit.clock(time.parse(one.date_created)) .. " " .. one.message
    end
  end
  return list
end

-- The recordings that are looked at: the sample call's, else all of the window.
function toolkit.recordings(case)
  local list, call = {}, rawget(case.params, "call")
  for _, one in ipairs(case.seen.recordings) do
    if not call or one.call_sid == call then list[#list + 1] = one end
  end
  return list
end

-- What a few lines of evidence say, in lines: the first ones, and how many more there are.
function toolkit.few(list, most)
  most = most or 3
  if #list <= most then return list end
  local out = {}
  for i = 1, most do out[i] = list[i] end
  out[most + 1] = "and " .. (#list - most) .. " more"
  return out
end

-- The change before it began that a person would look at first, as a line of evidence.
function toolkit.latest_change(case)
  for _, one in ipairs(case.seen.changes) do
    return "last change: " .. time.iso(one.at) .. " " .. one.what
  end
  return nil
end

-- The live value of a Flex feature: ("enhanced_crm_container", "url").
function toolkit.feature(seen, name, key)
  local at = seen.configuration and seen.configuration.ui_attributes
  for _, step in ipairs { "custom_data", "features", name, key } do
    if type(at) ~= "table" then return nil end
    at = at[step]
  end
  return at
end

-- The source files of the Flex configuration beside what is live: what differs, the paths of the
-- two files, whether the client's is there, and what they say.
function toolkit.source_and_live(case)
  local state = case.seen.state
  if not state then return nil end
  local common, own, there = source.found(state, case.profile.name)
  if not common then return nil end
  local said, live = source.said(state, common, own), source.live(state)
  return {
    differences = source.differences(said, live), common = common, own = own, there = there,
    said = said, live = live,
  }
end

-- Everything about one call in the order it happened: list of { at, what }.
function toolkit.timeline(case)
  local seen = case.seen
  local call = seen.call
  if not call then return {} end
  local list = {}
  local function add(at, what)
    if at then list[#list + 1] = { at = at, what = what, nth = #list } end
  end
  add(time.parse(call.start_time), "call from " .. call.from .. " to " .. call.to)
  for _, execution in ipairs(seen.executions) do
    local trigger = (execution.context or {}).trigger or {}
    if (trigger.call or {}).CallSid == call.sid then
      add(time.parse(execution.date_created), "execution " .. execution.sid .. " of revision "
        .. tostring(execution.flow_version))
      for _, one in ipairs(studio.steps.list { flow = seen.flow, execution = execution.sid }) do
        add(time.parse(one.date_created), tostring(one.transitioned_from) .. " -> "
          .. tostring(one.transitioned_to or one.name))
      end
    end
  end
  for _, one in ipairs(twilio.notifications.list { call = call.sid }) do
    add(time.parse(one.message_date), "error " .. tostring(one.error_code) .. " at " .. tostring(one.request_url))
  end
  local of_call = {}
  for _, one in ipairs(seen.recordings) do
    if one.call_sid == call.sid then
      of_call[#of_call + 1] = one.sid
      add(time.parse(one.date_created), "recording " .. one.sid .. ", " .. tostring(one.duration) .. " s, " .. one.status)
    end
  end
  for _, one in ipairs(seen.transcriptions) do
    for _, sid in ipairs(of_call) do
      if one.recording_sid == sid then
        add(time.parse(one.date_updated), "transcription " .. one.sid .. " " .. one.status)
      end
    end
  end
  for _, task in ipairs(seen.tasks) do
    if task.attributes.call_sid == call.sid then
      add(task.made, (task.attributes.taskType or "voice") .. " task " .. task.sid .. " in queue " .. tostring(task.queue)
        .. (task.reason and ", " .. task.reason or ""))
    end
  end
  local from, to = time.parse(call.start_time), time.parse(call.end_time)
  for _, one in ipairs(seen.logs) do
    local at, named = time.parse(one.date_created), false
    for _, sid in ipairs(of_call) do named = named or one.message:find(sid, 1, true) ~= nil end
    if named or (at and from and to and at >= from - 5 and at <= to + 5) then
      add(at, "function " .. one.level .. ": " .. one.message)
    end
  end
  add(to, "call ends: " .. call.status .. " after " .. tostring(call.duration) .. " s")
  for _, one in ipairs(seen.mails) do
    if one.call == call.sid then
      add(one.at, "mail " .. one.event .. " for " .. tostring(one.recipient) .. (one.why and ": " .. tostring(one.why) or ""))
    end
  end
  table.sort(list, function(a, b)
    if a.at ~= b.at then return a.at < b.at end
    return a.nth < b.nth
  end)
  return list
end

return toolkit
