-- The agent's screen: Flex shows the page that the task's profile_url names, if the container takes
-- its address from the task.
local deployment = require "deployment"
local remedy = require "remedy"
local toolkit = require "toolkit"

local container = "enhanced_crm_container"
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
      lesson = "enhanced_crm_container.url is the literal {{task.attributes.profile_url}} (rail of connie/setup).",
    },
    cause {
      "crm-url-hardcoded-live", "The live configuration has an address in place of the Liquid template; the source is right",
      lesson = "What is set in /template-admin goes into the source file too, or is undone.",
    },
    cause {
      "crm-container-off", "The CRM container is switched off",
      lesson = "What is set in /template-admin goes into the source file too, or is undone.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen = case.seen
    if not seen.configuration then return nil end
    local url = toolkit.feature(seen, container, "url")
    local both = toolkit.source_and_live(case)
    local facts = both and { own = both.own, said = both.said[deployment.crm_pointer], enabled = both.said[enabled_pointer] }
    if url ~= deployment.crm_url then
      local cause = facts and facts.said ~= deployment.crm_url and "crm-url-hardcoded-source" or "crm-url-hardcoded-live"
      return finding {
        cause = cause, facts = facts,
        evidence = {
          "live: " .. tostring(url), facts and facts.own .. " says " .. tostring(facts.said), toolkit.latest_change(case),
        },
      }
    end
    if toolkit.feature(seen, container, "enabled") ~= true then
      return finding {
        cause = "crm-container-off", facts = facts,
        evidence = {
          container .. ".enabled is " .. tostring(toolkit.feature(seen, container, "enabled")) .. " live",
          facts and facts.own .. " says " .. tostring(facts.enabled),
        },
      }
    end
    if case.again then return nil end
    local missing, all = pageless(seen)
    if #missing > 0 then
      local evidence = toolkit.few(missing)
      evidence[#evidence + 1] = #missing .. " of " .. all .. " tasks since it began"
      return finding { cause = "profile-url-missing", evidence = evidence }
    end
  end,

  fixes = {
    ["crm-url-hardcoded-source"] = fix "Correct the source file, and deploy it with OVERWRITE_CONFIG=true" (function(case)
      step("Set the CRM container's url in " .. case.finding.facts.own)
      files.edit { path = case.finding.facts.own, set = { [deployment.crm_pointer] = deployment.crm_url } }
      remedy.source_wins(case, "Deploy the Flex configuration; the source wins")
    end),
    ["crm-url-hardcoded-live"] = fix "Deploy the source files with OVERWRITE_CONFIG=true" (function(case)
      remedy.source_wins(case, "Deploy the Flex configuration; the source wins")
    end),
    ["crm-container-off"] = fix "Switch the container on in the source, and deploy it with OVERWRITE_CONFIG=true" (function(case)
      if case.finding.facts.enabled ~= true then
        step("Switch the CRM container on in " .. case.finding.facts.own)
        files.edit { path = case.finding.facts.own, set = { [enabled_pointer] = true } }
      end
      remedy.source_wins(case, "Deploy the Flex configuration; the source wins")
    end),
  },

  verify = function(case)
    return toolkit.feature(case.seen, container, "url") == deployment.crm_url, tostring(toolkit.feature(case.seen, container, "url"))
  end,
}
