-- The steps of a teardown that more than one path takes, and the look at what they left.
local deploying = require "deploying"
local deployment = require "deployment"
local evidence = require "evidence"
local ground = require "ground"

local teardown = {}

-- A: full teardown; B: switch to a simpler configuration; C: removal of a test or staging one.
function teardown.ends_service(run) return run.params.type == "A" or run.params.type == "C" end

-- A switch is carried out only to a flow that is there; without one it is planned in words.
function teardown.switches(run) return run.params.type == "B" and run.params.target_flow ~= nil end

function teardown.changes(run) return teardown.ends_service(run) or teardown.switches(run) end

-- Whether the client's sending key and its entries go: always with the service; on a switch where
-- it was asked for.
function teardown.revokes(run)
  return teardown.ends_service(run) or run.params.revoke_key == true
end

-- The two ends of "2026-11-21T22:00:00Z/2026-11-21T23:30:00Z"; nil where it is none.
function teardown.window(text)
  local from, to = tostring(text):match("^(%S+)/(%S+)$")
  return time.parse(from), time.parse(to)
end

-- How what there may be several of is called: the first as it is, the second with a 2.
function teardown.numbered(what, i) return i == 1 and what or what .. "-" .. i end

-- The executions of a flow; none where the flow itself is not there any more.
function teardown.executions(filter)
  local there, found = pcall(studio.executions.list, filter)
  if there then return found end
  if type(found) == "table" and found.status == 404 then return {} end
  error(found, 0)
end

