-- A first deployment, tried on the demo's world with the deployment that is live there taken out.
local acme = "/accounts/AC68c8096035594cd23248bd5540f7c7ee"
local cct = "/accounts/ACe61336ac49728f5d344206b3c61644ef"
local env_file = "serverless-functions/.env.acme"
local bin = "https://handler.twilio.com/twiml/EH00000000000000000000000000000001"
local source = "serverless-functions/src/functions/features/callback-and-voicemail-with-email/"
  .. "studio/wait-experience.protected.js"
local client_file = "flex-config/ui_attributes.acme.json"

-- The account with a number, Flex, and a serverless service that other features use.
local function empty(more)
  local all = {
    set(acme .. "/phone_numbers/0/voice_url", ""),
    set(acme .. "/flex_configuration/ui_attributes/custom_data",
      { features = { activity_skill_filter = { enabled = true } } }),
    remove("/mailgun/keys/0"),
    edit(env_file, "", "# acme\nACCOUNT_SID=AC68c8096035594cd23248bd5540f7c7ee\n"
      .. "AUTH_TOKEN=fake-auth-token-acme\n"),
    edit(client_file, "", "{ \"custom_data\": { \"features\": "
      .. "{ \"activity_skill_filter\": { \"enabled\": true } } } }\n"),
    edit("PAC.md", "", "# Accounts\n\n## CCT\n\n- another client\n"),
  }
  local lists = { "flows", "executions", "calls", "recordings", "transcriptions", "alerts" }
  for _, list in ipairs(lists) do
    all[#all + 1] = set(acme .. "/" .. list, {})
  end
  for _, name in ipairs {
    "ADMIN_EMAIL", "MAILGUN_DOMAIN", "MAILGUN_API_KEY", "TWILIO_FLEX_WORKSPACE_SID",
    "TWILIO_FLEX_CALLBACK_WORKFLOW_SID",
  } do
    all[#all + 1] = remove(acme .. "/serverless/0/environments/0/variables/" .. name)
  end
  for _, one in ipairs(more or {}) do all[#all + 1] = one end
  return all
end

local function parameters(changes)
  local all = {
    client = "acme", number = "+15550100200", queue = "existing",
    workflow = "WWd2189d65ee2e707825558235f79ba136",
    channel = "TC6f838d37b0d47819c9d6f3af9336c221",
    admin_email = "admin@acme.example", mailgun_domain = "acme.connie.example",
    hold_music = "default", greeting = "default", voicemail_prompt = "default",
    crm_url = "{{task.attributes.profile_url}}", sso = true,
  }
  for key, value in pairs(changes or {}) do all[key] = value end
  return all
end

local failing_build = fault "match=POST serverless.twilio.com/*/Builds,status=500"

local plan = {
  "devlogs.write", "mailgun.keys.create", "mailgun.messages.send", "env.update", "env.update",
  "env.update", "env.update", "env.update", "command.run", "devlogs.update", "files.edit",
  "flex.deploy", "studio.flows.create", "twilio.numbers.update", "devlogs.update",
  "registry.create",
}

return scenarios {
  script = "setup.lua",
  world = "../../docs/examples/worlds/demo.json",
  workspace = "../../docs/examples/demo",

  scenario "a client is set up, and callers wait as they should" {
    break_ = empty(),
    params = parameters(),
    expect = {
      status = "done", plan = plan,
      world = {
        [acme .. "/flows/0/friendly_name"] = "acme Wait Experience",
        [acme .. "/flows/0/status"] = "published",
        [acme .. "/flows/1"] = json.null,
      },
      unchanged = { cct, acme .. "/taskrouter", "/mailgun/domains", acme .. "/serverless/0/sid" },
      files = {
        ["PAC.md"] = "mails to admin@acme.example",
        [env_file] = "ADMIN_EMAIL=admin@acme.example\n",
      },
      after = {
        call { to = "+15550100200", from = "+15550100777", path = "voicemail", after = 120 },
        expect = {
          ended = "voicemail left", queue = "Support",
          mails = { { recipient = "admin@acme.example", status = "delivered" } },
        },
      },
    },
  },

  scenario "a number that rings already is not taken over" {
    params = parameters(),
    expect = {
      status = "failed", checks_failed = { "the number is free" }, requests = { changing = 0 },
    },
  },

  scenario "the account's master key is no sending key, though it sends" {
    break_ = empty { edit("secrets/given", "", "fake-mailgun-account-key") },
    params = parameters { sending_key = "file:secrets/given" },
    expect = {
      status = "failed", requests = { changing = 0 },
      checks_failed = { "the key is a sending key of the domain, not the account's master key" },
    },
  },

  scenario "a client that was cancelled and kept its number comes back" {
    break_ = empty {
      set(acme .. "/phone_numbers/0/voice_url", bin),
      edit("PAC.md", "", "# Accounts\n\n## Acme (acme)\n\n- number +15550100200\n\n"
        .. "> **Cancelled:** 2026-09-01: cancelled (path A, +15550100200 retained).\n\n## CCT\n\n- another\n"),
    },
    params = parameters(),
    expect = {
      status = "done", plan = plan,
      files = { ["PAC.md"] = "## acme\n\n- Wait Experience + Admin Email since " },
      after = {
        call { to = "+15550100200", from = "+15550100777", path = "voicemail", after = 120 },
        expect = { ended = "voicemail left", queue = "Support", mails = 1 },
      },
    },
  },

  scenario "a bin that no cancellation left is not taken over" {
    break_ = empty { set(acme .. "/phone_numbers/0/voice_url", bin) },
    params = parameters(),
    expect = { status = "failed", checks_failed = { "the number is free" }, requests = { changing = 0 } },
  },

  scenario "a client is set up beside Acme West" {
    break_ = empty {
      edit("PAC.md", "", "# Accounts\n\n## Acme West (acme-west)\n\n- number +15550100444\n"),
      set("/mailgun/keys/0/domain_name", "acme.connie.example"),
      set("/mailgun/keys/0/description", "Acme West voicemail mails"),
    },
    params = parameters(),
    expect = {
      status = "done", plan = plan,
      files = { ["PAC.md"] = "## Acme West (acme-west)\n\n- number +15550100444\n\n## acme\n" },
    },
  },

  scenario "a task channel that is not the one for calls is refused" {
    break_ = empty(),
    params = parameters { channel = "TC2a94e7f05b3c4d1789ef60a2c5d1b348" },
    expect = {
      status = "failed", checks_failed = { "the task channel is the one for calls" },
      requests = { changing = 0 },
    },
  },

  scenario "hold music that is nowhere is not deployed" {
    break_ = empty(),
    params = parameters { hold_music = "/music/none.mp3" },
    expect = {
      status = "failed", checks_failed = { "the hold music is there" }, requests = { changing = 0 },
    },
  },

  scenario "hold music that lies among the functions' assets is deployed" {
    break_ = empty { edit("serverless-functions/src/assets/music/acme.mp3", "", "ID3") },
    params = parameters { hold_music = "/music/acme.mp3" },
    expect = { status = "done", files = { [source] = "HOLD_MUSIC = '/music/acme.mp3'" } },
  },

  scenario "a setup takes no other feature's variable away" {
    break_ = empty { set(acme .. "/serverless/0/environments/0/variables/VIDEO_API_KEY", "video") },
    params = parameters(),
    expect = {
      status = "failed", checks_failed = { "the env file says every variable that is live" },
      requests = { changing = 0 },
    },
  },

  scenario "the registry says nothing of a deployment that nobody has tried" {
    break_ = empty(),
    params = parameters(),
    decisions = {
      "approve", "approve", { attest = "callback" }, { attest = "voicemail", verdict = "fail" }, "resume",
    },
    expect = { status = "awaiting_decision", files = { ["PAC.md"] = "# Accounts\n\n## CCT\n\n- another client\n" } },
  },

  scenario "a sending domain without DNS waits, and gives up after two days" {
    break_ = empty { edit("countersign.toml", "acme.connie.example", "connie.example") },
    params = parameters { mailgun_domain = "new-client.connie.example" },
    expect = {
      status = "failed", checks_failed = { "the sending domain's DNS is green" },
      unchanged = { acme .. "/phone_numbers", acme .. "/flex_configuration" },
    },
  },

  scenario "a functions' deploy that fails wires no number" {
    break_ = empty { edit("deploy-serverless.sh", "set -eu\n", "exit 1\n") },
    params = parameters(),
    expect = {
      status = "failed", error = "the command \"deploy-serverless\" ended with exit status 1",
      unchanged = { acme .. "/phone_numbers", acme .. "/flows", acme .. "/flex_configuration" },
    },
  },

  scenario "a functions' deploy that failed is planned anew, and the client is set up" {
    break_ = empty { failing_build },
    params = parameters(),
    decisions = { "approve", "replan", "rest" },
    expect = { status = "done", plan = plan },
  },

  scenario "a new run goes on with a deployment that stopped half-way" {
    break_ = empty { failing_build },
    params = parameters(),
    decisions = { "approve", "take_over", "rest" },
    expect = { status = "done", plan = plan },
  },

  scenario "a voicemail without a mail puts the deployment back" {
    break_ = empty(),
    params = parameters(),
    decisions = {
      "approve", "approve",
      { attest = "voicemail", verdict = "fail", note = "no task came" }, "rest",
    },
    expect = {
      status = "failed", error = "was attested as failed",
      world = { [acme .. "/phone_numbers/0/voice_url"] = "" },
    },
  },
}
