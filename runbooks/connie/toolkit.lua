-- The diagnostic toolkit: everything that a symptom may want to know of a deployment, read at once.
-- What cannot be read is named, and stops nothing: at 3 a.m. half an answer is worth having.
local deployment = require "deployment"
local evidence = require "evidence"
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
  local out, failed, statuses = {}, {}, {}
  for i, name in ipairs(names) do
    out[name] = results[i].value
    failed[name] = results[i].why
    statuses[name] = results[i].status
  end
  return out, failed, statuses
end

-- The line that is looked at: the number that was named, that of the call, that of the profile, or
-- the only one that rings a flow of this account. Where several ring the same flow that is known, and
-- the number is not. Third: the numbers among which nobody chose.
local function line(case, numbers, call)
  local wanted = rawget(case.params, "number") or call and call.to or case.profile.phone_number
  local ringing, flows = {}, {}
  for _, number in ipairs(numbers or {}) do
    local flow, account = deployment.flow_of(number)
    if number.phone_number == wanted then return number, flow, {} end
    if flow and account == case.profile.account_sid then
      ringing[#ringing + 1] = number
      if not flows[flow] then flows[#flows + 1] = flow end
      flows[flow] = true
    end
  end
  if wanted or #ringing == 0 then return nil, nil, {} end
  if #ringing == 1 then return ringing[1], flows[1], {} end
  return nil, #flows == 1 and flows[1] or nil, ringing
end

-- The widgets that send callers to Flex and that a caller can come to.
local function queueing(flow)
  local list = {}
  for _, widget in ipairs(flow and deployment.reachable(flow, "send-to-flex") or {}) do
    local properties = widget.properties or {}
    list[#list + 1] = {
      name = widget.name, workflow = tostring(properties.workflow),
      -- Whatever stands there: a number is as wrong as another address.
      wait_url = (properties.waitUrl == nil or properties.waitUrl == json.null) and "" or tostring(properties.waitUrl),
      attributes = properties.attributes, channel = properties.channel,
    }
  end
  return list
end

local function object(value) return type(value) == "table" and value or {} end

-- What a provider says in an object or in the text of one: Mailgun's events hold what was given along
-- with a mail as an object, its logs as JSON text.
local function table_or_text(value)
  if type(value) == "string" then return object(json.decode(value)) end
  return object(value)
end

local function decoded(tasks)
  local list = {}
  for i, task in ipairs(tasks or {}) do
    list[i] = {
      sid = task.sid, queue = task.task_queue_friendly_name, queue_sid = task.task_queue_sid,
      workflow = task.workflow_sid, made = time.parse(task.date_created), status = task.assignment_status,
      attributes = object(json.decode(tostring(task.attributes))), reason = task.reason,
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

-- The mail events of voicemails, oldest first.
local function mails(logs)
  local list = {}
  for i, one in ipairs(by_time(logs, function(e) return time.parse(e["@timestamp"]) or e.timestamp end)) do
    local vars, status = table_or_text(one["user-variables"]), object(one["delivery-status"])
    list[i] = {
      event = one.event, recipient = one.recipient, at = time.parse(one["@timestamp"]) or one.timestamp,
      key = one["api-key-id"] or object(one.account)["api-key-id"], call = vars.call_sid,
      recording = vars.recording_sid, why = status.message or status.description or one.reason,
      severity = one.severity, subject = object(object(one.message).headers).subject,
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
  elseif #out.among > 0 then
    local list = {}
    for i, one in ipairs(out.among) do list[i] = one.phone_number end
    note("several numbers ring a flow: " .. table.concat(list, ", ") .. ". Say which one is meant: number=" .. list[1]
      .. (out.flow and "; they ring the same flow " .. out.flow .. ", which is looked at" or ""))
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

-- The version of the wait function that the environment serves, among what its build holds.
local function served(builds, environment)
  for _, build in ipairs(builds or {}) do
    if build.sid == environment.build_sid then
      for _, one in ipairs(build.function_versions or {}) do
        if one.path == deployment.wait_path then return one end
      end
      return nil, build
    end
  end
end

-- What the deployed environment says: its variables, logs and deployments, and the function's source.
local function inside(environment, since)
  local at = { service = environment.service_sid, environment = environment.sid }
  return at_once {
    logs = function()
      return by_time(serverless.logs.list {
        service = at.service, environment = at.environment, since = since,
      }, function(one) return time.parse(one.date_created) end)
    end,
    deployments = function() return serverless.deployments.list(at) end,
    variables = function() return serverless.variables.list { environment = at.environment } end,
    build = function()
      if not environment.build_sid then return { missing = true } end
      local builds = serverless.builds.list { service = at.service }
      local version, whole = served(builds, environment)
      if not version then return { missing = whole ~= nil } end
      local source = serverless.sources.fetch {
        service = at.service, ["function"] = version.function_sid, version = version.sid,
      }
      return { missing = false, version = version.sid, text = source.content ~= "" and source.content or nil }
    end,
  }
end

-- What is asked without knowing the line.
local function readings(case, call)
  local profile, since = case.profile, case.since
  local workspace, domain = profile.workspace_sid, profile.mailgun_domain
  local reads = {
    numbers = function() return twilio.numbers.list() end,
    flows = function() return studio.flows.list() end,
    configuration = function() return flex.configuration.fetch() end,
    drift = function() return flex.configuration.compare {} end,
    services = function() return serverless.services.list() end,
    calls = function() return twilio.calls.list { started_after = since, limit = 200 } end,
    alerts = function() return monitor.alerts.list { since = since } end,
    events = function() return monitor.events.list { since = since - 2 * 86400 } end,
    recordings = function() return twilio.recordings.list { created_after = since } end,
    transcriptions = function() return twilio.transcriptions.list { limit = 200 } end,
    balance = function() return twilio.balance.fetch() end,
    credentials = function() return twilio.credentials.fetch() end,
    status = function() return twilio.status.fetch() end,
    source = function() return files.find { path = wait_experience.path(profile) } end,
    devlogs = function() return devlogs.list { client = profile.name } end,
    registry = function() return registry.find { client = profile.name } end,
    commits = function() return repository.log { limit = 20 } end,
    state = function() return snapshot.capture { label = "SOURCES", scope = { "files" } } end,
    neighbours = function()
      return snapshot.capture { label = "NOW", scope = { "files" }, baselines = true }
    end,
  }
  if call then reads.call = function() return twilio.calls.fetch { sid = call } end end
  if domain then
    reads.domain = function() return mailgun.domains.fetch { name = domain } end
    reads.keys = function() return mailgun.keys.list { domain = domain } end
    reads.mails = function() return mails(mailgun.logs.list { since = since, domain = domain }) end
    -- A voicemail that nobody was ever mailed about tells by whom it used to be.
    reads.delivered = function()
      return mailgun.events.list { domain = domain, event = "delivered", limit = 20 }
    end
  end
  if profile.env_file then
    reads.env = function() return env.fetch { file = profile.env_file } end
  end
  if profile.serverless_domain then
    -- One failed answer says little: it is asked again before anybody is blamed.
    reads.probe = function()
      return serverless.probe { path = deployment.wait_path, attempts = 3, spacing = 5 }
    end
  end
  if workspace then
    reads.workflows = function() return taskrouter.workflows.list { workspace = workspace } end
    reads.queues = function() return taskrouter.queues.list { workspace = workspace } end
    reads.tasks = function()
      return decoded(taskrouter.tasks.list {
        workspace = workspace, ordering = "DateCreated:desc", limit = 200,
      })
    end
  end
  return reads
end

-- The only flow of the account that sends callers to Flex, where the numbers cannot be read.
local function lone_flow(flows)
  local list = {}
  for _, flow in ipairs(flows or {}) do
    if not tostring(flow.friendly_name):find("[ARCHIVED]", 1, true) then list[#list + 1] = flow.sid end
  end
  return #list == 1 and list[1] or nil
end

local function merge(into, from)
  for name, value in pairs(from) do into[name] = value end
end

-- Everything of the deployment of `case.profile` since `case.since`.
function toolkit.look(case)
  local profile, since = case.profile, case.since
  local call = rawget(case.params, "call")
  local seen, failed, statuses = at_once(readings(case, call))
  local number, flow, among = line(case, seen.numbers, seen.call)
  if not seen.numbers then flow = lone_flow(seen.flows) end
  local more, failed_too, statuses_too = at_once {
    draft = function() return flow and studio.flows.find { sid = flow } end,
    published = function()
      return flow and studio.revisions.fetch { flow = flow, revision = "LatestPublished" }
    end,
    revisions = function() return flow and studio.revisions.list { flow = flow, limit = 20 } end,
    first_deploy = function() return evidence.deployed(seen.devlogs or {}).said end,
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
  merge(seen, more)
  merge(failed, failed_too)
  merge(statuses, statuses_too)
  -- A flow that has no published revision has none to read: that is no failure.
  if statuses.published == 404 then failed.published = nil end
  local environment
  for _, one in ipairs(seen.environments or {}) do
    if one.domain_name == profile.serverless_domain then environment = one end
  end
  if environment then
    local last, failed_last, statuses_last = inside(environment, since)
    merge(seen, last)
    merge(failed, failed_last)
    merge(statuses, statuses_last)
  end
  local names, domains, build = {}, {}, seen.build or {}
  for name in pairs(failed) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do note("could not be read: " .. name .. " (" .. failed[name] .. ")") end
  for i, one in ipairs(seen.environments or {}) do domains[i] = one.domain_name end
  local widgets = queueing(seen.published)
  local out = {
    at = time.now(), since = since, number = number, flow = flow, among = among, failed = failed, statuses = statuses,
    environment = environment, draft_status = seen.draft and seen.draft.status,
    definition = seen.published and seen.published.definition,
    draft_definition = seen.draft and seen.draft.definition,
    revision = seen.published and seen.published.revision,
    published_at = seen.published and time.parse(seen.published.date_updated or seen.published.date_created),
    widgets = widgets, widget = widgets[1], drafts = queueing(seen.draft),
    revisions = seen.revisions or {}, deployments = seen.deployments or {}, numbers = seen.numbers,
    configuration = seen.configuration, drift = seen.drift, registry = seen.registry,
    probe = seen.probe, calls = seen.calls or {}, call = seen.call, alerts = seen.alerts or {},
    recordings = seen.recordings or {}, environments = domains, transcriptions = seen.transcriptions or {}, balance = seen.balance,
    status = seen.status, domain = seen.domain, keys = seen.keys, mails = seen.mails or {},
    delivered = seen.delivered or {}, variables = {}, env = seen.env or {}, source = seen.source,
    missing = build.missing, deployed = build.text, build_read = seen.build ~= nil, first_deploy = seen.first_deploy or {},
    token = seen.credentials and tostring(seen.credentials.auth_token),
    state = seen.state, neighbours = seen.neighbours, workflows = seen.workflows or {}, queues = seen.queues or {},
    tasks = seen.tasks or {}, logs = seen.logs or {}, executions = seen.executions or {},
    services = seen.services, devlogs = seen.devlogs or {}, events = seen.events or {},
    has_variables = seen.variables ~= nil, variable_dates = {},
  }
  for _, variable in ipairs(seen.variables or {}) do
    out.variables[variable.key] = variable.value
    out.variable_dates[variable.key] = time.parse(variable.date_updated or variable.date_created)
  end
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

-- What nobody found a cause for, for whoever looks next: the alerts and the functions' lines since it
-- began, errors and warnings first where there are many.
function toolkit.trail(seen)
  local lines = {}
  for _, one in ipairs(toolkit.few(by_time(seen.alerts, function(one) return time.parse(one.date_created) end), 10)) do
    lines[#lines + 1] = type(one) == "string" and one or tostring(one.date_created) .. " alert " .. tostring(one.error_code) .. " "
      .. tostring(one.alert_text) .. " at " .. tostring(one.request_url) .. ", " .. tostring(one.resource_sid)
  end
  local wrong, all = {}, {}
  for _, one in ipairs(seen.logs) do
    local text = toolkit.clock(time.parse(one.date_created)) .. " function " .. tostring(one.level) .. ": " .. tostring(one.message)
    all[#all + 1] = text
    if one.level ~= "info" then wrong[#wrong + 1] = text end
  end
  local list = #all <= 10 and all or #wrong > 0 and wrong or all
  for i = math.max(1, #list - 9), #list do lines[#lines + 1] = list[i] end
  for i = 1, math.min(3, #seen.changes) do
    lines[#lines + 1] = "changed: " .. time.iso(seen.changes[i].at) .. " " .. seen.changes[i].what
  end
  return lines
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

-- What differs between the source files of the Flex configuration and what is live, as
-- `countersign drift` compares them: list of { path, op, source, live }. Where the files cannot be
-- filled as a deploy would fill them, what they say is compared as it stands.
local function differing(seen, said)
  if seen.drift then return seen.drift.differences end
  if not seen.configuration then return nil end
  local data = (seen.configuration.ui_attributes or {}).custom_data
  return source.apart(said, source.leaves_of(data))
end

-- The two sides; nil where they cannot be read, or there is no common source file.
function toolkit.source_and_live(case)
  local seen = case.seen
  if not seen.state then return nil end
  local common, own, there = source.found(seen.state, case.profile.name)
  if not common then return nil end
  local said = source.said(seen.state, common, own)
  local differences = differing(seen, said)
  if not differences then return nil end
  return { differences = differences, common = common, own = own, there = there, said = said }
end

-- What else a deploy with OVERWRITE_CONFIG=true would set or take away live, besides what is at or
-- below one of these pointers.
function toolkit.besides(both, pointers)
  local lines = {}
  for _, one in ipairs(both and both.differences or {}) do
    local ours = not one.path:find("^/custom_data")
    for _, pointer in ipairs(pointers) do
      ours = ours or one.path == pointer or one.path:sub(1, #pointer + 1) == pointer .. "/"
    end
    if not ours then lines[#lines + 1] = toolkit.shown_difference(one) end
  end
  return lines
end

local function shown(value)
  if value == nil or value == json.null then return "nothing" end
  if type(value) == "string" then return "\"" .. value .. "\"" end
  if type(value) ~= "table" then return tostring(value) end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = tostring(key) end
  table.sort(keys)
  return "{" .. table.concat(keys, ", ") .. "}"
end

function toolkit.shown_difference(one)
  return one.path .. ": source " .. shown(one.source) .. ", live " .. shown(one.live)
end

-- Where custom_data differs, in lines. Skills are the deploy's to add to, not to make equal.
function toolkit.apart(both) return toolkit.besides(both, {}) end
function toolkit.agree(both) return #toolkit.apart(both) == 0 end

-- ---- what could not be read ---------------------------------------------------------------------

-- "keys (api.mailgun.net answered 503 …)" for each of these reads that failed.
function toolkit.unread(seen, ...)
  local list = {}
  for _, name in ipairs { ... } do
    if seen.failed[name] then list[#list + 1] = name .. " (" .. seen.failed[name] .. ")" end
  end
  return list
end

-- Whether Twilio answers nothing for the account: not one of what is asked first could be read.
function toolkit.refused(seen)
  for _, name in ipairs { "numbers", "flows", "services", "calls", "configuration" } do
    if not seen.failed[name] then return false end
  end
  return true
end

-- ", by user US…": who Monitor says changed a thing.
function toolkit.by(seen, sid)
  for _, one in ipairs(seen.events) do
    if one.resource_sid == sid then return ", by " .. tostring(one.actor_type) .. " " .. tostring(one.actor_sid) end
  end
  return ", by whom Monitor does not say"
end

-- Whether every one of these reads failed with a status of the provider's own trouble.
function toolkit.down(seen, ...)
  local all = true
  for _, name in ipairs { ... } do
    local status = seen.statuses[name] or 0
    all = all and seen.failed[name] ~= nil and (status == 0 or status >= 500)
  end
  return all
end

-- ---- the provider's status page -----------------------------------------------------------------

local ours = {
  "function", "serverless", "studio", "voice", "call", "taskrouter", "flex", "twiml", "webhook", "runtime", "asset",
  "media", "recording", "transcription", "api",
}
local others = {
  "sms", "mms", "messag", "whatsapp", "email", "sendgrid", "verify", "video", "conversations", "segment", "fax", "lookup",
  "chat", "notify", "wireless", "sim", "trust", "console", "billing", "regulatory", "short code", "10dlc", "rcs",
}

-- Whether words of the page are about places that this deployment is not in.
local function elsewhere(text)
  for place in text:gmatch("%f[%a]in ([%u][%w]+)") do
    if not ({ US = true, US1 = true, USA = true, United = true, North = true, Virginia = true, Oregon = true, All = true })[place] then
      return true
    end
  end
  for _, region in ipairs { "IE1", "AU1", "Ireland", "Australia", "Europe", "Asia", "APAC", "EMEA", "Latin America" } do
    if text:find(region, 1, true) and not text:find("US1", 1, true) then return true end
  end
  return false
end

-- Whether a text of the status page concerns what callers here go through: "named" where it says one
-- of our products, "general" where it names none at all; nil where it is of others or elsewhere.
local function concerns(text)
  if elsewhere(text) then return nil end
  local words = text:lower()
  for _, product in ipairs(ours) do
    if words:find("%f[%a]" .. product) then return "named" end
  end
  for _, product in ipairs(others) do
    if words:find("%f[%a]" .. product) then return nil end
  end
  return "general"
end

-- What the status page says that concerns this deployment: { text, named }, or nil. An indicator says
-- nothing by itself where incidents or components say what it is about.
function toolkit.outage(seen)
  local page = seen.status or {}
  local status = page.status or {}
  if not status.indicator or status.indicator == "none" then return nil end
  local listed = 0
  for _, one in ipairs(page.incidents or {}) do
    local over = one.status == "resolved" or one.status == "postmortem" or one.status == "completed"
    if not over then
      listed = listed + 1
      local text = tostring(one.name)
      for _, part in ipairs(one.components or {}) do text = text .. " " .. tostring(part.name) end
      if concerns(text) then return { text = tostring(one.name), named = concerns(text) == "named" } end
    end
  end
  for _, one in ipairs(page.components or {}) do
    if one.status and one.status ~= "operational" then
      listed = listed + 1
      if concerns(tostring(one.name)) == "named" then
        return { text = tostring(one.name) .. ": " .. tostring(one.status), named = true }
      end
    end
  end
  if listed > 0 then return nil end
  local of = concerns(tostring(status.description))
  return of and { text = tostring(status.description), named = of == "named" } or nil
end

-- ---- where a line's callers should go -----------------------------------------------------------

-- The parameters of a Wait URL's query in their order: list of { name, value }.
local function query(url)
  local list = {}
  for name, value in (url:match("%?(.*)$") or ""):gmatch("([^&=]+)=?([^&]*)") do
    list[#list + 1] = { name = name, value = value }
  end
  return list
end

-- A Wait URL with the right address and workflow; its other parameters stay.
function toolkit.mended_url(case, url, workflow)
  local mended = toolkit.wait_url(case, workflow)
  for _, one in ipairs(query(url)) do
    if one.name:lower() ~= "workflowsid" then mended = mended .. "&" .. one.name .. (one.value ~= "" and "=" .. one.value or "") end
  end
  return mended
end

local function known_workflow(seen, sid)
  if #seen.workflows == 0 then return true end
  for _, one in ipairs(seen.workflows) do
    if one.sid == sid then return true end
  end
  return false
end
toolkit.known_workflow = known_workflow

-- Who says which workflow the client's callers go to: list of { sid, who }.
local function statements(case)
  local seen, list = case.seen, {}
  local function add(sid, who)
    if type(sid) == "string" and sid:match("^WW%x+$") then list[#list + 1] = { sid = sid, who = who } end
  end
  for sid in tostring(seen.registry and seen.registry.text or ""):gmatch("%f[%w]WW%x+") do add(sid, "the registry") end
  for _, word in ipairs(seen.first_deploy) do add(word, "the first deploy's dev-log") end
  add(seen.env.TWILIO_FLEX_CALLBACK_WORKFLOW_SID, "the env file")
  add(seen.variables.TWILIO_FLEX_CALLBACK_WORKFLOW_SID, "the live variable TWILIO_FLEX_CALLBACK_WORKFLOW_SID")
  add((seen.configuration or {}).taskrouter_target_workflow_sid, "the Flex configuration's target workflow")
  return list
end

-- What the widget of that name said in the flow's earlier published revisions, the latest first.
local function history(case, name)
  local seen, list = case.seen, {}
  for _, one in ipairs(seen.revisions) do
    if one.status == "published" and one.revision ~= seen.revision and #list < 3 then
      local good, flow = pcall(studio.revisions.fetch, { flow = seen.flow, revision = tostring(one.revision) })
      for _, widget in ipairs(good and queueing(flow) or {}) do
        if widget.name == name then list[#list + 1] = { sid = widget.workflow, who = "revision " .. one.revision .. " of the flow" } end
      end
    end
  end
  return list
end

local function speaking(list, sid)
  local who, there = {}, {}
  for _, one in ipairs(list) do
    if one.sid == sid and not there[one.who] then
      there[one.who] = true
      who[#who + 1] = one.who
    end
  end
  return who
end

-- Which workflow a widget's callers should have. A widget is not the truth because it is the widget:
-- registry, dev-log, env file, Flex and earlier revisions say it. `open`: they disagree, or say
-- neither; a person says which.
function toolkit.routing(case, widget)
  local seen = case.seen
  local _, sid = toolkit.parts(widget.wait_url)
  local given = rawget(case.params, "workflow")
  if given then return { sid = given, why = { "workflow=" .. given .. " was given" } } end
  local own = known_workflow(seen, widget.workflow)
  -- Several widgets have several workflows: what is said of the client is said of none of them.
  local list = #seen.widgets == 1 and statements(case) or {}
  local mine, others_say = speaking(list, widget.workflow), sid and speaking(list, sid) or {}
  local agree = sid == widget.workflow or sid == nil or sid == ""
  if agree then
    local another
    for _, one in ipairs(list) do another = another or (one.sid ~= widget.workflow and known_workflow(seen, one.sid) and one.sid) end
    if #mine > 0 or not another then
      return { sid = widget.workflow, why = mine, open = not own and "the widget's workflow " .. widget.workflow .. " is not in this workspace" or nil }
    end
    -- Nobody but the widget says so: an earlier revision tells whether it was changed.
    local past = history(case, widget.name)
    local same, said = speaking(past, widget.workflow), speaking(list, another)
    if #same == 0 and #past > 0 and #speaking(past, another) > 0 then
      for _, who in ipairs(speaking(past, another)) do said[#said + 1] = who end
      return { sid = another, why = said }
    end
    return { sid = widget.workflow, why = same }
  end
  for _, one in ipairs(history(case, widget.name)) do list[#list + 1] = one end
  mine, others_say = speaking(list, widget.workflow), speaking(list, sid)
  local there = known_workflow(seen, sid)
  if own and (#mine > 0 and #others_say == 0 or not there) then return { sid = widget.workflow, why = mine } end
  if there and (#others_say > 0 and #mine == 0 or not own) then return { sid = sid, why = others_say } end
  if #seen.widgets > 1 and own then return { sid = widget.workflow, why = { "it is the widget's own" } } end
  local why = {}
  for _, one in ipairs { { widget.workflow, mine }, { sid, others_say } } do
    why[#why + 1] = one[1] .. ": " .. (#one[2] > 0 and table.concat(one[2], ", ") or "said by nobody else")
  end
  return { sid = widget.workflow, why = why, open = "it is not clear which of the two workflows is the line's" }
end

-- A line of evidence and where it was read.
function toolkit.evidence_of(seen, widget, text)
  return text .. " (flow " .. tostring(seen.flow) .. ", revision " .. tostring(seen.revision) .. ", widget " .. widget.name .. ")"
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
      local good, steps = pcall(studio.steps.list, { flow = seen.flow, execution = execution.sid })
      for _, one in ipairs(good and steps or {}) do
        add(time.parse(one.date_created), tostring(one.transitioned_from) .. " -> "
          .. tostring(one.transitioned_to or one.name))
      end
    end
  end
  local good, wrong = pcall(twilio.notifications.list, { call = call.sid })
  for _, one in ipairs(good and wrong or {}) do
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
