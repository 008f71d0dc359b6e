-- What a cancellation looks at before anything is planned: whether it may be done at all, what
-- belongs to it, and the PRE evidence of everything.
local deployment = require "deployment"
local deploying = require "deploying"
local evidence = require "evidence"
local names = require "names"
local readers = require "readers"
local source = require "source"
local teardown = require "teardown"
local wait_experience = require "wait_experience"

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
  evidence.reference("the CEO's approval is in writing", params.approval)
  expect(not params.goodbye or params.goodbye:find("%w"), "the goodbye says something",
    "callers would hear nothing: give the client's words as goodbye")
  expect(not (params.type == "C" and production), "the path fits the environment",
    "type C skips the drain, and " .. profile.name .. " is a production deployment: use type A")
  local short = time.duration(params.drain) < 86400
  expect(not (params.type == "A" and production and short),
    "the drain window fits the environment", "production drains 24h at least, got " .. params.drain)
  expect(profile.mailgun_domain and profile.env_file,
    "the profile names its Mailgun domain and env file",
    "add mailgun_domain and env_file to the profile in countersign.toml")
end

-- A number and the flow that it rings.
local function line_of(run, number)
  local sid, account = deployment.flow_of(number)
  local rings = tostring(number.voice_url or "")
  check(sid and account == run.profile.account_sid, "the number rings a flow of this account",
    (rings == "" and "it rings nothing" or rings) .. "; have it ring the client's flow again to tear "
      .. "the rest down with it, or tear down what is left by hand and note it in the registry")
  local before = {}
  for _, field in ipairs { "voice_application_sid", "trunk_sid" } do
    if (number[field] or "") ~= "" then before[field] = number[field] end
  end
  expect(next(before) == nil, "nothing takes the number's calls before its voice URL", before)
  local flow = studio.flows.find { sid = sid }
  expect(flow, "the flow that the number rings is there", sid .. " is gone: have the number ring a flow "
    .. "of this account, one that only says goodbye will do, and start again")
  expect(flow.friendly_name:sub(1, 11) ~= "[ARCHIVED] ", "the flow is in use", flow.friendly_name
    .. ": take the mark out of its name in Studio, and start again; this runbook archives it at its place")
  local callback = tostring(number.status_callback or "")
  if callback ~= "" then note("The end of calls to " .. number.phone_number .. " is told to " .. callback) end
  return { number = number, flow = flow }
end

