-- The language of runbooks. Runs in the script host before the script itself; what it defines are
-- plain functions that build plain tables, and calls to the engine. The engine decides; nothing here is trusted.
local host, setup = ...

local fail -- raises an error table with the caller's line
function fail(message, hint)
  error({ kind = "script", message = message, hint = hint, where = host.where() }, 0)
end

local function want(value, kind, what)
  if type(value) ~= kind then fail(what .. ": got " .. type(value) .. ", want a " .. kind) end
  return value
end

print = host.print
json = { null = host.null }

-- json.decode(text): what JSON text says; nil where it is none. Nothing that the engine holds can be named by it.
function json.decode(text) return host.decode(want(text, "string", "json.decode")) end

-- Operations: one function per row; an unknown name reaches the engine, which says what is near.
local function namespace(prefix)
  return setmetatable({}, {
    __index = function(_, key) return namespace(prefix .. "." .. tostring(key)) end,
    __call = function(_, arguments) return host.call(prefix, arguments or {}) end,
    __metatable = false,
  })
end

for _, name in ipairs(setup.operations) do
  local at = _G
  local path = ""
  for word in name:gmatch("([^.]+)%.") do
    path = path == "" and word or path .. "." .. word
    if rawget(at, word) == nil then rawset(at, word, namespace(path)) end
    at = rawget(at, word)
  end
  rawset(at, name:match("[^.]+$"), function(arguments) return host.call(name, arguments or {}) end)
end

-- Comparisons read better with their two sides in place.
if rawget(_G, "snapshot") then
  local rows = {}
  for _, name in ipairs { "diff", "only", "unchanged" } do rows[name] = rawget(snapshot, name) end
  if rows.diff then
    rawset(snapshot, "diff", function(from, to) return rows.diff { from = from, to = to } end)
    rawset(snapshot, "only", function(diff, paths) return rows.only { diff = diff, paths = paths } end)
    rawset(snapshot, "unchanged", function(from, to, paths)
      return rows.unchanged { from = from, to = to, paths = paths }
    end)
  end
end

-- What a run records.
function step(title) return host.call("run.step", { title = want(title, "string", "step") }) end

function note(text) return host.call("run.note", { text = want(text, "string", "note") }) end

-- check(condition, title [, detail]): a failed check ends the run, whatever the script catches.
function check(condition, title, detail)
  want(title, "string", "check: its title")
  if host.is_mark(condition) then fail("check: \"" .. title .. "\" cannot be checked before it is known") end
  host.call("run.check", { ok = condition and true or false, title = title, detail = detail })
  return condition
end

-- finding { symptom?, cause, severity? ("low" "medium" "high"), evidence?, escalation?, inform?, affects? }
-- One of severity "high" blocks every other run that would change this account or the profiles in `affects`, names the
-- rule of escalation that it met, and opens the item "… informed" for the role `inform`.
function finding(fields)
  want(fields, "table", "finding")
  want(fields.cause, "string", "finding: cause")
  local severity = fields.severity or "medium"
  if severity ~= "low" and severity ~= "medium" and severity ~= "high" then
    fail("finding: got severity " .. tostring(severity) .. ", want \"low\", \"medium\" or \"high\"")
  end
  -- Symptoms are tried side by side; what they found is recorded when all have been, the most caller-visible first.
  if host.collecting then
    fields.severity_given = fields.severity
    return fields
  end
  return host.call("run.finding", {
    symptom = fields.symptom, cause = fields.cause, severity = severity, evidence = fields.evidence,
    escalation = fields.escalation, inform = fields.inform, affects = fields.affects,
  })
end

-- parallel(list, fn [, { limit = 32 }]): the results of fn(item, index) in the order of the list.
function parallel(list, fn, options)
  return host.parallel(want(list, "table", "parallel"), want(fn, "function", "parallel"), options and options.limit or 32)
end

