-- What a cancellation looks at before anything is planned: whether it may be done at all, what
-- belongs to it, and the PRE evidence of everything.
local deployment = require "deployment"
local evidence = require "evidence"
local teardown = require "teardown"

local preflight = {}

-- check, with words that are said only where it fails.
local function expect(condition, title, otherwise)
  check(condition, title, not condition and otherwise or nil)
end

-- The request against the environment.
function preflight.confirm(run)
  local params, profile = run.params, run.profile
  local production = profile.environment == "production"
  expect(params.type ~= "close-account", "the request is a cancellation of one deployment",
    "closing the whole Twilio sub-account is not done by a runbook: cancel its deployments with "
    .. "type A first, then its owner closes it in the Twilio Console, which also ends the "
    .. "workspace, the service and every number")
  expect(not params.approval:lower():find("verbal", 1, true),
    "the CEO's approval is in writing", "got \"" .. params.approval .. "\"")
  expect(not (params.type == "C" and production), "the path fits the environment",
    "type C skips the drain, and " .. profile.name .. " is a production deployment: use type A")
  local short = time.duration(params.drain) < 86400
  expect(not (params.type == "A" and production and short),
    "the drain window fits the environment", "production drains 24h at least, got " .. params.drain)
  expect(profile.mailgun_domain and profile.env_file,
    "the profile names its Mailgun domain and env file",
    "add mailgun_domain and env_file to the profile in countersign.toml")
end

