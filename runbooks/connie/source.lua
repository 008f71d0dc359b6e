-- The per-client source files of the Flex configuration, held against what is live.
local deployment = require "deployment"

local source = {}

-- A value's leaves by JSON pointer. The deploy's merge goes index by index through lists, so theirs
-- are leaves of their own.
local function leaves(value, at, into)
  if type(value) ~= "table" then
    into[at] = value
    return into
  end
  for key, part in pairs(value) do
    local step = math.type(key) == "integer" and key - 1 or key:gsub("~", "~0"):gsub("/", "~1")
    leaves(part, at .. "/" .. step, into)
  end
  return into
end

-- What the source files together say below custom_data: pointer to value; the client's goes before
-- the common one. `pre`: a snapshot with the files.
function source.said(pre, common, client)
  local said = {}
  for _, path in ipairs { common, client } do
    local file = snapshot.read { snapshot = pre, path = "/files/" .. path:gsub("/", "~1") }
    leaves(file and file.custom_data or {}, "/custom_data", said)
  end
  return said
end

function source.live(pre)
  local data = snapshot.read { snapshot = pre, path = "/flex/ui_attributes/custom_data" }
  return leaves(data or {}, "/custom_data", {})
end

-- The pointers at which two such maps differ, sorted. What a deploy fills in is not known before
-- it.
function source.differences(said, live)
  local found = {}
  for pointer, value in pairs(said) do
    local filled = type(value) == "string" and value:find("<YOUR_", 1, true)
    if not filled and tostring(live[pointer]) ~= tostring(value) then
      found[#found + 1] = pointer
    end
  end
  for pointer in pairs(live) do
    if said[pointer] == nil then found[#found + 1] = pointer end
  end
  table.sort(found)
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
