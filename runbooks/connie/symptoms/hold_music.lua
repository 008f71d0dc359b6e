-- The client's own hold music: an asset that Twilio fetches for every caller on hold.
local remedy = require "remedy"
local toolkit = require "toolkit"
local wait_experience = require "wait_experience"

local mend = fix("Set the hold music, and deploy the functions", {
  when = function(found) return found.facts.url ~= nil end,
})(function(case)
  local url = case.finding.facts.url
  remedy.edit_source(case, "hold_music", url, "Set the hold music to " .. url)
  remedy.deploy(case, "Deploy the serverless functions with it")
end)

return symptom {
  name = "hold-music",
  title = "Caller hears prompts and no music on hold",
  summary = "The custom audio file is unreachable, of a wrong format, or its address has expired.",
  severity = "low", caller_visible = 1.5, last_verified = "2026-11-21",
  matches = { "hold music", "no music", "music missing", "music stopped", "silence between prompts" },
  only_for = { "custom-hold-music" },
  parameters = {
    hold_music = param.url { optional = true, why = "The address of hold music that can be fetched, where the one in use cannot" },
  },

  causes = {
    cause {
      "hold-music-unreachable", "The audio file cannot be fetched", proof = "call", tell = "Give the address of a file that can be fetched as hold_music=URL, and run again.",
      lesson = "Hold music is an asset of the service itself, not of somebody's server.",
    },
    cause {
      "hold-music-expired", "The audio file's address has expired", proof = "call", tell = "Give an address that does not expire as hold_music=URL, and run again.",
      lesson = "Signed addresses expire: hold music has none.",
    },
    cause {
      "hold-music-format", "The file is no audio that Twilio plays", proof = "call", tell = "Give the address of an MP3 or WAV file as hold_music=URL, and run again.",
      lesson = "Play a file with Twilio once before callers do.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    if case.again then return nil end
    local music = wait_experience.current(case.seen.deployed or case.seen.source or "", "hold_music")
    if not music or music == "" then return nil end
    local last, times = nil, 0
    for _, one in ipairs(case.seen.alerts) do
      if tostring(one.request_url):find(music, 1, true) then last, times = one, times + 1 end
    end
    if not last then return nil end
    local text = tostring(last.alert_text)
    local cause = tostring(last.error_code) == "12300" and "hold-music-format"
      or (text:find("403", 1, true) or music:find("[?&][Ee]xpires=")) and "hold-music-expired" or "hold-music-unreachable"
    return finding {
      cause = cause, facts = { url = rawget(case.params, "hold_music") },
      evidence = { music, times .. " alerts since it began: " .. tostring(last.error_code) .. " " .. text },
    }
  end,

  -- Of what is deployed; that it can be played only a call shows.
  verify = function(case)
    local music = wait_experience.current(case.seen.deployed or case.seen.source or "", "hold_music")
    return music == case.finding.facts.url, "the deployed hold music is " .. tostring(music)
  end,

  -- On hold for as long as it takes to come to the music.
  call = function(case)
    local number = case.seen.number
    return number and { to = number.phone_number, seconds = 60 }
  end,
  heard = function(case, call)
    local music = case.finding.facts.url
    for _, one in ipairs(case.seen.alerts) do
      if one.resource_sid == call.sid or tostring(one.request_url):find(music, 1, true) then
        return false, "alert " .. tostring(one.error_code) .. " " .. tostring(one.alert_text)
      end
    end
    if (tonumber(call.duration) or 0) < 30 then
      return false, "the call ended after " .. tostring(call.duration) .. " s, before the music: it is " .. tostring(call.status)
    end
    note("on hold for " .. tostring(call.duration) .. " s, and no alert of the call " .. call.sid)
    return true
  end,

  fixes = {
    ["hold-music-unreachable"] = mend, ["hold-music-expired"] = mend, ["hold-music-format"] = mend,
  },
}
