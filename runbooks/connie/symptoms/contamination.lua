-- Another client's account changed while this one was worked on: first of all things, always.
local source = require "source"
local toolkit = require "toolkit"

local rule = "cross-account contamination"

-- What a file of an earlier deploy's evidence says of an account: whole snapshots that a run wrote,
-- or a configuration that was fetched by hand.
local function configurations(log, names)
  local found = {}
  for _, file in ipairs(log.files) do
    local side = file:match("PRE") or file:match("POST")
    if side and file:match("%.json$") then
      local value = json.decode(files.find { path = log.path .. "/" .. file } or "")
      for _, name in ipairs(names) do
        local whole = type(value) == "table" and value.baselines and value.baselines[name]
        local one = whole and whole.flex
        if not one and type(value) == "table" and value.ui_attributes and file:lower():find(name:lower(), 1, true) then one = value end
        if one then
          found[name] = found[name] or {}
          found[name][side] = { file = file, value = one }
        end
      end
    end
  end
  return found
end

-- The pointers at which two trees differ, sorted, each with both values; what a provider counts by
-- itself aside.
local passing = { date_updated = true, date_created = true, url = true }
local function differences(a, b, at, into)
  if type(a) ~= "table" or type(b) ~= "table" then
    if a ~= b and not (type(a) == "userdata" and tostring(a) == tostring(b)) then into[#into + 1] = { path = at, from = a, to = b } end
    return into
  end
  local keys, seen = {}, {}
  for _, side in ipairs { a, b } do
    for key in pairs(side) do
      if not seen[key] and not passing[key] then
        seen[key] = true
        keys[#keys + 1] = key
      end
    end
  end
  table.sort(keys, function(x, y) return tostring(x) < tostring(y) end)
  for _, key in ipairs(keys) do differences(a[key], b[key], at .. "/" .. tostring(key), into) end
  return into
end

local function at(tree, pointer)
  for step in pointer:gmatch("[^/]+") do
    if type(tree) ~= "table" then return nil end
    local key = tree[step]
    if key == nil and tonumber(step) then key = tree[math.tointeger(tonumber(step))] end
    tree = key
  end
  return tree
end

local function is(a, b)
  if type(a) == "table" and type(b) == "table" then return #differences(a, b, "", {}) == 0 end
  return a == b or (type(a) == "userdata" and tostring(a) == tostring(b))
end

-- Whether an adjacent account's configuration is what its own source files say: somebody reverted it.
local function as_its_source(case, name, live)
  local state = case.seen.neighbours or case.seen.state
  local common, own, there = source.found(state, name)
  if not common or not there then return false end
  local data = (live.ui_attributes or {}).custom_data
  return #source.apart(source.said(state, common, own), source.leaves_of(data)) == 0
end

-- Of what a deploy moved in another's account, what nobody has put back: neither is it as before now,
-- nor was it at a later deploy.
local function standing(case, name, moved, live, later)
  local left = {}
  for _, one in ipairs(moved) do
    local back = live ~= nil and is(at(live, one.path), one.from)
    for _, sides in ipairs(later) do
      for _, side in ipairs { "PRE", "POST" } do
        local then_ = sides[side]
        back = back or then_ ~= nil and is(at(then_.value, one.path), one.from)
      end
    end
    if not back then left[#left + 1] = one end
  end
  if live and #left > 0 and as_its_source(case, name, live) then
    local shows = false
    for _, one in ipairs(left) do shows = shows or is(at(live, one.path), one.to) end
    if not shows then return {} end
  end
  return left
end

local function pointers(list)
  local out = {}
  for i, one in ipairs(list) do out[i] = one.path end
  return out
end

-- The commits and deploys of the day of a dev-log: how it came about.
local function around(case, log)
  for _, one in ipairs(case.seen.changes) do
    if one.what:find("^commit") or one.what:find("^serverless deployment") then
      return "nearest " .. one.what .. ", " .. time.iso(one.at)
    end
  end
  return "no commit or deployment is known beside " .. log.folder
end

return symptom {
  name = "contamination",
  title = "Cross-account contamination (CCT/DevSandbox config changed unexpectedly)",
  summary = "A deploy ran with the wrong Twilio profile active. Stop investigating other things.",
  severity = "high", first = true, caller_visible = 0, last_verified = "2026-11-21",
  matches = { "contamination", "cct changed", "devsandbox changed", "other account", "another account changed", "wrong profile", "wrong account" },

  causes = {
    cause {
      "deployed-to-wrong-account", "A deploy changed an adjacent account: its PRE and POST snapshots differ",
      escalate = rule, inform = "ceo",
      tell = "It is escalated. Every change is blocked until the incident is lifted; the affected account is reverted by connie/revert with this run as its incident.",
      lesson = "Never skip baselines: PRE and POST of every adjacent account, byte-identical.",
    },
    cause {
      "adjacent-account-changed", "An adjacent account is no longer as the last deploy left it",
      escalate = rule .. " is suspected", inform = "ceo",
      tell = "It is escalated. Every change is blocked until the incident is lifted: find out who changed the adjacent account, by its own Monitor events.",
      lesson = "Never skip baselines: PRE and POST of every adjacent account, byte-identical.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local names, logs = case.profile.adjacent or {}, case.seen.devlogs
    if #names == 0 then
      note("contamination: no adjacent account is configured: not compared")
      return nil
    end
    local per_log = {}
    for i, log in ipairs(logs) do per_log[i] = configurations(log, names) end
    local all = {}
    for _, name in ipairs(names) do
      local live = case.seen.neighbours and snapshot.read { snapshot = case.seen.neighbours, path = "/baselines/" .. name .. "/flex" }
      local later, one = {}, nil
      for i = #logs, 1, -1 do
        local sides = per_log[i][name]
        if sides and not one then
          local moved = sides.PRE and sides.POST and differences(sides.PRE.value, sides.POST.value, "", {}) or {}
          local left = standing(case, name, moved, live, later)
          if #left > 0 then
            local evidence = { name .. ": " .. sides.PRE.file .. " and " .. sides.POST.file .. " of " .. logs[i].folder .. " differ (dev-log)" }
            for _, pointer in ipairs(toolkit.few(pointers(left))) do evidence[#evidence + 1] = pointer end
            evidence[#evidence + 1] = around(case, logs[i])
            one = finding { cause = "deployed-to-wrong-account", evidence = evidence, affects = { name } }
          elseif #moved > 0 then
            note("contamination: " .. name .. " was changed by the deploy of " .. logs[i].folder .. " and has been put back")
          end
          table.insert(later, 1, sides)
        end
      end
      local newest = later[#later]
      local known = newest and (newest.POST or newest.PRE)
      if not one and known and live and not as_its_source(case, name, live) then
        local now, both = differences(known.value, live, "", {}), {}
        -- What is compared is what both have: a file that was fetched by hand has more fields, or fewer.
        for _, each in ipairs(now) do
          local part = each.path:match("^/ui_attributes/[^/]+") or each.path:match("^/taskrouter_skills")
          if part and at(known.value, part) ~= nil then both[#both + 1] = each end
        end
        -- What a reverted deploy left is not found again as another change.
        if newest.PRE and newest.POST then
          local moved = {}
          for _, each in ipairs(differences(newest.PRE.value, newest.POST.value, "", {})) do moved[each.path] = each.from end
          local kept = {}
          for _, each in ipairs(both) do
            if not (moved[each.path] ~= nil and is(each.to, moved[each.path])) then kept[#kept + 1] = each end
          end
          both = kept
        end
        if #both > 0 then
          local evidence = { name .. ": live is not what " .. known.file .. " says (dev-log, live configuration)" }
          for _, pointer in ipairs(toolkit.few(pointers(both))) do evidence[#evidence + 1] = pointer end
          evidence[#evidence + 1] = logs[#logs] and around(case, logs[#logs])
          one = finding { cause = "adjacent-account-changed", evidence = evidence, affects = { name } }
        end
      elseif not one and known and not live then
        note("contamination: " .. name .. " could not be compared with live: " .. tostring(case.seen.failed.neighbours))
      end
      all[#all + 1] = one
    end
    return all
  end,
}
