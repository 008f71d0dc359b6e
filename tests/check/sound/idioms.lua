-- What runbooks do that is hard to follow, and right.
local t = twilio
local list_numbers = t.numbers.list
local shapes = require "parts.shapes"
local Account = require "parts.account"

local actions = {
  rename = function(run, sid) return { sid = sid, friendly_name = run.params.label } end,
  rewire = function(run, sid) return { sid = sid, voice_url = run.params.url } end,
}

local function defaults(options)
  options = options or {}
  local limit = options.limit or 5
  return { limit = limit, to = options.to }
end

local function several(...)
  local first, second = ...
  local all = { ... }
  return first, second, #all, select("#", ...)
end

local function deep(value, seen)
  seen = seen or {}
  if type(value) ~= "table" or seen[value] then return 0 end
  seen[value] = true
  local most = 0
  for _, part in pairs(value) do
    local here = deep(part, seen)
    if here > most then most = here end
  end
  return most + 1
end

local counter = setmetatable({}, { __index = function(_, key) return key .. "!" end })

local function skips(run) return run.params.kind == "rewire" end
local function expect(condition, title) check(condition, title, not condition and "see there" or nil) end

local phases = {}
phases[#phases + 1] = read("inspect", { title = "Look" })(function(run)
  local number
  for _, one in ipairs(list_numbers()) do
    if one.phone_number == run.params.number then number = one end
  end
  if not number then error("there is no such number") end
  expect(number.sid, "the number is there")
  local calls = t.calls.list(defaults { to = number.phone_number })
  local a, b, n, m = several(1, 2, 3)
  local texts = {}
  for i = 1, #calls do
    if calls[i].status == "busy" then goto continue end
    texts[#texts + 1] = ("%s: %d"):format(calls[i].sid, i)
    ::continue::
  end
  table.sort(texts, function(x, y) return x < y end)
  local ok, answer = pcall(studio.flows.fetch, { sid = run.params.flow })
  local found = ok and answer or nil
  local some = parallel(calls, function(call, i) return { call = call.sid, place = i } end)
  local first = some[1] and some[1].call or "none"
  note(counter.x .. shapes.square(3) .. first .. table.concat(texts, "\n"):upper():sub(1, 10))
  note(tostring(a) .. b .. n .. m .. deep { { {} }, {} } .. (found and found.sid or ""))
  local word = coroutine.wrap(function() coroutine.yield(1) end)
  word()
  local account <const> = Account.new(run.profile)
  check(account:name() ~= "", "the account has a name")
  snapshot.capture { label = "PRE", baselines = true }
  return { sid = number.sid, at = time.now(), flow = found, holder = account.holder }
end)

phases[#phases + 1] = read("extra", { when = skips })(function(run)
  return { url = run.params.url, length = #run.inspect.sid // 2 | 1 }
end)

phases[#phases + 1] = mutate("apply", {
  when = function(run) return run.params.kind ~= "none" end,
  undo = function(run)
    step "As it was"
    twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.inspect.holder }
  end,
})(function(run)
  step("Change " .. run.params.number)
  local update = actions[run.params.kind](run, run.inspect.sid)
  local changed = twilio.numbers.update(update)
  if skips(run) then
    step("Rewire to " .. run.extra.url)
    local parts = { "sid", changed.sid }
    registry.update {
      client = run.params.client,
      text = table.concat(parts, " ") .. string.format(" is %s", changed.friendly_name),
    }
  end
  if not skips(run) then return { changed = changed } end
  if run.extra.length > 3 then note("long") end
  local key
  if not run.params.key then key = mailgun.keys.create { description = "k", role = "sending" } end
  return { changed = changed, key = key, both = { changed.sid, key } }
end)

phases[#phases + 1] = wait("calm", { when = skips }) {
  duration = function(run) return run.params.pause end,
  ready = function(run) return #t.calls.list { to = run.params.number } == 0 end,
  unless = { "nobody calls", function() return #t.calls.list() == 0 end },
}

phases[#phases + 1] = read "verify" (function(run)
  local made = run.params.kind ~= "none" and run.apply.changed or nil
  if made and made.friendly_name == run.params.label then note "renamed" end
  for _, title in ipairs { "the number is as it was asked for", "nothing else moved" } do
    check(true, title)
  end
  local post = snapshot.capture { label = "POST" }
  local diff = snapshot.diff(post, post)
  check(snapshot.only(diff, { "/numbers" }), "only the number moved")
end)

return runbook {
  name = "idioms", title = "What is hard to follow",
  authority = { operator = "cto", approver = "ceo" },
  approval = { requires = { { role = "ceo", count = 1, given = { loud = true } } } },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
    kind = param.choice { choices = { "rename", "rewire", "none" }, why = "What is done" },
    label = param.text { required_if = { kind = "rename" }, why = "The new name" },
    url = param.url { required_if = { kind = "rewire" }, why = "Where it rings" },
    flow = param.sid { prefix = "FW", why = "Its flow" },
    pause = param.duration { default = "1h", why = "How long callers have" },
    key = param.secret { optional = true, why = "A key that is there" },
    loud = param.flag { default = false, why = "Whether callers notice" },
    folder = param.text { default = "x", why = "Where the evidence goes" },
  },
  evidence = "{folder}-{date}",
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
    rails.given({ kind = "rename" }, rails.never("registry.update", "a name is not in it")),
    rails.after("registry.update", "twilio.numbers.update", "the registry says what is so"),
    rails.after_check("registry.update", "the number is there"),
    rails.after_one_of("registry.update", { "env.update", "twilio.numbers.update" }),
    rails.only_with("twilio.numbers.update", { sid = "PN00000000000000000000000000000001" }),
  },
  procedure = phases,
  done = {
    proven "the number is there",
    proven { "nothing else moved", when = skips },
    attest { "rings", "It rings", due = "24h", after = "calm" },
  },
  variants = {},
}
