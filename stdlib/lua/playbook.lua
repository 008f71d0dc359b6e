-- The language of symptom playbooks: how a fault shows, what may cause it, how it is mended. Any number of symptoms
-- become one runbook: look, diagnose, keep PRE, fix, verify. A script that returns one symptom is a runbook of it alone.
local host = ...

local closed = host.closed
local fail, want = closed.fail, closed.want

-- cause { "slug", "what it is" [, tell = what the reporter is told, look_again = "6h"] [, severity, escalate = the rule
--   that it meets, inform = role] [, lesson = what should be written down so that it does not happen again] }
-- One without a fix of ours says with `tell` what the reporter is told.
function cause(fields)
  want(fields, "table", "cause")
  closed.check(fields, "cause", type(fields[1]) == "string" and "cause \"" .. fields[1] .. "\"" or "cause")
  return closed.make("cause", {
    slug = fields[1], title = fields[2], tell = fields.tell, look_again = fields.look_again,
    severity = fields.severity, escalate = fields.escalate, inform = fields.inform, lesson = fields.lesson,
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
    since = now or since(run), symptom = one and one.name, seen = seen, finding = found, again = now ~= nil,
  }
  return setmetatable({}, {
    __index = function(_, key)
      if not case_fields[key] then fail("case." .. tostring(key) .. ": no such field", closed.fields_text(host.schema.case)) end
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

-- What diagnoses found, each with what its cause says, the most caller-visible first.
local function tried(run, symptoms, indices, seen)
  host.collecting = true
  local results = parallel(indices, function(i)
    local one = symptoms[i]
    local found = one.diagnose(make_case(run, one, seen(i)))
    return findings(one, found)
  end, { limit = 8 })
  host.collecting = false
  local all = {}
  for at, i in ipairs(indices) do
    local one = symptoms[i]
    for k, found in ipairs(results[at]) do
      local why, order = cause_of(one, found.cause)
      local mend = (one.fixes or {})[why.slug]
      if mend and mend.when and not mend.when(found) then mend = nil end
      all[#all + 1] = {
        symptom = one.name, cause = why.slug, title = why.title, severity = found.severity or why.severity or one.severity,
        evidence = found.evidence, facts = found.facts, fix = mend and mend.title,
        tell = not mend and (found.tell or why.tell or nil) or nil,
        look_again = not mend and why.look_again or nil, escalation = found.escalation or why.escalate,
        inform = found.inform or why.inform, affects = found.affects, lesson = why.lesson, index = i,
        rank = one.first and 0 or one.caller_visible or 99, order = order, nth = k,
      }
    end
  end
  table.sort(all, function(a, b)
    if a.rank ~= b.rank then return a.rank < b.rank end
    if a.index ~= b.index then return a.index < b.index end
    if a.order ~= b.order then return a.order < b.order end
    return a.nth < b.nth
  end)
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

-- Which symptoms are tried first, and which if these find nothing; and those that the reported words speak of.
local function chosen(run, symptoms)
  local always, matching, rest, named = {}, {}, {}, {}
  local said = rawget(run.params, "symptom") or ""
  for i, one in ipairs(symptoms) do
    local fits, only = true, one.only_for == nil
    for _, variant in ipairs(one.not_for or {}) do fits = fits and run.profile.variant ~= variant end
    for _, variant in ipairs(one.only_for or {}) do only = only or run.profile.variant == variant end
    local speaks = fits and only and said ~= "" and (one.name == said or spoken(one.matches, said))
    if speaks then named[#named + 1] = i end
    if not fits then
      note(one.name .. " does not apply to the variant " .. tostring(run.profile.variant))
    elseif not only then
      -- not what this deployment has
    elseif one.first then
      always[#always + 1] = i
    elseif said == "" or speaks then
      matching[#matching + 1] = i
    else
      rest[#rest + 1] = i
    end
  end
  return always, matching, rest, named
end

local function diagnosis(run, symptoms, of)
  local function seen(i) return of[i] and run.look.looks[of[i]] end
  local always, matching, rest, named = chosen(run, symptoms)
  local tries = {}
  local function try(indices)
    for _, i in ipairs(indices) do tries[#tries + 1] = i end
    return tried(run, symptoms, indices, seen)
  end
  local found = try(always)
  if #found == 0 then
    local said = rawget(run.params, "symptom")
    if #symptoms > 1 and said then
      note("Reported \"" .. said .. "\": " .. (#named > 0 and "that speaks of " .. names_of(symptoms, named)
        or "no symptom is named so; all are tried"))
    end
    found = try(matching)
    if #found == 0 and #rest > 0 then
      if #matching > 0 then note("None of what was reported holds; the other symptoms are tried") end
      found = try(rest)
    end
  elseif #matching + #rest > 0 then
    note("All other troubleshooting stops until this is settled")
  end
  recorded(found)
  local at = found[1]
  local cause = rawget(run.params, "cause")
  if cause ~= nil then
    at = nil
    for _, one in ipairs(found) do at = at or (one.cause == cause and one) end
    check(at, "the cause to be fixed is among what was found", cause)
  end
  check(at, "the root cause is known", not at and "tried: " .. names_of(symptoms, tries) .. ". A fault that is gone for no known reason is not mended: "
    .. "look again when it happens, with the SID of a call that showed it, or escalate" or nil)
  for _, one in ipairs(found) do
    if one ~= at then note("Also found: " .. one.cause .. "; settle it by a run of its own, with cause=" .. one.cause) end
  end
  return { findings = found, root = at, since = since(run) }
end

local function fixed(run) return run.diagnose.root.fix ~= nil end

-- Looks and diagnoses once more. What happened before this moment happened before the fix.
local function again(run, symptoms, of, looks)
  local root = run.diagnose.root
  local one, now = symptoms[root.index], time.now()
  local seen = of[root.index] and looks[of[root.index]](make_case(run, one, nil, root, now)) or nil
  local case = make_case(run, one, seen, root, now)
  host.collecting = true
  local found = one.diagnose(case)
  host.collecting = false
  local still
  for _, each in ipairs(findings(one, found)) do
    if each.cause == root.cause then still = each end
  end
  check(not still, "the cause is gone", still and still.evidence)
  if one.verify then
    local good, why = one.verify(case)
    check(good ~= false, "the fault is gone", why)
  else
    check(true, "the fault is gone")
  end
  return case
end

local function usual_parameters(symptoms)
  local all = {
    client = param.profile { why = "Which account is looked at" },
    started = param.text { optional = true, why = "When it started (6h, or a time): bounds what is read; a day ago where not said" },
    call = param.sid { prefix = "CA", optional = true, why = "A call that showed it, if there is one" },
    cause = param.text { optional = true, why = "Which of several findings is fixed; the first where not said" },
  }
  for _, one in ipairs(symptoms) do
    for name, parameter in pairs(one.parameters or {}) do all[name] = parameter end
  end
  return all
end

local function usual_done(symptoms, approver)
  local done = {
    proven "the root cause is known",
    proven { "the fault is gone", when = fixed },
    proven { "no adjacent account changed", when = fixed },
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
--   [, record = function(case) a mutating phase behind the fix, signed with it] [, record_if = function(run)] }
-- The sections that are left out are the usual ones. Returns a runbook.
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
  local opening, known_now, prepare = fields.opening, fields.found, fields.prepare
  local record, record_if, verified = fields.record, fields.record_if or fixed, fields.verified
  out.opening, out.found, out.prepare, out.record, out.record_if, out.verified = nil, nil, nil, nil, nil, nil
  out.symptoms = nil
  local function acts(run) return fixed(run) or (record ~= nil and record_if(run)) end
  local function seen_of(run) return run.look.looks[of[run.diagnose.root.index] or 0] end
  out.parameters = out.parameters or usual_parameters(symptoms)
  out.rails = { rails.snapshot_first, rails.baselines_unchanged, table.unpack(fields.rails or {}) }
  out.done = out.done or usual_done(symptoms, (out.authority or {}).approver)
  out.procedure = {
    read("look", { title = "Look at everything at once" })(function(run)
      local case = make_case(run)
      local seen = {}
      if opening then opening(case) end
      for k, look in ipairs(looks) do seen[k] = look(case) or {} end
      return { looks = seen }
    end),
    read("diagnose", { title = "Find the cause" })(function(run)
      local out = diagnosis(run, symptoms, of)
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
  if record then
    table.insert(out.procedure, mutate("record", { title = "Record the incident", when = record_if })(function(run)
      record(make_case(run, symptoms[run.diagnose.root.index], seen_of(run), run.diagnose.root))
    end))
  end
  table.insert(out.procedure, read("verify", { title = "Try the path that failed", when = fixed })(function(run)
    local post = snapshot.capture { label = "POST", baselines = true }
    check(snapshot.unchanged(run.before.pre, post, { "/baselines" }), "no adjacent account changed",
      "cross-account contamination: stop, and tell the CEO")
    local case = again(run, symptoms, of, looks)
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
