-- The monthly audit of one account: what comes apart unseen between two faults. It reads, and changes
-- nothing; what it finds is named, the worst first, and mended with the runbook that is named beside.
local deployment = require "deployment"

local day = 86400

-- Each look by itself: what cannot be read is a finding of its own, and stops no other look.
local function looks(run)
  local workspace, profile = run.profile.workspace_sid, run.profile
  local reads = {
    drift = function() return flex.configuration.compare {} end,
    numbers = function() return twilio.numbers.list {} end,
    flows = function() return studio.flows.list {} end,
    alerts = function() return monitor.alerts.list { log_level = "error", since = run.started - 30 * day } end,
  }
  if workspace then
    reads.tasks = function()
      return taskrouter.tasks.list { workspace = workspace, assignment_status = "pending,reserved,assigned,wrapping" }
    end
  end
  if profile.mailgun_domain then
    reads.domain = function() return mailgun.domains.fetch { name = profile.mailgun_domain } end
  end
  local names = {}
  for name in pairs(reads) do names[#names + 1] = name end
  table.sort(names)
  local results = parallel(names, function(name)
    local good, value = pcall(reads[name])
    return { value = good and value or nil, why = not good and (type(value) == "table" and value.message or tostring(value)) or nil }
  end)
  local seen, unread = {}, {}
  for i, name in ipairs(names) do
    seen[name] = results[i].value
    if results[i].why then unread[#unread + 1] = name .. ": " .. results[i].why end
  end
  return seen, unread
end

-- Each of the following is given `name(rank, cause, severity, evidence)`; rank 1 is what callers notice.

-- A number that rings nothing, or a flow that is not there or not in use.
local function lines(name, seen, account)
  if not (seen.numbers and seen.flows) then return end
  local flows = {}
  for _, flow in ipairs(seen.flows) do flows[flow.sid] = flow end
  for _, number in ipairs(seen.numbers) do
    local label = number.phone_number .. " (" .. tostring(number.friendly_name) .. ")"
    local url = tostring(number.voice_url or "")
    local sid, of = deployment.flow_of(number)
    local elsewhere = (number.voice_application_sid or "") ~= "" or (number.trunk_sid or "") ~= ""
    if url == "" and not elsewhere then
      name(1, "number-rings-nothing", "medium", label .. " has no voice URL: have it ring a flow with connie/change, or release it")
    elseif sid and of == account and not flows[sid] then
      name(1, "number-rings-missing-flow", "medium", label .. " rings " .. sid .. ", which is not there")
    elseif sid and of == account and flows[sid].friendly_name:sub(1, 11) == "[ARCHIVED] " then
      name(1, "number-rings-archived-flow", "medium", label .. " rings " .. flows[sid].friendly_name)
    elseif sid and of == account and flows[sid].status ~= "published" then
      name(1, "number-rings-draft", "medium", label .. " rings " .. flows[sid].friendly_name .. ", which is not published")
    end
  end
end

local function waiting(name, seen, now)
  local old = {}
  for _, task in ipairs(seen.tasks or {}) do
    local made = time.parse(task.date_created)
    if made and now - made > day then
      old[#old + 1] = task.sid .. " (" .. tostring(task.task_queue_friendly_name) .. ", since " .. time.iso(made) .. ")"
    end
  end
  if #old > 0 then
    name(2, "tasks-wait", "medium", #old .. " tasks wait longer than a day: " .. table.concat(old, ", ", 1, math.min(#old, 5)))
  end
end

local function mail(name, seen)
  local state = seen.domain and tostring(seen.domain.state)
  if state and state ~= "active" then
    name(2, "mail-domain-" .. state, "medium", tostring(seen.domain.name) .. " is " .. state .. ": voicemail mails are not sent")
  end
end

local function drift(name, seen)
  local paths = {}
  for i, one in ipairs(seen.drift and seen.drift.differences or {}) do paths[i] = one.path end
  if #paths == 0 then return end
  name(3, "drift", "low", #paths .. " places differ from the source files: " .. table.concat(paths, ", ", 1, math.min(#paths, 5))
    .. "; run connie/symptoms/drift, or list what is known under [[drift.known]]")
end

-- Every account has some: they are kept for whoever compares this month with the last.
local function alerts(seen)
  local count, codes = {}, {}
  for _, one in ipairs(seen.alerts or {}) do
    local code = tostring(one.error_code)
    if not count[code] then codes[#codes + 1] = code end
    count[code] = (count[code] or 0) + 1
  end
  table.sort(codes, function(a, b) return count[a] > count[b] or count[a] == count[b] and a < b end)
  local all = {}
  for i, code in ipairs(codes) do all[i] = code .. " × " .. count[code] end
  if #all > 0 then note("Errors that Twilio noticed in 30 days: " .. table.concat(all, ", ", 1, math.min(#all, 8))) end
end

return runbook {
  name = "connie/audit",
  title = "Audit an account",
  summary = "Use this runbook once a month for each account, and before work that builds on it: it "
    .. "looks for what comes apart unseen, changes nothing, and fails where something is to be done.",

  authority = { operator = "operator", approver = "ceo" },
  parameters = { client = param.profile { why = "The account that is looked at" } },

  read_first = {
    "What the last audit found: `countersign runs` lists it",
    "Every account at once: `countersign drift --all --since DIR`, with the snapshots of the last audit",
  },

  rails = { rails.snapshot_first },

  procedure = {
    read("look", { title = "Look at the account" })(function(run)
      local seen, unread = looks(run)
      local found = {}
      local function name(rank, cause, severity, evidence)
        found[#found + 1] = { rank = rank, at = #found, cause = cause, severity = severity, evidence = evidence }
      end
      lines(name, seen, run.profile.account_sid)
      waiting(name, seen, run.started)
      mail(name, seen)
      drift(name, seen)
      alerts(seen)
      for _, why in ipairs(unread) do name(5, "could-not-be-looked-at", "low", why) end
      table.sort(found, function(a, b) return a.rank < b.rank or a.rank == b.rank and a.at < b.at end)
      for _, one in ipairs(found) do
        finding { cause = one.cause, severity = one.severity, evidence = one.evidence }
      end
      note(#(seen.numbers or {}) .. " numbers, " .. #(seen.flows or {}) .. " flows, " .. #(seen.tasks or {}) .. " open tasks")
      return { pre = snapshot.capture { label = "AUDIT" }, found = #found }
    end),
    read("judge", { title = "Say whether something is to be done" })(function(run)
      check(run.look.found == 0, "the account is as it should be", run.look.found .. " findings; they are listed with the run")
    end),
  },

  done = { proven "the account is as it should be" },
  evidence = "audit-{client}-{date}",
  variants = { ["A fault that somebody reported"] = "connie/troubleshoot" },
}
