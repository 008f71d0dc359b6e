-- The voicemail's sound: the function fetches it with the account's own credentials, soon after the
-- call, and tries again where Twilio still writes it.
local remedy = require "remedy"
local toolkit = require "toolkit"
local wait_experience = require "wait_experience"

local many = "voicemail recordings are corrupted or missing across multiple calls (2 or more in the window)"

-- The function's lines about fetching the recordings that are looked at.
local function fetched(case, pattern)
  local list = {}
  if not rawget(case.params, "call") then return toolkit.logged(case.seen, "^fetch recording.*" .. pattern) end
  for _, one in ipairs(toolkit.recordings(case)) do
    for _, text in ipairs(toolkit.logged(case.seen, "^fetch recording.*" .. pattern, one.sid)) do list[#list + 1] = text end
  end
  return list
end

return symptom {
  name = "recording",
  title = "Voicemail recording is missing or empty in admin email",
  summary = "The function fetched the recording before Twilio had written it, or with wrong credentials.",
  severity = "medium", caller_visible = 3, last_verified = "2026-11-21",
  matches = {
    "recording missing", "recording empty", "no recording", "no audio", "audio missing", "empty voicemail", "no attachment",
    "without recording", "voicemail empty", "mp3 missing", "cannot hear voicemail",
  },
  not_for = { "callback-only" },
  parameters = {
    auth_token = param.secret {
      optional = true,
      why = "The account's Auth Token (file:…), where the env file does not have the right one",
    },
  },

  causes = {
    cause {
      "recording-retry-too-short", "The recording was not written yet when the function gave up (404)",
      lesson = "The function's retries outlast the time that Twilio takes to write a recording.",
    },
    cause {
      "recording-first-404", "The first fetch came too early (404), and a later one succeeded", look_again = "24h",
      tell = "Normal: the function tried again and the mail has its recording.",
    },
    cause {
      "recording-credentials-wrong", "The function fetches recordings with a wrong Auth Token (401)",
      tell = "Give the account's Auth Token as auth_token=file:PATH and run again: the env file does not have another one.",
      lesson = "Recording fetch uses account credentials, not the API key: a rotated Auth Token goes into .env and is deployed.",
    },
    cause {
      "recording-empty", "Twilio recorded no sound", look_again = "24h",
      tell = "The recording has no sound: the caller may have said nothing, or Twilio lost it. Ask the caller to try again.",
    },
    cause {
      "recording-lost", "Twilio has no such recording", look_again = "24h",
      tell = "Twilio has no recording of the call. The caller's number is in the task: call back.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local all, seen = {}, case.seen
    if case.again then
      if case.finding.cause == "recording-retry-too-short" then
        local set = tonumber(wait_experience.current(seen.source or "", "recording_delay"))
        if set and set < case.finding.facts.seconds then
          return finding { cause = "recording-retry-too-short", evidence = "the source still says " .. set .. " s" }
        end
      end
      return nil
    end
    local function add(cause, evidence, facts, times)
      all[#all + 1] = finding {
        cause = cause, evidence = evidence, facts = facts, severity = times and times >= 2 and "high" or nil,
        escalation = times and times >= 2 and many or nil, inform = times and times >= 2 and "ceo" or nil,
      }
    end
    local empty, there, lost = {}, {}, {}
    for _, one in ipairs(toolkit.recordings(case)) do
      local text = "recording " .. one.sid .. ": " .. tostring(one.duration) .. " s, " .. one.status
      if one.status == "absent" then
        lost[#lost + 1] = text
      elseif tonumber(one.duration) == 0 then
        empty[#empty + 1] = text
      else
        there[one.sid] = true
      end
    end
    local denied = fetched(case, ": 401")
    if #denied > 0 then
      local live, held = tostring(seen.variables.AUTH_TOKEN), tostring(seen.env.AUTH_TOKEN)
      local stale = live ~= held
      add("recording-credentials-wrong", {
        denied[#denied], stale and "the env file has another AUTH_TOKEN than the live functions" or "the env file has the same AUTH_TOKEN",
        toolkit.latest_change(case),
      }, { stale = stale, given = rawget(case.params, "auth_token") ~= nil })
    end
    local given_up = {}
    for _, text in ipairs(fetched(case, ": 404, given up")) do
      if there[text:match("RE%x+")] then given_up[#given_up + 1] = text end
    end
    -- A recording that Twilio has, and that has sound, was only late.
    if #given_up > 0 then
      local seconds = tonumber(wait_experience.current(seen.source or "", "recording_delay")) or 5
      add("recording-retry-too-short", {
        given_up[#given_up], "Twilio has the recording now",
        "the function waits " .. seconds .. " s between " .. tostring(wait_experience.current(seen.source or "", "recording_attempts")) .. " attempts",
      }, { seconds = seconds * 3, attempts = 5 })
    end
    if #lost > 0 then add("recording-lost", toolkit.few(lost), nil, #lost) end
    if #empty > 0 then add("recording-empty", toolkit.few(empty), nil, #empty) end
    if #all == 0 then
      local retried = fetched(case, ": 404, retrying")
      if #retried > 0 then add("recording-first-404", { retried[#retried], "then it was fetched" }) end
    end
    return all
  end,

  fixes = {
    ["recording-retry-too-short"] = fix "Have the function wait longer, and deploy it" (function(case)
      local facts = case.finding.facts
      remedy.edit_source(case, "recording_delay", tostring(facts.seconds),
        "Wait " .. facts.seconds .. " s between attempts to fetch a recording")
      remedy.deploy(case, "Deploy the serverless functions with it")
    end),
    ["recording-credentials-wrong"] = fix("Put the right Auth Token into the functions, and deploy them", {
      when = function(found) return found.facts.stale or found.facts.given end,
    })(function(case)
      if rawget(case.params, "auth_token") then
        step("Put the Auth Token into " .. case.profile.env_file)
        remedy.set(case, "AUTH_TOKEN", case.params.auth_token)
      end
      remedy.deploy(case, "Deploy the serverless functions with the env file's Auth Token")
    end),
  },

  verify = function(case)
    if case.finding.cause ~= "recording-credentials-wrong" then return true end
    return tostring(case.seen.variables.AUTH_TOKEN) == tostring(case.seen.env.AUTH_TOKEN),
      "the live functions do not have the env file's AUTH_TOKEN"
  end,
}
