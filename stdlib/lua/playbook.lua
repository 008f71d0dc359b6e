-- The language of symptom playbooks: how a fault shows, what may cause it, how it is mended. Any number of symptoms
-- become one runbook: look, diagnose, keep PRE, fix, verify. A script that returns one symptom is a runbook of it alone.
local host = ...

local closed = host.closed
local fail, want = closed.fail, closed.want

-- cause { "slug", "what it is" [, tell = what the reporter is told, look_again = "6h"] [, severity, escalate = the rule
--   that it meets, inform = role] [, lesson = what should be written down so that it does not happen again]
--   [, explains = names of symptoms that it brings about besides its own] [, visible = a rank of its own]
--   [, passing = true: it is over, or as it should be] [, undecided = true: no cause, but what it cannot be told apart for]
--   [, proof = "call": only a call shows that its fix mended it] }
-- One without a fix of ours says with `tell` what the reporter is told.
function cause(fields)
  want(fields, "table", "cause")
  closed.check(fields, "cause", type(fields[1]) == "string" and "cause \"" .. fields[1] .. "\"" or "cause")
  return closed.make("cause", {
    slug = fields[1], title = fields[2], tell = fields.tell, look_again = fields.look_again,
    severity = fields.severity, escalate = fields.escalate, inform = fields.inform, lesson = fields.lesson,
    explains = fields.explains, visible = fields.visible, passing = fields.passing, undecided = fields.undecided,
    proof = fields.proof,
  })
end

-- fix "in words" (function(case) … end): a body like a mutating phase's. fix("in words", { when = fn }): only where `when` says so
-- of the finding; elsewhere the cause has no fix of ours.
function fix(title, options)
  want(title, "string", "fix")
  local what = "fix \"" .. title .. "\""
  if options ~= nil then closed.check(options, "fix.options", what) end
  return function(body)
    return closed.make("fix", { title = title, when = options and options.when, body = want(body, "function", what) })
  end
end

function symptom(fields)
  local name = type(fields) == "table" and fields.name
  closed.check(fields, "symptom", "symptom")
  if not name:match("^[a-z0-9][a-z0-9-]*$") then fail("symptom: name: got " .. name .. ", want lower-case letters, digits and -") end
  local severity = fields.severity or "medium"
  if next(fields.fixes or {}) ~= nil and fields.verify == nil then
    fail("symptom \"" .. name .. "\": it has fixes and no verify, so nothing would show that a fix mended it",
      "add verify = function(case) … return true, or false and why … end")
  end
  local slugs = {}
  for _, one in ipairs(fields.causes) do
    if slugs[one.slug] then fail("symptom: two causes are named \"" .. one.slug .. "\"") end
    slugs[one.slug] = true
  end
  if next(slugs) == nil then fail("symptom: got no causes") end
  for name in pairs(fields.fixes or {}) do
    if not slugs[name] then fail("symptom: fixes: \"" .. tostring(name) .. "\" is none of the causes") end
  end
  for _, one in ipairs(fields.causes) do
    if not (fields.fixes or {})[one.slug] and type(one.tell) ~= "string" then
      fail("symptom: the cause \"" .. one.slug .. "\" has neither a fix nor what the reporter is told (tell = \"…\")")
    end
  end
  fields.is, fields.severity = "symptom", severity
  return closed.make("symptom", fields)
end

-- Whether reported words speak of a symptom: all words of one of its phrases stand in them, in any order.
local function spoken(matches, text)
  local words = {}
  for word in text:lower():gsub("e%-mail", "email"):gmatch("[%w]+") do
    words[word] = true
    words[word:gsub("s$", "")] = true
  end
  for _, phrase in ipairs(matches or {}) do
    local all, any = true, false
    for word in phrase:lower():gsub("e%-mail", "email"):gmatch("[%w]+") do
      any = true
      all = all and (words[word] or words[(word:gsub("s$", ""))]) ~= nil
    end
    if all and any then return true end
  end
  return false
end

-- When it began: "6h" (ago), a date or a time; a day ago where it was not said.
local function since(run)
  local said = rawget(run.params, "started") or "24h"
  local at = time.parse(said)
  if at then return at end
  local ago = host.duration(tostring(said))
  if ago then return run.started - ago end
  fail("started: got \"" .. tostring(said) .. "\", want how long ago, such as 6h, or a time such as 2026-11-20T12:00:00Z")
