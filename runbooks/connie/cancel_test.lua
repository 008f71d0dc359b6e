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

local variables = acme .. "/serverless/0/environments/0/variables"
local wait = "https://custom-flex-extensions-serverless-1234-dev.twil.io/features/"
  .. "callback-and-voicemail-with-email/studio/wait-experience?WorkflowSid="
local own_key, no_key = "ac3e0001-5e0d0001", "the client's Mailgun sending key is found"

-- A second number of the account; it rings `flow`.
local function second_number(flow)
  return set(acme .. "/phone_numbers/1", {
    sid = "PN00000000000000000000000000000002", phone_number = "+15550100209",
    voice_url = "https://webhooks.twilio.com/v1/Accounts/AC68c8096035594cd23248bd5540f7c7ee/Flows/" .. flow,
  })
end

-- A flow of its own whose callers wait with the same function.
local second_flow = set(acme .. "/flows/1", {
  sid = "FW00000000000000000000000000000002", friendly_name = "Acme Billing", status = "published",
  revision = 1,
  definition = {
    description = "Billing", flags = { allow_concurrent_calls = true }, initial_state = "Trigger",
    states = {
      {
        name = "Trigger", type = "trigger", properties = { offset = { x = 0, y = 0 } },
        transitions = {
          { event = "incomingMessage" }, { event = "incomingCall", next = "send-to-flex" },
          { event = "incomingConversationMessage" }, { event = "incomingRequest" },
          { event = "incomingParent" },
        },
      },
      {
        name = "send-to-flex", type = "send-to-flex",
        properties = {
          offset = { x = 0, y = 0 }, workflow = "WWd2189d65ee2e707825558235f79ba136",
          channel = "TC6f838d37b0d47819c9d6f3af9336c221",
          waitUrl = wait .. "WWd2189d65ee2e707825558235f79ba136", waitUrlMethod = "POST",
        },
        transitions = {
          { event = "callComplete" }, { event = "failedToEnqueue" }, { event = "callFailure" },
        },
      },
    },
  },
})

-- A function of another feature, live too: what it says, where that can be read.
local reports = "ZH00000000000000000000000000000009"
local function other_function(content, path)
  local version = { sid = "ZN00000000000000000000000000000009", path = path or "/reports/daily", visibility = "protected" }
  if content then version.content = content end
  return set(acme .. "/serverless/0/functions/2", { sid = reports, friendly_name = "reports", versions = { version } }),
    set(acme .. "/serverless/0/builds/0/function_versions/2", version.sid)
end

-- Stops before anything is planned.
local function refused(title, break_, changes)
  return {
    break_ = break_, params = parameters(changes),
    expect = { status = "failed", checks_failed = { title }, requests = { changing = 0 } },
  }
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

