-- The wait-experience function's source: what callers hear while they wait, and how patient the
-- function is. It is one file for all clients of the repository; a client's callers hear it from the
-- client's next deploy on.
local wait_experience = {}

-- What can be set, and the names that the source may hold it by: the first is an option in a table
-- (name: 'value'), the second a constant (const NAME = 'value';).
wait_experience.options = {
  greeting = { "initialGreeting", "GREETING" },
  voicemail_prompt = { "recordVoicemailPrompt", "VOICEMAIL_PROMPT" },
  hold_music = { "holdMusicUrl", "HOLD_MUSIC" },
  voice = { "voice", "VOICE" },
  transcribe = { "transcribe", "TRANSCRIBE" },
  recording_attempts = { "recordingFetchAttempts", "RECORDING_FETCH_ATTEMPTS" },
  recording_delay = { "recordingRetrySeconds", "RECORDING_RETRY_SECONDS" },
}

local file = "/src/functions/features/callback-and-voicemail-with-email/studio/"
  .. "wait-experience.protected.js"

-- Beside the profile's env file, in the folder of the functions.
function wait_experience.path(profile)
  return profile.env_file:match("^(.*)/[^/]+$") .. file
end

-- Where an option stands in the source: the whole of it, what stands before its value, the value as
-- it is written, and whether it is text.
local function found(text, name)
  local option, constant = table.unpack(wait_experience.options[name])
  for _, form in ipairs { option .. ":%s*", "const " .. constant .. " = " } do
    local head, value = text:match("(%f[%w_]" .. form .. ")'([^'\n]*)'")
    if head then return head .. "'" .. value .. "'", head, value, true end
    head, value = text:match("(%f[%w_]" .. form .. ")([%w_]+)")
    if head then return head .. value, head, value, false end
  end
end

-- What the source says now; nil where it does not say it.
function wait_experience.current(text, name)
  local _, _, value = found(text, name)
  return value
end

-- The edit that has an option say `value`. Copy goes into JavaScript as it stands, so what would
-- end its text is refused.
function wait_experience.edit(text, name, value)
  local whole, head, _, quoted = found(text, name)
  local option = wait_experience.options[name][1]
  check(whole, "the function's source says " .. option .. " once",
    "want one line " .. option .. ": '…' in the source")
  local _, times = text:gsub(whole:gsub("%p", "%%%0"), "")
  check(times == 1, "the function's source says " .. option .. " only once", times)
  check(value ~= "" and not value:find("['\\%c]"), "the new text can stand in the source",
    "no apostrophe ' (write ’), no backslash and no line break: " .. value)
  return { find = whole, with = head .. (quoted and "'" .. value .. "'" or value) }
end

-- The source with an option saying `value`; with the option added where it says none.
function wait_experience.with(text, name, value)
  local whole, head, _, quoted = found(text, name)
  if not whole then
    local constant = wait_experience.options[name][2]
    local sound = tonumber(value) and value or "'" .. value .. "'"
    return text .. (text:sub(-1) == "\n" and "" or "\n") .. "const " .. constant .. " = " .. sound .. ";\n"
  end
  local with = head .. (quoted and "'" .. value .. "'" or value)
  return (text:gsub(whole:gsub("%p", "%%%0"), (with:gsub("%%", "%%%%")), 1))
end

return wait_experience
