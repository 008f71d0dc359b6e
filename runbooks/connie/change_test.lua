-- Changes of a live deployment, tried on the demo's world.
local acme = "/accounts/AC68c8096035594cd23248bd5540f7c7ee"
local cct = "/accounts/ACe61336ac49728f5d344206b3c61644ef"
local env_file = "serverless-functions/.env.acme"
local source = "serverless-functions/src/functions/features/callback-and-voicemail-with-email/"
  .. "studio/wait-experience.protected.js"

-- The env file says what the live functions have, as after a clean deploy.
local clean = edit(env_file, "WEBCHAT_ADDRESS=chat.acme.example\n", "")

local function parameters(changes)
  local all = {
    client = "acme", number = "+15550100200", type = "admin-email",
    current = "admin@acme.example", target = "desk@acme.example", caller_visible = false,
    rollback = "back to PRE", changed_by = "Olive",
  }
  for key, value in pairs(changes or {}) do all[key] = value end
  return all
end

local failing_build = fault "match=POST serverless.twilio.com/*/Builds,status=500"

local function voicemail(mails)
  return {
    call { to = "+15550100200", from = "+15550100777", path = "voicemail", after = 120 },
    expect = { ended = "voicemail left", queue = "Support", mails = mails },
  }
end

return scenarios {
  script = "change.lua",
  world = "../../docs/examples/worlds/demo.json",
  workspace = "../../docs/examples/demo",
  people = { olive = { "operator" }, tom = { "cto" }, carla = { "ceo" } },

  scenario "voicemails are mailed to another address" {
    break_ = { clean },
    params = parameters(),
    expect = {
      status = "done",
      plan = { "devlogs.write", "env.update", "command.run", "devlogs.update", "registry.update" },
      files = {
        [env_file] = "ADMIN_EMAIL=desk@acme.example\n",
        ["PAC.md"] = "admin-email from \"admin@acme.example\" to \"desk@acme.example\"",
      },
      unchanged = { cct, acme .. "/flows", acme .. "/phone_numbers", "/mailgun/keys" },
      after = voicemail { { recipient = "desk@acme.example" } },
    },
  },

  scenario "a deploy that fails leaves the rest to be planned anew" {
    break_ = { clean, failing_build },
    params = parameters(),
    decisions = { "approve", "replan", "rest" },
    expect = {
      status = "done",
      plan = { "devlogs.write", "env.update", "command.run", "devlogs.update", "registry.update" },
      after = voicemail { { recipient = "desk@acme.example" } },
    },
  },

  scenario "a new run goes on with a change whose deploy failed" {
    break_ = { clean, failing_build },
    params = parameters(),
    decisions = { "approve", "take_over", "rest" },
    expect = {
      status = "done",
      plan = { "devlogs.write", "env.update", "command.run", "devlogs.update", "registry.update" },
      after = voicemail { { recipient = "desk@acme.example" } },
    },
  },

  scenario "voicemails are mailed to nobody any more" {
    break_ = { clean },
    params = parameters { type = "disable-email", target = json.null },
    expect = {
      status = "done", files = { [env_file] = "ADMIN_EMAIL=\n" }, after = voicemail {},
    },
  },

  scenario "a new sending key is tried, then deployed" {
    break_ = { clean, edit("secrets/kept", "", "fake-mailgun-sending-key-acme") },
    params = parameters {
      type = "mailgun-key", current = json.null, target = json.null,
      current_key = "file:secrets/kept",
    },
    expect = {
      status = "done",
      plan = {
        "devlogs.write", "mailgun.keys.create", "mailgun.messages.send", "env.update",
        "command.run", "devlogs.update", "registry.update",
      },
      world = { ["/mailgun/keys/2/domain_name"] = "acme.connie.example" },
      after = voicemail { { status = "delivered" } },
    },
  },

  scenario "a key that Mailgun refuses stops before the redeploy" {
    break_ = {
      clean, edit("secrets/kept", "", "fake-mailgun-sending-key-acme"),
      fault "match=POST api.mailgun.net/v3/*/messages,status=401",
    },
    params = parameters {
      type = "mailgun-key", current = json.null, target = json.null,
      current_key = "file:secrets/kept",
    },
    expect = {
      status = "failed", files = { [env_file] = "MAILGUN_API_KEY=fake-mailgun-sending-key-acme\n" },
      unchanged = { acme .. "/serverless" },
    },
  },

  scenario "callers hear the CEO's word of a new voice" {
    break_ = { clean, edit(source, "const GREETING", "// voice: 'Polly.Joanna'\nconst GREETING") },
    params = parameters {
      type = "greeting-voice", current = "Polly.Joanna", target = "Polly.Matthew",
      caller_visible = true, approval = "https://acme.slack.example/p2",
    },
    expect = { status = "done", files = { [source] = "Polly.Matthew" } },
  },

  scenario "what callers hear is not changed behind their back" {
    params = parameters {
      type = "greeting-voice", current = "Polly.Joanna", target = "Polly.Matthew",
    },
    expect = {
      checks_failed = { "what callers notice is said to be so" }, requests = { changing = 0 },
    },
  },

  scenario "a value that somebody changed before is not changed over" {
    break_ = { clean, edit(env_file, "admin@acme.example", "someone@acme.example") },
    params = parameters(),
    expect = { status = "failed", requests = { changing = 0 } },
  },

  scenario "the test mail does not arrive, and the change is put back" {
    break_ = { clean },
    params = parameters(),
    decisions = {
      "approve", "approve",
      { attest = "smoke-mail", verdict = "fail", note = "nothing came" }, "rest",
    },
    expect = {
      status = "failed", files = { [env_file] = "ADMIN_EMAIL=admin@acme.example\n" },
      error = "was attested as failed",
      after = voicemail { { recipient = "admin@acme.example" } },
    },
  },
}
