-- What each type of change looks at, does, undoes and may move.
local deploying = require "deploying"
local deployment = require "deployment"
local ground = require "ground"
local names = require "names"
local readers = require "readers"
local wait_experience = require "wait_experience"

local alteration = {}

-- Where the source holds what a type changes.
local function option(run)
  local kind = run.params.type
  if kind == "prompt-copy" then return run.params.prompt end
  return kind == "hold-music" and "hold_music" or kind == "greeting-voice" and "voice" or nil
end

local function differs(run)
  local params = run.params
  check(params.target ~= params.current, "the target is not what is there already", params.target)
end

local function believed(run, is)
  check(is == run.params.current, "the current value is what you believe it is",
    "it is " .. tostring(is))
end

-- The widget that queues callers now: where the new queue's domain and channel come from.
local function queueing(flow)
  local widgets = deployment.widgets(flow, "send-to-flex")
  check(#widgets == 1, "the flow has one send-to-flex widget", #widgets)
  local properties = widgets[1].properties
  local domain = tostring(properties.waitUrl):match("^https://([%w%-]+%.twil%.io)/")
  check(domain, "the flow's Wait URL names the serverless domain", properties.waitUrl)
  return widgets[1], domain, properties.channel
end

-- The flow with a menu before its queue: 1 to the widget there is, 2 to a new one.
local function with_menu(flow, widget, text, to)
  local states = {}
  for i, state in ipairs(flow.definition.states) do
    local transitions = {}
    for j, transition in ipairs(state.transitions) do
      local next = transition.next
      if next == widget.name then next = "queue-menu" end
      transitions[j] = { event = transition.event, next = next, conditions = transition.conditions }
    end
    states[i] = {
      name = state.name, type = state.type, properties = state.properties,
      transitions = transitions,
    }
  end
  local function equal(value, next)
    return {
      event = "match", next = next,
      conditions = {
        {
          friendly_name = "If value equal_to " .. value, type = "equal_to", value = value,
          arguments = { "{{widgets.queue-menu.Digits}}" },
        },
      },
    }
  end
  states[#states + 1] = {
    name = "queue-menu", type = "gather-input-on-call",
    properties = {
      offset = { x = 80, y = 700 }, say = text, loop = 1, number_of_digits = 1, timeout = 5,
    },
    transitions = {
      { event = "keypress", next = "queue-choice" }, { event = "speech" },
      { event = "timeout", next = widget.name },
    },
  }
  states[#states + 1] = {
    name = "queue-choice", type = "split-based-on",
    properties = { offset = { x = 80, y = 900 }, input = "{{widgets.queue-menu.Digits}}" },
    transitions = {
      { event = "noMatch", next = widget.name }, equal("1", widget.name),
      equal("2", "send-to-flex-2"),
    },
  }
  states[#states + 1] = deployment.to_flex("send-to-flex-2", to)
  return {
    description = flow.definition.description, flags = flow.definition.flags,
    initial_state = flow.definition.initial_state, states = states,
  }
end

local function queue_flow(run, found, workflow)
  local to = { workflow = workflow, channel = found.channel, domain = found.domain }
  if run.params.entry == "number" then return deployment.flow(to) end
  return with_menu(run.preflight.flow, found.widget, run.params.menu, to)
end

local function flow_name(run)
  return run.params.client .. " Wait Experience: " .. run.params.queue_name
end

local function look_queue(run, flow)
  local params = run.params
  local configuration = flex.configuration.fetch()
  local workspace = configuration.taskrouter_workspace_sid or run.profile.workspace_sid
  local same = taskrouter.queues.list { workspace = workspace, friendly_name = params.queue_name }
  check(#same == 0, "no queue has the new one's name", params.queue_name)
  local widget, domain, channel = queueing(flow)
  local found = { workspace = workspace, widget = widget, domain = domain, channel = channel }
  local to = { workflow = "WW" .. ("0"):rep(32), channel = channel, domain = domain }
  local definition
  if params.entry == "number" then
    local number = twilio.numbers.find { phone_number = params.new_number }
    check(number, "the new number is on this account", params.new_number)
    local rings = tostring(number.voice_url or "")
    check(rings == "" or rings:match("^https://demo%.twilio%.com/"), "the new number is free",
      "it rings " .. rings)
    found.number = { sid = number.sid, voice_url = rings }
    definition = deployment.flow(to)
  else
    definition = with_menu(flow, widget, params.menu, to)
  end
  local answer = studio.flows.validate {
    friendly_name = flow_name(run), status = "published", definition = definition,
  }
  check(answer.valid, "the flow is valid", answer.message)
  return found
end

-- What is there, held against what was said to be there.
function alteration.look(run, values, flow)
  local params = run.params
  local kind = params.type
  if kind == "add-queue" then return look_queue(run, flow) end
  local name = option(run)
  if name then
    local text, called = files.read { path = wait_experience.path(run.profile) }, params.source_name
    local edit = wait_experience.edit(text, name, params.target, called)
    believed(run, wait_experience.current(text, name, called))
    differs(run)
    if name == "hold_music" then wait_experience.music_exists(run, params.target) end
    return { edit = edit, back = wait_experience.edit(text, name, params.current, called) }
  end
  local admins = ground.addresses(values.ADMIN_EMAIL)
  if kind == "enable-email" then
    check((values.ADMIN_EMAIL or "") == "", "the e-mail is off",
      "it goes to " .. tostring(values.ADMIN_EMAIL) .. "; another address is a change of type admin-email")
    check(ground.addresses(params.target),
      "the admin e-mails are addresses, with commas and without spaces", params.target)
    check(values.MAILGUN_DOMAIN ~= nil and values.MAILGUN_API_KEY ~= nil,
      "the functions have a sending domain and a key", "connie/setup makes them")
    return { value = params.target, was = values.ADMIN_EMAIL or "" }
  end
  if kind == "admin-email" or kind == "disable-email" then
    believed(run, values.ADMIN_EMAIL)
    if kind == "disable-email" then
      check((values.ADMIN_EMAIL or "") ~= "", "the e-mail is not off already")
      return { value = "", was = params.current }
    end
    differs(run)
    check(ground.addresses(params.target),
      "the admin e-mails are addresses, with commas and without spaces", params.target)
    return { value = params.target, was = params.current }
  end
  check(admins, "the functions mail somebody", not admins and "ADMIN_EMAIL is "
    .. (values.ADMIN_EMAIL == "" and "empty" or tostring(values.ADMIN_EMAIL))
    .. ": nobody could be sent the test message; enable the e-mail first (type enable-email)" or nil)
  local held = values.MAILGUN_API_KEY
  check(held ~= nil and tostring(held) == tostring(params.current_key),
    "the current key is the one in the env file", tostring(held))
  local domain = values.MAILGUN_DOMAIN
  if kind == "mailgun-domain" then
    believed(run, domain)
    differs(run)
    domain = params.target
  end
  local known = ground.domain(domain)
  check(known and known.state == "active", "the sending domain's DNS is green", domain)
  ground.sends_only(params.target_key)
  return {
    domain = domain, before = values.MAILGUN_DOMAIN, admins = admins,
    description = not params.target_key
      and ground.description(params.client .. " voicemail mails " .. run.today) or nil,
  }
end

-- The variables of the env file that a type changes.
function alteration.variables(run)
  local kind = run.params.type
  if kind == "mailgun-domain" then return { "MAILGUN_API_KEY", "MAILGUN_DOMAIN" } end
  if kind == "mailgun-key" then return { "MAILGUN_API_KEY" } end
  if option(run) then return {} end
  return { "ADMIN_EMAIL" }
end

-- What the deploy of the change moves besides it: nothing, or what was named. The comparison after it
-- would refuse anything else, when it is live already.
function alteration.besides(run, values)
  if run.params.type == "add-queue" then return {} end
  local expected, named, others = {}, {}, {}
  for _, key in ipairs(alteration.variables(run)) do expected[key] = true end
  for _, key in ipairs(names.listed(run.params.also_moves)) do named[key] = true end
  local moves = deploying.variables(values, deploying.live(), expected)
  deploying.keeps_variables(moves, run.profile.env_file)
  for _, one in ipairs(moves) do
    if not named[one.key] then others[#others + 1] = one.text end
  end
  check(#others == 0, "the deploy moves the intended change and nothing else", #others > 0 and {
    "the env file and the live functions are apart: bring them together first, or name the variables "
      .. "as also_moves to have them moved with the change, by your signature", others,
  } or nil)
  return moves
end

-- Functions of other features that read what the change moves are told of: they meet the new value too.
function alteration.tell_readers(run, besides)
  local keys = alteration.variables(run)
  for _, one in ipairs(besides) do keys[#keys + 1] = one.key end
  if run.params.type == "add-queue" or #keys == 0 then return end
  local found, blind = readers.look(run.profile, keys)
  readers.tell_blind(blind)
  if #found == 0 then return end
  finding {
    cause = "other-functions-read-it", severity = "medium",
    evidence = {
      "functions of other features read what is changed, and meet the new value from the deploy on: try them "
        .. "too", readers.said(found),
    },
  }
end

local function set(run, key, value)
  env.update { file = run.profile.env_file, key = key, value = value }
end

local function edit(run, replace)
  files.edit { path = wait_experience.path(run.profile), replace = replace }
end

local function deploy(run, text)
  step(text .. deploying.besides(run.preflight.besides))
  ground.deploy(run)
end

local function add_queue(run)
  local params, found = run.params, run.preflight.plan
  step("Make the queue \"" .. params.queue_name .. "\" and a workflow that leads to it")
  local queue = taskrouter.queues.create {
    workspace = found.workspace, friendly_name = params.queue_name,
    target_workers = params.queue_workers,
  }
  local workflow = taskrouter.workflows.create {
    workspace = found.workspace, friendly_name = "Voice to " .. params.queue_name,
    configuration = { task_routing = { default_filter = { queue = queue.sid } } },
  }
  local definition = queue_flow(run, found, workflow.sid)
  if params.entry == "menu" then
    step("Let callers to " .. params.number .. " choose; published at once")
    studio.flows.update {
      sid = run.preflight.flow.sid, status = "published", definition = definition,
      commit_message = "Menu: another queue",
    }
    return { queue = queue, workflow = workflow }
  end
  step("Make the new queue's flow, published at once, and have " .. params.new_number .. " ring it")
  local flow = studio.flows.create {
    friendly_name = flow_name(run), status = "published", definition = definition,
    commit_message = "Another queue",
  }
  twilio.numbers.update { sid = found.number.sid, voice_url = flow.webhook_url }
  return { queue = queue, workflow = workflow, flow = flow }
end

function alteration.apply(run)
  local params, found = run.params, run.preflight.plan
  if params.type == "add-queue" then return add_queue(run) end
  if found.edit then
    step("Change the function's source: " .. found.edit.with)
    edit(run, found.edit)
  elseif found.domain then
    step("Put the new mail credentials into " .. run.profile.env_file)
    if params.type == "mailgun-domain" then set(run, "MAILGUN_DOMAIN", found.domain) end
    set(run, "MAILGUN_API_KEY", run.credentials.secret)
  else
    step("Set ADMIN_EMAIL in " .. run.profile.env_file)
    set(run, "ADMIN_EMAIL", found.value)
  end
  deploy(run, "Deploy the serverless functions with it")
end

-- Back to PRE. What was made for a new queue stays, and nobody reaches it any more.
function alteration.undo(run)
  local params, found = run.params, run.preflight.plan
  local stays = {}
  for i, one in ipairs(run.preflight.besides) do stays[i] = one.key end
  step("Roll back to PRE: " .. params.rollback
    .. (#stays > 0 and ". What the deploy moved besides stays as the env file says it: "
      .. table.concat(stays, ", ") or ""))
  if params.type == "add-queue" then
    if params.entry == "menu" then
      studio.flows.update {
        sid = run.preflight.flow.sid, status = "published",
        definition = run.preflight.flow.definition, commit_message = "As it was before",
      }
    else
      twilio.numbers.update { sid = found.number.sid, voice_url = found.number.voice_url }
    end
  elseif found.edit then
    edit(run, { find = found.edit.with, with = found.back.with })
    ground.deploy(run)
  else
    if params.type == "mailgun-domain" then set(run, "MAILGUN_DOMAIN", found.before) end
    if found.domain then
      set(run, "MAILGUN_API_KEY", params.current_key)
    else
      set(run, "ADMIN_EMAIL", found.was)
    end
    ground.deploy(run)
  end
end

-- What has to have moved, what may have, the files touched and the SIDs changed.
function alteration.intended(run)
  local params, found = run.params, run.preflight.plan
  local moved, files, sids = {}, {}, {}
  local function variable(key)
    moved[#moved + 1] = "/env/" .. key
    moved[#moved + 1] = "/serverless/variables/" .. key
  end
  if params.type == "add-queue" then
    local made = run.apply
    sids = { made.queue.sid, made.workflow.sid }
    moved = { "/taskrouter/queues/" .. sids[1], "/taskrouter/workflows/" .. sids[2] }
    local allowed = { moved[1], moved[2] }
    if made.flow then
      sids[3], sids[4] = made.flow.sid, found.number.sid
      moved[3] = "/flows/" .. made.flow.sid
      moved[4] = "/numbers/" .. found.number.sid .. "/voice_url"
      allowed[3], allowed[4] = moved[3], moved[4]
    else
      sids[3] = run.preflight.flow.sid
      allowed[3] = "/flows/" .. sids[3]
    end
    return moved, allowed, files, sids
  end
  local allowed = { "/serverless/services/*/environments/*/build_sid" }
  for _, one in ipairs(run.preflight.besides) do
    moved[#moved + 1] = "/serverless/variables/" .. one.key
  end
  if found.edit then
    files[1] = wait_experience.path(run.profile)
    allowed[#allowed + 1] = "/files/" .. files[1]:gsub("/", "~1")
  else
    files[1] = run.profile.env_file
    if found.domain then
      variable "MAILGUN_API_KEY"
      if params.type == "mailgun-domain" then variable "MAILGUN_DOMAIN" end
      local key = run.credentials.key
      if key then
        sids[1] = key.id
        allowed[#allowed + 1] = "/mailgun/keys/" .. key.id
      end
    else
      variable "ADMIN_EMAIL"
    end
  end
  for _, path in ipairs(moved) do allowed[#allowed + 1] = path end
  return moved, allowed, files, sids
end

-- The target is what is live.
function alteration.verify(run)
  local params, found = run.params, run.preflight.plan
  if params.type == "add-queue" then
    local flow = studio.flows.fetch { sid = run.apply.flow and run.apply.flow.sid
      or run.preflight.flow.sid }
    local named = false
    for _, widget in ipairs(deployment.widgets(flow, "send-to-flex")) do
      local url = deployment.wait_url(found.domain, run.apply.workflow.sid)
      named = named or widget.properties.waitUrl == url
    end
    check(named and flow.status == "published", "each widget's Wait URL has its own WorkflowSid")
  elseif found.edit then
    local text = files.read { path = wait_experience.path(run.profile) }
    check(wait_experience.current(text, option(run), params.source_name) == params.target,
      "the source says the target value")
  elseif found.domain then
    local live = {}
    for _, one in ipairs(serverless.variables.list()) do live[one.key] = one.value end
    check(live.MAILGUN_DOMAIN == found.domain, "the live functions mail from the domain",
      live.MAILGUN_DOMAIN)
  else
    local live = {}
    for _, one in ipairs(serverless.variables.list()) do live[one.key] = one.value end
    check(live.ADMIN_EMAIL == found.value, "the live functions have the target value",
      live.ADMIN_EMAIL)
  end
end

-- One line for the changelog. A key's value is nowhere.
function alteration.summary(run)
  local params = run.params
  if params.type == "add-queue" then
    return "queue \"" .. params.queue_name .. "\" added, reached by "
      .. (params.entry == "menu" and "a menu on " .. params.number or params.new_number)
  end
  if params.type == "mailgun-key" then return "Mailgun sending key replaced" end
  if params.type == "disable-email" then
    return "admin e-mail switched off, was " .. params.current
  end
  if params.type == "enable-email" then return "admin e-mail switched on, to " .. params.target end
  local review = params.compliance and "; compliance review " .. params.compliance or ""
  return params.type .. " from \"" .. params.current .. "\" to \"" .. params.target .. "\""
    .. review
end

return alteration
