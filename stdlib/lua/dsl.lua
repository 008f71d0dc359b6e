-- The language of runbooks. Runs in the script host before the script itself; what it defines are
-- plain functions that build plain tables, and calls to the engine. The engine decides; nothing here is trusted.
local host, setup = ...

local closed = host.closed
local fail, want = closed.fail, closed.want

-- What operations return and what earlier phases returned is read-only: whoever looks at it next sees what was read.
host.freezing(true)

print = host.print
json = { null = host.null }

-- json.decode(text): what JSON text says; nil where it is none. Nothing that the engine holds can be named by it.
function json.decode(text) return host.decode(want(text, "string", "json.decode")) end

-- json.encode(value [, { indent = true }]): its JSON text, the names in order. Empty lists, nulls, whole numbers and others stay
-- what they were read as.
function json.encode(value, options)
  if options ~= nil then closed.check(options, "json.encode", "json.encode") end
  local text, why = host.encode(value, options and options.indent or false)
  if not text then fail("json.encode: got " .. why .. ", want plain data") end
  return text
end

-- json.list { … }: a list, also where it is empty; {} alone is an object.
function json.list(values)
  want(values, "table", "json.list")
  for key in pairs(values) do
    if math.type(key) ~= "integer" or key < 1 or key > #values then fail("json.list: got an entry \"" .. tostring(key) .. "\", want a list") end
  end
  if getmetatable(values) ~= nil then return values end
  return host.list(values)
end

-- edit(document, function(d) … end): a changed copy of what was read. What the function leaves alone stays what it was: empty lists
-- and objects, nulls, whole numbers and others.
function edit(document, change)
  if host.is_mark(document) then fail("edit: what it is handed is not known yet, or only a handle") end
  want(document, "table", "edit: the document")
  want(change, "function", "edit: what changes it")
  local copy, why = host.copy(document)
  if not copy then fail("edit: got " .. why .. ", want plain data") end
  local out = change(copy)
  if out ~= nil and not rawequal(out, copy) then
    fail("edit: the function returned a " .. type(out) .. ", want nothing", "change what it is handed: edit(document, function(d) d.name = \"…\" end)")
  end
  return copy
end

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
  if type(title) ~= "string" and type(condition) == "string" then
    fail("check: got the title \"" .. condition .. "\" first, want the condition first", "write check(condition, \"" .. condition .. "\")")
  end
  want(title, "string", "check: its title")
  if host.is_mark(condition) then fail("check: \"" .. title .. "\" cannot be checked before it is known") end
  local trial = host.trials[coroutine.running()]
  if trial and not condition then
    trial.failed = trial.failed or "the check \"" .. title .. "\" failed" .. (detail ~= nil and ": " .. tostring(detail) or "")
    fail(trial.failed)
  end
  host.call("run.check", { ok = condition and true or false, title = title, detail = detail })
  return condition
end

-- Several symptoms are tried beside one another, and a failed check of one of them ends only its own trial. The trials that are
-- under way, by the coroutine that they run in.
host.trials = {}

-- finding { symptom?, cause, severity? ("low" "medium" "high"), evidence?, escalation?, inform?, affects? }
-- One of severity "high" blocks every other run that would change this account or the profiles in `affects`, names the
-- rule of escalation that it met, and opens the item "… informed" for the role `inform`.
function finding(fields)
  closed.check(fields, "finding", "finding")
  local severity = fields.severity or "medium"
  -- Symptoms are tried side by side; what they found is recorded when all have been, the most caller-visible first.
  if host.collecting then
    return fields
  end
  return host.call("run.finding", {
    symptom = fields.symptom, cause = fields.cause, severity = severity, evidence = fields.evidence,
    escalation = fields.escalation, inform = fields.inform, affects = fields.affects,
  })
end

-- parallel(list, fn [, { limit = 32 }]): the results of fn(item, index) in the order of the list.
function parallel(list, fn, options)
  if options ~= nil then closed.check(options, "parallel", "parallel") end
  want(list, "table", "parallel")
  want(fn, "function", "parallel")
  local trial, each = host.trials[coroutine.running()], fn
  if trial then
    function each(item, index)
      host.trials[coroutine.running()] = trial
      return fn(item, index)
    end
  end
  return host.parallel(list, each, options and options.limit or 32)
end

-- Time: seconds since the epoch. now() is journaled; the rest computes.
time = {}
function time.now() return host.call("run.now", {}) end

