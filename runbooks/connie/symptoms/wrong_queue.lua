-- Callbacks and voicemails go where the Wait URL's WorkflowSid says; without it the function takes
-- another client's workflow.
local remedy = require "remedy"
local toolkit = require "toolkit"

-- Tasks of callbacks and voicemails since it began that are not of the right workflow.
local function astray(seen, workflow)
  local list = {}
  for _, task in ipairs(seen.tasks) do
    local kind = task.attributes.taskType
    if (kind == "callback" or kind == "voicemail") and (task.made or 0) >= seen.since and task.workflow ~= workflow then
      list[#list + 1] = toolkit.clock(task.made) .. " " .. kind .. " task " .. task.sid .. " in queue " .. tostring(task.queue) .. " (TaskRouter)"
    end
  end
  return list
end

-- Whether two callers' numbers are not the same: "+1555…", "1555…" and "(555) …" are one number.
local function differ(a, b)
  local function digits(text) return (tostring(text):gsub("%D", ""):gsub("^00", "")) end
  local one, other = digits(a), digits(b)
  if #one < 7 or #other < 7 then return false end
  local short, long = one, other
  if #short > #long then short, long = long, short end
  return not (short == long or #short >= 10 and long:sub(-#short) == short)
end

-- Tasks whose caller is not the call's: agents call back the wrong person.
local function swapped(seen)
  local from, list = {}, {}
  for _, call in ipairs(seen.calls) do from[call.sid] = call.from end
  for _, task in ipairs(seen.tasks) do
    local caller = from[task.attributes.call_sid or ""]
    local named = task.attributes.from
    if caller and named and differ(named, caller) and (task.made or 0) >= seen.since then
      list[#list + 1] = "task " .. task.sid .. " names the caller " .. tostring(named) .. ", its call came from " .. caller .. " (TaskRouter, Calls)"
    end
  end
  return list
end

local wrong_attributes = "live agents are receiving tasks with wrong attributes (1 task or more)"

-- What is wrong with one widget's routing: the cause, lines of evidence, what its widgets have to
-- say, and the workflow that is right; nothing where it is well.
local function judged(case, widget)
  local seen = case.seen
  if widget.wait_url == "" then return nil end
  local _, sid = toolkit.parts(widget.wait_url)
  if sid == "" then sid = nil end
  local right = toolkit.routing(case, widget)
  if sid == widget.workflow and sid == right.sid and not right.open then return nil end
  local evidence = {
    toolkit.evidence_of(seen, widget, "the Wait URL is " .. widget.wait_url), "the widget's workflow is " .. widget.workflow,
  }
  if #right.why > 0 then evidence[3] = right.sid .. " is the line's: " .. table.concat(right.why, ", ") end
  local url = { widget = widget.name, property = "waitUrl", value = toolkit.mended_url(case, widget.wait_url, right.sid) }
  if right.open and sid ~= nil then
    evidence[3] = nil
    for _, text in ipairs(right.why) do evidence[#evidence + 1] = text end
    return "workflow-unclear", evidence, {}, right.sid
  end
  if widget.workflow ~= right.sid then
    local changes = { { widget = widget.name, property = "workflow", value = right.sid } }
    if sid ~= right.sid then changes[2] = url end
    return "widget-workflow-wrong", evidence, changes, right.sid
  end
  local draft
  for _, one in ipairs(seen.draft_status == "draft" and seen.drafts or {}) do draft = one.name == widget.name and one or draft end
  if draft and select(2, toolkit.parts(draft.wait_url)) == right.sid then
    evidence[#evidence + 1] = "revision " .. tostring(seen.revision) .. " is what callers reach"
    evidence[#evidence + 1] = "saved, not published: " .. draft.wait_url
    return "workflow-sid-unpublished", evidence, {}, right.sid
  end
  if sid == nil then
    local source = seen.deployed or seen.source
    local fallback = source and source:match("WW%x+")
    if fallback and not toolkit.known_workflow(seen, fallback) and #seen.workflows > 0 then
      evidence[#evidence + 1] = "the fallback workflow " .. fallback .. " is not in this workspace"
      local refused = toolkit.logged(seen, "task.*WW")
      evidence[#evidence + 1] = refused[#refused]
      return "workflow-sid-missing-no-task", evidence, { url }, right.sid
    end
    if fallback then evidence[#evidence + 1] = "the fallback is " .. fallback end
    return "workflow-sid-missing", evidence, { url }, right.sid
  end
  return "workflow-sid-wrong", evidence, { url }, right.sid
end

return symptom {
  name = "wrong-queue",
  title = "Callbacks/voicemails arrive in the wrong queue",
  summary = "The Wait URL has no WorkflowSid, or a wrong one.",
  severity = "medium", caller_visible = 2, last_verified = "2026-11-21",
  matches = {
    "wrong queue", "another queue", "other queue", "wrong agent", "callback missing", "callbacks missing", "wrong client",
    "not in queue", "no task", "misrouted", "wrong caller",
  },
  not_for = { "voicemail-only" },
  parameters = {
    workflow = param.sid {
      prefix = "WW", optional = true,
      why = "The workflow of the line's callers, where registry, env file, Flex and the flow disagree",
    },
  },

  causes = {
    cause {
      "workflow-sid-missing", "The Wait URL has no WorkflowSid: the function takes its hard-coded workflow",
      lesson = "Every send-to-flex widget's Wait URL has its own ?WorkflowSid= (WO-001, follow-up 2, removes the fallback).",
    },
    cause {
      "workflow-sid-missing-no-task", "The Wait URL has no WorkflowSid, and the hard-coded workflow is of another account: no task is made",
      lesson = "Every send-to-flex widget's Wait URL has its own ?WorkflowSid= (WO-001, follow-up 2, removes the fallback).",
    },
    cause {
      "workflow-sid-wrong", "The Wait URL's WorkflowSid is not the workflow of its widget",
      lesson = "A widget's workflow and its Wait URL's WorkflowSid change together (connie/change, add-queue).",
    },
    cause {
      "workflow-sid-unpublished", "The corrected WorkflowSid was saved, and never published",
      lesson = "Publish the flow: unpublished changes don't take effect.",
    },
    cause {
      "widget-workflow-wrong", "The widget's own workflow is not the line's",
      lesson = "A widget's workflow and its Wait URL's WorkflowSid change together (connie/change, add-queue).",
    },
    cause {
      "workflow-unclear", "The widget's workflow and its Wait URL's WorkflowSid differ, and nobody says which is the line's",
      tell = "Say which workflow the line's callers should have, workflow=WW…, and run again: registry, env file, Flex and earlier revisions do not settle it.",
      lesson = "The registry names the workflow of every line.",
    },
    cause {
      "cannot-be-told-apart", "cannot be told apart without what could not be read", undecided = true,
      tell = "What is missing is named in the evidence: mend that first, and run again.",
    },
    cause {
      "task-attributes-swapped", "Tasks carry another caller's attributes", visible = 0.5,
      severity = "high", escalate = wrong_attributes, inform = "ceo",
      tell = "Tasks name the wrong callers. It is escalated; agents confirm who is on the line before they use a record.",
      lesson = "Compare a task's caller with its call in every smoke test.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen, all = case.seen, {}
    local wrong = swapped(seen)
    if #wrong > 0 and not case.again then
      all[1] = finding { cause = "task-attributes-swapped", evidence = toolkit.few(wrong) }
    end
    local of = {}
    for _, widget in ipairs(seen.widgets) do
      local cause, evidence, changes, right = judged(case, widget)
      if cause then
        local one = of[cause]
        if not one then
          one = { evidence = {}, changes = {} }
          of[cause] = one
          of[#of + 1] = cause
        end
        for _, text in ipairs(evidence) do one.evidence[#one.evidence + 1] = text end
        for _, change in ipairs(changes) do one.changes[#one.changes + 1] = change end
        one.right = right
      end
    end
    for _, cause in ipairs(of) do
      local one = of[cause]
      local gone = not case.again and cause ~= "workflow-unclear" and astray(seen, one.right) or {}
      for _, text in ipairs(toolkit.few(gone, 2)) do one.evidence[#one.evidence + 1] = text end
      one.evidence[#one.evidence + 1] = toolkit.latest_change(case)
      all[#all + 1] = finding {
        cause = cause, evidence = one.evidence, facts = { changes = one.changes },
        escalation = #gone > 0 and wrong_attributes or nil, severity = #gone > 0 and "high" or nil,
        inform = #gone > 0 and "ceo" or nil,
      }
    end
    local without = toolkit.unread(seen, "numbers", "published", "tasks")
    if #all == 0 and #without > 0 and not case.again then
      all[1] = finding { cause = "cannot-be-told-apart", title = "cannot be told apart without " .. table.concat(without, ", "), evidence = without }
    end
    return all
  end,

  fixes = {
    ["workflow-sid-missing"] = fix "Set WorkflowSid in the Wait URL, and publish the flow" (remedy.widgets),
    ["workflow-sid-missing-no-task"] = fix "Set WorkflowSid in the Wait URL, and publish the flow" (remedy.widgets),
    ["workflow-sid-wrong"] = fix "Correct WorkflowSid in the Wait URL, and publish the flow" (remedy.widgets),
    ["widget-workflow-wrong"] = fix "Set the widget's workflow, and publish the flow" (remedy.widgets),
    ["workflow-sid-unpublished"] = fix "Publish the flow" (remedy.publish_draft),
  },

  -- What callers depend on: both of every widget are one workflow, it is there, and it is the line's.
  verify = function(case)
    for _, widget in ipairs(case.seen.widgets) do
      local _, sid = toolkit.parts(widget.wait_url)
      local right = toolkit.routing(case, widget)
      if widget.wait_url ~= "" and (sid ~= widget.workflow or sid ~= right.sid or not toolkit.known_workflow(case.seen, sid)) then
        return false, widget.name .. ": workflow " .. widget.workflow .. ", the Wait URL is " .. widget.wait_url
      end
    end
    return #case.seen.widgets > 0, "no widget sends callers to Flex"
  end,
}
