-- What is kept of a deployment before it goes: documents under the names that the cancellation
-- runbook gives them.
local evidence = {}

-- The name of a file of evidence: ("acme", "config", "PRE") to "acme-config-PRE-cancel.json".
function evidence.name(client, what, side, form)
  return client .. "-" .. what .. "-" .. side .. "-cancel." .. (form or "json")
end

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

-- The name of the new dev-log folder: one that is not taken.
function evidence.folder(logs, client, date)
  local taken = {}
  for _, log in ipairs(logs) do taken[log.folder] = true end
  local base = "wait-experience-" .. client .. "-" .. date
  if not taken[base] then return base end
  local name, n = base .. "-cancel", 2
  while taken[name] do
    name, n = base .. "-cancel-" .. n, n + 1
  end
  return name
end

-- Executions as they are exported: kept as one document. The count is asked a second way, by state,
-- so that a page that was lost shows.
function evidence.executions(label, flow, since)
  local all = studio.executions.list { flow = flow, created_after = since }
  local counted = 0
  for _, status in ipairs { "active", "ended" } do
    local some = studio.executions.list { flow = flow, created_after = since, status = status }
    counted = counted + #some
  end
  local value = { flow = flow, since = since or "the beginning", count = #all, executions = all }
  return documents.capture { label = label, value = value }, #all, counted
end

return evidence
