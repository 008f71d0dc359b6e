-- The source files are the truth, and a routine deploy lets live win: so they part without a word.
local deployment = require "deployment"
local remedy = require "remedy"
local toolkit = require "toolkit"

-- Who wrote the live configuration last, as Twilio's Monitor tells it.
local function writer(seen)
  local last
  for _, one in ipairs(seen.events) do
    local flex = one.event_type:find("flex", 1, true) or tostring(one.resource_type):find("flex", 1, true)
    if flex and (not last or one.event_date > last.event_date) then last = one end
  end
  if not last then return "drift-unknown-writer", "unknown writer: Monitor has no event of the configuration" end
  local who = last.event_date .. " " .. last.event_type .. " by " .. tostring(last.actor_type) .. " " .. tostring(last.actor_sid)
  return last.actor_type == "user" and "drift-admin-ui" or "drift-direct-write", who
end

local remedies = "Two remedies: remedy=source-wins (deploy with OVERWRITE_CONFIG=true) or "
  .. "remedy=live-wins (update the source file). Say which, and why it drifted (reason=…), and run again. "
  .. "A person may also correct a live-only setting in /template-admin."

local function mend(case)
  local facts = case.finding.facts
  if facts.remedy == "source-wins" then
    remedy.source_wins(case, "Deploy the Flex configuration; the source wins, because: " .. facts.reason)
    return
  end
  step("Update " .. facts.own .. " to what is live, because: " .. facts.reason)
  files.edit { path = facts.own, set = facts.set }
  step("Commit it")
  command.run { name = "commit-source", environment = { SUBJECT = "Follow what is live: " .. facts.reason, FILE = facts.own } }
end

local can = { when = function(found) return found.facts ~= nil and found.facts.can == true end }

local feature = "/custom_data/features/" .. deployment.feature
local container = "/custom_data/features/enhanced_crm_container"

local function below(path, pointer) return path == pointer or path:sub(1, #pointer + 1) == pointer .. "/" or pointer:sub(1, #path + 1) == path .. "/" end

-- What callers or agents notice of these differences: symptoms by name.
local function felt(differences)
  local out = {}
  for _, one in ipairs(differences) do
    if below(one.path, feature .. "/enabled") then
      for _, name in ipairs { "wrong-queue", "recording", "admin-email", "transcription" } do out[#out + 1] = name end
    elseif below(one.path, container .. "/url") or below(one.path, container .. "/enabled") then
      out[#out + 1] = "crm-pop"
    end
  end
  return out
end

-- What each remedy can do of it: the source file can take in what is live, not lose what is gone from
-- it; and a deploy adds skills, and changes none.
local function possible(case, both)
  local wanted = rawget(case.params, "remedy")
  local gone, skills, set = {}, {}, {}
  for _, one in ipairs(both.differences) do
    if not one.path:find("^/custom_data") then
      skills[#skills + 1] = one.path
    elseif one.op == "remove" then
      gone[#gone + 1] = one.path
    else
      set[one.path] = one.live == nil and json.null or one.live
    end
  end
  local can, tell = wanted == "source-wins" or wanted == "live-wins", nil
  if wanted == "live-wins" and #gone > 0 then
    can, tell = false, "remedy=live-wins would have to take out of the source what is gone from live (" .. table.concat(toolkit.few(gone), ", ")
      .. "): edit the source file by hand and commit it, or take remedy=source-wins."
  elseif can and #skills == #both.differences then
    can, tell = false, "Only skills differ (" .. table.concat(toolkit.few(skills), ", ")
      .. "): a deploy adds skills and changes none. Correct them in /template-admin, or in taskrouter_skills.json."
  end
  return { remedy = wanted, reason = rawget(case.params, "reason"), own = both.own, set = set, can = can }, tell
end

return symptom {
  name = "drift",
  title = "Configuration drift: source files don't match live",
  summary = "Somebody wrote to the Configuration API, or /template-admin changed what the source does not say.",
  severity = "low", caller_visible = 7, last_verified = "2026-11-21",
  matches = { "drift", "source match live", "config changed", "configuration changed", "setting changed", "feature changed" },
  parameters = {
    remedy = param.choice {
      choices = { "source-wins", "live-wins", "template-admin" }, optional = true,
      why = "Which of the two is right, where source and live have drifted apart; template-admin: a person corrects live by hand",
    },
    reason = param.text {
      required_if = { remedy = { "source-wins", "live-wins" } },
      why = "Why it drifted: documented so that it doesn't recur",
    },
  },

  causes = {
    cause {
      "drift-direct-write", "A program wrote to the Configuration API directly", tell = remedies,
      lesson = "NEVER write directly to the Flex Configuration API: drift fixes go through the deploy pipeline.",
    },
    cause {
      "drift-admin-ui", "Somebody changed it in /template-admin, and the source does not say so", tell = remedies,
      lesson = "A change in /template-admin goes into the source file the same day.",
    },
    cause {
      "drift-unknown-writer", "Source and live differ; who wrote is not known", tell = remedies,
      lesson = "A periodic drift check is part of the monthly audit.",
    },
    cause {
      "cannot-be-told-apart", "cannot be told apart without what could not be read", undecided = true,
      tell = "What is missing is named in the evidence: mend that first, and run again.",
    },
    cause {
      "source-missing", "There is no source file of the client",
      explains = { "crm-pop" },
      tell = "Without ui_attributes.<client>.json a deploy would copy the example over what is live: write the client's file first (connie/setup).",
      lesson = "A client's source file is committed with its setup.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen = case.seen
    local both = toolkit.source_and_live(case)
    if both and not both.there then
      return finding {
        cause = "source-missing",
        evidence = { "there is no " .. both.own .. " (workspace)", "live, the CRM container's url is " .. tostring(toolkit.feature(seen, "enhanced_crm_container", "url")) },
      }
    end
    if not both then
      local without = toolkit.unread(seen, "configuration", "drift", "state")
      if #without == 0 or case.again then return nil end
      return finding { cause = "cannot-be-told-apart", title = "cannot be told apart without " .. table.concat(without, ", "), evidence = without }
    end
    if #both.differences == 0 then return nil end
    local cause, who = writer(seen)
    local facts, tell = possible(case, both)
    local evidence = { who .. " (Monitor)" }
    for i, one in ipairs(both.differences) do
      if i <= 5 then evidence[#evidence + 1] = toolkit.shown_difference(one) end
    end
    if #both.differences > 5 then evidence[#evidence + 1] = "and " .. (#both.differences - 5) .. " more" end
    return finding {
      cause = case.again and case.finding.cause or cause, evidence = evidence, facts = facts, tell = tell, explains = felt(both.differences),
    }
  end,

  fixes = {
    ["drift-direct-write"] = fix("Have one of the two win", can)(mend),
    ["drift-admin-ui"] = fix("Have one of the two win", can)(mend),
    ["drift-unknown-writer"] = fix("Have one of the two win", can)(mend),
  },

  verify = function(case)
    local both = toolkit.source_and_live(case)
    return both ~= nil and toolkit.agree(both), both and toolkit.apart(both)
  end,
}
