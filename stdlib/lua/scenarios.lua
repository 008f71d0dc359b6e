-- The language of scenario files (*_test.lua): what a script is tried on, what people do, and what is to come of it.
-- Loaded for such files only. A scenario file computes one table; everything in it happens later, and elsewhere.
local host = ...

local function fail(message, hint)
  error({ kind = "script", message = message, hint = hint, where = host.where() }, 0)
end

local function want(value, kind, what)
  if type(value) ~= kind then fail(what .. ": got " .. type(value) .. ", want a " .. kind) end
  return value
end

-- Every key of `fields` is one of `known`, and its value of that type. Keys of the list part are left out.
local function only(fields, known, what)
  for key, value in pairs(want(fields, "table", what)) do
    if math.type(key) == nil then
      local kind = known[key]
      if not kind then
        local all = {}
        for name in pairs(known) do all[#all + 1] = name end
        table.sort(all)
        fail(what .. ": \"" .. tostring(key) .. "\" is not known here", "there are: " .. table.concat(all, ", "))
      end
      if kind ~= "any" then want(value, kind, what .. ": " .. key) end
    end
  end
  return fields
end

local function texts(list, what)
  for i, one in ipairs(want(list, "table", what)) do want(one, "string", what .. "[" .. i .. "]") end
  return list
end

-- What changes the world or the workspace: before the run in `break_`, while it waits in `decisions`.

-- set("/json/pointer", value): puts the value there, in place of what is there.
function set(pointer, value)
  if value == nil then fail("set(\"" .. tostring(pointer) .. "\"): got no value", "json.null is a null") end
  return { set = want(pointer, "string", "set"), value = value }
end

-- remove("/json/pointer")
function remove(pointer) return { remove = want(pointer, "string", "remove") } end

-- fault "match=POST api.twilio.com/*,status=500": what goes wrong at the providers (docs/formats/faults.md)
function fault(text) return { fault = want(text, "string", "fault") } end

-- call { to = "+1…", from = "+1…", path = "voicemail", … }: a caller dials (docs/formats/calls.md)
function call(order) return { call = want(order, "table", "call") } end

-- edit("file", "from", "to"): puts a text in place of another in a file of the workspace, or in the script or a module
-- beside it; without `from` ("") the whole file.
function edit(file, from, to)
  return { edit = want(file, "string", "edit"), from = want(from, "string", "edit"), to = want(to, "string", "edit") }
end

local events = { set = true, remove = true, fault = true, call = true, edit = true }

local function event(one)
  if type(one) ~= "table" then return nil end
  for name in pairs(events) do
    if one[name] ~= nil then return name end
  end
end

local words = { approve = true, reject = true, sign_off = true, resume = true, look_again = true, replan = true, take_over = true, rest = true, none = true }
local answers = {
  approve = { approve = "any", reference = "string", break_glass = "string" },
  reject = { reject = "string", by = "string" },
  attest = { attest = "string", verdict = "string", by = "string", note = "string" },
  sign_off = { sign_off = "any", by = "string" },
  advance = { advance = "string" },
  settle = { settle = "string", by = "string" },
}

-- What people do, in order: "approve" and the like, or { attest = "slug" }, as a table each.
local function decided(list, what)
  if type(list) == "string" then list = { list } end
  local out = {}
  for i, one in ipairs(want(list, "table", what)) do
    local at = what .. "[" .. i .. "]"
    if type(one) == "string" then
      if not words[one] then
        fail(at .. ": got \"" .. one .. "\", want approve, reject, sign_off, resume, look_again, replan, take_over, rest or none")
      end
      out[i] = { [one] = true }
    elseif event(one) then
      out[i] = one
    else
      local kind
      for name in pairs(answers) do
        if type(one) == "table" and one[name] ~= nil then kind = name end
      end
      if not kind then
        fail(at .. " is nothing that people do",
          "want \"approve\", { attest = \"slug\", verdict = \"pass\" }, { advance = \"24h\" }, … or a set, remove, fault, call, edit")
      end
      out[i] = only(one, answers[kind], at)
      if kind == "advance" then time.duration(one.advance) end
      if one.verdict ~= nil and one.verdict ~= "pass" and one.verdict ~= "fail" then
        fail(at .. ": got verdict " .. tostring(one.verdict) .. ", want \"pass\" or \"fail\"")
      end
      if kind == "settle" and one.settle ~= "applied" and one.settle ~= "not-applied" then
        fail(at .. ": got \"" .. one.settle .. "\", want \"applied\" or \"not-applied\"")
      end
    end
  end
  return out
end

local expected = {
  status = "string", findings = "table", first_finding = "string", checks_failed = "table", error = "string", plan = "table",
  world = "table", unchanged = "table", files = "table", requests = "table", after = "table", unanswered = "table",
}
-- Of a recording there is no world to look at, and nobody answers.
local of_recordings = {
  status = true, findings = true, first_finding = true, checks_failed = true, error = true, plan = true, unanswered = true,
}

-- after = { call { … }, expect = { … } }, or a list of such.
local function afterwards(after, what)
  local list = event(after[1]) and { after } or after
  local out = {}
  for i, one in ipairs(list) do
    local at = what .. "[" .. i .. "]"
    only(one, { expect = "table" }, at)
    if event(one[1]) ~= "call" then fail(at .. ": got no call { … }") end
    out[i] = { call = one[1].call, expect = want(one.expect, "table", at .. ": expect") }
  end
  return out
end

-- scenario "in words" { break_ = { … }, params = { … }, decisions = { … }, expect = { … } }
function scenario(name)
  want(name, "string", "scenario")
  local line = math.tointeger(tonumber(host.where():match(":(%d+)$") or 0))
  return function(fields)
    local what = "scenario \"" .. name .. "\""
    only(fields, { break_ = "table", params = "table", decisions = "any", expect = "table" }, what)
    for i, one in ipairs(fields.break_ or {}) do
      if not event(one) then
        fail(what .. ": break_[" .. i .. "] is none of set, remove, fault, call and edit")
      end
    end
    local expect = only(fields.expect or {}, expected, what .. ": expect")
    if next(expect) == nil then fail(what .. " expects nothing, so it could not fail", "want expect = { status = \"done\" } or more") end
    for _, key in ipairs { "findings", "checks_failed", "plan", "unchanged", "unanswered" } do
      if expect[key] then texts(expect[key], what .. ": expect." .. key) end
    end
    if expect.requests then only(expect.requests, { changing = "number" }, what .. ": expect.requests") end
    if expect.after then expect.after = afterwards(expect.after, what .. ": expect.after") end
    return {
      is = "scenario", name = name, line = line, break_ = fields.break_, params = fields.params, expect = expect,
      decisions = fields.decisions and decided(fields.decisions, what .. ": decisions"),
    }
  end
end

-- What a scenario over a recording cannot say.
local function fits_recording(one)
  local what = "scenario \"" .. one.name .. "\""
  if one.break_ or one.decisions then
    fail(what .. ": a recording is what it is: nothing is broken in it, and nobody decides", "leave break_ and decisions out")
  end
  for key in pairs(one.expect) do
    if not of_recordings[key] then fail(what .. ": expect." .. tostring(key) .. " is not known of a recording") end
  end
end

-- scenarios { script = "dead-air.lua", world = "…", workspace = "…", people = { name = { roles } }, scenario …, … }
-- scenarios { script = "dead-air.lua", recorded = "….cassette.json", scenario …, … }
function scenarios(fields)
  only(fields, { script = "string", world = "string", recorded = "string", workspace = "string", people = "table" }, "scenarios")
  if fields.script == nil then fail("scenarios: got no script") end
  if fields.recorded ~= nil then
    for _, key in ipairs { "world", "workspace", "people" } do
      if fields[key] ~= nil then fail("scenarios: got recorded and " .. key .. ", want one of the two") end
    end
  elseif fields.world == nil then
    fail("scenarios: got no world", "want world, or recorded = \"….cassette.json\"")
  end
  for name, roles in pairs(fields.people or {}) do
    if type(name) ~= "string" or not name:match("^[a-z][a-z0-9_-]*$") then
      fail("scenarios: people: got \"" .. tostring(name) .. "\", want names of lower-case letters, digits, _ and -")
    end
    for i, role in ipairs(texts(roles, "scenarios: people." .. name)) do
      if not role:match("^[a-z][a-z0-9_-]*$") then fail("scenarios: people." .. name .. "[" .. i .. "]: \"" .. role .. "\" is not a role") end
    end
  end
  local list, names = {}, {}
  for i, one in ipairs(fields) do
    if type(one) ~= "table" or one.is ~= "scenario" then fail("scenarios: entry " .. i .. " is not a scenario \"…\" { … }") end
    if names[one.name] then fail("scenarios: two are named \"" .. one.name .. "\"") end
    names[one.name] = true
    if fields.recorded ~= nil then
      fits_recording(one)
    elseif one.expect.unanswered ~= nil then
      fail("scenario \"" .. one.name .. "\": expect.unanswered is of recordings only")
    end
    list[i] = one
  end
  if #list == 0 then fail("scenarios: got none", "want scenario \"in words\" { … } in it") end
  if #list > 1000 then fail("scenarios: got " .. #list .. ", want at most 1000 in a file", "split it") end
  return {
    is = "scenarios", script = fields.script, world = fields.world, recorded = fields.recorded, workspace = fields.workspace,
    people = fields.people, scenarios = list,
  }
end

function host.main(chunk)
  local value = chunk()
  if type(value) ~= "table" or value.is ~= "scenarios" then
    error({ kind = "script", message = "the file returned " .. type(value) .. ", want scenarios { … }",
      hint = "end it with `return scenarios { … }`" }, 0)
  end
  return value
end