end

local case_fields = {}
for _, field in ipairs(host.schema.case.fields) do case_fields[field.name] = true end

-- What a symptom's functions are handed: closed, as what they return is.
local function make_case(run, one, seen, found, now)
  local known = {
    params = run.params, profile = run.profile, id = run.id, today = run.today, started = run.started,
    since = now or since(run), symptom = one and one.name, reported = rawget(run.params, "symptom"), seen = seen, finding = found,
    again = now ~= nil,
  }
  return setmetatable({}, {
    __index = function(_, key)
      if not case_fields[key] then
        local better = closed.nearest(key, case_fields)
        fail("case." .. tostring(key) .. ": no such field" .. (better and " (did you mean \"" .. better .. "\"?)" or ""),
          closed.fields_text(host.schema.case))
      end
      return known[key]
    end,
    __newindex = function(_, key) fail("case." .. tostring(key) .. ": the case is read-only", "use a local variable, or the finding's facts") end,
    __metatable = false,
  })
end

-- Several symptoms share what they look at: each `look` runs once.
local function looks_of(symptoms)
  local looks, of = {}, {}
  for i, one in ipairs(symptoms) do
    for k, look in ipairs(looks) do
      if rawequal(look, one.look) then of[i] = k end
    end
    if one.look and not of[i] then
      looks[#looks + 1] = one.look
      of[i] = #looks
    end
  end
  return looks, of
end

local function cause_of(one, name)
  for i, each in ipairs(one.causes) do
    if each.slug == name then return each, i end
  end
  fail("symptom \"" .. one.name .. "\": the finding names the cause \"" .. tostring(name) .. "\", which is none of its causes")
end

-- What `diagnose` returned, as a list.
local function findings(one, found)
  local what = "symptom \"" .. one.name .. "\": diagnose"
  if found == nil then return {} end
  if type(found) ~= "table" then fail(what .. " returned a " .. type(found) .. ", want findings") end
  if #found == 0 and next(found) ~= nil then found = { found } end
  for _, each in ipairs(found) do closed.check(each, "finding", what .. ": finding") end
  return found
end

-- Lines of evidence as they are kept: a text, or a list without the places that nothing was found for.
local function lines_of(evidence)
  if type(evidence) ~= "table" then return evidence end
  local places, lines = {}, {}
  for place in pairs(evidence) do
    if math.type(place) == "integer" then places[#places + 1] = place end
  end
  table.sort(places)
  for _, place in ipairs(places) do
    local line = evidence[place]
    lines[#lines + 1] = type(line) == "table" and line or tostring(line)
  end
  return lines
end

local function said_why(failure)
  if type(failure) ~= "table" then return tostring(failure) end
  local where = failure.kind == "script" and failure.where
  return tostring(failure.message) .. (where and where ~= "" and " at " .. tostring(where) or "")
end

-- Calls it so that what goes wrong in it, failed checks included, ends only this: what it returned, or nil and why. Where there is
-- only one symptom its failed checks are the run's.
local function tried_alone(several, fn, case)
  local here, trial = coroutine.running(), {}
  local before = host.trials[here]
  if several then host.trials[here] = trial end
  local good, value = pcall(fn, case)
  host.trials[here] = before
  if trial.failed then return nil, trial.failed .. (not good and type(value) == "table" and value.where and " at " .. tostring(value.where) or "") end
  if not good then return nil, said_why(value) end
  return value
end

-- What one symptom's diagnose returned: a list of findings. That it failed ends none of the others.
local function diagnosed(one, case, several)
  if type(case.seen) == "table" and case.seen.unseen then return {}, case.seen.unseen end
  local found, why = tried_alone(several, one.diagnose, case)
  if why then return {}, why end
  return findings(one, found)
end

-- What a `look` returned, as later phases will find it.
local function looked(look, case, several)
  local value, why = tried_alone(several, look, case)
  if why then return { unseen = why } end
  if value == nil then return host.freeze {} end
  local seen, unfit = host.freeze(value)
  if seen == nil then return { unseen = "look returned " .. unfit .. ", want plain data" } end
  return seen
end

local function compare(a, b)
  if a.rank ~= b.rank then return a.rank < b.rank end
  if a.index ~= b.index then return a.index < b.index end
  if a.order ~= b.order then return a.order < b.order end
  return a.nth < b.nth
end

-- What diagnoses found, each with what its cause says, the most caller-visible first.
local function tried(run, symptoms, indices, seen)
  host.collecting = true
  local results = parallel(indices, function(i)
    local found, why = diagnosed(symptoms[i], make_case(run, symptoms[i], seen(i)), #symptoms > 1)
    return { found = found, why = why }
  end, { limit = 8 })
  host.collecting = false
  local all = {}
  for at, i in ipairs(indices) do
    local one = symptoms[i]
    if results[at].why then
      all[#all + 1] = {
        symptom = one.name, cause = "not-looked-at", title = "could not be looked at: " .. results[at].why, severity = "low",
        evidence = results[at].why, index = i, rank = one.caller_visible or 99, order = 99, nth = 1, undecided = true,
        tell = "This symptom could not be looked at: mend that first, then run again.",
      }
    end
    for k, found in ipairs(results[at].found) do
      local why, order = cause_of(one, found.cause)
      local mend = (one.fixes or {})[why.slug]
      if mend and mend.when and not mend.when(found) then mend = nil end
      local explains = {}
      for _, list in ipairs { why.explains or {}, found.explains or {} } do
        for _, name in ipairs(list) do explains[#explains + 1] = name end
      end
      all[#all + 1] = {
        symptom = one.name, cause = why.slug, title = found.title or why.title,
        severity = found.severity or why.severity or one.severity,
        evidence = lines_of(found.evidence), facts = found.facts, fix = mend and mend.title,
        tell = not mend and (found.tell or why.tell or nil) or nil,
        look_again = not mend and why.look_again or nil, escalation = found.escalation or why.escalate,
        inform = found.inform or why.inform, affects = found.affects, lesson = why.lesson, index = i,
        rank = one.first and 0 or why.visible or one.caller_visible or 99, order = order, nth = k,
        explains = #explains > 0 and explains or nil, passing = why.passing, undecided = why.undecided, proof = why.proof,
      }
    end
  end
  table.sort(all, compare)
  return all
end

local function recorded(found)
  for _, one in ipairs(found) do
    host.call("run.finding", {
      symptom = one.symptom, cause = one.cause, title = one.title, severity = one.severity, evidence = one.evidence,
      escalation = one.escalation, inform = one.inform, affects = one.affects, fix = one.fix or "none", tell = one.tell,
      look_again = one.look_again,
    })
  end
end

local function names_of(symptoms, indices)
  local names = {}
  for k, i in ipairs(indices) do names[k] = symptoms[i].name end
  return #names > 0 and table.concat(names, ", ") or "none"
end

-- The parameters that a symptom cannot do without and that nobody gave, in words; nil where there is none.
local function lacking(run, needs)
  local list = {}
  for _, name in ipairs(needs) do
    if rawget(run.params, name) == nil then list[#list + 1] = name end
  end
  return #list > 0 and table.concat(list, ", ") or nil
end

-- Which symptoms apply to this deployment and can be tried: those that stop all others, the others, and those that the reported
-- words speak of. `say` is told why one is left out.
local function chosen(run, symptoms, needs, say)
  local always, others, named = {}, {}, {}
  local said = rawget(run.params, "symptom") or ""
  for i, one in ipairs(symptoms) do
    local fits, only = true, one.only_for == nil
    for _, variant in ipairs(one.not_for or {}) do fits = fits and run.profile.variant ~= variant end
    for _, variant in ipairs(one.only_for or {}) do only = only or run.profile.variant == variant end
    local reported = said ~= "" and (one.name == said or spoken(one.matches, said))
    local missing = lacking(run, needs[i])
    if not fits then
      say(one.name .. " does not apply to the variant " .. tostring(run.profile.variant))
    elseif only and missing and reported then
      check(false, "what the reported symptom needs was given",
        one.name .. " needs the parameters " .. missing .. ": start again with them")
    elseif only and missing then
      say(one.name .. " is not tried: it needs the parameters " .. missing)
    elseif only then
      local list = one.first and always or others
      list[#list + 1] = i
      if reported then named[#named + 1] = i end
    end
  end
  return always, others, named
end

-- What is looked at for these symptoms, each look once, into `seen` by the look's number.
local function look_for(run, symptoms, indices, looks, of, seen)
  local case = make_case(run)
  for _, i in ipairs(indices) do
    local k = of[i]
    if k and not seen[k] then seen[k] = looked(looks[k], case, #symptoms > 1) end
  end
end

-- Whether a finding brings about what was reported. Words that name no symptom are anybody's.
local function explaining(run, symptoms, named, found)
  if rawget(run.params, "symptom") == nil then return not found.undecided end
  if found.undecided then return false end
  if symptoms[found.index].first then return true end
  if #named == 0 then return not found.passing end
  for _, i in ipairs(named) do
    if symptoms[i].name == found.symptom then return true end
    for _, name in ipairs(found.explains or {}) do
      if symptoms[i].name == name then return true end
    end
  end
  return false
end

-- How visible to callers what was reported is.
local function reported_rank(symptoms, named)
  local rank
  for _, i in ipairs(named) do
    local one = symptoms[i].caller_visible or 99
    if not rank or one < rank then rank = one end
  end
  return rank or 99
end

-- What was found, in the order in which it is recorded: what callers notice sooner than what was reported, what
-- explains that, the rest where something does; then what could not be decided. And what is only mentioned.
local function sorted(run, symptoms, named, found)
  local sooner, explains, ended, others, open = {}, {}, {}, {}, {}
  local rank = reported_rank(symptoms, named)
  for _, one in ipairs(found) do
    local list = others
    if one.undecided then
      list = open
    elseif explaining(run, symptoms, named, one) then
      one.explaining = true
      list = one.passing and ended or explains
    elseif not one.passing and one.rank < rank then
      list = sooner
    end
    list[#list + 1] = one
  end
  local records, mentions = {}, {}
  local function record(list)
    for _, one in ipairs(list) do records[#records + 1] = one end
  end
  record(sooner)
  record(explains)
  record(ended)
  for _, one in ipairs(others) do
    -- What is escalated is recorded, whatever was reported.
    local list = (one.passing or #explains + #ended == 0 and one.severity ~= "high") and mentions or records
    list[#list + 1] = one
  end
  -- What could not be decided of other symptoms than the reported is no answer to the report.
  for _, one in ipairs(open) do
    local asked = #named == 0
    for _, i in ipairs(named) do asked = asked or i == one.index end
    local list = (asked or one.cause == "not-looked-at") and records or mentions
    list[#list + 1] = one
  end
  return records, mentions, explains[1] or ended[1]
end

local function mention(found)
  local text = type(found.evidence) == "table" and found.evidence[1] or found.evidence
  return found.cause .. " (" .. found.symptom .. "): " .. found.title .. (text and "; " .. tostring(text) or "")
end

-- The finding that a person asked to be fixed.
local function wanted(run, records, mentions)
  local cause, at = rawget(run.params, "cause"), nil
  for _, one in ipairs(records) do
    if not one.undecided then at = at or (one.cause == cause and one) end
  end
  if at then return at end
  for _, one in ipairs(mentions) do
    if one.cause == cause then
      check(false, "the cause to be fixed explains what was reported",
        cause .. " does not: start a run of its own with symptom=" .. one.symptom)
    end
  end
  check(false, "the cause to be fixed is among what was found", cause)
end

local function told(run, symptoms, named, records, mentions, root)
  local said = rawget(run.params, "symptom")
  for _, one in ipairs(records) do
    if one ~= root and not one.undecided then
      if not one.explaining then
        note(one.cause .. " was not reported: it is another fault" .. (root and root ~= one and ", not the cause of \"" .. tostring(said) .. "\"" or ""))
      end
      note("Also found: " .. one.cause .. "; settle it by a run of its own, with cause=" .. one.cause)
    end
  end
  for _, one in ipairs(mentions) do
    if not one.undecided then note("Also found: " .. mention(one) .. ". It does not explain what was reported") end
  end
  for _, list in ipairs { records, mentions } do
    for _, one in ipairs(list) do
      if one.undecided then note(one.symptom .. ": " .. one.title) end
    end
  end
  local speaks = false
  for _, i in ipairs(named) do speaks = speaks or (root ~= nil and i == root.index) end
  if root and said and #named > 0 and not speaks and root.rank > 0 then
    note("\"" .. said .. "\" speaks of " .. names_of(symptoms, named) .. "; " .. root.cause .. " is another, more visible fault that brings it about")
  end
end

local function stopping(found)
  for _, one in ipairs(found) do
    if not one.undecided then return true end
  end
  return false
end

-- Looks for the symptoms that will be tried. Where one that stops all others is there, the others' looks do not run.
local function looking(run, symptoms, needs, looks, of)
  local always, others = chosen(run, symptoms, needs, note)
  local seen, more = {}, false
  look_for(run, symptoms, always, looks, of, seen)
  for _, i in ipairs(others) do more = more or of[i] ~= nil and not seen[of[i]] end
  local stops = more and #always > 0 and stopping(tried(run, symptoms, always, function(i) return seen[of[i]] end))
  if not stops then look_for(run, symptoms, others, looks, of, seen) end
  for k = 1, #looks do seen[k] = seen[k] or { unseen = "nothing was looked at for it" } end
  return seen
end

local function diagnosis(run, symptoms, needs, of, unknown)
  local function seen(i) return of[i] and run.look.looks[of[i]] end
  local left = {}
  local always, others, named = chosen(run, symptoms, needs, function(why) left[#left + 1] = why end)
  local tries, found = always, tried(run, symptoms, always, seen)
  local stops = stopping(found)
  local said = rawget(run.params, "symptom")
  if stops then
    if #others > 0 then note("All other troubleshooting stops until this is settled") end
  else
    if #symptoms > 1 and said then
      note("Reported \"" .. said .. "\": " .. (#named > 0 and "that speaks of " .. names_of(symptoms, named)
        or "no symptom is named so; all are tried"))
    end
    for _, one in ipairs(tried(run, symptoms, others, seen)) do found[#found + 1] = one end
    for _, i in ipairs(others) do tries[#tries + 1] = i end
    table.sort(found, compare)
  end
  local records, mentions, root = sorted(run, symptoms, named, found)
  recorded(records)
  if rawget(run.params, "cause") ~= nil then root = wanted(run, records, mentions) end
  told(run, symptoms, named, records, mentions, root)
  local open = {}
  for _, one in ipairs(records) do
    if one.undecided then open[#open + 1] = one.symptom .. " " .. one.title end
  end
  if not root and unknown then unknown(make_case(run, nil, run.look.looks[1]), records, mentions) end
  local detail = "tried: " .. names_of(symptoms, tries)
  if #left > 0 then detail = detail .. "; " .. table.concat(left, "; ") end
  if #open > 0 then detail = detail .. ". " .. table.concat(open, "; ") end
  check(root, "the root cause is known", not root and detail .. ". A fault that is gone for no known reason is not mended: "
    .. "look again when it happens, with the SID of a call that showed it, or escalate" or nil)
  return { findings = records, root = root, since = since(run) }
end

local function fixed(run) return run.diagnose.root.fix ~= nil end

-- How the line is tried once it is mended: where only a call shows that, the symptom knows how, and somebody said which
-- number of the account may call.
local function order_of(run, symptoms, seen)
  local root = run.diagnose.root
  local one = symptoms[root.index]
  if not fixed(run) or root.proof == nil or rawget(run.params, "call_from") == nil or not (one.call and one.heard) then return nil end
  local order = one.call(make_case(run, one, seen, root))
  if order == nil then return nil end
  closed.check(order, "call", "symptom \"" .. one.name .. "\": call")
  return order
end

-- The call as it arrived: the line's own leg, which the flow, its recordings and its tasks are of.
local function arrived(run, placed)
  local at = time.parse(placed.date_created)
  for _, one in ipairs(twilio.calls.list { to = placed.to, from = placed.from, started_after = at, limit = 50 }) do
    if one.sid ~= placed.sid and one.direction == "inbound" then return one end
  end
end

-- Looks and diagnoses once more. What happened before this moment happened before the fix.
local function again(run, symptoms, of, looks, since)
  local root = run.diagnose.root
  local one, now = symptoms[root.index], since or time.now()
  local seen
  if of[root.index] then
    local unfit
    seen, unfit = host.freeze(looks[of[root.index]](make_case(run, one, nil, root, now)) or {})
    if not seen then fail("symptom \"" .. one.name .. "\": look returned " .. unfit .. ", want plain data") end
  end
  local case = make_case(run, one, seen, root, now)
  host.collecting = true
  local found, failed = diagnosed(one, case)
  host.collecting = false
  check(not failed, "the cause is gone", failed)
  local still
  for _, each in ipairs(found) do
    if each.cause == root.cause then still = each end
  end
  check(not still, "the cause is gone", still and lines_of(still.evidence))
  local good, why = one.verify(case)
  if good == nil then
    fail("symptom \"" .. one.name .. "\": verify returned nothing, want true, or false and why", "return what shows that the fault is gone")
  end
  -- Where only a call shows it, what was written is looked at and proves nothing yet.
  check(good, root.proof and "what the fix set is in force" or "the fault is gone", why)
  return case
end

-- What the run's own call met is what is proven; nothing else of the fault is.
local function tried_by_call(run, symptoms, of, looks)
  local placed = twilio.calls.fetch { sid = run.try_call.sid }
  local case = again(run, symptoms, of, looks, time.parse(placed.date_created))
  local call = arrived(run, placed)
  note("called " .. placed.to .. " from " .. placed.from .. " at " .. time.iso(time.parse(placed.date_created)) .. ": " .. placed.sid
    .. ", " .. tostring(placed.status) .. ", " .. tostring(placed.duration) .. " s" .. (call and "; it arrived as " .. call.sid or ""))
  local good, why = false, "the call did not arrive: it is " .. tostring(placed.status)
  if call then good, why = symptoms[run.diagnose.root.index].heard(case, call) end
  check(good, "the fault is gone", why)
  return case
end

-- Whether the run sees for itself that the fault is gone, and whether somebody else has to.
function proven_by_run(symptoms)
  local _, of = looks_of(symptoms)
  return function(run)
    if not fixed(run) then return false end
    return run.diagnose.root.proof == nil or order_of(run, symptoms, run.look.looks[of[run.diagnose.root.index] or 0]) ~= nil
  end
end

-- The item of a fix that only a call shows to have mended the fault, where the run places none.
function fault_gone(symptoms)
  local by_run = proven_by_run(symptoms)
  return attest {
    "fault-gone", "The fault is gone: somebody called, went the way that failed, and had what was missing",
    when = function(run) return fixed(run) and not by_run(run) end, undo = true,
  }
end

-- Whether any of them knows how its line is tried.
local function can_call(symptoms)
  for _, one in ipairs(symptoms) do
    if one.call and one.heard then return true end
  end
  return false
end

-- The parameter that lets the run call.
function call_from()
  return param.phone {
    optional = true,
    why = "A number of the account that may call the line: with it the run tries the line itself where only a call shows that it is mended; else somebody calls",
  }
end

-- Adjacent accounts that nobody named were not compared; that they are unchanged is proven of none.
local function compared(when)
  return function(run) return when(run) and #(run.profile.adjacent or {}) > 0 end
end
local function not_compared(when)
  return attest {
    "adjacent-not-compared", "No adjacent account is configured, so none was compared: somebody looked at those beside this one",
    when = function(run) return when(run) and #(run.profile.adjacent or {}) == 0 end,
  }
end

-- What every troubleshooting asks for, whatever its symptoms add.
local function usual_parameters(symptoms)
  local all = {
    client = param.profile { why = "Which account is looked at" },
    symptom = param.text {
      optional = true,
      why = "What was reported, in the reporter's words: matched to the symptoms; all are tried where it names none, or is not said",
    },
    started = param.text { optional = true, why = "When it started (6h, or a time): bounds what is read; a day ago where not said" },
    call = param.sid { prefix = "CA", optional = true, why = "A call that showed it, if there is one" },
    cause = param.text { optional = true, why = "Which of several findings is fixed; the first where not said" },
  }
  if can_call(symptoms) then all.call_from = call_from() end
  return all
end

-- The parameters of all: the usual ones, the symptoms', and the troubleshooting's own, which may say in other words what one of
-- the usual is, and replaces none. And what each symptom needs: one of several is only tried where that was given.
local function all_parameters(symptoms, own)
  local all, of, needs = {}, {}, {}
  local function add(name, parameter, who)
    local other = all[name]
    if other and other ~= parameter then
      fail("troubleshooting: two parameters are named \"" .. name .. "\": " .. of[name] .. " at " .. closed.place(other) .. ", " .. who
        .. " at " .. closed.place(parameter), "give one of them another name, or have both take the same one from a module")
    end
    all[name], of[name] = parameter, of[name] or who
  end
  for _, one in ipairs(symptoms) do
    for name, parameter in pairs(one.parameters or {}) do add(name, parameter, "that of \"" .. one.name .. "\"") end
  end
  for name, parameter in pairs(own or {}) do add(name, parameter, "the troubleshooting's own") end
  local profile = false
  for _, parameter in pairs(all) do profile = profile or parameter.kind == "profile" end
  local usual = usual_parameters(symptoms)
  for name, parameter in pairs(usual) do
    local other = all[name]
    if other and other.kind ~= parameter.kind then
      fail("troubleshooting: the parameter \"" .. name .. "\" at " .. closed.place(other) .. " is a param." .. other.kind
        .. ", and every troubleshooting has one of that name that is a param." .. parameter.kind, "give it another name")
    end
  end
  for i, one in ipairs(symptoms) do
    needs[i] = {}
    for name, parameter in pairs(one.parameters or {}) do
      local asked = not parameter.optional and parameter.default == nil and parameter.required_if == nil
      if #symptoms > 1 and asked and not usual[name] and not (own or {})[name] then
        local later = { optional = true }
        for key, value in pairs(parameter) do later[key] = value end
        later.why = parameter.why .. " (needed to try " .. one.name .. ")"
        all[name] = closed.make("parameter", later)
        needs[i][#needs[i] + 1] = name
      end
    end
  end
  for name, parameter in pairs(usual) do
    if all[name] == nil and not (profile and parameter.kind == "profile") then all[name] = parameter end
  end
  return all, needs
end

local function usual_done(symptoms, approver)
  local done = {
    proven "the root cause is known",
    proven { "the fault is gone", when = proven_by_run(symptoms) },
    fault_gone(symptoms),
    proven { "no adjacent account changed", when = compared(fixed) },
    not_compared(fixed),
    attest { "retested", "The path that failed was tried again and passes", when = fixed },
    attest { "reporter-notified", "Whoever reported it was told what it was" },
  }
  for _, item in ipairs(look_again(symptoms)) do done[#done + 1] = item end
  if approver then done[#done + 1] = sign_off { approver, text = "Sign-off by the role " .. approver } end
  return done
end

-- look_again(symptoms): one item of `done` for each time after which causes without a fix ask to be looked at again.
function look_again(symptoms)
  local items, there = {}, {}
  for _, one in ipairs(symptoms) do
    for _, each in ipairs(one.causes) do
      local due = each.look_again
      if due and not there[due] then
        there[due] = true
        items[#items + 1] = attest {
          "looked-again-" .. due, "It was looked at again, and is as it should be", due = due, after = "diagnose", within = "24h",
          when = function(run) return run.diagnose.root.look_again == due end,
        }
      end
    end
  end
  return items
end

-- troubleshooting { a runbook's sections, symptoms = { … }
--   [, opening = function(case) before anything is read] [, found = function(case) when the cause is known]
--   [, prepare = function(case) before a fix is planned] [, verified = function(case) when the fault is gone]
--   [, unknown = function(case, found, mentioned) when it is not]
--   [, record = function(case) a mutating phase behind the fix, signed with it] [, record_if = function(run)] }
-- The sections that are left out are the usual ones; parameters are added to the usual ones and the symptoms'. Returns a runbook.
function troubleshooting(fields)
  local symptoms = want(want(fields, "table", "troubleshooting").symptoms, "table", "troubleshooting: symptoms")
  if #symptoms == 0 then fail("troubleshooting: got no symptoms") end
  closed.check(fields, "troubleshooting", "troubleshooting")
  local told = {}
  for i, one in ipairs(symptoms) do
    local causes = {}
    for k, each in ipairs(one.causes) do
      local mend = (one.fixes or {})[each.slug]
      causes[k] = {
        slug = each.slug, title = each.title, has_fix = mend ~= nil, fix = mend and mend.title, tell = each.tell,
        look_again = each.look_again, escalate = each.escalate, lesson = each.lesson, severity = each.severity,
        inform = each.inform,
      }
    end
    told[i] = {
      name = one.name, title = one.title, severity = one.severity, caller_visible = one.caller_visible, first = one.first,
      last_verified = one.last_verified, matches = one.matches, summary = one.summary, causes = causes, not_for = one.not_for,
      only_for = one.only_for,
    }
  end
  local looks, of = looks_of(symptoms)
  local out = {}
  for key, value in pairs(fields) do out[key] = value end
  local opening, known_now, prepare, unknown = fields.opening, fields.found, fields.prepare, fields.unknown
  local record, record_if, verified = fields.record, fields.record_if or fixed, fields.verified
  out.opening, out.found, out.prepare, out.record, out.record_if, out.verified, out.unknown = nil, nil, nil, nil, nil, nil, nil
  out.symptoms = nil
  local function acts(run) return fixed(run) or (record ~= nil and record_if(run)) end
  local function seen_of(run) return run.look.looks[of[run.diagnose.root.index] or 0] end
  local function order(run) return order_of(run, symptoms, seen_of(run)) end
  local function calls(run) return order(run) ~= nil end
  local needs
  out.parameters, needs = all_parameters(symptoms, fields.parameters)
  out.rails = { rails.snapshot_first, rails.baselines_unchanged, table.unpack(fields.rails or {}) }
  out.done = out.done or usual_done(symptoms, (out.authority or {}).approver)
  out.procedure = {
    read("look", { title = "Look at everything at once" })(function(run)
      if opening then opening(make_case(run)) end
      return { looks = looking(run, symptoms, needs, looks, of) }
    end),
    read("diagnose", { title = "Find the cause" })(function(run)
      local out = diagnosis(run, symptoms, needs, of, unknown)
      if known_now then
        known_now(make_case(run, symptoms[out.root.index], run.look.looks[of[out.root.index] or 0], out.root))
      end
      return out
    end),
    read("before", { title = "Keep what is there before anything is changed", when = acts })(function(run)
      if prepare then prepare(make_case(run, symptoms[run.diagnose.root.index], seen_of(run), run.diagnose.root)) end
      return { pre = snapshot.capture { label = "PRE", baselines = true } }
    end),
    mutate("fix", { title = "Fix the cause", when = fixed })(function(run)
      local root = run.diagnose.root
      local one = symptoms[root.index]
      one.fixes[root.cause].body(make_case(run, one, seen_of(run), root))
    end),
  }
  -- Asked by `test --prove` of a scenario whose fault stands: whether verify notices it. Nothing is planned then.
  if host.proving then
    out.procedure = { out.procedure[1], out.procedure[2], read("prove", { when = fixed })(function(run)
      local root = run.diagnose.root
      local case = make_case(run, symptoms[root.index], seen_of(run), root, time.now())
      check(not symptoms[root.index].verify(case), "verify fails while the fault stands", root.cause)
    end) }
    record = nil
    out.done = { proven "the root cause is known" }
    local whole = runbook(out)
    whole.symptoms = told
    return whole
  end
  if record then
    table.insert(out.procedure, mutate("record", { title = "Record the incident", when = record_if })(function(run)
      record(make_case(run, symptoms[run.diagnose.root.index], seen_of(run), run.diagnose.root))
    end))
  end
  if can_call(symptoms) then
    table.insert(out.procedure, mutate("try_call", { title = "Call the line, and go the way that failed", when = calls })(function(run)
      local wanted = order(run)
      local call = twilio.calls.create {
        to = wanted.to, from = run.params.call_from, keys = wanted.keys, say = wanted.say, seconds = wanted.seconds,
      }
      return { sid = call.sid }
    end))
    table.insert(out.procedure, wait("call_over", { title = "Let the call end, and what comes of it arrive", when = calls }) {
      duration = "5m", why = "a recording is written, transcribed and mailed after the call",
    })
  end
  table.insert(out.procedure, read("verify", { title = "Try the path that failed", when = fixed })(function(run)
    local post = snapshot.capture { label = "POST", baselines = true }
    if #(run.profile.adjacent or {}) > 0 then
      check(snapshot.unchanged(run.before.pre, post, { "/baselines" }), "no adjacent account changed",
        "another account changed while this one was mended: stop, and tell who is responsible for it")
    else
      note("Adjacent accounts: not compared, none is configured")
    end
    local case = calls(run) and tried_by_call(run, symptoms, of, looks) or again(run, symptoms, of, looks)
    if verified then verified(case) end
    return { post = post }
  end))
  local whole = runbook(out)
  whole.symptoms = told
  return whole
end

-- What a script returned, as the runbook that it is.
function host.as_runbook(value)
  if not closed.is_made("symptom", value) then return value end
  return troubleshooting {
    name = value.name, title = value.title, summary = value.summary, authority = value.authority, approval = value.approval,
    rails = value.rails, variants = value.variants, read_first = value.read_first, gotchas = value.gotchas,
    symptoms = { value },
  }
end
