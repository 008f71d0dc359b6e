-- Nobody hears what should be heard on hold: a widget's Wait URL leads nowhere.
local deployment = require "deployment"
local remedy = require "remedy"
local toolkit = require "toolkit"

local codes = { ["11200"] = true, ["11205"] = true, ["12100"] = true, ["11210"] = true, ["11220"] = true, ["81017"] = true }

-- Callers who hear nothing leave nothing.
local follows = { "wrong-queue", "recording", "admin-email", "transcription" }

local function host_of(url) return tostring(url):match("^%a+://([^/:?]+)") end

-- Twilio's own alerts about the Wait URL of this line, oldest first.
local function alerts(case)
  local seen, list = case.seen, {}
  local known, calls = {}, {}
  for _, widget in ipairs(seen.widgets) do known[(toolkit.parts(widget.wait_url))] = true end
  for _, call in ipairs(seen.calls) do
    calls[call.sid] = not seen.number or call.to == seen.number.phone_number
  end
  for _, one in ipairs(seen.alerts) do
    local url = toolkit.parts(tostring(one.request_url))
    local here = known[url] or host_of(url) == case.profile.serverless_domain or calls[one.resource_sid]
    if codes[tostring(one.error_code)] and here and url:find("/studio/wait-experience", 1, true) then list[#list + 1] = one end
  end
  table.sort(list, function(a, b) return tostring(a.date_created) < tostring(b.date_created) end)
  return list
end

local function said_alert(one)
  return tostring(one.date_created) .. " alert " .. tostring(one.error_code) .. " for " .. tostring(one.resource_sid)
end

local function found(case, cause, facts, evidence)
  local past = alerts(case)
  if #past > 0 then
    evidence[#evidence + 1] = "Monitor: alerts since it began: " .. #past .. ", such as " .. said_alert(past[1])
  end
  evidence[#evidence + 1] = toolkit.latest_change(case)
  return finding { cause = cause, evidence = evidence, facts = facts }
end

-- What the probe says of the function, in words; nil where it is well.
local function trouble(probe)
  if not probe then return nil end
  if not probe.reached then return "it cannot be reached: " .. probe.why end
  if probe.status ~= 200 then return "it answers " .. probe.status end
  if not probe.body:find("<Response", 1, true) then return "it answers " .. probe.content_type .. ", not TwiML" end
  local verbs = probe.body:match("<Response[^>]*>(.*)") or ""
  if not verbs:find("<%a") then return "it answers TwiML that says and plays nothing" end
end

local function asked(probe)
  local times = #(probe.attempts or {})
  return times > 1 and " (asked " .. times .. " times, 5 s apart)" or ""
end

-- Wait URLs that are not the function's address: of the published revision, widget by widget.
local function misled(case, expected, all)
  local seen, evidence, changes, saved = case.seen, {}, {}, {}
  local drafts, deployed = {}, {}
  for _, one in ipairs(seen.drafts) do drafts[one.name] = one end
  for _, domain in ipairs(seen.environments) do deployed[domain] = true end
  for _, widget in ipairs(seen.widgets) do
    local address = toolkit.parts(widget.wait_url)
    local moved = deployed[host_of(address)] and address:sub(-#deployment.wait_path) == deployment.wait_path
      and address:sub(1, 8) == "https://"
    if address ~= expected and not moved then
      local draft = seen.draft_status == "draft" and drafts[widget.name]
      if draft and toolkit.parts(draft.wait_url) == expected then saved[#saved + 1] = draft end
      evidence[#evidence + 1] = toolkit.evidence_of(seen, widget, "the Wait URL is " .. (widget.wait_url == "" and "empty" or widget.wait_url))
      local right = toolkit.routing(case, widget)
      changes[#changes + 1] = {
        widget = widget.name, property = "waitUrl", value = toolkit.mended_url(case, widget.wait_url, right.sid),
      }
    end
  end
  if #changes == 0 then return end
  if #saved == #changes then
    evidence[#evidence + 1] = "saved, not published: " .. saved[1].wait_url
    all[#all + 1] = found(case, "wait-url-unpublished", { changes = changes }, evidence)
  else
    evidence[#evidence + 1] = "it should begin with " .. expected
    all[#all + 1] = found(case, "wait-url-malformed", { changes = changes }, evidence)
  end
end

-- What is wrong with the function itself, or with where it is.
local function failing(case, all)
  local seen, domain = case.seen, case.profile.serverless_domain
  if not seen.environment and seen.services and not seen.failed.environments then
    if #seen.environments == 0 then
      all[#all + 1] = found(case, "service-deleted", nil, { "no serverless service has the domain " .. domain .. " (Serverless, services and environments)" })
      return
    end
    all[#all + 1] = found(case, "service-moved", { domains = seen.environments },
      { "no environment has the profile's domain " .. domain, "there is " .. table.concat(seen.environments, ", ") })
    return
  end
  local probe = seen.probe
  local wrong = trouble(probe)
  local undeployed = seen.environment and not seen.environment.build_sid or probe and probe.status == 404
  if undeployed or (wrong and seen.missing) then
    local evidence = { probe and "the Wait URL answers " .. tostring(probe.status) .. asked(probe) or nil }
    if seen.environment and not seen.environment.build_sid then
      evidence[#evidence + 1] = "nothing is deployed in the environment " .. seen.environment.sid
    elseif seen.missing then
      evidence[#evidence + 1] = "the build that is deployed does not have the function"
    end
    all[#all + 1] = found(case, "function-not-deployed", nil, evidence)
    return
  end
  if not wrong then return end
  local logs = toolkit.logged(seen, "^the function answered")
  local evidence = { "probe of the Wait URL: " .. wrong .. asked(probe), logs[#logs] }
  local page = toolkit.outage(seen)
  local theirs = not probe.reached or probe.status == 502 or probe.status == 503 or probe.status == 504
  if theirs and page then
    evidence[#evidence + 1] = "status page: " .. page.text
    all[#all + 1] = found(case, "provider-outage", nil, evidence)
  elseif not probe.reached and not probe.why:lower():find("tim", 1, true) then
    evidence[#evidence + 1] = "status page: " .. tostring(((seen.status or {}).status or {}).description or "not read")
    all[#all + 1] = found(case, "wait-url-unreachable", nil, evidence)
  else
    all[#all + 1] = found(case, "function-failing", nil, evidence)
  end
end

-- Callers met nothing for a while, and the function answers now.
local function healed(case, all)
  local seen, past = case.seen, alerts(case)
  if #past == 0 then return end
  local last = past[#past]
  local at = time.parse(last.date_created) or 0
  local answers = seen.probe and "the function answers TwiML now, in " .. seen.probe.milliseconds .. " ms (probe)"
  local evidence = { answers }
  local since
  for _, one in ipairs(seen.deployments) do
    local made = time.parse(one.date_created)
    if made and made > at and not since then since = "deployed since, " .. time.iso(made) .. " (" .. one.sid .. ")" .. toolkit.by(seen, one.sid) end
  end
  if seen.published_at and seen.published_at > at then
    since = since or "the flow was published since, " .. time.iso(seen.published_at) .. toolkit.by(seen, seen.flow)
  end
  local gone = (tostring(last.alert_text) .. " " .. tostring(last.response_body)):find("404", 1, true)
  if since or gone then
    evidence[#evidence + 1] = "last alert: " .. said_alert(last) .. ", " .. tostring(last.alert_text)
    evidence[#evidence + 1] = since or "it answered 404 then: it was not deployed, and no deployment since is recorded"
    all[#all + 1] = found(case, "mended-meanwhile", nil, evidence)
    return
  end
  local page = toolkit.outage(seen)
  if page then evidence[#evidence + 1] = "status page: " .. page.text end
  all[#all + 1] = found(case, page and page.named and "provider-outage" or "wait-url-blip", nil, evidence)
end

return symptom {
  name = "dead-air",
  title = "Caller hears nothing / dead air after greeting",
  summary = "The Wait URL is broken, malformed, or unreachable.",
  severity = "medium", caller_visible = 1, last_verified = "2026-11-21",
  matches = {
    "dead air", "hears nothing", "hear nothing", "heard nothing", "silence", "silent", "no hold music", "no music",
    "nothing after greeting", "call drops after greeting",
  },
  not_for = { "voicemail-only" },

  causes = {
    cause {
      "wait-url-malformed", "The widget's Wait URL is not the wait-experience function's address", explains = follows,
      lesson = "A Wait URL is copied whole from connie/setup, never typed.",
    },
    cause {
      "wait-url-unpublished", "The corrected Wait URL was saved, and never published", explains = follows,
      lesson = "Publish the flow: unpublished changes don't take effect.",
    },
    cause {
      "function-not-deployed", "The Wait URL's function is not deployed in this environment", explains = follows,
      lesson = "After a deploy, ask the Wait URL once (serverless.probe) before the run is done.",
    },
    cause {
      "service-deleted", "The serverless service is gone", explains = follows, proof = "call",
      lesson = "A serverless service is shared by features: it is never deleted (rail of connie/cancel).",
    },
    cause {
      "service-moved", "The functions are deployed at another domain than the profile names", explains = follows,
      tell = "A service that was made anew has a domain of its own: put it as serverless_domain into the profile in countersign.toml, and run again; the Wait URL then follows.",
      look_again = "1h",
    },
    cause {
      "function-failing", "The wait-experience function fails", explains = follows,
      lesson = "Look at the functions' logs behind every deploy.",
    },
    cause {
      "wait-url-unreachable", "The Wait URL cannot be reached, however often it is asked", explains = follows, look_again = "1h",
      tell = "The function's address cannot be reached from outside: a network or DNS fault that lasts. See status.twilio.com, and ask Twilio; a deploy mends nothing.",
    },
    cause {
      "provider-outage", "Twilio has an outage", explains = follows, look_again = "1h",
      tell = "Twilio reports an outage; calls recover when it is over. Nothing of ours needs to be changed.",
    },
    cause {
      "account-unreachable", "Twilio answers nothing for this account", severity = "high", inform = "ceo", explains = follows,
      escalate = "the provider is down for this account: nothing can be read, and callers reach nothing", look_again = "1h",
      tell = "Twilio refuses or fails everything that is asked of this account: it may be suspended, its keys stale, or Twilio down. Whoever owns the account looks into the console.",
    },
    cause {
      "mended-meanwhile", "It was broken, and somebody has mended it since", passing = true, look_again = "24h",
      tell = "It was broken and is mended: call once more. Who changed it is in the evidence; ask them what it was.",
      lesson = "Who mends something by hand writes down what it was.",
    },
    cause {
      "wait-url-blip", "The Wait URL could not be reached for a while, and can be now", passing = true, look_again = "24h",
      tell = "It was a network or DNS blip: the function answers again. Call once more; if it comes back, say when.",
    },
    cause {
      "cannot-be-told-apart", "cannot be told apart without what could not be read", undecided = true,
      tell = "What is missing is named in the evidence: mend that first, and run again.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen, all = case.seen, {}
    local domain = case.profile.serverless_domain
    -- Restored, it is somewhere else: callers are helped by the run that sets the Wait URL.
    if case.again and case.finding.cause == "service-deleted" and #seen.environments > 0 then
      note("The service is there again, at " .. table.concat(seen.environments, ", ")
        .. ": put that as serverless_domain into countersign.toml and run again; the Wait URL follows")
      return nil
    end
    if toolkit.refused(seen) then
      return found(case, "account-unreachable", nil, toolkit.few(toolkit.unread(seen, "numbers", "calls", "services", "flows"), 4))
    end
    local without = toolkit.unread(seen, "numbers", "flows", "published", "services", "environments", "probe")
    if domain then
      if #seen.widgets > 0 then misled(case, (toolkit.parts(toolkit.wait_url(case, ""))), all) end
      failing(case, all)
      if #all == 0 and not case.again then healed(case, all) end
    end
    if #seen.among > 0 and not seen.flow then without[#without + 1] = "the line: several numbers ring different flows, say number=" end
    if #all == 0 and #without > 0 and not case.again then
      all[1] = finding { cause = "cannot-be-told-apart", title = "cannot be told apart without " .. table.concat(without, ", "), evidence = without }
    end
    return all
  end,

  fixes = {
    ["function-not-deployed"] = fix "Deploy the serverless functions" (function(case)
      remedy.deploy(case, "Deploy the serverless functions")
    end),
    ["service-deleted"] = fix "Restore the service from the repository, and deploy it" (function(case)
      remedy.deploy(case, "Deploy the serverless functions; the pipeline makes the service anew")
    end),
    ["wait-url-malformed"] = fix "Set the Wait URL, and publish the flow" (remedy.widgets),
    ["wait-url-unpublished"] = fix "Publish the flow" (remedy.publish_draft),
    ["function-failing"] = fix "Deploy the serverless functions from the repository" (function(case)
      remedy.deploy(case, "Deploy the functions as the repository has them")
    end),
  },

  -- What callers depend on: every widget's published Wait URL, and what the function answers.
  verify = function(case)
    local seen = case.seen
    if case.finding.cause == "service-deleted" then return #seen.environments > 0 end
    local wrong = trouble(seen.probe) or not seen.probe and "it could not be asked"
    local expected = toolkit.parts(deployment.wait_url(case.profile.serverless_domain, ""))
    for _, widget in ipairs(seen.widgets) do
      local address = toolkit.parts(widget.wait_url)
      if address ~= expected then wrong = wrong or widget.name .. ": " .. address end
    end
    if #seen.widgets == 0 and not wrong and not seen.failed.published then wrong = "no widget sends callers to Flex" end
    return not wrong, wrong
  end,
}
