-- Finds why a live deployment misbehaves, and plans the fix: the whole toolkit at once, the reported
-- words matched to symptoms, the most caller-visible first. Nothing is changed before it is signed.
local deployment = require "deployment"
local ground = require "ground"
local source = require "source"
local toolkit = require "toolkit"

local contamination = require "symptoms.contamination"

-- In the order of what callers notice.
local symptoms = {
  contamination, require "symptoms.dead_air", require "symptoms.hold_music",
  require "symptoms.wrong_queue", require "symptoms.recording", require "symptoms.admin_email",
  require "symptoms.transcription", require "symptoms.crm_pop", require "symptoms.drift",
}

local function root(run) return run.diagnose.root end
local function fixed(run) return root(run).fix ~= nil end
local function unfixed(run) return not fixed(run) end
local function escalated(run) return root(run).escalation ~= nil end
local function reported_by(...)
  local who = { ... }
  return function(run)
    for _, one in ipairs(who) do
      if run.params.reporter == one then return true end
    end
    return false
  end
end
local function always(run) return fixed(run) and run.params.reproducibility == "always" end
local function sometimes(run) return fixed(run) and run.params.reproducibility ~= "always" end
local function touches_flex(run)
  return fixed(run) and (root(run).symptom == "crm-pop" or root(run).symptom == "drift")
end

local function has_neighbours(run) return #(run.profile.adjacent or {}) > 0 end
local function compared(run) return fixed(run) and has_neighbours(run) end
local function not_compared(run) return fixed(run) and not has_neighbours(run) end

-- Whether all that a change is compared with can be read. While a provider is down nothing can be
-- written beside a finding: the text that the run keeps is what there is.
local function readable(run)
  local failed = run.look.looks[1].failed or {}
  for _, name in ipairs { "configuration", "numbers", "flows", "services", "workflows", "domain", "keys" } do
    if failed[name] then return false end
  end
  return true
end

-- Whether there is a place for incident files, and something that belongs into one.
local function recorded(run)
  return run.profile.incidents ~= nil and (fixed(run) or escalated(run) and readable(run))
end

local repository_name, guide = "ConnieML/basecamp-v26.02", "the troubleshooting guide (connie/troubleshoot)"

local function lines(list)
  if type(list) ~= "table" then return { tostring(list) } end
  return list
end

