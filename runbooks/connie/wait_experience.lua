-- The wait-experience function's source: what callers hear while they wait, and how patient the
-- function is. It is one file for all clients of the repository; a client's callers hear it from the
-- client's next deploy on.
local wait_experience = {}

-- What can be set, and the names that the source may hold it by, with a value of its own behind each:
-- an option of a table (name: 'value'), a constant (const NAME = 'value';), or any other name.
wait_experience.options = {
  greeting = { "initialGreeting", "GREETING", "greeting", "INITIAL_GREETING" },
  voicemail_prompt = {
    "recordVoicemailPrompt", "VOICEMAIL_PROMPT", "voicemailPrompt", "RECORD_VOICEMAIL_PROMPT",
  },
  hold_music = { "holdMusicUrl", "HOLD_MUSIC", "holdMusic", "HOLD_MUSIC_URL" },
  voice = { "voice", "VOICE" },
  transcribe = { "transcribe", "TRANSCRIBE" },
  recording_attempts = { "recordingFetchAttempts", "RECORDING_FETCH_ATTEMPTS" },
  recording_delay = { "recordingRetrySeconds", "RECORDING_RETRY_SECONDS" },
}

-- A word that a line which means it is likely to hold.
local clue = { greeting = "greet", voicemail_prompt = "prompt", hold_music = "music", voice = "voice" }

local file = "/src/functions/features/callback-and-voicemail-with-email/studio/"
  .. "wait-experience.protected.js"

-- Beside the profile's env file, in the folder of the functions.
function wait_experience.path(profile)
  return profile.env_file:match("^(.*)/[^/]+$") .. file
end

local function blank(text) return (text:gsub("[^\n]", " ")) end

-- Where a text in quotes that begins at `at` ends.
local function end_of_text(source, at)
  local quote, i = source:sub(at, at), at + 1
  while i <= #source do
    local c = source:sub(i, i)
    if c == "\\" then
      i = i + 1
    elseif c == quote or (c == "\n" and quote ~= "`") then
      return i
    end
    i = i + 1
  end
  return #source
end

