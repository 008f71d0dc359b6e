-- What a deploy moves besides what it is for. The functions' pipeline makes the live variables those of
-- the env file; a Flex deploy by which the source files win drops what only live has. It is found
-- before, shown with the step, and allowed so afterwards, and nothing else.
local source = require "source"

local deploying = {}

-- What the pipeline itself knows the account by; not every version of it puts them live.
local own = { ACCOUNT_SID = true, AUTH_TOKEN = true }

local function shown(value)
  if type(value) == "string" then return "\"" .. value .. "\"" end
  return value == nil and "nothing" or tostring(value)
end

local function sorted(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- The live variables of the functions, key to value; none where nothing is deployed yet.
function deploying.live()
  local live = {}
  for _, service in ipairs(serverless.services.list()) do
    if #serverless.environments.list { service = service.sid } > 0 then
      for _, one in ipairs(serverless.variables.list()) do live[one.key] = one.value end
      return live
    end
  end
  return live
end

-- The variables that a deploy takes away, resets or sets: list of { key, what, text }. `said`: what the
-- env file will say then; `expected`: keys that are meant to move, and are not told.
function deploying.variables(said, live, expected)
  local moves = {}
  local function add(key, what, text) moves[#moves + 1] = { key = key, what = what, text = text } end
  for _, key in ipairs(sorted(live)) do
    if said[key] == nil and not expected[key] then
      add(key, "removes", "removes " .. key .. " (live " .. shown(live[key]) .. ")")
    end
  end
  for _, key in ipairs(sorted(said)) do
    if not expected[key] then
      if live[key] == nil then
        if not own[key] then add(key, "sets", "sets " .. key .. " to " .. shown(said[key])) end
      elseif tostring(live[key]) ~= tostring(said[key]) then
        add(key, "resets",
          "resets " .. key .. " from " .. shown(live[key]) .. " to " .. shown(said[key]))
      end
    end
  end
  return moves
end

-- No deploy takes another feature's variable away: what is live and in no source is lost for good.
function deploying.keeps_variables(moves, env_file)
  local lost = {}
  for _, one in ipairs(moves) do
    if one.what == "removes" then lost[#lost + 1] = one.key end
  end
  check(#lost == 0, "the env file says every variable that is live", #lost > 0 and {
    "a deploy would take them away from whatever relies on them: put them into " .. env_file
      .. " first", lost,
  } or nil)
end

-- Right before a deploy: what it would move is what was shown and signed. `signed`: the moves of then.
function deploying.as_signed(signed, said, live, expected)
  local known, new = {}, {}
  for _, one in ipairs(signed) do known[one.text] = true end
  for _, one in ipairs(deploying.variables(said, live, expected)) do
    if not known[one.text] then new[#new + 1] = one.text end
  end
  check(#new == 0, "the deploy still moves what was signed, and nothing else", #new > 0 and new or nil)
end

-- Where in a configuration a pointer's feature, or whatever else stands at the top, is.
local function part_of(pointer)
  return pointer:match("^/custom_data/features/[^/]+") or pointer:match("^/custom_data/[^/]+")
    or pointer:match("^/[^/]+")
end

local function name_of(part) return part:match("^/custom_data/features/(.*)$") or part end

-- What a Flex deploy moves: list of { part, what, text }. `said` and `live`: pointer to value; `meant`: the
-- pointers that are meant to move; `wins`: "source" or "live", where the two say different things.
function deploying.settings(said, live, meant, wins)
  local parts, order = {}, {}
  local function add(part, what, text)
    if not parts[part] then
      parts[part] = { drops = {}, adds = {}, resets = {} }
      order[#order + 1] = part
    end
    table.insert(parts[part][what], text)
  end
  for _, one in ipairs(source.apart(said, live)) do
    local part = part_of(one.path)
    local leaf = one.path:sub(#part + 2)
    if meant[one.path] then
      -- shown with the step itself
    elseif one.op == "remove" then
      add(part, "adds", leaf .. " = " .. shown(one.source))
    elseif wins == "source" and one.op == "add" then
      add(part, "drops", leaf .. " = " .. shown(one.live))
    elseif wins == "source" then
      add(part, "resets", leaf .. " from " .. shown(one.live) .. " to " .. shown(one.source))
    end
  end
  local moves = {}
  for _, part in ipairs(order) do
    for _, what in ipairs { "drops", "resets", "adds" } do
      local leaves = parts[part][what]
      if #leaves > 0 then
        moves[#moves + 1] = {
          part = part, what = what,
          text = what .. " " .. name_of(part) .. " (" .. table.concat(leaves, ", ") .. ")",
        }
      end
    end
  end
  return moves
end

-- Skills that only the source lists: a deploy adds them. `pre`: a snapshot with the files.
function deploying.skills(pre)
  local there, moves, listed = {}, {}, {}
  for _, one in ipairs(snapshot.read { snapshot = pre, path = "/flex/taskrouter_skills" } or {}) do
    there[tostring(one.name)] = true
  end
  for path, file in pairs(snapshot.read { snapshot = pre, path = "/files" } or {}) do
    if path:match("[^/]+$") == "taskrouter_skills.json" and type(file) == "table" then listed = file end
  end
  for _, one in ipairs(listed) do
    if not there[tostring(one.name)] then
      moves[#moves + 1] = {
        part = "skills", what = "adds", text = "adds the skill " .. tostring(one.name),
      }
    end
  end
  return moves
end

-- What is added to a step: ". Besides, it drops …; resets …", or nothing where nothing is moved.
function deploying.besides(moves)
  if #moves == 0 then return "" end
  local texts = {}
  for i, one in ipairs(moves) do texts[i] = one.text end
  return ". Besides, it " .. table.concat(texts, "; ")
end

-- The pointers of the snapshot at which a deploy of the functions may move something.
function deploying.variable_pointers(moves, expected)
  local list = {
    "/serverless/services/*/environments/*/build_sid",
    "/serverless/variables/ACCOUNT_SID", "/serverless/variables/AUTH_TOKEN",
  }
  for _, key in ipairs(expected) do list[#list + 1] = "/serverless/variables/" .. key end
  for _, one in ipairs(moves) do list[#list + 1] = "/serverless/variables/" .. one.key end
  return list
end

-- The same of a Flex deploy. `meant`: pointer to anything; `before`: the snapshot from before it.
function deploying.setting_pointers(moves, meant, before)
  local list = {}
  local function add(part)
    -- Where nothing was there yet, what it stands in is made with it.
    local above = part:match("^(.+)/[^/]+$")
    while above and snapshot.read { snapshot = before, path = "/flex/ui_attributes" .. above } == nil do
      part, above = above, above:match("^(.+)/[^/]+$")
    end
    list[#list + 1] = "/flex/ui_attributes" .. part
  end
  for _, pointer in ipairs(sorted(meant)) do add(part_of(pointer)) end
  for _, one in ipairs(moves) do
    if one.part == "skills" then list[#list + 1] = "/flex/taskrouter_skills" else add(one.part) end
  end
  return list
end

return deploying
