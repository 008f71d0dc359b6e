-- Holds what an author writes to the schema: every table of the language is closed. A misspelt field would lose an approver, a
-- condition or a verification without a word, so it is an error, at the author's line, before anything runs.
local host = ...
local schema = host.schema

local closed = {}

-- Raises an error table with the caller's line.
function closed.fail(message, hint)
  error({ kind = "script", message = message, hint = hint, where = host.where() }, 0)
end

local fail = closed.fail

function closed.want(value, kind, what)
  if type(value) ~= kind then fail(what .. ": got " .. type(value) .. ", want a " .. kind) end
  return value
end

-- What the language's functions made, and nothing else: a table that only looks like a phase was checked by nobody.
local made, places = {}, {}

function closed.make(kind, value)
  made[value] = kind
  places[value] = host.where()
  return value
end

-- Where it was made: "script:line".
function closed.place(value) return places[value] or "" end

function closed.is_made(kind, value) return made[value] == kind end

local makers = {
  phase = "a read, mutate or wait", item = "an attest, proven or sign_off", rail = "one of those that `rails` offers",
  parameter = "a param.<kind> { … }", cause = "a cause { … }", fix = "a fix \"…\" (function(case) … end)",
  symptom = "a symptom { … }", hole = "one of those that `hole` offers",
}