-- The same where there is no flow any more.
local function without_flow(plan)
  local left = {}
  for _, name in ipairs(plan) do
    if name ~= "studio.flows.archive" then left[#left + 1] = name end
  end
  return left
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

  scenario "another client's key is not this one's because it is the only one on the domain" (refused(no_key, {
    remove "/mailgun/keys/0", set("/mailgun/keys/0/domain_name", "acme.connie.example"),
  })),

  scenario "a key whose description names acme-west is not acme's" (refused(no_key, {
    set("/mailgun/keys/0/description", "acme-west voicemail mails"),
  })),

  scenario "a key whose description names Acme West is not acme's" (refused(no_key, {
    set("/mailgun/keys/0/description", "Acme West voicemail mails"),
  })),

  scenario "a key that nothing tells is asked for by its id" (refused(no_key, {
    set("/mailgun/keys/0/description", "made in May"),
  })),

  scenario "a key that the registry names is the client's, whatever it is called" {
    break_ = {
      set("/mailgun/keys/0/description", "made in May"),
      edit("PAC.md", "- Mailgun domain acme", "- sending key (ac3e0001-5e0d0001)\n- Mailgun domain acme"),
    },
    params = parameters(),
    expect = { status = "done", world = { ["/mailgun/keys/0/id"] = "cc700001-5e0d0001" } },
  },

  scenario "a key of another domain is not taken by its id" (refused(no_key, {}, {
    sending_key = "cc700001-5e0d0001",
  })),

  scenario "a key that was revoked before does not keep a client from being cancelled" {
    break_ = { remove "/mailgun/keys/0" },
    params = parameters { sending_key = own_key },
    expect = {
      status = "done", findings = { "key-not-listed" },
      world = { ["/mailgun/keys/0/id"] = "cc700001-5e0d0001" },
    },
  },

  scenario "the tombstone is not put into Acme West's section" {
    break_ = { edit("PAC.md", "## Acme (acme)", "## Acme West (acme-west)") },
    params = parameters(),
    expect = {
      status = "failed", error = "no section of the registry names \"acme\"",
      requests = { changing = 0 },
    },
  },

  scenario "a client beside Acme West is told from it" {
    break_ = {
      edit("PAC.md", "## CCT", "## Acme West (acme-west)\n\n- number +15550100444\n\n## CCT"),
      edit("dev-logs/wait-experience-acme-west-2026-05-04/README.md", "", "# Acme West\n"),
    },
    params = parameters(),
    expect = {
      status = "done",
      files = {
        ["PAC.md"] = "## Acme West (acme-west)\n\n- number +15550100444\n\n## CCT",
        ["dev-logs/wait-experience-acme-west-2026-05-04/README.md"] = "# Acme West\n",
      },
    },
  },

  scenario "a number that rings the same flow is found, and not broken" (refused(
    "no other number rings the flow", { second_number "FWbc3a4d5bbdf441d90c3cc781e7ef61fd" })),

  scenario "a second line that waits with the same function is found, and not broken" (refused(
    "no other line needs what is taken away",
    { second_flow, second_number "FW00000000000000000000000000000002" })),

  scenario "a second line that is named goes with the first" {
    break_ = { second_flow, second_number "FW00000000000000000000000000000002" },
    params = parameters { other_numbers = "+15550100209" },
    expect = {
      status = "done",
      world = {
        [acme .. "/phone_numbers/0/voice_url"] = bin, [acme .. "/phone_numbers/1/voice_url"] = bin,
        [acme .. "/flows/0/friendly_name"] = "[ARCHIVED] Acme Wait Experience",
        [acme .. "/flows/1/friendly_name"] = "[ARCHIVED] Acme Billing",
      },
      after = {
        call { to = "+15550100209", from = "+15550100777" },
        expect = { heard = "no longer in service" },
      },
    },
  },

  scenario "a second number of the same flow that is named goes with the first" {
    break_ = { second_number "FWbc3a4d5bbdf441d90c3cc781e7ef61fd" },
    params = parameters {
      other_numbers = "+15550100209", disposition = "release", out_of_service_url = json.null,
    },
    expect = {
      status = "done", world = { [acme .. "/phone_numbers/0"] = json.null },
      files = { ["PAC.md"] = "+15550100200, +15550100209 released" },
    },
  },

  scenario "a deploy to another account does not begin" (refused("the profile matches the deploy target", {
    edit("serverless-functions/.env.acme", "AC68c8096035594cd23248bd5540f7c7ee",
      "ACe61336ac49728f5d344206b3c61644ef"),
  })),

  scenario "a deploy takes no other feature's variable away" (refused(
    "the env file says every variable that is live", { set(variables .. "/VIDEO_API_KEY", "video") })),

  scenario "a feature that only live has is found before it is dropped" {
    break_ = { set(features .. "/by_hand", { enabled = true }) },
    params = parameters(),
    expect = {
      status = "done", findings = { "live-only-features" },
      world = { [features .. "/by_hand"] = json.null },
    },
  },

  scenario "a variable that the deploy resets is shown, and may move" {
    break_ = { set(variables .. "/WEBCHAT_ADDRESS", "by-hand.acme.example") },
    params = parameters(),
    expect = { status = "done" },
  },

  scenario "a variable that goes with the deploy and was not shown stops the run" {
    break_ = {
      edit("deploy-serverless.sh", "# ---- sources", "serverless \"$variables\" "
        .. "--data-urlencode Key=STRAY --data-urlencode Value=x >/dev/null\n# ---- sources"),
    },
    params = parameters(),
    expect = { status = "failed", checks_failed = { "nothing moved but what was signed" } },
  },

  scenario "a variable that another feature's function reads is not taken away unseen" (refused(
    "no other function reads what is taken away",
    { other_function "exports.handler = (context, event, callback) => send(context.MAILGUN_DOMAIN);" })),

  scenario "a variable that another function may do without goes with the rest" {
    break_ = { other_function "exports.handler = ({ ADMIN_EMAIL }) => tell(ADMIN_EMAIL);" },
    params = parameters { losing_functions = "/reports/daily" },
    expect = { status = "done", findings = { "functions-lose-variables" } },
  },

  scenario "who names a variable in a remark alone, or a longer one, does not read it" {
    break_ = {
      other_function "// once ADMIN_EMAIL\nexports.handler = (context) => context.OLD_ADMIN_EMAIL;",
    },
    params = parameters(), decisions = "none",
    expect = { status = "awaiting_decision", findings = {} },
  },

  scenario "a function whose source cannot be read, or computes what it reads, is told of" {
    break_ = { other_function() },
    params = parameters(), decisions = "none",
    expect = { status = "awaiting_decision", findings = { "readers-not-searched" } },
  },

  scenario "a function that computes which variable it reads is told of" {
    break_ = { other_function "exports.handler = (context, event) => context[event.name];" },
    params = parameters(), decisions = "none",
    expect = { status = "awaiting_decision", findings = { "readers-not-searched" } },
  },

  scenario "callers are not let hear silence" (refused("the goodbye says something", {}, { goodbye = " " })),

  scenario "what was said on the phone is no approval in writing" (refused(
    "the CEO's approval is in writing", {}, { approval = "Carla said yes on the phone" })),

  scenario "a message's id is an approval in writing" {
    params = parameters { approval = "e-mail <20261119.4711@connie.example>" },
    decisions = "none",
    expect = { status = "awaiting_decision" },
  },

  scenario "a number whose calls an application takes does not ring the flow" (refused(
    "nothing takes the number's calls before its voice URL",
    { set(acme .. "/phone_numbers/0/voice_application_sid", "AP00000000000000000000000000000001") })),

  scenario "nothing of the number leads to the functions any more" {
    break_ = {
      set(acme .. "/phone_numbers/0/status_callback", wait .. "x"),
      set(acme .. "/phone_numbers/0/sms_url", "https://sms.acme.example/in"),
    },
    params = parameters(),
    expect = {
      status = "done",
      world = {
        [acme .. "/phone_numbers/0/status_callback"] = "",
        [acme .. "/phone_numbers/0/sms_url"] = "https://sms.acme.example/in",
      },
    },
  },

  scenario "a registry that names another flow is said" {
    break_ = { edit("PAC.md", "FWbc3a4d5bbdf441d90c3cc781e7ef61fd", "FW99999999999999999999999999999999") },
    params = parameters(), decisions = "none",
    expect = { status = "awaiting_decision", findings = { "registry-differs" } },
  },

  scenario "no adjacent account is configured: it is said, and somebody looks" {
    break_ = { edit("countersign.toml", 'adjacent = ["CCT", "DevSandbox"]', "") },
    params = parameters(),
    decisions = {
      "approve", { advance = "25h" }, { advance = "25h" }, { attest = "adjacent-not-compared" }, "rest",
    },
    expect = { status = "done", findings = { "adjacent-not-compared" } },
  },

  scenario "the dev-logs stay where they are while an item of the 24 hours has failed" {
    params = parameters(),
    decisions = {
      "approve", { advance = "25h" }, { advance = "25h" },
      { attest = "no-admin-mail", verdict = "fail", note = "one came" }, { attest = "callers-hear" }, "resume",
    },
    expect = {
      status = "awaiting_attestation",
      files = { ["dev-logs/wait-experience-acme-2026-05-04/README.md"] = "acme" },
    },
  },

  scenario "a mail in the last minutes of the 24 hours is seen" {
    params = parameters(),
    decisions = {
      "approve", { advance = "25h" }, { advance = "23h50m" },
      set("/mailgun/events/0", {
        event = "accepted", timestamp = "2026-11-22T12:45:00Z", domain = "acme.connie.example",
        recipient = "admin@acme.example", ["api-key-id"] = own_key,
      }),
      { advance = "20m" },
    },
    expect = {
      status = "failed", checks_failed = { "Mailgun shows no outbound mail for the client's key" },
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

  scenario "a number that was to be kept and is gone meanwhile keeps no cancellation from its end" {
    params = parameters(),
    decisions = {
      "approve", remove(acme .. "/phone_numbers/0"), { advance = "25h" }, "resume", "rest",
    },
    expect = {
      status = "done", plan = teardown "twilio.numbers.delete",
      findings = { "removed-by-hand" },
      world = { ["/mailgun/keys/0/id"] = "cc700001-5e0d0001" },
      files = { ["PAC.md"] = "+15550100200 removed by hand before" },
    },
  },

  scenario "a flow that is gone meanwhile keeps no cancellation from its end" {
    params = parameters(),
    decisions = { "approve", remove(acme .. "/flows/0"), { advance = "25h" }, "resume", "rest" },
    expect = {
      status = "done", plan = without_flow(teardown "twilio.numbers.update"),
      findings = { "removed-by-hand" },
      world = {
        [acme .. "/phone_numbers/0/voice_url"] = bin,
        ["/mailgun/keys/0/id"] = "cc700001-5e0d0001",
      },
      files = { ["PAC.md"] = "+15550100200 retained" },
    },
  },

  scenario "a number and its flow that are gone meanwhile keep no cancellation from its end" {
    params = parameters(),
    decisions = {
      "approve", remove(acme .. "/phone_numbers/0"), remove(acme .. "/flows/0"), { advance = "25h" },
      "resume", "rest",
    },
    expect = {
      status = "done", plan = without_flow(teardown "twilio.numbers.delete"),
      files = { ["PAC.md"] = "+15550100200 removed by hand before" },
    },
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