-- The numbers that are torn down, the one that was asked for first, each with its flow; and the flows,
-- each once. Who else rings one of them, or waits with the same functions, is found and not torn down.
function preflight.lines(run)
  local params, profile = run.params, run.profile
  local all, by_number = twilio.numbers.list(), {}
  for _, number in ipairs(all) do by_number[number.phone_number] = number end
  local wanted, lines, flows, own, known = { params.number }, {}, {}, {}, {}
  for _, other in ipairs(names.listed(params.other_numbers)) do wanted[#wanted + 1] = other end
  for _, phone in ipairs(wanted) do
    local number = by_number[phone]
    check(number, "the number is on this account", phone)
    if not own[number.sid] then
      local line = line_of(run, number)
      own[number.sid], lines[#lines + 1] = true, line
      if not known[line.flow.sid] then
        known[line.flow.sid] = true
        flows[#flows + 1] = line.flow
      end
    end
  end
  local ringing, relying = {}, {}
  for _, other in ipairs(all) do
    local sid = deployment.flow_of(other)
    if not own[other.sid] and sid then
      if known[sid] then
        ringing[#ringing + 1] = other.phone_number
      else
        local flow = studio.flows.find { sid = sid }
        if flow and deployment.relies(flow, profile.serverless_domain) then
          relying[#relying + 1] = other.phone_number .. " (flow " .. sid .. ", \""
            .. flow.friendly_name .. "\")"
        end
      end
    end
  end
  if #ringing > 0 then
    note("To tear them down too: other_numbers=" .. table.concat(ringing, ",")
      .. "; else have them ring something else first")
  end
  check(#ringing == 0, "no other number rings the flow", ringing)
  expect(#relying == 0, "no other line needs what is taken away", {
    "their callers wait with the same functions, which lose the feature and its variables: name them "
      .. "as other_numbers to tear them down too, or have them ring another configuration first",
    relying,
  })
  return lines, flows
end

local function listed(keys)
  local list = {}
  for i, one in ipairs(keys) do list[i] = one.id .. " (" .. tostring(one.description or "") .. ")" end
  return table.concat(list, ", ")
end

-- The keys that were named by id: on this client's domain, or revoked before.
local function named_keys(run, keys)
  local found = {}
  for i, id in ipairs(names.listed(run.params.sending_key)) do
    local here, elsewhere
    for _, one in ipairs(keys) do here = here or one.id == id and one end
    if not here then
      for _, one in ipairs(mailgun.keys.list {}) do elsewhere = elsewhere or one.id == id and one end
    end
    expect(not elsewhere, "the client's Mailgun sending key is found",
      elsewhere and id .. " is a key of " .. tostring(elsewhere.domain_name or elsewhere.kind)
        .. ", not of " .. run.profile.mailgun_domain)
    if not here then
      finding {
        cause = "key-not-listed", severity = "low",
        evidence = id .. " is none of the account's keys: it was revoked before",
      }
    end
    found[i] = here or { id = id }
  end
  return found
end

-- The client's sending keys; none where they are to stay and nothing tells which ones they are.
function preflight.keys(run, section)
  local params, domain = run.params, run.profile.mailgun_domain
  local keys = mailgun.keys.list { domain = domain }
  local found
  if params.sending_key then
    found = named_keys(run, keys)
  else
    found = { deployment.sending_key(keys, params.client, section.text) }
  end
  expect(#found > 0 or not teardown.revokes(run), "the client's Mailgun sending key is found",
    #keys == 0 and domain .. " has no key: give the id of the one that was revoked as the parameter "
      .. "sending_key"
      or "give its id as the parameter sending_key; the domain's keys are: " .. listed(keys))
  local stay, own = {}, {}
  for _, one in ipairs(found) do own[one.id] = true end
  for _, one in ipairs(keys) do
    if not own[one.id] then stay[#stay + 1] = one end
  end
  if #stay > 0 then note("Other keys of " .. domain .. " stay: " .. listed(stay)) end
  return found
end

-- What the registry says of the client against what is live: the section is what people go by.
function preflight.registered(run, section, live)
  local differs, said, right = {}, {}, {}
  for _, id in ipairs(evidence.identifiers(section.text)) do
    local kind = id:sub(1, 1) == "+" and "+" or id:sub(1, 2)
    said[kind] = said[kind] or {}
    table.insert(said[kind], id)
    for _, one in ipairs(live[kind] or {}) do right[kind] = right[kind] or one == id end
  end
  -- Of a kind that the section names at all, one has to be what is live.
  for _, kind in ipairs { "+", "PN", "FW", "WW", "WS", "ZS" } do
    if said[kind] and not right[kind] and #(live[kind] or {}) > 0 then
      differs[#differs + 1] = table.concat(said[kind], ", ") .. "; live is "
        .. table.concat(live[kind], ", ")
    end
  end
  local domain = section.text:match("[Mm]ailgun domain:? ([%w%.%-]+%.%a+)")
  if domain and domain ~= run.profile.mailgun_domain then
    differs[#differs + 1] = "Mailgun domain " .. domain .. "; the profile's is " .. run.profile.mailgun_domain
  end
  local file = section.text:match("([%w%./%-_]*%.env%.[%w%-_]+)")
  if file and file ~= run.profile.env_file and not run.profile.env_file:find("/" .. file, 1, true) then
    differs[#differs + 1] = "env file " .. file .. "; the profile's is " .. run.profile.env_file
  end
  if #differs == 0 then return end
  finding {
    cause = "registry-differs", severity = "medium",
    evidence = { "the registry's section \"" .. section.heading .. "\" is not what is live", differs },
  }
end

-- What the two deploys of a teardown move besides what is meant.
function preflight.moves(run, pre, values, live, attributes_file)
  local client = run.params.client
  local gone = {}
  for _, key in ipairs(deployment.env_keys) do gone[key] = true end
  local revokes = teardown.revokes(run)
  local variables = revokes and deploying.variables(values, live, gone) or {}
  if revokes then deploying.keeps_variables(variables, run.profile.env_file) end

  local common = source.found(pre, client)
  local said, is = source.said(pre, common or attributes_file, attributes_file), source.live(pre)
  said[deployment.flag_pointer] = false
  local settings = deploying.settings(said, is, { [deployment.flag_pointer] = true }, "source")
  for _, one in ipairs(deploying.skills(pre)) do settings[#settings + 1] = one end
  local dropped = {}
  for _, one in ipairs(settings) do
    if one.what == "drops" then dropped[#dropped + 1] = one.text end
  end
  if #dropped > 0 then
    finding {
      cause = "live-only-features", severity = "medium",
      evidence = {
        "OVERWRITE_CONFIG=true takes what only the live configuration has: take it into "
          .. attributes_file .. " first, or it is lost", dropped,
      },
    }
  end
  return { variables = variables, settings = settings }
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
function preflight.entries(values, live)
  local env_keys, live_keys = {}, {}
  for _, name in ipairs(deployment.env_keys) do
    if values[name] ~= nil then env_keys[#env_keys + 1] = name end
    if live[name] ~= nil then live_keys[#live_keys + 1] = name end
  end
  -- Named even where it is gone already, so that the order holds: entries, functions, key.
  if #env_keys == 0 then env_keys[1] = "MAILGUN_API_KEY" end
  return env_keys, live_keys
end

-- Functions of other features that read what is taken away: they fail, or do without, from then on.
function preflight.other_readers(run, live_keys)
  if not teardown.revokes(run) or #live_keys == 0 then return end
  local found, blind = readers.look(run.profile, live_keys)
  readers.tell_blind(blind)
  local known, left, named = {}, {}, {}
  for _, path in ipairs(names.listed(run.params.losing_functions)) do known[path] = true end
  for _, one in ipairs(found) do table.insert(known[one.path] and named or left, one) end
  if #named > 0 then
    finding {
      cause = "functions-lose-variables", severity = "medium",
      evidence = { "functions of other features that lose variables they read, as was asked", readers.said(named) },
    }
  end
  expect(#left == 0, "no other function reads what is taken away", {
    "they would do without: have them read something else first, or name their paths as losing_functions "
      .. "to take the variables away all the same, by your signature", readers.said(left),
  })
end

-- Recordings and transcripts of the calls to the numbers.
local function records(lines)
  local of_call, of_recording, recordings, transcripts = {}, {}, {}, {}
  for _, line in ipairs(lines) do
    for _, call in ipairs(twilio.calls.list { to = line.number.phone_number }) do
      of_call[call.sid] = true
    end
  end
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
function preflight.evidence(run, configuration, lines, flows, env_values, pre)
  local params = run.params
  local files = {}
  local function keep(what, value, form)
    local name = evidence.name(params.client, what, "PRE", form)
    files[name] = documents.capture { label = name, value = value }
  end
  keep("config", configuration)
  for i, flow in ipairs(flows) do keep(teardown.numbered("flow", i), flow) end
  keep("functions", evidence.functions(wait_experience.path(run.profile)))
  keep("env", evidence.env(env_values), "txt")
  if params.retention == "all" then keep("records", records(lines)) end
  files[evidence.name(params.client, "account", "PRE")] = pre

  local since
  if params.retention == "none" then since = time.now() - 30 * 86400 end
  for i, flow in ipairs(flows) do
    local name = evidence.name(params.client, teardown.numbered("executions", i), "PRE")
    local executions, exported, counted = evidence.executions(name, flow.sid, since)
    check(exported == counted, "the PRE export of the execution history is complete",
      { exported = exported, active_and_ended = counted })
    files[name] = executions
  end
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
    note("Bins have no API: open " .. params.out_of_service_url .. " once, callers will hear what it says")
  end
  return goodbye
end

-- The same text in the flows of the client's other numbers: list of { sid, definition }.
function preflight.other_goodbyes(run, flows)
  local list = {}
  for i = 2, #flows do
    list[#list + 1] = { sid = flows[i].sid, definition = preflight.goodbye(run, flows[i]) }
  end
  return list
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
