-- Nobody hears what should be heard on hold: the widget's Wait URL leads nowhere.
local deployment = require "deployment"
local remedy = require "remedy"
local toolkit = require "toolkit"

local codes = { ["11200"] = true, ["11205"] = true, ["12100"] = true, ["11210"] = true, ["11220"] = true }

-- Twilio's own alerts about the Wait URL.
local function alerts(case)
  local list = {}
  local address = case.seen.widget and toolkit.parts(case.seen.widget.wait_url)
  for _, one in ipairs(case.seen.alerts) do
    local url = toolkit.parts(tostring(one.request_url))
    if codes[tostring(one.error_code)] and (url == address or url:find("/studio/wait-experience", 1, true)) then
      list[#list + 1] = tostring(one.date_created) .. " alert " .. one.error_code .. " for " .. one.resource_sid
    end
  end
  return list
end

local function found(case, cause, facts, ...)
  local evidence = { ... }
  local seen = alerts(case)
  if #seen > 0 then evidence[#evidence + 1] = "alerts since it began: " .. #seen .. ", such as " .. seen[1] end
  evidence[#evidence + 1] = toolkit.latest_change(case)
  return finding { cause = cause, evidence = evidence, facts = facts }
end

-- What the probe says of the function, in words; nil where it is well.
local function trouble(probe)
  if not probe then return nil end
  if not probe.reached then return "it cannot be reached: " .. probe.why end
  if probe.status ~= 200 then return "it answers " .. probe.status end
  if not probe.body:find("<Response", 1, true) then return "it answers " .. probe.content_type .. ", not TwiML" end
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
      "function-not-deployed", "The Wait URL's function is not deployed in this environment",
      lesson = "After a deploy, ask the Wait URL once (serverless.probe) before the run is done.",
    },
    cause {
      "service-deleted", "The serverless service is gone",
      lesson = "A serverless service is shared by features: it is never deleted (rail of connie/cancel).",
    },
    cause {
      "service-moved", "The functions are deployed at another domain than the profile names",
      tell = "A service that was made anew has a domain of its own: put it as serverless_domain into the profile in countersign.toml, and run again; the Wait URL then follows.",
      look_again = "1h",
    },
    cause {
      "wait-url-malformed", "The widget's Wait URL is not the wait-experience function's address",
      lesson = "A Wait URL is copied whole from connie/setup, never typed.",
    },
    cause {
      "wait-url-unpublished", "The corrected Wait URL was saved, and never published",
      lesson = "Publish the flow: unpublished changes don't take effect.",
    },
    cause {
      "function-failing", "The wait-experience function fails",
      lesson = "Look at the functions' logs behind every deploy.",
    },
    cause {
      "provider-outage", "Twilio has an outage", look_again = "1h",
      tell = "Twilio reports an outage; calls recover when it is over. Nothing of ours needs to be changed.",
    },
    cause {
      "wait-url-blip", "The Wait URL could not be reached for a while, and can be now", look_again = "24h",
      tell = "It was a network or DNS blip: the function answers again. Call once more; if it comes back, say when.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen = case.seen
    local widget, domain = seen.widget, case.profile.serverless_domain
    if not widget or not domain then return nil end
    local address, expected = toolkit.parts(widget.wait_url), toolkit.parts(toolkit.wait_url(case, ""))
    -- Restored, it is somewhere else: callers are helped by the run that sets the Wait URL.
    if case.again and case.finding.cause == "service-deleted" and #seen.environments > 0 then
      note("The service is there again, at " .. table.concat(seen.environments, ", ")
        .. ": put that as serverless_domain into countersign.toml and run again; the Wait URL follows")
      return nil
    end
    if address ~= expected then
      local facts = { wait_url = toolkit.wait_url(case, widget.workflow) }
      if seen.draft_status == "draft" and seen.draft and toolkit.parts(seen.draft.wait_url) == expected then
        return found(case, "wait-url-unpublished", facts, "published: " .. address, "saved, not published: " .. seen.draft.wait_url)
      end
      return found(case, "wait-url-malformed", facts,
        "the Wait URL is " .. (widget.wait_url == "" and "empty" or widget.wait_url), "it should begin with " .. expected)
    end
    local status = seen.status and seen.status.status or {}
    if not seen.environment and seen.services and #seen.environments == 0 then
      return found(case, "service-deleted", nil, "no serverless service has the domain " .. domain)
    end
    if not seen.environment and seen.services then
      return found(case, "service-moved", { domains = seen.environments }, "no environment has the profile's domain " .. domain,
        "there is " .. table.concat(seen.environments, ", "))
    end
    local wrong = trouble(seen.probe)
    if wrong and status.indicator and status.indicator ~= "none" then
      return found(case, "provider-outage", nil, "status page: " .. tostring(status.description), "the Wait URL: " .. wrong)
    end
    if seen.environment and not seen.environment.build_sid or seen.probe and seen.probe.status == 404 then
      return found(case, "function-not-deployed", nil, "the Wait URL answers " .. tostring(seen.probe and seen.probe.status),
        seen.environment.build_sid and "the build that is deployed does not have the function" or "nothing is deployed in the environment")
    end
    if wrong then
      local logs = toolkit.logged(seen, "^the function answered")
      return found(case, "function-failing", nil, "the Wait URL: " .. wrong, logs[#logs])
    end
    local past = alerts(case)
    if #past > 0 and not case.again then
      local recent = time.parse(past[#past]:match("^%S+"))
      local facts = { recent = recent }
      if status.indicator and status.indicator ~= "none" then
        return found(case, "provider-outage", facts, "status page: " .. tostring(status.description))
      end
      return found(case, "wait-url-blip", facts, "the function answers TwiML now, in " .. seen.probe.milliseconds .. " ms")
    end
  end,

  fixes = {
    ["function-not-deployed"] = fix "Deploy the serverless functions" (function(case)
      remedy.deploy(case, "Deploy the serverless functions")
    end),
    ["service-deleted"] = fix "Restore the service from the repository, and deploy it" (function(case)
      remedy.deploy(case, "Deploy the serverless functions; the pipeline makes the service anew")
    end),
    ["wait-url-malformed"] = fix "Set the Wait URL, and publish the flow" (remedy.wait_url),
    ["wait-url-unpublished"] = fix "Publish the flow" (remedy.publish_draft),
    ["function-failing"] = fix "Deploy the serverless functions from the repository" (function(case)
      remedy.deploy(case, "Deploy the functions as the repository has them")
    end),
  },

  verify = function(case)
    if case.finding.cause == "service-deleted" then return #case.seen.environments > 0 end
    local wrong = trouble(case.seen.probe) or not case.seen.probe and "it could not be asked"
    local address = case.seen.widget and toolkit.parts(case.seen.widget.wait_url)
    return not wrong and address == toolkit.parts(deployment.wait_url(case.profile.serverless_domain, "")), wrong or address
  end,
}