-- How many letters have to be put in, taken out or changed to get from one word to the other.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local corner = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      local change = corner + (a:byte(i) == b:byte(j) and 0 or 1)
      row[j] = math.min(above + 1, row[j - 1] + 1, change)
      corner = above
    end
  end
  return row[#b]
end

-- The nearest of the names that are keys of `names`; nil where none is near.
function closed.nearest(word, names)
  local best, least
  if type(word) ~= "string" then return nil end
  for name in pairs(names) do
    if type(name) == "string" then
      local far = distance(word, name)
      if far < #name and far <= (#word < 4 and 1 or 2) and (not least or far < least) then best, least = name, far end
    end
  end
  return best
end

local function near(word, fields)
  local names = {}
  for _, field in ipairs(fields) do names[field.name] = true end
  return closed.nearest(word, names)
end

local function shown(value)
  local kind = math.type(value) or type(value)
  if kind == "string" then return #value <= 60 and "\"" .. value .. "\"" or "a text" end
  if kind == "integer" or kind == "float" or kind == "boolean" then return tostring(value) end
  return kind == "nil" and "nothing" or "a " .. kind
end

closed.shown = shown

local function is_text(value) return type(value) == "string" end

local plain = {
  text = { is_text, "a text" },
  role = { function(value) return is_text(value) and value ~= "" end, "a role, as policy.toml names it" },
  operation = { is_text, "the name of an operation" },
  slug = {
    function(value) return is_text(value) and value:match("^[a-z0-9][a-z0-9-]*$") ~= nil end,
    "a slug of lower-case letters, digits and -",
  },
  integer = { function(value) return math.type(value) == "integer" end, "a whole number" },
  number = { function(value) return type(value) == "number" end, "a number" },
  flag = { function(value) return type(value) == "boolean" end, "true or false" },
  ["function"] = { function(value) return type(value) == "function" end, "a function" },
  duration = { function(value) return is_text(value) and host.duration(value) ~= nil end, "a duration such as \"24h\"" },
  table = { function(value) return type(value) == "table" end, "a table" },
  any = { function() return true end, "a value" },
}

local check_shape

-- "a text or a function"; what functions of the language make is named by how it is written.
local function wanted(kind)
  local words = {}
  for one in (kind .. " or "):gmatch("(.-) or ") do
    words[#words + 1] = plain[one] and plain[one][2] or makers[one] or one:match("^list of ") and "a list" or "a table"
  end
  return table.concat(words, " or ")
end

-- Whether `value` is of the type; errors inside it are raised.
local function fits(value, kind, what, check_type)
  for one in (kind .. " or "):gmatch("(.-) or ") do
    local of = one:match("^list of (.+)$")
    if plain[one] then
      if plain[one][1](value) then return true end
    elseif makers[one] then
      if made[value] == one then return true end
    elseif type(value) == "table" and not of then
      check_shape(value, one, what)
      return true
    elseif type(value) == "table" then
      for key, item in pairs(value) do
        if math.type(key) ~= "integer" or key < 1 or key > #value then
          fail(what .. ": unknown field " .. shown(key) .. ": it is a list", "write its entries one after the other, without names")
        end
        check_type(item, of, what .. "[" .. key .. "]")
      end
      return true
    end
  end
  return false
end

local function check_type(value, kind, what, example)
  if fits(value, kind, what, check_type) then return end
  if makers[kind] then fail(what .. " is not " .. makers[kind], example and "such as " .. example or nil) end
  local words = wanted(kind)
  local such = example and not words:find("such as", 1, true)
  -- A whole function would drown the sentence.
  local long = such and #example > 60
  fail(what .. ": got " .. shown(value) .. ", want " .. words .. (such and not long and ", such as " .. example or ""),
    long and "such as " .. example or nil)
end

local function field_of(fields, key)
  for _, field in ipairs(fields) do
    if field.name == key then return field end
  end
  return nil
end

local function check_field(value, field, what)
  local at = type(field.name) == "number" and what .. "[" .. field.name .. "]" or what .. ": " .. field.name
  check_type(value, field.type, at, field.example)
  if not field.one_of then return end
  local words = {}
  for i, one in ipairs(field.one_of) do
    if value == one then return end
    words[i] = "\"" .. one .. "\""
  end
  local before = #words > 1 and table.concat(words, ", ", 1, #words - 1) .. " or " or ""
  fail(at .. ": got " .. shown(value) .. ", want " .. before .. words[#words])
end

-- Errors: a field that the shape does not have, one of the wrong type, one that is missing.
function check_shape(value, name, what)
  local shape = schema[name]
  if type(value) ~= "table" then fail(what .. ": got " .. shown(value) .. ", want a table") end
  if shape.map then
    for key, one in pairs(value) do
      if type(key) ~= "string" then fail(what .. ": got an entry without a name", "write name = …") end
      check_type(one, shape.map, what .. "[\"" .. key .. "\"]")
    end
    return value
  end
  for key, one in pairs(value) do
    local field = field_of(shape.fields, key)
    if not field then
      local better = type(key) == "string" and near(key, shape.fields)
      local hint = better and "did you mean \"" .. better .. "\"?" or nil
      if shape.stranger then fail(what .. ": " .. shown(key) .. " " .. shape.stranger, hint) end
      fail(what .. ": unknown field " .. shown(key) .. (better and " (did you mean \"" .. better .. "\"?)" or ""),
        not better and closed.fields_text(shape) or nil)
    end
    check_field(one, field, what)
  end
  for _, field in ipairs(shape.fields) do
    if field.required and value[field.name] == nil then
      local missing = type(field.name) == "number" and "[" .. field.name .. "]" or field.name
      fail(what .. ": got no " .. missing .. (type(field.name) == "number" and ", want " .. field.doc or ""),
        field.example and "such as " .. field.example or type(field.name) == "string" and field.doc or nil)
    end
  end
  return value
end

closed.check = check_shape

-- "it takes operator, approver"
function closed.fields_text(shape)
  local names = {}
  for _, field in ipairs(shape.fields) do
    if type(field.name) == "string" then names[#names + 1] = field.name end
  end
  return #names > 0 and "it takes " .. table.concat(names, ", ") or "it takes no fields with names"
end

-- What a function takes by place: rails.after(operation, needs, why).
function closed.arguments(name, ...)
  local shape, given = schema[name], { ... }
  local count = select("#", ...)
  if count > #shape.fields then fail(name .. ": got " .. count .. " arguments, want " .. #shape.fields) end
  for i, field in ipairs(shape.fields) do
    if given[i] ~= nil then
      check_field(given[i], field, name)
    elseif field.required then
      fail(name .. "[" .. i .. "]: got nothing, want " .. field.doc)
    end
  end
end

return closed