-- Which numbers and flows somebody removed by hand since the run began: by SID, what they were called.
-- `before`: a snapshot of now.
function teardown.gone(run, before)
  local gone, list = { numbers = {}, flows = {} }, {}
  local numbers = snapshot.read { snapshot = before, path = "/numbers" } or {}
  local flows = snapshot.read { snapshot = before, path = "/flows" } or {}
  for _, line in ipairs(run.preflight.lines) do
    if not numbers[line.sid] then
      gone.numbers[line.sid] = line.phone_number
      list[#list + 1] = "the number " .. line.phone_number
    end
  end
  for _, flow in ipairs(run.preflight.flows) do
    if not flows[flow.sid] then
      gone.flows[flow.sid] = flow.name
      list[#list + 1] = "the flow " .. flow.sid .. " (\"" .. flow.name .. "\")"
    end
  end
  if #list > 0 then
    finding {
      cause = "removed-by-hand", severity = "medium",
      evidence = {
        "removed by somebody since the run began; the rest is still torn down. Callers may have been cut "
          .. "off, and the executions of a flow that is gone since the PRE export are lost", list,
      },
    }
  end
  return gone
end

-- Whether somebody removed a number or a flow before the teardown did.
function teardown.cut_short(run)
  local gone = run.drained.gone or {}
  return next(gone.numbers or {}) ~= nil or next(gone.flows or {}) ~= nil
end

-- How many callers are on the numbers, and in the flows, at this moment.
function teardown.callers(run)
  local calls, executions = 0, 0
  for _, line in ipairs(run.preflight.lines) do
    local some = deployment.calls_to(line.phone_number)
    calls = calls + some
  end
  for _, flow in ipairs(run.preflight.flows) do
    executions = executions + #teardown.executions { flow = flow.sid, status = "active" }
  end
  return calls, executions
end

-- Whether the numbers and the flows are empty of callers; says how many there are.
function teardown.nobody_calls(run)
  local calls, executions = teardown.callers(run)
  if calls + executions > 0 then
    note(calls .. " calls and " .. executions .. " executions are still active")
  end
  return calls + executions == 0
end

-- Callers have heard the goodbye for as long as the drain was to be. Of what was removed meanwhile nothing
-- can be said.
function teardown.drain_honored(run, gone)
  local found, wanted = run.preflight, time.duration(run.params.drain)
  local honored = wanted >= 86400 or run.profile.environment ~= "production"
  local late
  for i, flow in ipairs(found.flows) do
    if not gone.flows[flow.sid] then
      local said = i == 1 and found.goodbye or found.other_goodbyes[i - 1].definition
      local live = studio.revisions.fetch { flow = flow.sid, revision = "LatestPublished" }
      local since = time.parse(live.date_created or live.date_updated)
      local same = evidence.says(live.definition) == evidence.says(said)
      if not same then late = flow.sid .. " does not say goodbye" end
      if run.params.type == "A" and since and time.now() - since < wanted then
        late = flow.sid .. " says goodbye only since " .. time.iso(since)
      end
    end
  end
  local whole = next(gone.flows) == nil and next(gone.numbers) == nil
  check(honored and not late, whole and "the drain window was honored"
    or "the flows that are left said goodbye for the drain window", late)
end

-- From the caller inwards, as the providers date what was changed last: the goodbye before the number,
-- the number before the flow. The rest of the order leaves no date; the rails hold it.
function teardown.order_followed(run)
  local wrong
  for _, line in ipairs(run.preflight.lines) do
    local number = twilio.numbers.find { phone_number = line.phone_number }
    local flow = studio.flows.find { sid = line.flow }
    local unwired = number and time.parse(number.date_updated)
    local retired = flow and time.parse(flow.date_updated)
    if unwired and retired and unwired > retired then
      wrong = line.phone_number .. " was unwired at " .. time.iso(unwired) .. ", after its flow was "
        .. "retired at " .. time.iso(retired)
    end
  end
  check(not wrong, "the inside-out teardown order was followed", wrong)
end

-- From when on Mailgun's logs surely hold everything of the 24 hours.
function teardown.logs_complete(run) return run.verify.at + 24 * 3600 + 30 * 60 end

-- How many mails went out with the client's keys since `from`: none.
function teardown.no_mails(run, from, took)
  local mails = 0
  for _, key in ipairs(run.preflight.keys) do
    mails = mails + #mailgun.logs.list { key_id = key.id, since = from, ["until"] = time.now() }
  end
  check(mails == 0, "Mailgun shows no outbound mail for the client's key",
    mails .. " mails since the teardown; " .. took)
  return mails
end

-- The flows as their callers left them: their whole history exported once more as one document, the
-- evidence of before still there. `before`: the account just before the teardown, `gone`: what is not there.
function teardown.last_look(run, before, gone)
  local found, histories, names = run.preflight, {}, {}
  if teardown.revokes(run) then
    local gone = {}
    for _, key in ipairs(deployment.env_keys) do gone[key] = true end
    deploying.as_signed(found.moves.variables, env.fetch { file = run.profile.env_file },
      deploying.live(), gone)
  end
  for name in pairs(found.pre_files) do names[#names + 1] = name end
  table.sort(names)
  local missing = evidence.missing(run.params.client, found.folder, names)
  check(#missing == 0, "the PRE-cancellation snapshot is still there", missing)
  for i, flow in ipairs(found.flows) do
    if gone.flows[flow.sid] then
      histories[i] = { flow = flow.sid, gone = true }
    else
      local value, exported, counted = evidence.exported(flow.sid, nil)
      check(exported == counted, "the exported execution history is complete",
        { exported = exported, active_and_ended = counted })
      histories[i] = value
    end
  end
  return {
    executions = documents.capture {
      label = evidence.name(run.params.client, "executions", "DRAINED"),
      value = #histories == 1 and histories[1] or { flows = histories },
    },
    before = before, gone = gone,
  }
end

-- What a number has to be told besides its voice URL, so that nothing of it leads to the flow or to the
-- functions any more.
function teardown.loose_ends(run, line)
  local loose = {}
  for _, url in ipairs { "voice_fallback_url", "sms_url", "sms_fallback_url", "status_callback" } do
    local rings = tostring(line[url] or "")
    local domain = run.profile.serverless_domain
    local ours = url == "status_callback" and domain and rings:find("//" .. domain .. "/", 1, true)
    if rings:find(line.flow, 1, true) or ours then loose[url] = "" end
  end
  return loose
end

function teardown.switch_feature_off(run)
  local found = run.preflight
  step("Switch the feature off in the client's source file")
  files.edit { path = found.attributes_file, set = { [deployment.flag_pointer] = false } }
  step("Deploy the Flex configuration so that the live one takes the source file's word"
    .. deploying.besides(found.moves.settings))
  flex.deploy { overwrite = true }
end

function teardown.remove_entries(run)
  local found = run.preflight
  step("Remove the client's entries from its env file; the serverless service itself stays")
  for _, key in ipairs(found.env_keys) do env.delete { file = run.profile.env_file, key = key } end
  if #found.live_keys > 0 then
    step("Remove the same entries from the live functions")
    for _, key in ipairs(found.live_keys) do serverless.variables.delete { key = key } end
  end
  step("Deploy the serverless functions without them" .. deploying.besides(found.moves.variables))
  command.run { name = "deploy-serverless", environment = { ENVIRONMENT = run.profile.name } }
end

-- `gone`: what somebody removed by hand, where that is known; it is not while the drain lies ahead.
function teardown.retire_flow(run, gone)
  for _, flow in ipairs(run.preflight.flows) do
    if gone and gone.flows[flow.sid] then
      step("The Studio Flow \"" .. flow.name .. "\" is gone already, removed by hand: there is nothing to retire")
    elseif run.params.flow_deletion == "delete" then
      step("Delete the Studio Flow \"" .. flow.name .. "\": this cannot be undone")
      studio.flows.delete { sid = flow.sid }
    else
      step("Archive the Studio Flow \"" .. flow.name .. "\" by renaming it")
      studio.flows.archive { sid = flow.sid }
    end
  end
end

function teardown.revoke_key(run)
  for _, key in ipairs(run.preflight.keys) do
    step("Revoke the client's Mailgun sending key " .. key.id .. " (" .. key.description
      .. "); the domain stays")
    mailgun.keys.delete { id = key.id }
  end
end

-- The first of the client's keys that Mailgun still lists, or nil.
function teardown.listed_key(run)
  local own = {}
  for _, key in ipairs(run.preflight.keys) do own[key.id] = true end
  for _, key in ipairs(mailgun.keys.list { domain = run.profile.mailgun_domain }) do
    if own[key.id] then return key end
  end
end

-- What flag and key are now, in words: what to look at first where something still happens after a
-- teardown.
function teardown.what_took(run)
  local on = deployment.enabled(flex.configuration.fetch())
  local key = teardown.revokes(run) and teardown.listed_key(run)
  local flag_text, key_text = "the feature flag is off in the live configuration", nil
  if on then
    flag_text = "the feature flag did not take: it is still on in the live configuration; "
      .. "deploy again with overwrite"
  end
  if key then
    key_text = "the Mailgun key was not revoked: " .. key.id .. " is still listed; revoke it"
  else
    key_text = "the Mailgun key " .. (teardown.revokes(run) and "is revoked" or "was to stay")
  end
  return not on, not key, flag_text .. "; " .. key_text
end

-- What the signed steps may have moved, exactly. `post`: a snapshot, for the name of the registry.
function teardown.allowed(run, post)
  local found = run.preflight
  local function escaped(path) return "/files/" .. path:gsub("~", "~0"):gsub("/", "~1") end
  local allowed = { escaped(found.attributes_file) }
  local function add(list)
    for _, pointer in ipairs(list) do allowed[#allowed + 1] = pointer end
  end
  for _, line in ipairs(found.lines) do add { "/numbers/" .. line.sid } end
  for _, flow in ipairs(found.flows) do add { "/flows/" .. flow.sid } end
  add(deploying.setting_pointers(found.moves.settings, { [deployment.flag_pointer] = true }, found.pre))
  if teardown.revokes(run) then
    for _, key in ipairs(found.keys) do add { "/mailgun/keys/" .. key.id } end
    for _, key in ipairs(found.env_keys) do add { "/env/" .. key } end
    add(deploying.variable_pointers(found.moves.variables, deployment.env_keys))
  end
  -- The registry alone among the files has sections.
  for path, file in pairs(snapshot.read { snapshot = post, path = "/files" } or {}) do
    if type(file) == "table" and file.sections then add { escaped(path) } end
  end
  return allowed
end

-- What must have stayed, and what must have changed. `before`: the snapshot from just before the
-- teardown, `gone`: what was not there then.
function teardown.verify(run, before, gone)
  local found = run.preflight
  local post = snapshot.capture { label = "POST", baselines = true }
  local function intact(path) return snapshot.read { snapshot = post, path = path } ~= nil end

  check(intact("/taskrouter/workspaces/" .. found.workspace), "the TaskRouter workspace is intact")
  for _, service in ipairs(found.services) do
    check(intact("/serverless/services/" .. service), "the serverless service is intact", service)
  end
  check(intact("/mailgun/domains/" .. run.profile.mailgun_domain),
    "the Mailgun parent domain is intact")
  ground.neighbours_unchanged(run, before, post)
  local others = evidence.moved(before, post, teardown.allowed(run, post))
  check(#others == 0, "nothing moved but what was signed", others)

  local flag_off, key_gone, took = teardown.what_took(run)
  check(flag_off, "the feature is off in the live configuration", took)
  check(key_gone, "the client's Mailgun key is as was asked for", took)
  for _, line in ipairs(found.lines) do
    local number = twilio.numbers.find { phone_number = line.phone_number }
    local leads = number and (deployment.flow_of(number) == line.flow
      or tostring(number.voice_fallback_url or ""):find(line.flow, 1, true)
      or (number.voice_application_sid or "") ~= "")
    check(not leads, "the number no longer rings the flow", leads and line.phone_number or nil)
  end
  for _, one in ipairs(found.flows) do
    local flow = studio.flows.find { sid = one.sid }
    if run.params.flow_deletion == "delete" or gone.flows[one.sid] then
      check(flow == nil, "the flow is out of use", flow and flow.friendly_name)
    else
      local name = flow and flow.friendly_name or "it is gone"
      check(name:sub(1, 11) == "[ARCHIVED] ", "the flow is out of use", name)
    end
  end
  return post
end

return teardown