-- time.iso(seconds): "2026-11-20T12:00:00Z".
function time.iso(seconds)
  return host.iso(seconds // 1) or fail("time.iso: got " .. tostring(seconds) .. ", want seconds of the years 1 to 9999")
end

function time.date(seconds) return time.iso(seconds):sub(1, 10) end

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
  local what = "param." .. kind
  rawset(param, kind, function(fields)
    fields = fields == nil and {} or fields
    if type(fields) == "table" and (type(fields.why) ~= "string" or fields.why == "") then
      fail(what .. ": every parameter says why it is needed (why = \"…\")")
    end
    if kind == "choice" and type(fields) == "table" and (type(fields.choices) ~= "table" or #fields.choices == 0) then
      fail("param.choice: got no choices, want choices = { \"…\", … }")
    end
    closed.check(fields, what, what)
    local out = { kind = kind }
    for key, value in pairs(fields) do out[key] = value end
    if fields.default ~= nil then
      local wanted = host.unfit(out, fields.default)
      if wanted then fail(what .. ": default: got " .. closed.shown(fields.default) .. ", want " .. wanted) end
    end
    return closed.make("parameter", out)
  end)
end

-- Rails: data, enforced by the engine while planning and again before every operation. Each kind is the engine's; what
-- it takes by place becomes a field of the rail.
rails = {}
for _, kind in ipairs(setup.rails) do
  local what = "rails." .. kind.name
  local function make(...)
    closed.arguments(what, ...)
    local out = { rail = kind.name, why = kind.why }
    for i, field in ipairs(kind.fields) do
      local value = (select(i, ...))
      if field.arguments and type(value) == "table" then
        -- { operation, { argument = value } }
        out[field.name], out[field.arguments] = value[1], value[2]
      else
        out[field.name] = value
      end
    end
    return closed.make("rail", out)
  end
  rails[kind.name] = #kind.fields > 0 and make or closed.make("rail", { rail = kind.name, why = kind.why })
end

-- rails.given({ parameter = value or { values } }, rail): the rail holds only where the run's parameters are such.
function rails.given(...)
  closed.arguments("rails.given", ...)
  local parameters, one = ...
  local given, out = {}, {}
  for name, values in pairs(parameters) do given[name] = type(values) == "table" and values or { values } end
  for key, value in pairs(one) do out[key] = value end
  out.given = given
  return closed.make("rail", out)
end

-- What a read phase promises to return: read("name", { returns = { key = hole.document } }). A mutating phase
-- behind it sees placeholders of just these, so that it can be planned and signed before the phase has happened.
hole = {
  -- the handle of a document or snapshot
  document = closed.make("hole", { hole = "document" }),
}

-- Where in a Lua pattern its last item begins, and whether the pattern is well formed: nil and why not.
local function last_item(pattern)
  local at, last, open = 1, 0, 0
  local function after_set(from)
    local i = pattern:sub(from + 1, from + 1) == "^" and from + 2 or from + 1
    repeat
      local c = pattern:sub(i, i)
      if c == "" then return nil end
      i = i + (c == "%" and 2 or 1)
    until pattern:sub(i, i) == "]"
    return i + 1
  end
  while at <= #pattern do
    last = at
    local c, after = pattern:sub(at, at), pattern:sub(at + 1, at + 1)
    if c == "%" and after == "" then return nil, "it ends with %" end
    if c == "%" and after == "b" then
      if #pattern < at + 3 then return nil, "%b wants two characters" end
      at = at + 4
    elseif c == "%" and after == "f" then
      at = pattern:sub(at + 2, at + 2) == "[" and after_set(at + 2)
    elseif c == "[" then
      at = after_set(at)
    else
      if c == "(" then open = open + 1 end
      if c == ")" then open = open - 1 end
      if open < 0 then return nil, "a ) closes nothing" end
      at = at + (c == "%" and 2 or 1)
    end
    if not at then return nil, "a [ is not closed" end
  end
  if open > 0 then return nil, "a ( is not closed" end
  return last
end

-- hole.matches(pattern): a text of that form, from its beginning to its end (a Lua pattern). At most 4096 bytes, no control
-- characters. For a host name use hole.domain_below.
function hole.matches(pattern)
  closed.arguments("hole.matches", pattern)
  local last, why = last_item(pattern)
  if not last then fail("hole.matches: \"" .. pattern .. "\" is no pattern: " .. why) end
  if pattern:sub(1, 1) ~= "^" then pattern, last = "^" .. pattern, last + 1 end
  -- A $ is an anchor only as the last item of all.
  if last == 1 or last ~= #pattern or pattern:sub(last) ~= "$" then pattern = pattern .. "$" end
  return closed.make("hole", { hole = "text", pattern = pattern })
end

-- hole.domain_below(domain): a host name below that domain: labels of lower-case letters, digits and hyphens.
function hole.domain_below(domain)
  closed.arguments("hole.domain_below", domain)
  for label in (domain .. "."):gmatch("(.-)%.") do
    if not (label:match("^[a-z0-9-]+$") and not label:match("^%-") and not label:match("%-$") and #label <= 63) then
      fail("hole.domain_below: got \"" .. domain .. "\", want a domain such as twil.io")
    end
  end
  return closed.make("hole", { hole = "domain_below", domain = domain })
end

-- hole.one_of { … }: one of these texts or numbers.
function hole.one_of(values)
  closed.arguments("hole.one_of", values)
  if #values == 0 then fail("hole.one_of: got no values") end
  for i, value in ipairs(values) do
    if type(value) ~= "string" and type(value) ~= "number" then
      fail("hole.one_of[1][" .. i .. "]: got a " .. type(value) .. ", want a text or a number")
    end
  end
  return closed.make("hole", { hole = "one_of", values = values })
end

-- hole.between(from, to): a number, both ends included.
function hole.between(from, to)
  closed.arguments("hole.between", from, to)
  if from > to then fail("hole.between: " .. from .. " is above " .. to) end
  return closed.make("hole", { hole = "number", from = from, to = to })
end

-- Phases.
local function waiting(out, what, body)
  closed.check(body, "wait", what)
  local timeless = body.duration == nil and body.till == nil
  if body.duration ~= nil and body.till ~= nil or timeless and body.attested == nil then
    fail(what .. ": want either duration = \"24h\" (or a function), or till = a function to seconds since the epoch")
  end
  if body.unless ~= nil then out.unless, out.unless_met = body.unless[1], body.unless[2] end
  out.duration, out.ready, out.every, out.why = body.duration or body.till, body.ready, body.every or "15m", body.why
  -- Nothing but answers is waited for.
  if timeless then out.duration = "0s" end
  out.attested = body.attested
  out.till = body.till ~= nil
  return out
end

local function phase(kind)
  return function(name, options)
    want(name, "string", kind)
    local what = kind .. " \"" .. name .. "\""
    if not name:match("^[a-z][a-z0-9_]*$") then fail(kind .. ": got \"" .. name .. "\", want a name of lower-case letters, digits and _") end
    if options ~= nil then
      want(options, "table", what .. ": its options")
      if kind ~= "mutate" and (options.undo ~= nil or options.undo_if ~= nil) then fail(what .. ": only a mutating phase is undone") end
      if kind ~= "read" and options.returns ~= nil then fail(what .. ": only a read phase promises what it returns") end
      if kind ~= "read" and options.again_from ~= nil then fail(what .. ": only a read phase is looked at again") end
      closed.check(options, kind .. ".options", what)
    end
    options = options or {}
    return function(body)
      local out = closed.make("phase", { phase = kind, name = name, when = options.when, title = options.title })
      if kind == "wait" then return waiting(out, what, body) end
      out.body = want(body, "function", what)
      out.returns, out.undo, out.undo_if, out.again_from = options.returns, options.undo, options.undo_if, options.again_from
      out.not_after = options.not_after
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
  local slug = fields[1]
  if type(slug) ~= "string" or not slug:match("^[a-z0-9][a-z0-9-]*$") then fail("attest: got no slug, want attest { \"a-slug\", \"what a person confirms\" }") end
  closed.check(fields, "attest", "attest \"" .. slug .. "\"")
  return closed.make("item", {
    item = "attest", slug = slug, text = fields[2], role = fields.by, when = fields.when,
    due = fields.due, after = fields.after, within = fields.within, undo = fields.undo,
  })
end

-- proven "title": a check of that title has passed.
function proven(fields)
  if type(fields) == "string" then fields = { fields } end
  closed.check(fields, "proven", "proven")
  return closed.make("item", { item = "proven", text = fields[1], when = fields.when })
end

function sign_off(role)
  local fields = type(role) == "table" and role or { role }
  closed.check(fields, "sign_off", "sign_off")
  return closed.make("item", { item = "sign_off", role = fields[1], text = fields.text or ("Sign-off by the " .. fields[1]) })
end

-- What a run is described by.
local sections = { "symptoms" }
for _, field in ipairs(host.schema.runbook.fields) do sections[#sections + 1] = field.name end

-- `runbook "connie/cancel"`, where it has a name.
local function called(fields)
  return type(fields) == "table" and type(fields.name) == "string" and "runbook \"" .. fields.name .. "\"" or "runbook"
end

function runbook(fields)
  closed.check(fields, "runbook", called(fields))
  local profiles, names, slugs = 0, {}, {}
  for _, parameter in pairs(fields.parameters or {}) do
    if parameter.kind == "profile" then profiles = profiles + 1 end
  end
  if fields.incident and not (fields.parameters or {})[fields.incident] then
    fail("runbook: incident: there is no parameter \"" .. fields.incident .. "\"", "name the parameter that holds the run of the incident")
  end
  -- A misspelt parameter would let a change pass without the role that it asks for.
  for i, one in ipairs((fields.approval or {}).requires or {}) do
    for name in pairs(one.given or {}) do
      if not (fields.parameters or {})[name] then
        fail("runbook: approval.requires[" .. i .. "].given: there is no parameter \"" .. tostring(name) .. "\"")
      end
    end
  end
  if profiles > 1 then fail("runbook: got " .. profiles .. " profile parameters, want exactly one that names the account") end
  local reach = {} -- the phases since the last that changes something
  for _, entry in ipairs(fields.procedure) do
    if entry.phase == "mutate" then reach = {} else reach[entry.name] = true end
    if entry.again_from ~= nil and not reach[entry.again_from] then
      fail("runbook: \"" .. entry.name .. "\": again_from: \"" .. tostring(entry.again_from)
        .. "\" is no phase before it, or something is changed between the two")
    end
    if entry.phase ~= "wait" and entry.name:match("_undo$") then fail("runbook: \"" .. entry.name .. "\": names that end with _undo are kept for what undoes a phase") end
    if names[entry.name] then fail("runbook: two phases are named \"" .. entry.name .. "\"") end
    names[entry.name] = true
  end
  for _, item in ipairs(fields.done or {}) do
    if item.slug then
      if slugs[item.slug] then fail("runbook: two items of done are named \"" .. item.slug .. "\"") end
      slugs[item.slug] = true
    end
  end
  for _, entry in ipairs(fields.procedure) do
    for _, slug in ipairs(entry.attested or {}) do
      if not slugs[slug] then fail("runbook: the wait \"" .. entry.name .. "\" is for \"" .. slug .. "\", which no item of done attests") end
    end
  end
  fields.is = "runbook"
  return closed.make("runbook", fields)
end

-- Modules: the runbook's own folder and the standard library, read and pinned by the engine.
local loaded, depth, loading = {}, 0, true
function require(name)
  want(name, "string", "require")
  if loaded[name] == nil then
    -- What is loaded later was not there to be looked at when the run was signed.
    if not loading then
      fail("require: \"" .. name .. "\" was not loaded when the script was",
        "write `local " .. name:match("[%w_-]*$"):gsub("-", "_") .. " = require \"" .. name .. "\"` at the top of the script")
    end
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
  data = host.freeze(data)
  local params = host.missing(data.params, function(_, key)
    if declared[key] ~= nil then return nil end
    local better = closed.nearest(key, declared)
    fail("there is no parameter \"" .. tostring(key) .. "\"" .. (better and " (did you mean \"" .. better .. "\"?)" or ""),
      not better and "declare it among the parameters" or nil)
  end)
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
      has_ready = is_function(entry.ready), every = entry.every, why = entry.why, unless = entry.unless, attested = entry.attested,
      has_not_after = is_function(entry.not_after), has_undo = is_function(entry.undo), undo_if = entry.undo_if, again_from = entry.again_from,
    }
  end
  for i, item in ipairs(definition.done or {}) do
    done[i] = {
      item = item.item, slug = item.slug, text = item.text, role = item.role, has_when = is_function(item.when),
      due = item.due, after = item.after, within = item.within, undo = item.undo,
    }
  end
  local out = {}
  for _, key in ipairs(sections) do out[key] = definition[key] end
  out.is, out.procedure, out.done = definition.is, procedure, done
  return out
end

function host.main(chunk, task)
  -- Asked by the engine before any script runs: whether a text is of a promised form.
  if task.kind == "fits" then return task.text:match(task.pattern) ~= nil end
  if task.kind == "eval" then return (chunk()) end
  host.loading(true)
  local value = chunk()
  if host.as_runbook then value = host.as_runbook(value) end
  host.loading(false)
  loading = false
  local whole = closed.is_made("runbook", value)
  if task.kind == "describe" and type(value) == "table" and not whole then return { is = "module" } end
  if not whole then
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
      if task.part == "when" then return true end
      if task.part == "body" then
        return entry.body(run)
      end
      if task.part == "not_after" then return entry.not_after(run) end
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