-- This number and its flow; nobody else may ring it.
function preflight.line(run)
  local number = twilio.numbers.find { phone_number = run.params.number }
  check(number, "the number is on this account", run.params.number)
  local sid, account = deployment.flow_of(number)
  check(sid and account == run.profile.account_sid, "the number rings a flow of this account",
    tostring(number.voice_url))
  local flow = studio.flows.find { sid = sid }
  check(flow, "the flow that the number rings is there", sid)
  check(flow.friendly_name:sub(1, 11) ~= "[ARCHIVED] ", "the flow is in use", flow.friendly_name)
  local others = {}
  for _, other in ipairs(twilio.numbers.list()) do
    if other.sid ~= number.sid and deployment.flow_of(other) == sid then
      others[#others + 1] = other.phone_number
    end
  end
  check(#others == 0, "no other number rings the flow", others)
  return number, flow
end

-- The client's sending key, or nil where it is to stay and nothing tells which one it is.
function preflight.key(run)
  local params = run.params
  local keys = mailgun.keys.list { domain = run.profile.mailgun_domain }
  local key = deployment.sending_key(keys, params.client, params.sending_key)
  local candidates = {}
  for i, one in ipairs(keys) do
    candidates[i] = one.id .. " (" .. tostring(one.description or "") .. ")"
  end
  expect(key or not teardown.revokes(run), "the client's Mailgun sending key is found",
    "give its id as the parameter sending_key; the domain's keys are: "
    .. table.concat(candidates, ", "))
  return key
end

-- The path of the client's Flex source file, as the snapshot names it.
function preflight.attributes_file(run, pre)
  local client = run.params.client
  local found
  for path in pairs(snapshot.read { snapshot = pre, path = "/files" } or {}) do
    local name = path:match("[^/]+$")
    if name == "ui_attributes." .. client .. ".json"
      or name == "ui_attributes." .. client:lower() .. ".json" then
      found = path
    end
  end
  check(found, "the client's Flex source file is there", "ui_attributes." .. client .. ".json")
  return found
end

-- The client's entries in the env file, and those of them that the live functions have.
function preflight.entries(values)
  local live, env_keys, live_keys = {}, {}, {}
  for _, variable in ipairs(serverless.variables.list()) do live[variable.key] = true end
  for _, name in ipairs(deployment.env_keys) do
    if values[name] ~= nil then env_keys[#env_keys + 1] = name end
    if live[name] then live_keys[#live_keys + 1] = name end
  end
  -- Named even where it is gone already, so that the order holds: entries, functions, key.
  if #env_keys == 0 then env_keys[1] = "MAILGUN_API_KEY" end
  return env_keys, live_keys
end

-- Recordings and transcripts of the calls to the number.
local function records(number)
  local of_call, of_recording, recordings, transcripts = {}, {}, {}, {}
  for _, call in ipairs(twilio.calls.list { to = number }) do of_call[call.sid] = true end
  for _, recording in ipairs(twilio.recordings.list()) do
    if of_call[recording.call_sid] then
      recordings[#recordings + 1] = recording
      of_recording[recording.sid] = true
    end
  end
  for _, transcript in ipairs(twilio.transcriptions.list()) do
    if of_recording[transcript.recording_sid] then transcripts[#transcripts + 1] = transcript end
  end
  return { recordings = recordings, transcripts = transcripts }
end

-- The PRE evidence, item by item: file name to document.
function preflight.evidence(run, configuration, flow, env_values, pre)
  local params = run.params
  local files = {}
  local function keep(what, value, form)
    local name = evidence.name(params.client, what, "PRE", form)
    files[name] = documents.capture { label = name, value = value }
  end
  keep("config", configuration)
  keep("flow", flow)
  keep("functions", {
    commits = repository.log { limit = 20 },
    services = serverless.services.list(),
  })
  keep("env", evidence.env(env_values), "txt")
  if params.retention == "all" then keep("records", records(params.number)) end
  files[evidence.name(params.client, "account", "PRE")] = pre

  local since
  if params.retention == "none" then since = time.now() - 30 * 86400 end
  local name = evidence.name(params.client, "executions", "PRE")
  local executions, exported, counted = evidence.executions(name, flow.sid, since)
  check(exported == counted, "the PRE export of the execution history is complete",
    { exported = exported, active_and_ended = counted })
  files[name] = executions
  return files
end

-- What the original dev-log says was deployed beside what is live; as a document.
function preflight.deployed_and_live(run, logs, live)
  local deployed = evidence.deployed(logs)
  deployed.live = live
  local label = evidence.name(run.params.client, "deployed-and-live", "PRE")
  local document = documents.capture { label = label, value = deployed }
  if #logs == 0 then
    finding {
      cause = "no-dev-log", severity = "medium",
      evidence = "no dev-log of the original deploy was found for " .. run.params.client,
    }
    return label, document
  end
  local said = {}
  for _, word in ipairs(deployed.said) do said[word] = true end
  note("The dev-log " .. deployed.folder .. " says was deployed: "
    .. table.concat(deployed.said, ", "))
  note("Live: number " .. live.number .. ", flow " .. live.flow .. ", key "
    .. (live.mailgun_key or "none"))
  for _, word in ipairs { live.flow, live.number } do
    if not said[word] then
      finding {
        cause = "not-in-dev-log", severity = "low",
        evidence = word .. " is live and " .. deployed.folder .. " does not name it",
      }
    end
  end
  return label, document
end

-- The flow that says goodbye, as Studio finds it valid.
function preflight.goodbye(run, flow)
  local params = run.params
  local goodbye = deployment.goodbye(params.goodbye, flow)
  local answer = studio.flows.validate {
    friendly_name = flow.friendly_name, status = "published", definition = goodbye,
  }
  check(answer.valid, "the goodbye flow is valid", answer.message)
  if params.disposition == "retain" then
    check(not params.out_of_service_url:find("/Flows/", 1, true),
      "the out-of-service URL is no flow", params.out_of_service_url)
  end
  return goodbye
end

-- A switch: its plan in words, the obligation to author the target's Setup runbook, and the
-- target's flow where there is one.
function preflight.target(run, flow, attributes_file)
  local params = run.params
  local from, to = teardown.window(params.outage_window)
  check(from and to and from < to and to > time.now(),
    "the outage window is one that lies ahead", params.outage_window)
  local entries = params.revoke_key and "remove the env entries, deploy the functions, "
    or "keep the env entries and the Mailgun key, "
  local plan = {
    "inside the agreed window " .. params.outage_window .. ":",
    "1 make the new " .. params.target .. " flow by its Setup runbook, and publish it",
    "2 rewire " .. params.number .. " to the new flow",
    "3 wait until the old flow " .. flow.sid .. " has no active execution",
    "4 switch the feature off in " .. attributes_file .. " and deploy with OVERWRITE_CONFIG=true",
    "5 " .. entries .. params.flow_deletion .. " the old flow"
      .. (params.revoke_key and ", revoke the Mailgun key" or ""),
    "6 smoke-test the new caller experience",
  }
  for _, line in ipairs(plan) do note(line) end
  finding {
    cause = "setup-runbook-missing", severity = "medium",
    evidence = {
      target = params.target, plan = plan,
      runbook = "docs/getting-started/channels/voice/voice-features/" .. params.target
        .. "/02_setup.md",
      obligation = "author the missing Setup runbook: document what you actually shipped, not "
        .. "what you planned to ship",
    },
  }
  if not params.target_flow then return nil end
  local target = studio.flows.find { sid = params.target_flow }
  check(target and target.status == "published" and target.sid ~= flow.sid,
    "the target's flow is published", params.target_flow)
  return { sid = target.sid, webhook_url = target.webhook_url }
end

return preflight
