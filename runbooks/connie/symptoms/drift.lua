-- The source files are the truth, and a routine deploy lets live win: so they part without a word.
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
  .. "remedy=live-wins (update the source file). Say which, and why it drifted (reason=…), and run again."

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

local can = { when = function(found) return found.facts ~= nil and found.facts.remedy ~= nil end }

return symptom {
  name = "drift",
  title = "Configuration drift: source files don't match live",
  summary = "Somebody wrote to the Configuration API, or /template-admin changed what the source does not say.",
  severity = "low", caller_visible = 7, last_verified = "2026-11-21",
  matches = { "drift", "source match live", "config changed", "configuration changed", "setting changed", "feature changed" },
  parameters = {
    remedy = param.choice {
      choices = { "source-wins", "live-wins" }, optional = true,
      why = "Which of the two is right, where source and live have drifted apart",
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
      "source-missing", "There is no source file of the client",
      tell = "Without ui_attributes.<client>.json a deploy would copy the example over what is live: write the client's file first (connie/setup).",
      lesson = "A client's source file is committed with its setup.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local both = toolkit.source_and_live(case)
    if not both then return nil end
    if not both.there then return finding { cause = "source-missing", evidence = "there is no " .. both.own } end
    if #both.differences == 0 then return nil end
    local cause, who = writer(case.seen)
    local evidence, set = { who }, {}
    for i, pointer in ipairs(both.differences) do
      if i <= 5 then
        evidence[#evidence + 1] = pointer .. ": source " .. tostring(both.said[pointer]) .. ", live " .. tostring(both.live[pointer])
      end
      set[pointer] = both.live[pointer]
    end
    if #both.differences > 5 then evidence[#evidence + 1] = "and " .. (#both.differences - 5) .. " more" end
    return finding {
      cause = case.again and case.finding.cause or cause, evidence = evidence,
      facts = { remedy = rawget(case.params, "remedy"), reason = rawget(case.params, "reason"), own = both.own, set = set },
    }
  end,

  fixes = {
    ["drift-direct-write"] = fix("Have one of the two win", can)(mend),
    ["drift-admin-ui"] = fix("Have one of the two win", can)(mend),
    ["drift-unknown-writer"] = fix("Have one of the two win", can)(mend),
  },

  verify = function(case)
    local both = toolkit.source_and_live(case)
    return both ~= nil and #both.differences == 0, both and both.differences
  end,
}
