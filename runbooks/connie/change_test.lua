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

local function visible(changes)
  local all = parameters { caller_visible = true, approval = "https://acme.slack.example/p2" }
  for key, value in pairs(changes) do all[key] = value end
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

  scenario "another feature's function that reads what is changed is told of before anybody signs" {
    break_ = {
      clean,
      set(acme .. "/serverless/0/functions/2", {
        sid = "ZH00000000000000000000000000000009", friendly_name = "reports",
        versions = {
          {
            sid = "ZN00000000000000000000000000000009", path = "/reports/daily", visibility = "protected",
            content = "exports.handler = (context) => send(context.ADMIN_EMAIL);",
          },
        },
      }),
      set(acme .. "/serverless/0/builds/0/function_versions/2", "ZN00000000000000000000000000000009"),
    },
    params = parameters(), decisions = "none",
    expect = { status = "awaiting_decision", findings = { "other-functions-read-it" } },
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
    break_ = {
      clean,
      edit(source, "const GREETING", "// voice: 'Polly.Kimberly'\nconst VOICE = \"Polly.Joanna\";\nconst GREETING"),
    },
    params = parameters {
      type = "greeting-voice", current = "Polly.Joanna", target = "Polly.Matthew",
      caller_visible = true, approval = "https://acme.slack.example/p2",
    },
    expect = {
      status = "done",
      files = { [source] = "// voice: 'Polly.Kimberly'\nconst VOICE = \"Polly.Matthew\";\nconst GREETING" },
    },
  },

  scenario "what only a comment says is said to nobody" {
    break_ = { clean, edit(source, "const GREETING", "// voice: 'Polly.Joanna'\nconst GREETING") },
    params = visible { type = "greeting-voice", current = "Polly.Joanna", target = "Polly.Matthew" },
    expect = {
      status = "failed", checks_failed = { "the function's source says voice once" },
      requests = { changing = 0 },
    },
  },

  scenario "a greeting is found however the source writes it" {
    break_ = {
      clean,
      edit(source, "const GREETING = 'Please wait while we direct your call to the next agent.';",
        "export let initialGreeting: string =\n  `Please wait, we'll be right there.`;"),
    },
    params = visible {
      type = "prompt-copy", prompt = "greeting", current = "Please wait, we'll be right there.",
      target = "One moment. We're on our way.", compliance = "https://acme.example/review/7",
    },
    expect = { status = "done", files = { [source] = "=\n  `One moment. We're on our way.`;" } },
  },

  scenario "a prompt that the source calls otherwise is named" {
    break_ = { clean },
    params = visible {
      type = "prompt-copy", prompt = "voicemail_prompt", source_name = "PROMPT",
      current = "Press star at any time for a callback or to leave a voicemail.",
      target = "Press star for a callback or a voicemail.", compliance = "https://acme.example/review/7",
    },
    expect = {
      status = "done", files = { [source] = "const PROMPT = 'Press star for a callback or a voicemail.';" },
    },
  },

  scenario "a prompt that nothing names is asked for, with the lines that may mean it" {
    break_ = { clean },
    params = visible {
      type = "prompt-copy", prompt = "voicemail_prompt", current = "Leave a message.", target = "Speak.",
      compliance = "https://acme.example/review/7",
    },
    expect = { status = "failed", error = "PROMPT = 'Press star at any time", requests = { changing = 0 } },
  },

  scenario "hold music that is nowhere is not deployed" {
    break_ = { clean },
    params = visible {
      type = "hold-music", target = "/music/none.mp3",
      current = "http://com.twilio.music.guitars.s3.amazonaws.com/Pitx_-_Long_Winter.mp3",
    },
    expect = {
      status = "failed", checks_failed = { "the hold music is there" }, requests = { changing = 0 },
    },
  },

  scenario "e-mail that was switched off is switched on again" {
    break_ = {
      clean, edit(env_file, "ADMIN_EMAIL=admin@acme.example", "ADMIN_EMAIL="),
      set(acme .. "/serverless/0/environments/0/variables/ADMIN_EMAIL", ""),
    },
    params = parameters { type = "enable-email", current = json.null },
    expect = {
      status = "done",
      files = {
        [env_file] = "ADMIN_EMAIL=desk@acme.example\n",
        ["PAC.md"] = "admin e-mail switched on, to desk@acme.example",
      },
      after = voicemail { { recipient = "desk@acme.example" } },
    },
  },

  scenario "what is on is not switched on over it" {
    break_ = { clean },
    params = parameters { type = "enable-email", current = json.null },
    expect = { status = "failed", checks_failed = { "the e-mail is off" }, requests = { changing = 0 } },
  },

  scenario "what the comparison would refuse afterwards is refused before" {
    params = parameters(),
    expect = {
      status = "failed", checks_failed = { "the deploy moves the intended change and nothing else" },
      error = "sets WEBCHAT_ADDRESS", requests = { changing = 0 },
    },
  },

  scenario "what the deploy moves besides is moved where it is named" {
    params = parameters { also_moves = "WEBCHAT_ADDRESS" },
    expect = {
      status = "done",
      world = { [acme .. "/serverless/0/environments/0/variables/7/key"] = "WEBCHAT_ADDRESS" },
    },
  },

  scenario "a deploy takes no other feature's variable away" {
    break_ = { clean, set(acme .. "/serverless/0/environments/0/variables/VIDEO_API_KEY", "video") },
    params = parameters { also_moves = "VIDEO_API_KEY" },
    expect = {
      status = "failed", checks_failed = { "the env file says every variable that is live" },
      requests = { changing = 0 },
    },
  },

  scenario "a second key on the same day has a name of its own" {
    break_ = {
      clean, edit("secrets/kept", "", "fake-mailgun-sending-key-acme"),
      set("/mailgun/keys/0/description", "acme voicemail mails 2026-11-20"),
    },
    params = parameters {
      type = "mailgun-key", current = json.null, target = json.null, current_key = "file:secrets/kept",
    },
    expect = {
      status = "done", world = { ["/mailgun/keys/2/description"] = "acme voicemail mails 2026-11-20 (2)" },
    },
  },

  scenario "the account's master key is no sending key, though it sends" {
    break_ = {
      clean, edit("secrets/kept", "", "fake-mailgun-sending-key-acme"),
      edit("secrets/given", "", "fake-mailgun-account-key"),
    },
    params = parameters {
      type = "mailgun-key", current = json.null, target = json.null, current_key = "file:secrets/kept",
      target_key = "file:secrets/given",
    },
    expect = {
      status = "failed", requests = { changing = 0 },
      checks_failed = { "the key is a sending key of the domain, not the account's master key" },
    },
  },

  scenario "an approval that nobody can look up is none" {
    break_ = { clean },
    params = visible { type = "hold-music", current = "a", target = "b", approval = "ok" },
    expect = {
      status = "failed", checks_failed = { "the CEO's approval is in writing" }, requests = { changing = 0 },
    },
  },

  scenario "the changelog has the smoke test's result, and nothing before it" {
    break_ = { clean },
    params = parameters(),
    expect = { status = "done", files = { ["PAC.md"] = ": passed (smoke-mail)\n  - CEO approval" } },
  },

  scenario "a change whose smoke test failed is in no changelog" {
    break_ = { clean },
    params = parameters(),
    decisions = { "approve", "approve", { attest = "smoke-mail", verdict = "fail" }, "resume" },
    expect = {
      status = "awaiting_decision",
      files = { ["PAC.md"] = "- Mailgun domain acme.connie.example\n\n## CCT" },
    },
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
