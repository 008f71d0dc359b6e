-- The agent's screen: Flex shows the page that the task's profile_url names, if the container takes
-- its address from the task.
local deployment = require "deployment"
local remedy = require "remedy"
local toolkit = require "toolkit"

local container = "enhanced_crm_container"
local by_hand = "A person corrects the setting in /template-admin and the source file says the same; what is right is in the evidence. Then run again: it is looked at."
local enabled_pointer = "/custom_data/features/" .. container .. "/enabled"

-- Tasks of callers since it began that name no page.
local function pageless(seen)
  local list, all = {}, 0
  for _, task in ipairs(seen.tasks) do
    if (task.made or 0) >= seen.since and task.attributes.call_sid then
      all = all + 1
      local page = task.attributes.profile_url
      if page == nil or page == "" then list[#list + 1] = toolkit.clock(task.made) .. " task " .. task.sid .. " has no profile_url" end
    end
  end
  return list, all
end

-- What a deploy of the source would change live besides the cause, and the narrow way around it.
local function besides(both, pointer)
  local lines = toolkit.besides(both, { pointer })
  if #lines == 0 then return {} end
  local out = { "a deploy with OVERWRITE_CONFIG=true would also reset other live settings:" }
  for _, text in ipairs(toolkit.few(lines, 5)) do out[#out + 1] = text end
  out[#out + 1] = "the narrow way: remedy=template-admin, a person corrects this one setting in /template-admin"
  return out
end

-- Fixes by deploy are left to a person where they asked for the narrow way.
local by_deploy = { when = function(found) return found.facts ~= nil and found.facts.way == "deploy" end }

return symptom {
  name = "crm-pop",
  title = "Caller's CRM screen doesn't pop / shows generic page",
  summary = "profile_url is not on the task, or the CRM container's address is written in by hand.",
  severity = "low", caller_visible = 6, last_verified = "2026-11-21",
  matches = { "crm pop", "screen pop", "crm screen", "generic page", "crm", "wrong page", "no pop", "customer record" },

  causes = {
    cause {
      "profile-url-missing", "The tasks carry no profile_url", look_again = "24h",
      tell = "The task creation does not set profile_url (GitHub issue #4, upstream). Until then agents see the page for no task.",
    },
    cause {
      "crm-url-hardcoded-source", "The client's source file has an address in place of the Liquid template",
      tell = by_hand, look_again = "1h",
      lesson = "enhanced_crm_container.url is the literal {{task.attributes.profile_url}} (rail of connie/setup).",
    },
    cause {
      "crm-url-hardcoded-live", "The live configuration has an address in place of the Liquid template; the source is right",
      tell = by_hand, look_again = "1h",
      lesson = "What is set in /template-admin goes into the source file too, or is undone.",
    },
    cause {
      "cannot-be-told-apart", "cannot be told apart without what could not be read", undecided = true,
      tell = "What is missing is named in the evidence: mend that first, and run again.",
    },
    cause {
      "crm-container-off", "The CRM container is switched off",
      tell = by_hand, look_again = "1h",
      lesson = "What is set in /template-admin goes into the source file too, or is undone.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen = case.seen
    local without = toolkit.unread(seen, "configuration", "tasks")
    local function undecided()
      if #without == 0 or case.again then return nil end
      return finding { cause = "cannot-be-told-apart", title = "cannot be told apart without " .. table.concat(without, ", "), evidence = without }
    end
    if not seen.configuration then return undecided() end
    local url, enabled = toolkit.feature(seen, container, "url"), toolkit.feature(seen, container, "enabled")
    local both = toolkit.source_and_live(case)
    -- Without a source file of the client's nothing says what is right: that comes first.
    if both and not both.there then return nil end
    local facts = both and {
      own = both.own, said = both.said[deployment.crm_pointer], enabled = both.said[enabled_pointer],
      way = rawget(case.params, "remedy") == "template-admin" and "template-admin" or "deploy",
    }
    local live = "live: " .. tostring(url) .. " (Flex configuration, " .. container .. ".url)"
    if url ~= deployment.crm_url then
      local cause = facts and facts.said ~= deployment.crm_url and "crm-url-hardcoded-source" or "crm-url-hardcoded-live"
      local evidence = { live, facts and facts.own .. " says " .. tostring(facts.said) }
      for _, text in ipairs(besides(both, deployment.crm_pointer)) do evidence[#evidence + 1] = text end
      evidence[#evidence + 1] = toolkit.latest_change(case)
      return finding { cause = cause, facts = facts, evidence = evidence }
    end
    if enabled ~= true then
      local evidence = {
        container .. ".enabled is " .. tostring(enabled) .. " live (Flex configuration)", facts and facts.own .. " says " .. tostring(facts.enabled),
      }
      for _, text in ipairs(besides(both, enabled_pointer)) do evidence[#evidence + 1] = text end
      return finding { cause = "crm-container-off", facts = facts, evidence = evidence }
    end
    if case.again then return nil end
    local missing, all = pageless(seen)
    if #missing > 0 then
      local evidence = toolkit.few(missing)
      evidence[#evidence + 1] = #missing .. " of " .. all .. " tasks since it began (TaskRouter)"
      return finding { cause = "profile-url-missing", evidence = evidence }
    end
    return undecided()
  end,

  fixes = {
    ["crm-url-hardcoded-source"] = fix("Correct the source file, and deploy it with OVERWRITE_CONFIG=true", by_deploy)(function(case)
      step("Set the CRM container's url in " .. case.finding.facts.own)
      files.edit { path = case.finding.facts.own, set = { [deployment.crm_pointer] = deployment.crm_url } }
      remedy.source_wins(case, "Deploy the Flex configuration; the source wins")
    end),
    ["crm-url-hardcoded-live"] = fix("Deploy the source files with OVERWRITE_CONFIG=true", by_deploy)(function(case)
      remedy.source_wins(case, "Deploy the Flex configuration; the source wins")
    end),
    ["crm-container-off"] = fix("Switch the container on in the source, and deploy it with OVERWRITE_CONFIG=true", by_deploy)(function(case)
      if case.finding.facts.enabled ~= true then
        step("Switch the CRM container on in " .. case.finding.facts.own)
        files.edit { path = case.finding.facts.own, set = { [enabled_pointer] = true } }
      end
      remedy.source_wins(case, "Deploy the Flex configuration; the source wins")
    end),
  },

  verify = function(case)
    local url, enabled = toolkit.feature(case.seen, container, "url"), toolkit.feature(case.seen, container, "enabled")
    return url == deployment.crm_url and enabled == true, "url " .. tostring(url) .. ", enabled " .. tostring(enabled)
  end,
}
