-- Faults of the demo's live deployment, found and fixed; and a healthy one, in which nothing is found.
local acme = "/accounts/AC68c8096035594cd23248bd5540f7c7ee"
local service = acme .. "/serverless/0"
local variables = service .. "/environments/0/variables"
local widget = acme .. "/flows/0/definition/states/2/properties"
local wait = "https://custom-flex-extensions-serverless-1234-dev.twil.io/features/"
  .. "callback-and-voicemail-with-email/studio/wait-experience"
local line = { to = "+15550100200", from = "+15550100999" }

local function voicemail()
  return call { to = line.to, from = line.from, path = "voicemail", after = 180 }
end

local function case(symptom, more)
  local all = {
    client = "acme", symptom = symptom, started = "6h", reporter = "agent",
    reproducibility = "always",
  }
  for key, value in pairs(more or {}) do all[key] = value end
  return all
end

return scenarios {
  script = "connie/troubleshoot",
  world = "../../docs/examples/worlds/demo.json",
  workspace = "../../docs/examples/demo",

  scenario "nothing is deployed: dead air" {
    break_ = { set(service .. "/environments/0/build_sid", json.null) },
    params = case "caller hears dead air",
    expect = {
      status = "done", findings = { "function-not-deployed" },
      plan = { "command.run", "files.write" },
      after = { voicemail(), expect = { ended = "voicemail left", queue = "Support", mails = 1 } },
    },
  },

  scenario "the Wait URL has no WorkflowSid" {
    break_ = { set(widget .. "/waitUrl", wait), voicemail() },
    params = case "voicemails arrive in the wrong queue",
    expect = {
      status = "done", first_finding = "workflow-sid-missing",
      plan = { "studio.flows.update", "files.write" },
      after = { voicemail(), expect = { ended = "voicemail left", queue = "Support" } },
    },
  },

  scenario "nobody is named who is to be mailed" {
    break_ = { set(variables .. "/ADMIN_EMAIL", ""), voicemail() },
    params = case "no admin email",
    expect = {
      status = "done", findings = { "admin-email-empty" }, plan = { "command.run", "files.write" },
      after = { voicemail(), expect = { mails = 1 } },
    },
  },

  scenario "the provider has an outage: nothing of ours to fix" {
    break_ = {
      set(service .. "/functions/0/versions/0/reply", { status = 503 }),
      set("/status_page", { status = { indicator = "major", description = "Partial Outage" } }),
    },
    params = case "dead air",
    expect = {
      status = "done", findings = { "provider-outage" }, plan = {}, requests = { changing = 0 },
    },
  },

  scenario "a healthy deployment: it stopped, and nobody knows why" {
    params = case "dead air",
    expect = {
      status = "failed", findings = {}, checks_failed = { "the root cause is known" },
      requests = { changing = 0 },
    },
  },

  scenario "Mailgun is down while a caller hears nothing: what can be read is judged" {
    break_ = {
      set(service .. "/environments/0/build_sid", json.null),
      fault "match=api.mailgun.net/*,status=503,times=always",
    },
    params = case "dead air",
    expect = { status = "failed", first_finding = "function-not-deployed", requests = { changing = 0 } },
  },

  scenario "the widget's own workflow is wrong, and the Wait URL is right" {
    break_ = { set(widget .. "/workflow", "WWf6dc77128eece684aa897e491c530632") },
    params = case "voicemails arrive in the wrong queue",
    expect = {
      status = "done", findings = { "widget-workflow-wrong" }, plan = { "studio.flows.update", "files.write" },
      after = { voicemail(), expect = { ended = "voicemail left", queue = "Support" } },
    },
  },

  scenario "no adjacent account is configured: not compared is not unchanged" {
    break_ = {
      set(widget .. "/waitUrl", ""), edit("countersign.toml", 'adjacent = ["CCT", "DevSandbox"]', ""),
    },
    params = case "dead air",
    decisions = {
      "approve", { attest = "adjacent-not-compared", verdict = "pass" }, "rest",
    },
    expect = { status = "done", plan = { "studio.flows.update", "files.write" } },
  },
}
