-- The voicemail's text: Twilio makes it after the call, and the mail waits for it only so long.
local deployment = require "deployment"
local remedy = require "remedy"
local toolkit = require "toolkit"
local wait_experience = require "wait_experience"

-- What is younger is not late.
local too_early = 120

-- The widgets that record voicemails in the flow itself and were told not to transcribe.
local function untranscribing(definition)
  for _, widget in ipairs(deployment.widgets({ definition = definition or {} }, "record-voicemail")) do
    if widget.properties.transcribe == false then return widget.name end
  end
end

return symptom {
  name = "transcription",
  title = "Transcription text missing from admin email",
  summary = "Transcription is asynchronous: the mail may go before it, or it is off, or it failed.",
  severity = "low", caller_visible = 5, last_verified = "2026-11-21",
  matches = { "transcription missing", "transcript missing", "no transcript", "no transcription", "without transcript", "transcription text", "no text" },
  not_for = { "callback-only" },

  causes = {
    cause {
      "transcript-after-mail", "The transcript came after the mail was sent", look_again = "24h", passing = true,
      tell = "Expected: the mail is a one-shot; the agent's task has the transcript.",
    },
    cause {
      "transcription-off-function", "Transcription is off in the function's recording configuration",
      lesson = "What is switched off for a test is switched on again in the same change.",
    },
    cause {
      "transcription-off-widget", "Transcription is off in the flow's Record Voicemail widget",
      lesson = "What is switched off for a test is switched on again in the same change.",
    },
    cause {
      "cannot-be-told-apart", "cannot be told apart without what could not be read", undecided = true,
      tell = "What is missing is named in the evidence: mend that first, and run again.",
    },
    cause {
      "transcription-billing", "The account is in debt: nothing is transcribed", look_again = "6h",
      tell = "The Twilio account's balance is negative: whoever pays for it settles that.",
    },
    cause {
      "transcription-quota", "Twilio makes no transcriptions for the account at the moment", look_again = "6h",
      tell = "Twilio made no transcription though it was asked: quota or status of the service; see status.twilio.com, and ask Twilio.",
    },
    cause {
      "transcription-failed", "The recording is too short or too long to transcribe", look_again = "24h",
      tell = "Twilio transcribes 2 to 120 seconds of speech. The recording itself is in the mail and the task.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen, all = case.seen, {}
    local function add(cause, ...) all[#all + 1] = finding { cause = cause, evidence = { ... } } end
    local widget = untranscribing(seen.definition)
    -- What is deployed counts; the local file is what the next deploy would bring.
    local local_off = wait_experience.current(seen.source or "", "transcribe") == "false"
    local off = seen.deployed and wait_experience.current(seen.deployed, "transcribe") == "false"
    local unread = not seen.deployed and not seen.build_read and local_off
    if off or unread then
      all[1] = finding {
        cause = "transcription-off-function", facts = { edit = local_off },
        evidence = {
          off and "the deployed function says TRANSCRIBE = false (Serverless, source of its version)"
            or "the local source says TRANSCRIBE = false; what is deployed could not be read",
          local_off and "the local source says so, too" or "the local source does not: a deploy brings it back",
          toolkit.latest_change(case),
        },
      }
    elseif widget then
      add("transcription-off-widget", "the widget " .. widget .. " has transcribe switched off (flow " .. tostring(seen.flow) .. ")", toolkit.latest_change(case))
    elseif local_off and not case.again then
      note("transcription: the local source says TRANSCRIBE = false; live it is on, until the next deploy")
    end
    if case.again or #all > 0 then return all end
    local of = {}
    for _, one in ipairs(seen.transcriptions) do of[one.recording_sid] = one end
    local missing, failed, late = {}, {}, {}
    for _, one in ipairs(toolkit.recordings(case)) do
      local made, text = time.parse(one.date_created) or 0, of[one.sid]
      local name = toolkit.clock(made) .. " recording " .. one.sid .. ", " .. tostring(one.duration) .. " s"
      if seen.at - made < too_early or (text and text.status == "in-progress") then
        note("transcription: " .. name .. ": too early to tell, it was made " .. math.tointeger(seen.at - made) .. " s ago"
          .. (text and " and its transcription is " .. tostring(text.status) or "") .. "; look again in two minutes")
      elseif tonumber(one.duration) == 0 then
        name = nil -- nothing to transcribe: that is another symptom
      elseif not text then
        missing[#missing + 1] = name
      elseif text.status == "failed" then
        local seconds = tonumber(one.duration) or 0
        local list = (seconds < 2 or seconds > 120) and failed or missing
        list[#list + 1] = name .. ": transcription " .. text.sid .. " failed"
      elseif text.status == "completed" and #toolkit.logged(seen, "without transcript", one.sid) > 0 then
        late[#late + 1] = name .. ": transcript at " .. toolkit.clock(time.parse(text.date_updated)) .. ", mailed before"
      end
    end
    local balance = seen.balance and tonumber(seen.balance.balance)
    if balance and balance < 0 and #missing + #failed > 0 then
      add("transcription-billing", "the balance is " .. seen.balance.balance .. " " .. seen.balance.currency, (missing[1] or failed[1]))
      return all
    end
    if #missing > 0 then add("transcription-quota", "Twilio transcribes 2 to 120 seconds, and did not transcribe:", table.unpack(toolkit.few(missing))) end
    if #failed > 0 then add("transcription-failed", table.unpack(toolkit.few(failed))) end
    if #late > 0 then add("transcript-after-mail", table.unpack(toolkit.few(late))) end
    local without = toolkit.unread(seen, "recordings", "transcriptions")
    if #all == 0 and #without > 0 then
      all[1] = finding { cause = "cannot-be-told-apart", title = "cannot be told apart without " .. table.concat(without, ", "), evidence = without }
    end
    return all
  end,

  fixes = {
    ["transcription-off-function"] = fix "Switch transcription on in the function, and deploy it" (function(case)
      if case.finding.facts.edit then
        remedy.edit_source(case, "transcribe", "true", "Switch transcription on in the function's source")
      end
      remedy.deploy(case, "Deploy the serverless functions with it")
    end),
    ["transcription-off-widget"] = fix "Switch transcription on in the widget, and publish the flow" (function(case)
      local seen = case.seen
      remedy.publish(case, remedy.with_property(seen.definition, untranscribing(seen.definition), "transcribe", true),
        "Switch transcription on in the Record Voicemail widget")
    end),
  },

  -- What is deployed and published, not what was written.
  verify = function(case)
    local seen = case.seen
    if case.finding.cause == "transcription-off-function" then
      return seen.deployed ~= nil and wait_experience.current(seen.deployed, "transcribe") ~= "false",
        seen.deployed and "the deployed function says TRANSCRIBE = false" or "what is deployed could not be read"
    end
    local widget = untranscribing(seen.definition)
    return widget == nil, "the widget " .. tostring(widget) .. " has transcribe switched off"
  end,
}
