-- Callbacks and voicemails go where the Wait URL's WorkflowSid says; without it the function takes
-- another client's workflow.
local remedy = require "remedy"
local toolkit = require "toolkit"

-- Tasks of callbacks and voicemails since it began that are not of the widget's workflow.
local function astray(seen)
  local list = {}
  for _, task in ipairs(seen.tasks) do
    local kind = task.attributes.taskType
    if (kind == "callback" or kind == "voicemail") and (task.made or 0) >= seen.since
      and task.workflow ~= seen.widget.workflow then
      list[#list + 1] = toolkit.clock(task.made) .. " " .. kind .. " task " .. task.sid .. " in queue " .. tostring(task.queue)
    end
  end
  return list
end

-- Tasks whose caller is not the call's: agents call back the wrong person.
local function swapped(seen)
  local from, list = {}, {}
  for _, call in ipairs(seen.calls) do from[call.sid] = call.from end
  for _, task in ipairs(seen.tasks) do
    local caller = from[task.attributes.call_sid or ""]
    local named = task.attributes.from
    if caller and named and named ~= caller and (task.made or 0) >= seen.since then
      list[#list + 1] = "task " .. task.sid .. " names the caller " .. named .. ", its call came from " .. caller
    end
  end
  return list
end

local wrong_attributes = "live agents are receiving tasks with wrong attributes (1 task or more)"

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
      "task-attributes-swapped", "Tasks carry another caller's attributes",
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
    local widget = seen.widget
    if not widget or widget.wait_url == "" then return all end
    local address, sid = toolkit.parts(widget.wait_url)
    if sid == widget.workflow then return all end
    local function found(cause, ...)
      local evidence = { "the Wait URL is " .. widget.wait_url, ... }
      local gone = not case.again and astray(seen) or {}
      for _, text in ipairs(toolkit.few(gone, 2)) do evidence[#evidence + 1] = text end
      evidence[#evidence + 1] = toolkit.latest_change(case)
      all[#all + 1] = finding {
        cause = cause, evidence = evidence, facts = { wait_url = address .. "?WorkflowSid=" .. widget.workflow },
        escalation = #gone > 0 and wrong_attributes or nil, severity = #gone > 0 and "high" or nil,
        inform = #gone > 0 and "ceo" or nil,
      }
      return all
    end
    local workflow = "the widget's workflow is " .. widget.workflow
    if seen.draft_status == "draft" and seen.draft then
      local _, saved = toolkit.parts(seen.draft.wait_url)
      if saved == seen.draft.workflow then
        return found("workflow-sid-unpublished", "revision " .. tostring(seen.revision) .. " is what callers reach", "saved, not published: " .. seen.draft.wait_url)
      end
    end
    if sid == nil or sid == "" then
      local refused = toolkit.logged(seen, "task.*WW")
      local fallback = seen.source and seen.source:match("WW%x+")
      local here = false
      for _, one in ipairs(seen.workflows) do here = here or one.sid == fallback end
      if fallback and not here and #seen.workflows > 0 then
        return found("workflow-sid-missing-no-task", "the fallback workflow " .. fallback .. " is not in this workspace", refused[#refused], workflow)
      end
      return found("workflow-sid-missing", workflow, fallback and "the fallback is " .. fallback)
    end
    return found("workflow-sid-wrong", workflow)
  end,

  fixes = {
    ["workflow-sid-missing"] = fix "Set WorkflowSid in the Wait URL, and publish the flow" (remedy.wait_url),
    ["workflow-sid-missing-no-task"] = fix "Set WorkflowSid in the Wait URL, and publish the flow" (remedy.wait_url),
    ["workflow-sid-wrong"] = fix "Correct WorkflowSid in the Wait URL, and publish the flow" (remedy.wait_url),
    ["workflow-sid-unpublished"] = fix "Publish the flow" (remedy.publish_draft),
  },

  verify = function(case)
    local _, sid = toolkit.parts(case.seen.widget.wait_url)
    return sid == case.seen.widget.workflow, "the Wait URL is " .. case.seen.widget.wait_url
  end,
}
