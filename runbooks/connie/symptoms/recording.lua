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

local function source_of(seen) return seen.deployed or seen.source or "" end

-- The latest moment of the function's lines that match.
local function last_at(seen, pattern)
  local at
  for _, one in ipairs(seen.logs) do
    if tostring(one.message):match(pattern) then at = time.parse(one.date_created) or at end
  end
  return at
end

-- Whether a recording was fetched, or a mail went with its sound, after `at`.
local function works_since(seen, at)
  for _, one in ipairs(seen.logs) do
    local made = time.parse(one.date_created)
    if made and at and made > at and tostring(one.message):find("with recording", 1, true)
      and not tostring(one.message):find("without recording", 1, true) then
      return "a mail went with its recording since, at " .. toolkit.clock(made) .. " (functions' log)"
    end
  end
end

-- What was set anew or deployed after `at`.
local function set_since(seen, at, ...)
  for _, key in ipairs { ... } do
    local set = seen.variable_dates[key]
    if set and at and set > at then return key .. " was set since, at " .. toolkit.clock(set) end
  end
  for _, one in ipairs(seen.deployments) do
    local made = time.parse(one.date_created)
    if made and at and made > at then return "the functions were deployed since, at " .. toolkit.clock(made) .. toolkit.by(seen, one.sid) end
  end
end

