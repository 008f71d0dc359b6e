-- Another client's account changed while this one was worked on: first of all things, always.
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

-- The pointers at which two trees differ, sorted; what a provider counts by itself aside.
local passing = { date_updated = true, date_created = true, url = true }
local function differences(a, b, at, into)
  if type(a) ~= "table" or type(b) ~= "table" then
    if tostring(a) ~= tostring(b) then into[#into + 1] = at end
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
    local names, last = case.profile.adjacent or {}, nil
    -- The latest folder that has something about an adjacent account.
    local found
    for i = #case.seen.devlogs, 1, -1 do
      last = case.seen.devlogs[i]
      found = configurations(last, names)
      if next(found) then break end
    end
    if not found or not next(found) then return nil end
    local all = {}
    for _, name in ipairs(names) do
      local sides = found[name] or {}
      local moved = sides.PRE and sides.POST and differences(sides.PRE.value, sides.POST.value, "", {}) or {}
      if #moved > 0 then
        local evidence = { name .. ": " .. sides.PRE.file .. " and " .. sides.POST.file .. " of " .. last.folder .. " differ" }
        for _, pointer in ipairs(toolkit.few(moved)) do evidence[#evidence + 1] = pointer end
        all[#all + 1] = finding { cause = "deployed-to-wrong-account", evidence = evidence, affects = { name } }
      elseif case.seen.state and (sides.POST or sides.PRE) then
        local known = sides.POST or sides.PRE
        local live = snapshot.read { snapshot = case.seen.state, path = "/baselines/" .. name .. "/flex" }
        local now = live and differences(known.value, live, "", {}) or {}
        -- What is compared is what both have: a file that was fetched by hand has more fields.
        local both = {}
        for _, pointer in ipairs(now) do
          if pointer:match("^/ui_attributes") or pointer:match("^/taskrouter_skills") then both[#both + 1] = pointer end
        end
        if #both > 0 then
          local evidence = { name .. ": live is not what " .. known.file .. " of " .. last.folder .. " says" }
          for _, pointer in ipairs(toolkit.few(both)) do evidence[#evidence + 1] = pointer end
          all[#all + 1] = finding { cause = "adjacent-account-changed", evidence = evidence, affects = { name } }
        end
      end
    end
    return all
  end,
}