-- Time: seconds since the epoch. now() is journaled; the rest computes.
local function civil(days)
  local z = days + 719468
  local era = z // 146097
  local doe = z - era * 146097
  local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
  local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
  local mp = (5 * doy + 2) // 153
  local d, m = doy - (153 * mp + 2) // 5 + 1, mp < 10 and mp + 3 or mp - 9
  return (m <= 2 and 1 or 0) + yoe + era * 400, m, d
end

time = {}
function time.now() return host.call("run.now", {}) end

function time.date(seconds)
  return string.format("%04d-%02d-%02d", civil(seconds // 86400))
end

function time.iso(seconds)
  local rest = seconds % 86400
  return time.date(seconds) .. string.format("T%02d:%02d:%02dZ", rest // 3600, rest % 3600 // 60, rest % 60)
end

-- time.parse(text): seconds since the epoch of "2026-11-20T12:00:00Z", "2026-11-20T14:00:00+02:00", "2026-11-20" (its
-- midnight in UTC), "Fri, 20 Nov 2026 12:00:00 +0000"; nil if it is none of these, or no such time.
function time.parse(text)
  if type(text) ~= "string" then return nil end
  return host.time(text)
end

-- time.duration(value): seconds of "90s", "15m", "24h", "2d", "1d12h", or of a number.
function time.duration(value)
  if math.type(value) == "integer" and value >= 0 then return value end
  local seconds = type(value) == "string" and host.duration(value)
  if not seconds then fail("time.duration: got " .. tostring(value) .. ", want a number of seconds, or such as \"24h\"") end
  return seconds
end

-- Parameters: param.<kind> { why = … [, default = …] [, optional = true] [, choices = {…}] [, required_if = { name = value }] }
param = setmetatable({}, {
  __index = function(_, kind) fail("param." .. tostring(kind) .. ": no such kind of parameter", "kinds: profile phone email choice text duration sid url flag secret") end,
  __metatable = false,
})
for _, kind in ipairs { "profile", "phone", "email", "choice", "text", "duration", "sid", "url", "flag", "secret" } do
  rawset(param, kind, function(fields)
    fields = want(fields or {}, "table", "param." .. kind)
    if type(fields.why) ~= "string" or fields.why == "" then
      fail("param." .. kind .. ": every parameter says why it is needed (why = \"…\")")
    end
    if kind == "choice" and (type(fields.choices) ~= "table" or #fields.choices == 0) then
      fail("param.choice: got no choices, want choices = { \"…\", … }")
    end
    local out = { kind = kind }
    for key, value in pairs(fields) do out[key] = value end
    return out
  end)
end

-- Rails: data, enforced by the engine while planning and again before every operation.
local function rail(kind, fields) fields.rail = kind return fields end

rails = {
  -- adjacent accounts must not change while this one is changed
  baselines_unchanged = rail("baselines_unchanged", { why = "adjacent accounts must not change" }),
  -- no changing operation before a phase has captured a snapshot labelled PRE
  snapshot_first = rail("snapshot_first", { why = "what is not recorded before a change cannot be compared after it" }),
}

-- rails.after(operation, needs [, why]): only once an operation `needs` of this run is confirmed done.
-- `needs` may name an operation, or { operation, { argument = value } }.
function rails.after(operation, needs, why)
  if type(needs) == "string" then needs = { needs } end
  return rail("after", { operation = operation, needs = needs[1], needs_arguments = needs[2], why = why })
end

-- rails.after_one_of(operation, { needs, … } [, why]): only once any one of these is confirmed done.
function rails.after_one_of(operation, needs, why)
  return rail("after_one_of", { operation = operation, needs = needs, why = why })
end

-- rails.given({ parameter = value or { values } }, rail): the rail holds only where the run's parameters are such.
function rails.given(parameters, one)
  local given = {}
  for name, values in pairs(parameters) do given[name] = type(values) == "table" and values or { values } end
  one.given = given
  return one
end

-- rails.after_phase(operation, phase [, why]): only once that phase has ended (a wait: is over), or was skipped.
function rails.after_phase(operation, phase, why) return rail("after_phase", { operation = operation, phase = phase, why = why }) end

-- rails.never(operation [, why [, instead]])
function rails.never(operation, why, instead) return rail("never", { operation = operation, why = why, instead = instead }) end

-- rails.only_with(operation, { argument = value, … } [, why]): only with these arguments.
function rails.only_with(operation, arguments, why)
  return rail("only_with", { operation = operation, arguments = arguments, why = why })
end

-- rails.after_check(operation, title [, why]): only once a check of that title has passed.
function rails.after_check(operation, title, why) return rail("after_check", { operation = operation, title = title, why = why }) end

-- rails.protect(pointer [, why]): nothing at or below that pointer of the snapshot may be changed.
function rails.protect(pointer, why) return rail("protect", { pointer = pointer, why = why }) end

-- What a read phase promises to return: read("name", { returns = { key = hole.document } }). A mutating phase
-- behind it sees placeholders of just these, so that it can be planned and signed before the phase has happened.
hole = {
  -- the handle of a document or snapshot
  document = { hole = "document" },
}

-- hole.matches(pattern): a text of that form (a Lua pattern).
function hole.matches(pattern) return { hole = "text", pattern = want(pattern, "string", "hole.matches") } end

-- hole.one_of { … }: one of these texts or numbers.
function hole.one_of(values)
  if #want(values, "table", "hole.one_of") == 0 then fail("hole.one_of: got no values") end
  return { hole = "one_of", values = values }
end

-- hole.between(from, to): a number, both ends included.
function hole.between(from, to)
  want(from, "number", "hole.between")
  want(to, "number", "hole.between")
  if from > to then fail("hole.between: " .. from .. " is above " .. to) end
  return { hole = "number", from = from, to = to }
end

-- Phases.
local function phase(kind)
  return function(name, options)
    want(name, "string", kind)
    if not name:match("^[a-z][a-z0-9_]*$") then fail(kind .. ": got \"" .. name .. "\", want a name of lower-case letters, digits and _") end
    if options ~= nil then want(options, "table", kind .. " \"" .. name .. "\": its options") end
    return function(body)
      local out = { phase = kind, name = name, when = options and options.when, title = options and options.title }
      if kind == "wait" then
        want(body, "table", "wait \"" .. name .. "\"")
        if (body.duration == nil) == (body.till == nil) then
          fail("wait \"" .. name .. "\": want either duration = \"24h\" (or a function), or till = a function to seconds since the epoch")
        end
        if body.till ~= nil then want(body.till, "function", "wait \"" .. name .. "\": till") end
        if body.unless ~= nil then
          local early = want(body.unless, "table", "wait \"" .. name .. "\": unless")
          want(early[1], "string", "wait \"" .. name .. "\": unless[1], what ends it early")
          out.unless, out.unless_met = early[1], want(early[2], "function", "wait \"" .. name .. "\": unless[2]")
        end
        out.duration, out.ready, out.every, out.why = body.duration or body.till, body.ready, body.every or "15m", body.why
        out.till = body.till ~= nil
      else
        out.body = want(body, "function", kind .. " \"" .. name .. "\"")
        out.returns = options and options.returns
        out.undo, out.undo_if = options and options.undo, options and options.undo_if
        if (out.undo or out.undo_if) and kind ~= "mutate" then fail(kind .. " \"" .. name .. "\": only a mutating phase is undone") end
        if out.undo then want(out.undo, "function", kind .. " \"" .. name .. "\": undo") end
        if out.undo_if then want(out.undo_if, "string", kind .. " \"" .. name .. "\": undo_if, the title of a check or an item's slug") end
        if out.returns and kind ~= "read" then fail(kind .. " \"" .. name .. "\": only a read phase promises what it returns") end
      end
      return out
    end
  end
end
read, mutate, wait = phase "read", phase "mutate", phase "wait"

-- Items of `done`. attest { "slug", "what a person confirms" [, by = role] [, when = fn]
--   [, due = "24h" [, after = phase] [, within = "24h"]] [, undo = true] }
-- `due`: so long after the run's last change, or after that phase; overdue when `within` has passed too.
-- `undo`: if it is attested as failed, what the run changed is planned to be undone.
function attest(fields)
  want(fields, "table", "attest")
  local slug, text = fields[1], fields[2]
  if type(slug) ~= "string" or not slug:match("^[a-z0-9][a-z0-9-]*$") then fail("attest: got no slug, want attest { \"a-slug\", \"what a person confirms\" }") end
  want(text, "string", "attest \"" .. slug .. "\"")
  for _, key in ipairs { "due", "within" } do
    if fields[key] ~= nil then time.duration(want(fields[key], "string", "attest \"" .. slug .. "\": " .. key)) end
  end
  return {
    item = "attest", slug = slug, text = text, role = fields.by, when = fields.when,
    due = fields.due, after = fields.after, within = fields.within, undo = fields.undo,
  }
end

-- proven "title": a check of that title has passed.
function proven(fields)
  if type(fields) == "string" then fields = { fields } end
  want(fields[1], "string", "proven")
  return { item = "proven", text = fields[1], when = fields.when }
end

function sign_off(role)
  local fields = type(role) == "table" and role or { role }
  want(fields[1], "string", "sign_off")
  return { item = "sign_off", role = fields[1], text = fields.text or ("Sign-off by the " .. fields[1]) }
end

local sections = {
  name = "string", title = "string", authority = "table", parameters = "table", read_first = "table", rails = "table",
  procedure = "table", done = "table", variants = "table", summary = "string", gotchas = "table", approval = "table",
  evidence = "string",
  incident = "string",
  symptoms = "table",
}

function runbook(fields)
  want(fields, "table", "runbook")
  for key, value in pairs(fields) do
    if not sections[key] then fail("runbook: \"" .. tostring(key) .. "\" is not a section of a runbook") end
    want(value, sections[key], "runbook: " .. key)
  end
  for _, key in ipairs { "name", "title", "procedure" } do
    if fields[key] == nil then fail("runbook: got no " .. key) end
  end
  local profiles, names, slugs = 0, {}, {}
  for name, parameter in pairs(fields.parameters or {}) do
    if type(parameter) ~= "table" or not parameter.kind then fail("runbook: parameter \"" .. tostring(name) .. "\" is not a param.<kind> { … }") end
    if parameter.kind == "profile" then profiles = profiles + 1 end
  end
  if fields.incident and not (fields.parameters or {})[fields.incident] then
    fail("runbook: incident: there is no parameter \"" .. fields.incident .. "\"", "name the parameter that holds the run of the incident")
  end
  -- A misspelt parameter would let a change pass without the role that it asks for.
  for i, one in ipairs((fields.approval or {}).requires or {}) do
    if type(one) ~= "table" or type(one.role) ~= "string" then
      fail("runbook: approval.requires[" .. i .. "] is not { role = \"…\", count = 1 }")
    end
    for name in pairs(one.given or {}) do
      if not (fields.parameters or {})[name] then
        fail("runbook: approval.requires[" .. i .. "].given: there is no parameter \"" .. tostring(name) .. "\"")
      end
    end
  end
  if profiles > 1 then fail("runbook: got " .. profiles .. " profile parameters, want exactly one that names the account") end
  for i, entry in ipairs(fields.procedure) do
    if type(entry) ~= "table" or not entry.phase then fail("runbook: entry " .. i .. " of the procedure is not a read, mutate or wait") end
    if entry.phase ~= "wait" and entry.name:match("_undo$") then fail("runbook: \"" .. entry.name .. "\": names that end with _undo are kept for what undoes a phase") end
    if names[entry.name] then fail("runbook: two phases are named \"" .. entry.name .. "\"") end
    names[entry.name] = true
  end
  for i, item in ipairs(fields.done or {}) do
    if type(item) ~= "table" or not item.item then fail("runbook: item " .. i .. " of done is not an attest, proven or sign_off") end
    if item.slug then
      if slugs[item.slug] then fail("runbook: two items of done are named \"" .. item.slug .. "\"") end
      slugs[item.slug] = true
    end
  end
  fields.is = "runbook"
  return fields
end

-- Modules: the runbook's own folder and the standard library, read and pinned by the engine.
local loaded, depth = {}, 0
function require(name)
  want(name, "string", "require")
  if loaded[name] == nil then
    if depth > 20 then fail("require: modules \"" .. name .. "\" and others require one another") end
    local chunk = host.module(name)
    depth = depth + 1
    local value = chunk(name)
    depth = depth - 1
    loaded[name] = value == nil and true or value
  end
  return loaded[name]
end

-- What a phase sees of the run.
local function make_run(data, definition)
  local phases = {}
  for _, entry in ipairs(definition.procedure) do phases[entry.name] = true end
  local declared = definition.parameters or {}
  local params = setmetatable(data.params, {
    __index = function(_, key)
      if declared[key] == nil then fail("run.params." .. tostring(key) .. ": no such parameter is declared") end
      return nil
    end,
    __newindex = function() fail("run.params is read-only") end,
    __metatable = false,
  })
  local known = { params = params, profile = data.profile, id = data.id, started = data.started, today = data.today }
  return setmetatable({}, {
    __index = function(_, key)
      if known[key] ~= nil then return known[key] end
      if data.phases[key] ~= nil then return data.phases[key].value end
      if data.skipped[key] then fail("run." .. key .. ": the phase \"" .. key .. "\" was skipped") end
      if phases[key] then host.unknown(key) end
      fail("run." .. tostring(key) .. ": no phase of that name")
    end,
    __newindex = function() fail("run is read-only") end,
    __metatable = false,
  })
end

local function is_function(value) return type(value) == "function" or nil end

local function describe(definition)
  local procedure, done = {}, {}
  for i, entry in ipairs(definition.procedure) do
    procedure[i] = {
      phase = entry.phase, name = entry.name, title = entry.title, has_when = is_function(entry.when),
      duration = type(entry.duration) ~= "function" and entry.duration or nil, has_duration = is_function(entry.duration), till = entry.till or nil, returns = entry.returns,
      has_ready = is_function(entry.ready), every = entry.every, why = entry.why, unless = entry.unless,
      has_undo = is_function(entry.undo), undo_if = entry.undo_if,
    }
  end
  for i, item in ipairs(definition.done or {}) do
    done[i] = {
      item = item.item, slug = item.slug, text = item.text, role = item.role, has_when = is_function(item.when),
      due = item.due, after = item.after, within = item.within, undo = item.undo,
    }
  end
  local out = {}
  for key in pairs(sections) do out[key] = definition[key] end
  out.is, out.procedure, out.done = definition.is, procedure, done
  return out
end

function host.main(chunk, task)
  -- Asked by the engine before any script runs: whether a text is of a promised form.
  if task.kind == "fits" then return task.text:match(task.pattern) ~= nil end
  local value = chunk()
  if task.kind == "eval" then return value end
  if host.as_runbook then value = host.as_runbook(value) end
  if task.kind == "describe" and type(value) == "table" and not value.is then return { is = "module" } end
  if type(value) ~= "table" or not value.is then
    error({ kind = "script", message = "the script returned " .. type(value) .. ", want runbook { … }",
      hint = "end it with `return runbook { … }`" }, 0)
  end
  if task.kind == "describe" then return describe(value) end
  local run = make_run(task.run, value)
  if task.kind == "done" then
    local wanted = {}
    for i, item in ipairs(value.done or {}) do wanted[i] = item.when == nil or (item.when(run) and true or false) end
    return wanted
  end
  for _, entry in ipairs(value.procedure) do
    if entry.name == task.phase then
      if entry.when and not entry.when(run) then
        host.tell("skipped", {})
        return nil
      end
      if task.part == "body" then
        return entry.body(run)
      end
      if task.part == "undo" then return entry.undo(run) end
      if task.part == "unless" then return entry.unless_met(run) and true or false end
      if task.part == "ready" then return entry.ready(run) and true or false end
      if task.part == "duration" then
        local duration = entry.duration
        if type(duration) == "function" then duration = duration(run) end
        return time.duration(duration)
      end
    end
  end
  fail("no phase \"" .. tostring(task.phase) .. "\"")
end
