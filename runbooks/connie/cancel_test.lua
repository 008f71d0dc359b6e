-- The cancellation of a client, tried on the demo's world.
local acme = "/accounts/AC68c8096035594cd23248bd5540f7c7ee"
local cct = "/accounts/ACe61336ac49728f5d344206b3c61644ef"
local sandbox = "/accounts/AC66b0f371ae2b2607ab71f2cdfc17293f"
local features = acme .. "/flex_configuration/ui_attributes/custom_data/features"
local bin = "https://handler.twilio.com/twiml/EH00000000000000000000000000000001"

local function parameters(changes)
  local all = {
    client = "acme", number = "+15550100200", type = "A", disposition = "retain",
    retention = "none", approval = "https://acme.slack.example/p1",
    goodbye = "Acme has ended this service. Goodbye.", out_of_service_url = bin,
  }
  for key, value in pairs(changes or {}) do all[key] = value end
  return all
end

local failing_build = fault "match=POST serverless.twilio.com/*/Builds,status=500"

local function failing_list(skip)
  return fault("match=GET studio.twilio.com/v2/Flows/*/Executions*,status=400,skip=" .. skip)
end

-- From the caller inwards; `unwire` is what becomes of the number.
local function teardown(unwire)
  return {
    "devlogs.write", "studio.flows.update", "devlogs.update", unwire, "files.edit", "flex.deploy",
    "env.delete", "env.delete", "env.delete", "env.delete",
    "serverless.variables.delete", "serverless.variables.delete", "serverless.variables.delete",
    "serverless.variables.delete", "command.run", "studio.flows.archive", "mailgun.keys.delete",
    "registry.tombstone", "devlogs.update", "devlogs.archive", "devlogs.archive",
  }
end