-- The source with its comments blanked out, everything else where it was: what a comment says nobody
-- hears.
function wait_experience.without_comments(source)
  local out, at = {}, 1
  while at <= #source do
    local two, stop = source:sub(at, at + 1), nil
    if two == "//" then
      stop = (source:find("\n", at, true) or #source + 1) - 1
      out[#out + 1] = blank(source:sub(at, stop))
    elseif two == "/*" then
      local _, last = source:find("*/", at + 2, true)
      stop = last or #source
      out[#out + 1] = blank(source:sub(at, stop))
    elseif two:find("^['\"`]") then
      stop = end_of_text(source, at)
      out[#out + 1] = source:sub(at, stop)
    else
      stop = (source:find("['\"`/]", at + 1) or #source + 1) - 1
      out[#out + 1] = source:sub(at, stop)
    end
    at = stop + 1
  end
  return table.concat(out)
end

-- A plain value that begins at `at`: where it ends, the value, its quote ("" where it is bare); nil
-- where it is none, or only a part of what is computed.
local function value_at(source, at)
  local quote = source:match("^['\"`]", at)
  local last, value
  if quote then
    last = end_of_text(source, at)
    value = source:sub(at + 1, last - 1)
    if value:find("\\", 1, true) or value:find("\n", 1, true) or value:find("${", 1, true) then return nil end
  else
    value = source:match("^%-?[%w_%.]+", at)
    if not value or not (tonumber(value) or value == "true" or value == "false") then return nil end
    last = at + #value - 1
  end
  if source:match("^%s*[%+%.%[%(%?]", last + 1) then return nil end
  return last, value, quote or ""
end

local function line_of(source, at)
  local _, lines = source:sub(1, at):gsub("\n", "")
  return lines + 1
end

-- The places at which the source says an option: { from, at, last, value, quote, line }, in order.
-- `from`: where the name begins; `at`: where the value does. `called`: the name, where the source holds
-- it by another.
local function places(source, name, called)
  local code, list = wait_experience.without_comments(source), {}
  for _, word in ipairs(called and { called } or wait_experience.options[name]) do
    local plain = word:gsub("%p", "%%%0")
    for _, form in ipairs { "[\"'`]?%s*[:=]%s*()", "%s*:%s*[%a]+%s*=%s*()" } do
      local from = 1
      while true do
        local begins, _, at = code:find("%f[%w_$]" .. plain .. form, from)
        if not begins then break end
        local last, value, quote = value_at(code, at)
        if last then
          list[#list + 1] = {
            from = begins, at = at, last = last, value = value, quote = quote,
            line = line_of(code, begins),
          }
        end
        from = begins + #word
      end
    end
  end
  table.sort(list, function(a, b) return a.from < b.from end)
  return list
end

-- What the source says now; nil where it does not say it.
function wait_experience.current(source, name, called)
  local first = places(source, name, called)[1]
  return first and first.value
end

-- Where the source may mean an option without saying it in a way that is known.
local function hints(source, name, called)
  local lines, n, word = {}, 0, called or clue[name] or name
  for line in (wait_experience.without_comments(source) .. "\n"):gmatch("(.-)\n") do
    n = n + 1
    if #lines < 6 and line:lower():find(word:lower(), 1, true) then
      lines[#lines + 1] = n .. ": " .. line:match("^%s*(.-)%s*$"):sub(1, 80)
    end
  end
  return lines
end

-- A piece of the source around a place that stands there once.
local function unique(source, place)
  local from = place.from
  local function once(text)
    local at = source:find(text, 1, true)
    return at and not source:find(text, at + 1, true)
  end
  while true do
    local whole = source:sub(from, place.last)
    if once(whole) then return whole, source:sub(from, place.at - 1) end
    check(from > 1, "the place in the function's source can be told from others", place.line)
    -- From the end of the line before on.
    from = source:sub(1, from - 1):match(".*()\n") or 1
  end
end

local function quoted(place, value) return place.quote .. value .. place.quote end

-- The edit that has an option say `value`. Copy goes into JavaScript as it stands, so what would
-- end its text is refused. `called`: as in `current`.
function wait_experience.edit(source, name, value, called)
  local found = places(source, name, called)
  local options = called and { called } or wait_experience.options[name]
  local option, lines = options[1], {}
  for i, one in ipairs(found) do lines[i] = one.line end
  check(#found > 0, "the function's source says " .. option .. " once", #found == 0 and {
    "want " .. table.concat(options, ", ") .. " with a plain value behind it; where the source has it "
      .. "by another name, give that as source_name. Lines that may mean it:",
    hints(source, name, called),
  } or nil)
  check(#found == 1, "the function's source says " .. option .. " only once", #found > 1 and {
    "it is said in the lines " .. table.concat(lines, ", ")
      .. "; give the name that callers hear as source_name, or make it one",
  } or nil)
  local place = found[1]
  local ends = place.quote == "" and "%c" or "[\\%c" .. place.quote .. "]"
  check(value ~= "" and not value:find(ends) and not value:find("${", 1, true),
    "the new text can stand in the source", "no " .. (place.quote == "'" and "apostrophe ' (write ’)"
      or place.quote) .. ", no backslash and no line break: " .. value)
  local whole, head = unique(source, place)
  return { find = whole, with = head .. quoted(place, value) }
end

-- The source with an option saying `value`; with the option added where it says none.
function wait_experience.with(source, name, value)
  local place = places(source, name)[1]
  if not place then
    local constant = wait_experience.options[name][2]
    local sound = (tonumber(value) or value == "true" or value == "false") and value or "'" .. value .. "'"
    return source .. (source:sub(-1) == "\n" and "" or "\n") .. "const " .. constant .. " = " .. sound .. ";\n"
  end
  return source:sub(1, place.at - 1) .. quoted(place, value) .. source:sub(place.last + 1)
end

-- Where hold music that is a path may lie: live among the functions' assets, or beside their source and
-- taken along by the next deploy.
local function music_there(profile, path)
  local name = path:gsub("^/+", "")
  for _, service in ipairs(serverless.services.list()) do
    for _, build in ipairs(serverless.builds.list { service = service.sid }) do
      for _, asset in ipairs(build.asset_versions or {}) do
        if asset.path == "/" .. name then return true end
      end
    end
  end
  local base = profile.env_file:match("^(.*)/[^/]+$")
  local stem, ending = name:match("^(.*)(%.%w+)$")
  for _, folder in ipairs { "/src/assets/", "/assets/", "/src/functions/" } do
    for _, kind in ipairs { "", ".private", ".protected" } do
      local at = base .. folder .. (stem or name) .. kind .. (ending or "")
      -- A sound is no text: that it cannot be read as one says that it is there.
      local good, text = pcall(files.find, { path = at })
      local binary = not good and tostring(type(text) == "table" and text.message or text):find("not a text", 1, true)
      if text ~= nil and (good or binary) then return true end
    end
  end
  return false
end

-- Whether callers would hear something: a path has to be an asset. Another server is not asked; who
-- makes the test call hears it.
function wait_experience.music_exists(run, value)
  if value:match("^https?://") then
    local own = run.profile.serverless_domain
    local path = own and value:match("^https?://" .. own:gsub("%p", "%%%0") .. "(/[^?#]*)")
    if not path then
      note("The hold music " .. value .. " is on another server and was not fetched: the test call hears it")
      return
    end
    value = path
  end
  local there = music_there(run.profile, value)
  check(there, "the hold music is there", not there and value .. " is no asset of the live functions, and "
    .. "no file below src/assets beside " .. run.profile.env_file or nil)
end

return wait_experience
