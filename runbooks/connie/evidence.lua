-- What is kept of a deployment before and after it is changed: documents under the names that the
-- runbooks give them.
local evidence = {}

-- How files of evidence are named: ("acme", "config", "PRE") to "acme-config-PRE-<of>.json".
function evidence.names(of)
  return function(client, what, side, form)
    return client .. "-" .. what .. "-" .. side .. "-" .. of .. "." .. (form or "json")
  end
end

-- Those of a cancellation.
evidence.name = evidence.names "cancel"

-- The env file as people read it: every key, values only where they are no secret.
function evidence.env(values)
  local keys, lines = {}, {}
  for key in pairs(values) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do
    local value = values[key]
    local shown = type(value) == "string" and value or "[redacted " .. tostring(value) .. "]"
    lines[i] = key .. "=" .. shown
  end
  return table.concat(lines, "\n") .. "\n"
end

-- Every identifier that a text names, once each, in order.
function evidence.identifiers(text)
  local found, seen = {}, {}
  for word in text:gmatch("[%w+]+") do
    local sid = #word == 34 and word:match("^[A-Z][A-Z]%x+$")
    local number = #word > 7 and word:match("^%+%d+$")
    if (sid or number) and not seen[word] then
      seen[word] = true
      found[#found + 1] = word
    end
  end
  return found
end

local readable = { md = true, txt = true, json = true, log = true }

-- What the dev-log of the original deploy says was deployed. `logs`: the client's, oldest first.
function evidence.deployed(logs)
  local log = logs[1]
  if not log then return { folder = json.null, said = {}, files = {} } end
  local text = ""
  for _, name in ipairs(log.files) do
    if readable[name:match("%.(%l+)$")] then
      text = text .. "\n" .. (files.find { path = log.path .. "/" .. name } or "")
    end
  end
  local said = evidence.identifiers(text)
  return { folder = log.folder, path = log.path, files = log.files, said = said }
end

-- The name of the new dev-log folder: one that is not taken. `of`: what the work is, where the
-- day's own folder is taken.
function evidence.folder(logs, client, date, of)
  local base = "wait-experience-" .. client .. "-" .. date
  for _, log in ipairs(logs) do
    if log.folder == base then return evidence.free(logs, base .. "-" .. (of or "cancel")) end
  end
  return base
end

-- The first of `name`, `name`-2, `name`-3 … that no dev-log has.
function evidence.free(logs, name)
  local taken, free, n = {}, name, 2
  for _, log in ipairs(logs) do taken[log.folder] = true end
  while taken[free] do
    free, n = name .. "-" .. n, n + 1
  end
  return free
end

-- The files that a folder should hold and does not.
function evidence.missing(client, folder, names)
  local there, missing = {}, {}
  for _, log in ipairs(devlogs.list { client = client }) do
    if log.folder == folder then
      for _, file in ipairs(log.files) do there[file] = true end
    end
  end
  for _, name in ipairs(names) do
    if not there[name] then missing[#missing + 1] = name end
  end
  return missing
end

-- What moved between two snapshots and is not at or below one of these paths.
function evidence.moved(from, to, allowed)
  local diff = snapshot.diff(from, to)
  local others = {}
  if snapshot.only(diff, allowed) then return others, diff end
  for _, one in ipairs(diff) do
    if not snapshot.only({ one }, allowed) then others[#others + 1] = one.path end
  end
  return others, diff
end

-- Executions as they are exported. They are asked a second time by state, so that
-- a page that was lost shows. Up to one moment: a call that begins meanwhile is in neither. One that
-- ends between the two lists of states is in both, and counts once.
function evidence.exported(flow, since)
  local now = time.now()
  local all = studio.executions.list { flow = flow, created_after = since, created_before = now }
  local seen, counted = {}, 0
  for _, status in ipairs { "active", "ended" } do
    local some = studio.executions.list {
      flow = flow, created_after = since, created_before = now, status = status,
    }
    for _, one in ipairs(some) do
      if not seen[one.sid] then counted = counted + 1 end
      seen[one.sid] = true
    end
  end
  local value = { flow = flow, since = since or "the beginning", count = #all, executions = all }
  return value, #all, counted
end

function evidence.executions(label, flow, since)
  local value, exported, counted = evidence.exported(flow, since)
  return documents.capture { label = label, value = value }, exported, counted
end

-- What a flow says, widget by widget: what two definitions are compared by.
function evidence.says(definition)
  local said = {}
  for i, state in ipairs(definition and definition.states or {}) do
    local properties = type(state.properties) == "table" and state.properties or {}
    said[i] = tostring(state.name) .. ": " .. tostring(properties.say or "")
  end
  return table.concat(said, "\n")
end

-- Whether a text refers to something that was written: a link, the id of a message, a commit. What it calls
-- verbal itself was not.
function evidence.written(text)
  text = tostring(text)
  if text:lower():find("verbal", 1, true) then return false end
  if text:find("%f[%w]https?://[%w%-%.]*%w%.%a+[/?#]%S+") then return true end
  if text:find("<[^%s<>@]+@[^%s<>@]+>") then return true end
  for word in text:gmatch("%f[%w]%x+%f[%W]") do
    if #word >= 7 and #word <= 64 and word:find("%d") and word == word:lower() then return true end
  end
  return false
end

-- check, for a reference that people can look up later.
function evidence.reference(title, text)
  local written = evidence.written(text)
  check(written, title, not written and "got \"" .. tostring(text)
    .. "\"; give the link of the thread, the e-mail's <message-id>, or the commit" or nil)
end

-- The source of the functions as it is kept, and said where git does not have it as it is.
function evidence.functions(path)
  local dirty = repository.changes.list()
  if #dirty > 0 then
    local files = {}
    for i, one in ipairs(dirty) do files[i] = one.path end
    finding {
      cause = "repository-dirty", severity = "low",
      evidence = { "not committed, so a commit's reference does not tell what is deployed", files },
    }
  end
  return {
    commits = repository.log { limit = 20 }, uncommitted = dirty,
    services = serverless.services.list(),
    sources = { [path] = files.find { path = path } or json.null },
  }
end

return evidence