return scenarios {
  script = "cancel.lua",
  world = "../../docs/examples/worlds/demo.json",
  workspace = "../../docs/examples/demo",

  scenario "a client leaves and keeps the number" {
    params = parameters(),
    expect = {
      status = "done",
      plan = teardown "twilio.numbers.update",
      world = {
        [acme .. "/phone_numbers/0/voice_url"] = bin,
        [acme .. "/flows/0/friendly_name"] = "[ARCHIVED] Acme Wait Experience",
        [features .. "/callback_and_voicemail_with_email/enabled"] = false,
        ["/mailgun/keys/0/id"] = "cc700001-5e0d0001",
        ["/mailgun/keys/1"] = json.null,
      },
      unchanged = {
        cct, sandbox, "/mailgun/domains", acme .. "/taskrouter", acme .. "/serverless/0/sid",
        features .. "/enhanced_crm_container", acme .. "/recordings",
      },
      files = { ["PAC.md"] = "> **Cancelled:** ", ["deploy-serverless.sh"] = "#!/bin/sh" },
      after = {
        call { to = "+15550100200", from = "+15550100777" },
        expect = { heard = "no longer in service", queue = json.null, mails = 0 },
      },
    },
  },

  scenario "a client leaves and the number goes back to Twilio" {
    params = parameters { disposition = "release", out_of_service_url = json.null },
    expect = {
      status = "done",
      plan = teardown "twilio.numbers.delete",
      world = { [acme .. "/phone_numbers/0"] = json.null },
      unchanged = { cct, sandbox, "/mailgun/domains" },
      after = {
        call { to = "+15550100200", from = "+15550100777" },
        expect = { ended = "not in service" },
      },
    },
  },

  scenario "while nobody has decided nothing is changed" {
    params = parameters(),
    decisions = { { advance = "1h" }, "resume", "none" },
    expect = {
      status = "awaiting_decision", requests = { changing = 0 },
      unchanged = { acme, cct, sandbox, "/mailgun" },
    },
  },

  scenario "the CEO says no" {
    params = parameters(),
    decisions = { { reject = "they stay after all" } },
    expect = { status = "rejected", requests = { changing = 0 }, unchanged = { acme } },
  },

  scenario "a caller meets the goodbye while calls drain" {
    params = parameters(),
    decisions = { "approve" },
    expect = {
      status = "awaiting_time",
      unchanged = { acme .. "/phone_numbers", "/mailgun/keys" },
      after = {
        call { to = "+15550100200", from = "+15550100777" },
        expect = { heard = "Acme has ended this service. Goodbye.", ended = "call ended" },
      },
    },
  },

  scenario "another client's number is not torn down" {
    params = parameters { number = "+15550100201" },
    expect = {
      checks_failed = { "the number is on this account" }, plan = {}, requests = { changing = 0 },
    },
  },

  scenario "the number rings something that is not a flow" {
    break_ = { set(acme .. "/phone_numbers/0/voice_url", "https://acme.example/voice") },
    params = parameters(),
    expect = {
      status = "failed", checks_failed = { "the number rings a flow of this account" },
      requests = { changing = 0 },
    },
  },

  scenario "somebody edits the flow while calls drain" {
    params = parameters(),
    decisions = {
      "approve",
      set(acme .. "/flows/0/friendly_name", "Acme, edited by hand"),
      { advance = "25h" },
    },
    expect = { status = "drifted", unchanged = { "/mailgun/keys", acme .. "/phone_numbers" } },
  },

  scenario "the feature is switched on again within the 24 hours" {
    params = parameters(),
    decisions = {
      "approve", { advance = "25h" },
      set(features .. "/callback_and_voicemail_with_email/enabled", true),
      { advance = "25h" },
    },
    expect = {
      status = "failed", checks_failed = { "the feature is still off in the live configuration" },
    },
  },

  scenario "what was mended is observed for 24 hours anew, then the cancellation ends" {
    params = parameters(),
    decisions = {
      "approve", { advance = "25h" },
      set(features .. "/callback_and_voicemail_with_email/enabled", true),
      { advance = "25h" },
      set(features .. "/callback_and_voicemail_with_email/enabled", false),
      "look_again", "rest",
    },
    expect = { status = "done", plan = teardown "twilio.numbers.update" },
  },

  scenario "a deploy that fails in the middle is planned anew, and nothing is done twice" {
    break_ = { failing_build },
    params = parameters(),
    decisions = { "approve", { advance = "25h" }, "replan", "rest" },
    expect = {
      status = "done", plan = teardown "twilio.numbers.update",
      world = {
        [acme .. "/flows/0/friendly_name"] = "[ARCHIVED] Acme Wait Experience",
        ["/mailgun/keys/0/id"] = "cc700001-5e0d0001",
      },
      files = { ["PAC.md"] = "> **Cancelled:** " },
      unchanged = { cct, sandbox, "/mailgun/domains" },
    },
  },

  scenario "a new run goes on with a cancellation that stopped half-way" {
    break_ = { failing_build },
    params = parameters(),
    decisions = { "approve", { advance = "25h" }, "take_over", "rest" },
    expect = {
      status = "done", plan = teardown "twilio.numbers.update",
      world = { ["/mailgun/keys/0/id"] = "cc700001-5e0d0001" },
      files = { ["PAC.md"] = "> **Cancelled:** " },
    },
  },

  scenario "a key that somebody revoked meanwhile keeps no cancellation from its end" {
    params = parameters(),
    decisions = {
      "approve", remove("/mailgun/keys/0"), { advance = "25h" }, "resume", "rest",
    },
    expect = { status = "done", plan = teardown "twilio.numbers.update" },
  },

  scenario "a number that somebody released meanwhile keeps no cancellation from its end" {
    params = parameters { disposition = "release", out_of_service_url = json.null },
    decisions = {
      "approve", remove(acme .. "/phone_numbers/0"), { advance = "25h" }, "resume", "rest",
    },
    expect = { status = "done", plan = teardown "twilio.numbers.delete" },
  },

  scenario "a look that fails at the end of the drain is looked at again" {
    params = parameters(),
    decisions = { "approve", failing_list(0), { advance = "25h" }, "look_again", "rest" },
    expect = { status = "done", plan = teardown "twilio.numbers.update" },
  },

  scenario "an export that fails behind the drain is made again" {
    params = parameters(),
    decisions = { "approve", failing_list(2), { advance = "25h" }, "look_again", "rest" },
    expect = { status = "done", plan = teardown "twilio.numbers.update" },
  },

  scenario "production does not skip the drain" {
    params = parameters { type = "C" },
    expect = { checks_failed = { "the path fits the environment" }, requests = { changing = 0 } },
  },

  scenario "a copy of the runbook that captures no PRE changes nothing" {
    break_ = { edit("cancel.lua", "label = \"PRE\"", "label = \"BEFORE\"") },
    params = parameters(),
    expect = {
      error = "no snapshot labelled PRE has been captured yet", requests = { changing = 0 },
    },
  },
}