-- What a person says of the case in writing: the repository's issue, the incident file.
local function report(case)
  local found, params = case.finding, case.params
  local out = {
    "# " .. found.title, "",
    "- client: " .. params.client, "- reported: " .. params.symptom .. " (by " .. params.reporter .. ")",
    "- since: " .. time.iso(case.since) .. ", " .. params.reproducibility,
    "- symptom: " .. found.symptom, "- root cause: " .. found.cause, "- severity: " .. found.severity,
    "- fix: " .. (found.fix or "none of ours"), "- run: " .. case.id,
  }
  if found.escalation then
    out[#out + 1] = "- escalated: " .. found.escalation .. (found.inform and " (the " .. found.inform:upper() .. " is informed)" or "")
  end
  for name, text in pairs { remedy = "remedy", reason = "why it came about" } do
    local value = rawget(params, name)
    if value then out[#out + 1] = "- " .. text .. ": " .. value end
  end
  out[#out + 1] = "- repository: " .. repository_name .. "; see " .. guide
  out[#out + 1] = ""
  out[#out + 1] = "## Evidence"
  out[#out + 1] = ""
  for _, text in ipairs(lines(found.evidence)) do out[#out + 1] = "- " .. tostring(text) end
  return out
end

-- What was seen around it, for whoever looks next.
local function trail(case)
  local out = {}
  for _, one in ipairs(toolkit.timeline(case)) do out[#out + 1] = time.iso(one.at) .. "  " .. one.what end
  for _, text in ipairs(toolkit.trail(case.seen)) do out[#out + 1] = text end
  return out
end

local function kept(case, name, text)
  documents.capture { label = case.params.client .. "-" .. name .. "-issue.md", value = table.concat(text, "\n") .. "\n" }
end

-- The setup runbook's rails on what the Flex configuration will say: the merge of the source files, as
-- the fix leaves them.
local function configured(case)
  local found, both = case.finding, toolkit.source_and_live(case)
  if not both or not (found.symptom == "crm-pop" or found.symptom == "drift") then return end
  local said, facts = {}, found.facts or {}
  for pointer, value in pairs(both.said) do said[pointer] = value end
  if found.symptom == "crm-pop" then
    said[deployment.crm_pointer] = deployment.crm_url
  elseif facts.remedy == "live-wins" then
    for pointer, value in pairs(facts.set or {}) do
      for leaf, one in pairs(source.leaves_below(pointer, value)) do said[leaf] = one end
    end
  end
  local viewer = toolkit.feature(case.seen, "attribute_viewer", "enabled")
  source.checked(said, false, ", as planned")
  check(said[deployment.viewer_pointer] ~= true or viewer == true, "the fix does not switch the attribute viewer on",
    "live it is " .. tostring(viewer) .. ": it stays off on SSO accounts; correct the source file first")
end

-- Whether the fix changes what callers of the number meet that nobody changes without the CEO: its
-- flow, whatever number is looked at, or the functions behind it.
local function protected(case)
  local seen = case.seen
  if seen.number and seen.number.phone_number == deployment.protected_number then return true end
  for _, number in ipairs(seen.numbers or {}) do
    if number.phone_number == deployment.protected_number then
      local flow = deployment.flow_of(number)
      return seen.flow == nil or flow == seen.flow
    end
  end
  return false
end

-- Besides those of the symptoms.
local asked = {
  client = param.profile {
    why = "Connie client account name: selects the right Twilio profile",
  },
  symptom = param.text {
    why = "Reported symptom, in the reporter's words: matched to the symptoms; with no match all are tried",
  },
  started = param.text {
    why = "When it started (6h, or a time): narrows what is read, and what was changed just before",
  },
  call = param.sid {
    prefix = "CA", optional = true,
    why = "Sample call SID: everything about that call, on one timeline",
  },
  reporter = param.choice {
    choices = { "ceo", "client-admin", "agent", "alert" },
    why = "Reporting party: who is told in the end, and how it is escalated",
  },
  reproducibility = param.choice {
    choices = { "always", "intermittent", "one-off" },
    why = "Reproducibility: a fix is tried live, or the window is watched",
  },
  number = param.phone {
    optional = true, why = "The line, where several numbers of the account ring a flow",
  },
  cause = param.text {
    optional = true, why = "Which of several causes found is to be fixed; the first where not said",
  },
  approval = param.text {
    optional = true,
    why = "The CEO's word in writing, for the number whose flow nobody changes without it",
  },
}

local done = {
  proven "the root cause is known",
  proven { "the profile matches the deploy target", when = fixed },
  proven { "the fault is gone", when = proven_by_run(symptoms) },
  fault_gone(symptoms),
  proven { "no adjacent account changed", when = compared },
  attest {
    "adjacent-not-compared", "No adjacent account is configured, so none was compared: somebody looked at those beside this one",
    when = not_compared,
  },
  proven { "source and live agree", when = touches_flex },
  attest {
    "retested", "The path that failed was tried again with a call from outside, and passes", when = always,
    undo = true,
  },
  attest {
    "watched", "It has not come back in the window since the fix", when = sometimes, due = "24h", within = "24h",
  },
  attest {
    "test-call", "No regression: a test call passes every branch (hold, callback, voicemail)", when = fixed,
  },
  attest {
    "admin-email-checked", "No regression: the admin e-mail arrives with audio and transcript (allow 1-6 h)",
    when = function(run) return fixed(run) and run.profile.variant ~= "no-email" end, within = "6h",
  },
  attest {
    "issue-filed", "An issue is filed in the repository with the text that the run keeps (its URL with --note)",
    when = function(run) return unfixed(run) and not escalated(run) end,
  },
  attest {
    "lessons-captured", "Lessons are captured: the proposed lines are in the doctrine file and the runbook's gotchas, or declined with a reason",
    when = function(run) return root(run).lesson ~= nil end,
  },
  attest {
    "reporter-notified", "The reporter was told of the resolution: what it was, and what was done", when = reported_by("ceo", "client-admin", "agent"),
  },
  attest { "alert-acknowledged", "The alert is acknowledged, with the run's id", when = reported_by "alert" },
}
for _, item in ipairs(look_again(symptoms)) do done[#done + 1] = item end
done[#done + 1] = sign_off { "ceo", text = "CEO sign-off on the resolution" }

return troubleshooting {
  name = "connie/troubleshoot",
  title = "Troubleshoot a client's live deployment",
  summary = "Use this runbook when a live Wait Experience + Admin Email deployment is misbehaving: "
    .. "caller complaint, missing email, broken CRM pop, or unexplained config drift. If several "
    .. "symptoms apply, the most caller-visible one comes first.",

  authority = { operator = "cto", approver = "ceo" },
  approval = { requires = { { role = "ceo", count = 1 } } },
  parameters = asked,

  read_first = {
    "basecamp CLAUDE.md: the Flex Configuration Safety Protocol applies if you end up making fixes",
    "The dev-log of the most recent deploy or change: the most likely cause is whatever changed last",
    "PAC.md: current SIDs, Mailgun domain, env file paths of the client",
    "connie/setup: what should be in place",
  },

  rails = {
    rails.only_with("studio.flows.update", { status = "published" }, "unpublished edits have no effect"),
    rails.after_check("command.run", "the profile matches the deploy target", "wrong profile = wrong account = a second incident"),
    rails.after_check("flex.deploy", "the profile matches the deploy target", "wrong profile = wrong account = a second incident"),
    rails.after_check("studio.flows.update", "the number's flow may be changed", "one flow nobody changes without the CEO's word"),
    rails.only_with("flex.deploy", { overwrite = true }, "a routine deploy lets live win: it would mend nothing"),
    rails.never("studio.flows.delete", "a fix takes nothing away", "use connie/cancel"),
    rails.never("studio.flows.archive", "a fix takes nothing away", "use connie/cancel"),
    rails.never("studio.executions.cancel", "callers would be dropped"),
    rails.never("twilio.numbers.update", "what a number rings is no fix of these symptoms", "use connie/change"),
    rails.never("twilio.numbers.delete", "a number that is released may be another's tomorrow"),
    rails.never("mailgun.keys.delete", "the old key is evidence, and what is rolled back to"),
    rails.never("mailgun.domains.delete", "other clients may share it or its DNS records"),
    rails.never("serverless.services.delete", "other features may rely on it"),
    rails.never("taskrouter.workspaces.delete", "workspace deletion takes the entire Flex deployment down"),
  },

  symptoms = symptoms,

  found = function(case)
    for _, text in ipairs(trail(case)) do note(text) end
    local text = report(case)
    if case.finding.tell then
      text[#text + 1] = ""
      text[#text + 1] = "To the reporter: " .. case.finding.tell
      note("To the reporter: " .. case.finding.title .. ". " .. case.finding.tell)
    end
    if case.finding.escalation then note("Escalate: " .. case.finding.escalation) end
    kept(case, case.finding.symptom, text)
  end,

  -- Nobody knows why: then what was seen is all that whoever looks next has.
  unknown = function(case, found, mentioned)
    local params = case.params
    local text = {
      "# No cause is known yet: " .. params.symptom, "",
      "- client: " .. params.client, "- reported: " .. params.symptom .. " (by " .. params.reporter .. ")",
      "- since: " .. time.iso(case.since) .. ", " .. params.reproducibility, "- run: " .. case.id,
      "- repository: " .. repository_name .. "; see " .. guide,
    }
    for _, list in ipairs { found, mentioned } do
      for _, one in ipairs(list) do
        text[#text + 1] = "- also found: " .. one.cause .. " (" .. one.symptom .. "): " .. one.title
          .. (one.escalation and "; escalate: " .. one.escalation or "")
      end
    end
    text[#text + 1] = ""
    text[#text + 1] = "## What was seen"
    text[#text + 1] = ""
    local seen = trail(case)
    if #seen == 0 then seen[1] = "no alert, no line in the functions' logs and no change since it began" end
    for _, line in ipairs(seen) do
      note(line)
      text[#text + 1] = "- " .. line
    end
    for name, why in pairs(case.seen.failed or {}) do text[#text + 1] = "- could not be read: " .. name .. " (" .. why .. ")" end
    kept(case, "unknown", text)
  end,

  prepare = function(case)
    local number = case.seen.number
    local guarded = case.finding.fix ~= nil and protected(case)
    if guarded then
      finding {
        symptom = case.finding.symptom, cause = "protected-number", severity = "high", inform = "ceo",
        escalation = "a change of the H2H direct-to-voicemail flow on NSS production (" .. deployment.protected_number .. ")",
        evidence = "the fix would change what callers of " .. deployment.protected_number .. " meet"
          .. (number and number.phone_number ~= deployment.protected_number and "; " .. number.phone_number .. " rings the same flow " .. case.seen.flow or ""),
      }
    end
    check(not guarded or case.params.approval ~= nil, "the number's flow may be changed",
      guarded and "nobody changes the flow of " .. deployment.protected_number .. " without the CEO: give the CEO's word in writing as approval=…" or nil)
    if not case.finding.fix then return end
    local values = env.fetch { file = case.profile.env_file }
    -- A fix that sets the account anew is held against what it will be.
    if case.finding.cause == "recording-account-wrong" then
      local planned = {}
      for key, value in pairs(values) do planned[key] = value end
      planned.ACCOUNT_SID = case.profile.account_sid
      values = planned
    end
    ground.target(case, values)
    configured(case)
  end,

  -- Written with the fix, under the same signature; the rest of the story is the run's evidence.
  record = function(case)
    local found, text = case.finding, report(case)
    text[#text + 1] = ""
    text[#text + 1] = "## Lessons proposed"
    text[#text + 1] = ""
    if found.lesson then
      text[#text + 1] = "```diff"
      text[#text + 1] = "--- " .. (case.profile.doctrine or "CLAUDE.md")
      text[#text + 1] = "+++ " .. (case.profile.doctrine or "CLAUDE.md")
      text[#text + 1] = "+- " .. found.lesson .. " (" .. case.today .. ", run " .. case.id .. ")"
      text[#text + 1] = "--- connie/troubleshoot, common gotchas"
      text[#text + 1] = "+++ connie/troubleshoot, common gotchas"
      text[#text + 1] = "+| " .. found.title .. " | " .. found.symptom .. " | " .. (found.fix or "none of ours") .. " |"
      text[#text + 1] = "```"
    else
      text[#text + 1] = "None."
    end
    step("Write the incident file")
    files.write {
      path = case.profile.incidents .. "/" .. case.today .. "-" .. case.params.client .. "-" .. found.cause .. "-" .. case.id .. ".md",
      text = table.concat(text, "\n") .. "\n",
    }
  end,
  record_if = recorded,

  verified = function(case)
    if not (case.finding.symptom == "crm-pop" or case.finding.symptom == "drift") then return end
    local both = toolkit.source_and_live(case)
    check(both and toolkit.agree(both), "source and live agree", both and toolkit.apart(both))
  end,

  done = done,

  variants = {
    ["Voicemail-only"] = "The profile's variant voicemail-only: no Wait URL, no WorkflowSid, no hold music; those symptoms are skipped",
    ["Callback-only"] = "The profile's variant callback-only: no recording and transcription symptoms",
    ["Voicemail OR Callback (no email)"] = "The profile's variant no-email: the admin e-mail symptom is skipped",
    ["Custom Hold Music add-on"] = "The profile's variant custom-hold-music adds: audio file unreachable, wrong format, expired address",
  },

  gotchas = {
    {
      gotcha = "The symptom stopped and nobody knows why", symptom = "It works again",
      fix = "Not done: intermittent failures recur; the run ends as failed until a cause is known",
    },
    {
      gotcha = "A fix was saved and not published", symptom = "Callers notice no difference",
      fix = "Publish the flow: the latest published revision is what callers reach",
    },
    {
      gotcha = "The transcript is missing right after a call", symptom = "An e-mail without text",
      fix = "Wait two minutes: transcription is asynchronous",
    },
  },
}
