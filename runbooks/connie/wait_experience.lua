-- The wait-experience function's source: what callers hear while they wait. It is one file for all
-- clients of the repository; a client's callers hear it from the client's next deploy on.
local wait_experience = {}

-- What can be set, and the option of the source that holds it.
wait_experience.options = {
  greeting = "initialGreeting", voicemail_prompt = "recordVoicemailPrompt",
  hold_music = "holdMusicUrl", voice = "voice",
}

local file = "/src/functions/features/callback-and-voicemail-with-email/studio/"
  .. "wait-experience.protected.js"

-- Beside the profile's env file, in the folder of the functions.
function wait_experience.path(profile)
  return profile.env_file:match("^(.*)/[^/]+$") .. file
end

-- Where an option stands in the source, once: the whole of "name: 'value'", and the value.
local function found(text, name)
  local option = wait_experience.options[name]
  local whole, value = text:match("(%f[%w_]" .. option .. ": '([^'\n]*)')")
  return whole, value
end

-- What the source says now.
function wait_experience.current(text, name)
  local _, value = found(text, name)
  return value
end

-- The edit that has an option say `value`. Copy goes into JavaScript as it stands, so what would
-- end its text is refused.
function wait_experience.edit(text, name, value)
  local whole = found(text, name)
  local option = wait_experience.options[name]
  check(whole, "the function's source says " .. option .. " once",
    "want one line " .. option .. ": '…' in the source")
  local _, times = text:gsub(whole:gsub("%p", "%%%0"), "")
  check(times == 1, "the function's source says " .. option .. " only once", times)
  check(value ~= "" and not value:find("['\\%c]"), "the new text can stand in the source",
    "no apostrophe ' (write ’), no backslash and no line break: " .. value)
  return { find = whole, with = option .. ": '" .. value .. "'" }
end

return wait_experience
