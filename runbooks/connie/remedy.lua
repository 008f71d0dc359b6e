-- What fixes are made of. Each is a step of a plan that is signed before anything happens.
local ground = require "ground"
local wait_experience = require "wait_experience"

local remedy = {}

function remedy.deploy(case, text)
  step(text)
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

-- The Wait URL as it has to be, on what callers hear now. What was edited and never published stays
-- in the flow's revisions and is not taken along.
function remedy.wait_url(case)
  local url = case.finding.facts.wait_url
  remedy.publish(case, remedy.with_property(case.seen.definition, case.seen.widget.name, "waitUrl", url),
    "Set the widget's Wait URL to " .. url)
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

function remedy.admin_email(case)
  local facts = case.finding.facts
  if facts.held ~= facts.value then
    step("Set ADMIN_EMAIL to " .. facts.value .. " in " .. case.profile.env_file)
    remedy.set(case, "ADMIN_EMAIL", facts.value)
  end
  remedy.deploy(case, "Deploy the serverless functions with it")
end

-- A new sending key is tried before anything is deployed with it: a mail that is refused ends the
-- run there.
function remedy.new_key(case)
  local domain = case.profile.mailgun_domain
  local to = ground.addresses(case.seen.env.ADMIN_EMAIL or "") or { "postmaster@" .. domain }
  local made = ground.proven_key(case, domain, nil, case.params.client .. " voicemail mails " .. case.today, to[1])
  step("Put the new key into " .. case.profile.env_file)
  remedy.set(case, "MAILGUN_API_KEY", made.secret)
  remedy.deploy(case, "Deploy the serverless functions with it")
end

-- The source files win over what is live.
function remedy.source_wins(case, text)
  step(text)
  flex.deploy { overwrite = true }
end

return remedy
