-- The steps of a teardown that more than one path takes, and the look at what they left.
local deployment = require "deployment"
local evidence = require "evidence"

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

-- Whether the number and the flow are empty of callers; says how many there are.
function teardown.nobody_calls(run)
  local calls, executions = deployment.callers(run.params.number, run.preflight.flow.sid)
  if calls + executions > 0 then
    note(calls .. " calls and " .. executions .. " executions are still active")
  end
  return calls + executions == 0
end

-- The flow as its callers left it: its whole history exported once more, and the account just
-- before the teardown.
function teardown.last_look(run, flow)
  local name = evidence.name(run.params.client, "executions", "DRAINED")
  local executions, exported, counted = evidence.executions(name, flow.sid, nil)
  check(exported == counted, "the exported execution history is complete",
    { exported = exported, active_and_ended = counted })
  local before = snapshot.capture { label = "DRAINED", baselines = true }
  return { executions = executions, before = before }
end

function teardown.switch_feature_off(run)
  local found = run.preflight
  step("Switch the feature off in the client's source file")
  files.edit { path = found.attributes_file, set = { [deployment.flag_pointer] = false } }
  step("Deploy the Flex configuration so that the live one takes the source file's word")
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
  step("Deploy the serverless functions without them")
  command.run { name = "deploy-serverless", environment = { ENVIRONMENT = run.profile.name } }
end

function teardown.retire_flow(run)
  local found = run.preflight
  if run.params.flow_deletion == "delete" then
    step("Delete the Studio Flow \"" .. found.flow.name .. "\": this cannot be undone")
    studio.flows.delete { sid = found.flow.sid }
  else
    step("Archive the Studio Flow \"" .. found.flow.name .. "\" by renaming it")
    studio.flows.archive { sid = found.flow.sid }
  end
end

function teardown.revoke_key(run)
  step("Revoke the client's Mailgun sending key; the domain stays")
  mailgun.keys.delete { id = run.preflight.key.id }
end

-- The key as Mailgun lists it, or nil.
function teardown.listed_key(run)
  for _, key in ipairs(mailgun.keys.list { domain = run.profile.mailgun_domain }) do
    if key.id == run.preflight.key.id then return key end
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

-- What must have stayed, and what must have changed. `before`: the snapshot from just before the
-- teardown.
function teardown.verify(run, before)
  local found = run.preflight
  local post = snapshot.capture { label = "POST", baselines = true }
  local function intact(path) return snapshot.read { snapshot = post, path = path } ~= nil end

  check(intact("/taskrouter/workspaces/" .. found.workspace), "the TaskRouter workspace is intact")
  for _, service in ipairs(found.services) do
    check(intact("/serverless/services/" .. service), "the serverless service is intact", service)
  end
  check(intact("/mailgun/domains/" .. run.profile.mailgun_domain),
    "the Mailgun parent domain is intact")
  check(snapshot.unchanged(before, post, { "/baselines" }), "no adjacent account changed")
  local allowed = {
    "/numbers/" .. found.number.sid, "/flows/" .. found.flow.sid, "/mailgun/keys/" .. found.key.id,
    "/flex/ui_attributes", "/flex/taskrouter_skills", "/env", "/serverless", "/files",
  }
  local others = evidence.moved(before, post, allowed)
  check(#others == 0, "nothing moved but what was signed", others)

  local flag_off, key_gone, took = teardown.what_took(run)
  check(flag_off, "the feature is off in the live configuration", took)
  check(key_gone, "the client's Mailgun key is as was asked for", took)
  local number = twilio.numbers.find { phone_number = run.params.number }
  check(not number or deployment.flow_of(number) ~= found.flow.sid,
    "the number no longer rings the flow")
  local flow = studio.flows.find { sid = found.flow.sid }
  if run.params.flow_deletion == "delete" then
    check(flow == nil, "the flow is out of use", flow and flow.friendly_name)
  else
    local name = flow and flow.friendly_name or "it is gone"
    check(name:sub(1, 11) == "[ARCHIVED] ", "the flow is out of use", name)
  end
  return post
end

return teardown
