-- What fixes are made of. Each is a step of a plan that is signed before anything happens.
local ground = require "ground"
local wait_experience = require "wait_experience"

local remedy = {}

-- What a deploy changes of the live variables besides what the fix is about: the pipeline sets those
-- of the env file and removes all others. `meant`: key to true, what the fix itself sets.
function remedy.resets(case, meant)
  local seen, lines, keys = case.seen, {}, {}
  if not seen.has_variables then return { "which live variables it resets is not known: they could not be read" } end
  for key in pairs(seen.env) do keys[#keys + 1] = key end
  for key in pairs(seen.variables) do
    if seen.env[key] == nil then keys[#keys + 1] = key end
  end
  table.sort(keys)
  local function shown(value) return type(value) == "string" and "\"" .. value .. "\"" or "another value" end
  for _, key in ipairs(keys) do
    local held, live = seen.env[key], seen.variables[key]
    if not (meant or {})[key] then
      if held == nil then
        lines[#lines + 1] = key .. " is removed live (it is " .. (type(live) == "string" and shown(live) or "a secret") .. ")"
      elseif live == nil then
        lines[#lines + 1] = key .. " is set live"
      elseif tostring(held) ~= tostring(live) then
        lines[#lines + 1] = key .. " becomes " .. shown(held) .. " (live it is " .. shown(live) .. ")"
      end
    end
  end
  return lines
end

function remedy.deploy(case, text, meant)
  local lines = remedy.resets(case, meant)
  step(text .. (#lines > 0 and ". It also resets live variables: " .. table.concat(lines, "; ") or ""))
  ground.deploy(case)
end

-- A definition with one property of one widget changed; what else is in it stays.
function remedy.with_property(definition, widget, property, value)
  local states = {}
  for i, state in ipairs(definition.states) do
    local properties = state.properties
    if state.name == widget then
      properties = {}
      for key, one in pairs(state.properties) do properties[key] = one end
      properties[property] = value
    end
    states[i] = {
      name = state.name, type = state.type, properties = properties, transitions = state.transitions,
    }
  end
  return {
    description = definition.description, flags = definition.flags,
    initial_state = definition.initial_state, states = states,
  }
end

-- Saved and published at once: unpublished edits have no effect.
function remedy.publish(case, definition, text)
  step(text .. "; published at once")
  studio.flows.update {
    sid = case.seen.flow, status = "published", definition = definition,
    commit_message = "Fix of run " .. case.id,
  }
end

-- What the widgets have to say, on what callers hear now. What was edited and never published stays
-- in the flow's revisions and is not taken along.
function remedy.widgets(case)
  local definition, said = case.seen.definition, {}
  for _, one in ipairs(case.finding.facts.changes) do
    definition = remedy.with_property(definition, one.widget, one.property, one.value)
    said[#said + 1] = "Set " .. one.property .. " of the widget " .. one.widget .. " to " .. tostring(one.value)
  end
  remedy.publish(case, definition, table.concat(said, "; "))
end

function remedy.publish_draft(case)
  remedy.publish(case, case.seen.draft_definition, "Publish the flow as it was last saved")
end

function remedy.set(case, key, value)
  env.update { file = case.profile.env_file, key = key, value = value }
end

function remedy.edit_source(case, option, value, text)
  step(text)
  files.edit {
    path = wait_experience.path(case.profile),
    replace = wait_experience.edit(case.seen.source, option, value),
  }
end

-- Several options of the source at once: list of { option, value }.
function remedy.edit_options(case, options, text)
  local said = case.seen.source
  check(said, "the function's source is in the workspace", wait_experience.path(case.profile))
  for _, one in ipairs(options) do said = wait_experience.with(said, one[1], tostring(one[2])) end
  step(text)
  files.edit { path = wait_experience.path(case.profile), text = said }
end

function remedy.admin_email(case)
  local facts = case.finding.facts
  if facts.held ~= facts.value then
    step("Set ADMIN_EMAIL to " .. facts.value .. " in " .. case.profile.env_file)
    remedy.set(case, "ADMIN_EMAIL", facts.value)
  end
  remedy.deploy(case, "Deploy the serverless functions with it", { ADMIN_EMAIL = true })
end

-- A variable of the env file that has to name the profile's own thing, and the deploy of it.
function remedy.variable(key, value_of)
  return function(case)
    local value = value_of(case)
    if tostring(case.seen.env[key]) ~= value then
      step("Set " .. key .. " to " .. value .. " in " .. case.profile.env_file)
      remedy.set(case, key, value)
    end
    remedy.deploy(case, "Deploy the serverless functions with it", { [key] = true })
  end
end

-- A new sending key is tried before anything is deployed with it: a mail that is refused ends the
-- run there.
function remedy.new_key(case)
  local domain = case.profile.mailgun_domain
  local to = ground.addresses(case.seen.env.ADMIN_EMAIL or "") or { "postmaster@" .. domain }
  local made = ground.proven_key(case, domain, nil, case.params.client .. " voicemail mails " .. case.today, to[1])
  step("Put the new key into " .. case.profile.env_file)
  remedy.set(case, "MAILGUN_API_KEY", made.secret)
  remedy.deploy(case, "Deploy the serverless functions with it", { MAILGUN_API_KEY = true })
end

-- The source files win over what is live.
function remedy.source_wins(case, text)
  step(text)
  flex.deploy { overwrite = true }
end

return remedy
