-- The per-client source files of the Flex configuration, held against what is live.
local deployment = require "deployment"

local source = {}

-- A value's leaves by JSON pointer. The deploy's merge goes index by index through lists, so theirs
-- are leaves of their own.
local function leaves(value, at, into)
  if type(value) ~= "table" or next(value) == nil then
    into[at] = value
    return into
  end
  for key, part in pairs(value) do
    local step = math.type(key) == "integer" and key - 1 or key:gsub("~", "~0"):gsub("/", "~1")
    leaves(part, at .. "/" .. step, into)
  end
  return into
end

-- What a configuration's custom_data says: pointer to value.
function source.leaves_of(data)
  if type(data) ~= "table" or next(data) == nil then return {} end
  return leaves(data, "/custom_data", {})
end

-- The leaves of a value that stands at `pointer`.
function source.leaves_below(pointer, value) return leaves(value, pointer, {}) end

-- What the source files together say below custom_data: pointer to value; the client's goes before
-- the common one. `pre`: a snapshot with the files.
function source.said(pre, common, client)
  local said = {}
  for _, path in ipairs { common, client } do
    local file = snapshot.read { snapshot = pre, path = "/files/" .. path:gsub("/", "~1") }
    for pointer, value in pairs(source.leaves_of(file and file.custom_data)) do said[pointer] = value end
  end
  -- An empty object of one file into which the other puts something is empty no more.
  local empty = {}
  for pointer, value in pairs(said) do
    if type(value) == "table" then empty[#empty + 1] = pointer end
  end
  for _, pointer in ipairs(empty) do
    for other in pairs(said) do
      if other:sub(1, #pointer + 1) == pointer .. "/" then said[pointer] = nil end
    end
  end
  return said
end

function source.live(pre)
  return source.leaves_of(snapshot.read { snapshot = pre, path = "/flex/ui_attributes/custom_data" })
end

-- Values are compared, not their text: true is not "true", and an empty object is something.
local function same(a, b)
  if type(a) ~= type(b) then return false end
  if type(a) == "table" then return next(a) == nil and next(b) == nil end
  return a == b or (type(a) == "userdata" and tostring(a) == tostring(b))
end

-- Where two such maps differ, by pointer: list of { path, op, source, live }, `op` from source to
-- live. What a deploy fills in is not known before it.
function source.apart(said, live)
  local list = {}
  for pointer, value in pairs(said) do
    local filled = type(value) == "string" and value:find("<YOUR_", 1, true)
    local there = live[pointer]
    if not filled and not same(value, there) then
      list[#list + 1] = { path = pointer, op = there == nil and "remove" or "replace", source = value, live = there }
    end
  end
  for pointer, value in pairs(live) do
    if said[pointer] == nil then list[#list + 1] = { path = pointer, op = "add", live = value } end
  end
  table.sort(list, function(a, b) return a.path < b.path end)
  return list
end

-- The pointers at which they differ, sorted.
function source.differences(said, live)
  local found = {}
  for i, one in ipairs(source.apart(said, live)) do found[i] = one.path end
  return found
end

-- The paths of the common and the client's file as the snapshot names them, and whether the client's
-- is there; nothing where the common one is not.
function source.found(pre, client)
  local common, own
  for path in pairs(snapshot.read { snapshot = pre, path = "/files" } or {}) do
    local name = path:match("[^/]+$")
    if name == "ui_attributes.common.json" then common = path end
    if name == "ui_attributes." .. client .. ".json"
      or name == "ui_attributes." .. client:lower() .. ".json" then
      own = path
    end
  end
  if not common then return nil end
  local made = common:gsub("[^/]+$", "") .. "ui_attributes." .. client .. ".json"
  return common, own or made, own ~= nil
end

-- The same, where the common file has to be there.
function source.paths(pre, client)
  local common, own, there = source.found(pre, client)
  check(common, "the common Flex source file is there", "ui_attributes.common.json")
  return common, own, there
end

-- The channels that accept calls by themselves, and how often that is said.
local function accepting(said)
  local found = {}
  for pointer, value in pairs(said) do
    if pointer:match("/auto_accept$") and value ~= false then found[#found + 1] = pointer end
  end
  table.sort(found)
  return found
end

-- The rules that hold for what is deployed, whatever wrote it. `of`: added to the titles where what
-- is looked at is not yet what will be deployed.
function source.checked(said, sso, of)
  of = of or ""
  local crm_pointer, crm_url = deployment.crm_pointer, deployment.crm_url
  local viewer_pointer = deployment.viewer_pointer
  check(said[crm_pointer] == crm_url, "the CRM URL is the literal Liquid template" .. of,
    tostring(said[crm_pointer]))
  local found = accepting(said)
  check(#found == 0, "auto_accept is off on every channel" .. of, found)
  check(not sso or said[viewer_pointer] == false,
    "the attribute viewer is off on an SSO account" .. of, tostring(said[viewer_pointer]))
end

return source