-- 401: the account's SID or its Auth Token in the functions is not the account's.
local function credentials(case, denied, add)
  local seen = case.seen
  local at = last_at(seen, "^fetch recording.*: 40[13]")
  local sid, held_sid = seen.variables.ACCOUNT_SID, seen.env.ACCOUNT_SID
  local own = case.profile.account_sid
  local since = works_since(seen, at)
  if since then
    add("recording-mended", { denied[#denied], since })
    return
  end
  if sid ~= nil and sid ~= "" and sid ~= own then
    add("recording-account-wrong", {
      denied[#denied] .. " (functions' log)",
      "the live functions have ACCOUNT_SID " .. tostring(sid) .. ", the account is " .. own .. " (Serverless, variables; profile)",
      "the env file has " .. tostring(held_sid), toolkit.latest_change(case),
    }, { sid = own })
    return
  end
  local live, held = tostring(seen.variables.AUTH_TOKEN), tostring(seen.env.AUTH_TOKEN)
  local token = seen.token
  if token and live == token then
    add("recording-mended", { denied[#denied], "the live functions have the account's Auth Token now" })
    return
  end
  since = not token and set_since(seen, at, "AUTH_TOKEN", "ACCOUNT_SID")
  if since then
    add("recording-mended", { denied[#denied], since })
    return
  end
  local given = rawget(case.params, "auth_token")
  local good = given and (not token or tostring(given) == token)
  add("recording-credentials-wrong", {
    denied[#denied] .. " (functions' log)",
    token and "the live functions' AUTH_TOKEN is not the account's, which the profile has (fingerprints)"
      or "whether the live AUTH_TOKEN is the account's cannot be told: " .. tostring(seen.failed.credentials),
    live ~= held and "the env file has another AUTH_TOKEN than the live functions" or "the env file has the same AUTH_TOKEN",
    token and held == token and "the env file's is the account's" or nil,
    given and not good and "the Auth Token that was given is not the account's either" or nil,
    toolkit.latest_change(case),
  }, { stale = live ~= held and (not token or held == token), given = good or false })
end

-- 404 to the end, of recordings that are there and have sound: they were only late.
local function too_short(case, late, add)
  local seen = case.seen
  local at = last_at(seen, "^fetch recording.*: 404, given up")
  local source = source_of(seen)
  local seconds = tonumber(wait_experience.current(source, "recording_delay")) or 5
  local attempts = tonumber(wait_experience.current(source, "recording_attempts")) or 3
  local since = works_since(seen, at)
  if since or set_since(seen, at) then
    add("recording-mended", { late[#late], since or set_since(seen, at) })
    return
  end
  local facts = { seconds = math.max(seconds * 3, 30), attempts = math.max(attempts, 5) }
  add("recording-retry-too-short", {
    late[#late] .. " (functions' log)", "Twilio has the recording now (Recordings)",
    "the function waits " .. seconds .. " s between " .. attempts .. " attempts" .. (seen.deployed and " (deployed source)" or " (local source)"),
    "with " .. facts.seconds .. " s between " .. facts.attempts .. " attempts it waits " .. facts.seconds * (facts.attempts - 1) .. " s",
  }, facts)
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
      "recording-retry-too-short", "The recording was not written yet when the function gave up (404)", proof = "call",
      lesson = "The function's retries outlast the time that Twilio takes to write a recording.",
    },
    cause {
      "recording-first-404", "The first fetch came too early (404), and a later one succeeded", look_again = "24h", passing = true,
      tell = "Normal: the function tried again and the mail has its recording.",
    },
    cause {
      "recording-account-wrong", "The function fetches recordings of another account: ACCOUNT_SID is wrong (401)", proof = "call",
      lesson = "ACCOUNT_SID and AUTH_TOKEN of an env file are one account's, and the profile's.",
    },
    cause {
      "recording-mended", "Recordings were refused or came too late, and it has been mended since", passing = true, look_again = "24h",
      tell = "It was broken and has been mended since: leave a voicemail and look for its sound.",
    },
    cause {
      "cannot-be-told-apart", "cannot be told apart without what could not be read", undecided = true,
      tell = "What is missing is named in the evidence: mend that first, and run again.",
    },
    cause {
      "recording-credentials-wrong", "The function fetches recordings with a wrong Auth Token (401)", proof = "call",
      tell = "Give the account's Auth Token as auth_token=file:PATH and run again: the env file does not have the right one.",
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
        local set = tonumber(wait_experience.current(source_of(seen), "recording_delay"))
        if set and set < case.finding.facts.seconds then
          return finding { cause = "recording-retry-too-short", evidence = "the deployed source still says " .. set .. " s" }
        end
      end
      return nil
    end
    -- How many calls' sound is lost, empty, or missing in the mail: one trigger for them all.
    local calls, times = {}, 0
    local function count(call)
      if call and not calls[call] then
        calls[call], times = true, times + 1
      end
    end
    local empty, there, lost, of = {}, {}, {}, {}
    for _, one in ipairs(toolkit.recordings(case)) do
      local text = "recording " .. one.sid .. ": " .. tostring(one.duration) .. " s, " .. tostring(one.status) .. " (Recordings)"
      of[one.sid] = one.call_sid
      if one.status == "absent" or one.status == "failed" then
        lost[#lost + 1] = text
        count(one.call_sid)
      elseif tonumber(one.duration) == 0 then
        empty[#empty + 1] = text
        count(one.call_sid)
      else
        there[one.sid] = true
      end
    end
    local denied, given_up, late = fetched(case, ": 40[13]"), fetched(case, ": 404, given up"), {}
    for _, list in ipairs { denied, given_up } do
      for _, text in ipairs(list) do count(of[text:match("RE%x+")] or text:match("RE%x+")) end
    end
    for _, text in ipairs(given_up) do
      if there[text:match("RE%x+")] then late[#late + 1] = text end
    end
    local function add(cause, evidence, facts)
      local passing = cause == "recording-mended" or cause == "recording-first-404"
      local escalates = times >= 2 and not passing
      if escalates then evidence[#evidence + 1] = times .. " calls without sound since it began: absent, empty, or not in the mail" end
      all[#all + 1] = finding {
        cause = cause, evidence = evidence, facts = facts, severity = escalates and "high" or nil,
        escalation = escalates and many or nil, inform = escalates and "ceo" or nil,
      }
    end
    if #denied > 0 then credentials(case, denied, add) end
    if #late > 0 then too_short(case, late, add) end
    if #lost > 0 then add("recording-lost", toolkit.few(lost)) end
    if #empty > 0 then add("recording-empty", toolkit.few(empty)) end
    if #all == 0 then
      local retried = fetched(case, ": 404, retrying")
      if #retried > 0 then add("recording-first-404", { retried[#retried], "then it was fetched" }) end
    end
    local without = toolkit.unread(seen, "recordings", "logs", "variables")
    if #all == 0 and #without > 0 then
      all[1] = finding { cause = "cannot-be-told-apart", title = "cannot be told apart without " .. table.concat(without, ", "), evidence = without }
    end
    return all
  end,

  fixes = {
    ["recording-retry-too-short"] = fix("Have the function wait longer, and deploy it", {
      when = function(found) return found.facts.seconds ~= nil end,
    })(function(case)
      local facts = case.finding.facts
      remedy.edit_options(case, { { "recording_attempts", facts.attempts }, { "recording_delay", facts.seconds } },
        "Wait " .. facts.seconds .. " s between " .. facts.attempts .. " attempts to fetch a recording")
      remedy.deploy(case, "Deploy the serverless functions with it")
    end),
    ["recording-account-wrong"] = fix "Set ACCOUNT_SID, and deploy the functions" (
      remedy.variable("ACCOUNT_SID", function(case) return case.profile.account_sid end)),
    ["recording-credentials-wrong"] = fix("Put the right Auth Token into the functions, and deploy them", {
      when = function(found) return found.facts.stale or found.facts.given end,
    })(function(case)
      if case.finding.facts.given then
        step("Put the Auth Token into " .. case.profile.env_file)
        remedy.set(case, "AUTH_TOKEN", case.params.auth_token)
      end
      remedy.deploy(case, "Deploy the serverless functions with the env file's Auth Token", { AUTH_TOKEN = true })
    end),
  },

  -- A voicemail is left as a caller leaves it: twenty seconds of greeting and menu, *2, a few words.
  call = function(case)
    local number = case.seen.number
    return number and { to = number.phone_number, keys = "WWWWWWWWWWWWWWWWWWWW*2", say = "This is a test call by operations.", seconds = 20 }
  end,
  heard = function(case, call)
    local recording
    for _, one in ipairs(case.seen.recordings) do
      if one.call_sid == call.sid then recording = one end
    end
    if not recording then return false, "Twilio has no recording of the call " .. call.sid end
    local text = "recording " .. recording.sid .. ", " .. tostring(recording.duration) .. " s"
    if (tonumber(recording.duration) or 0) == 0 then return false, text .. ": no sound" end
    for _, one in ipairs(toolkit.logged(case.seen, "^fetch recording.*: 4%d%d", recording.sid)) do
      if not one:find("retrying", 1, true) then return false, one end
    end
    for _, one in ipairs(toolkit.logged(case.seen, "with recording", recording.sid)) do
      note(text .. "; " .. one)
      return true
    end
    return false, text .. ": no mail went with it yet"
  end,

  -- What the function fetches with, and how long it waits: of what is deployed, not of what was written.
  verify = function(case)
    local seen, cause = case.seen, case.finding.cause
    if cause == "recording-credentials-wrong" then
      local live = tostring(seen.variables.AUTH_TOKEN)
      return live == (seen.token or tostring(seen.env.AUTH_TOKEN)), "the live functions do not have the account's AUTH_TOKEN"
    elseif cause == "recording-account-wrong" then
      return seen.variables.ACCOUNT_SID == case.profile.account_sid, "the live ACCOUNT_SID is " .. tostring(seen.variables.ACCOUNT_SID)
    end
    return true
  end,
}
