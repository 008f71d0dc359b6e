-- The demo's account, audited: as it is, and with each thing that comes apart unseen.
local acme = "/accounts/AC68c8096035594cd23248bd5540f7c7ee"
local features = acme .. "/flex_configuration/ui_attributes/custom_data/features"

local function audited(title, breaks, causes)
  return scenario(title) {
    break_ = breaks,
    params = { client = "acme" },
    expect = { status = "failed", findings = causes, requests = { changing = 0 } },
  }
end

return scenarios {
  script = "connie/audit",
  world = "../../docs/examples/worlds/demo.json",
  workspace = "../../docs/examples/demo",

  scenario "nothing is to be done" {
    params = { client = "acme" },
    expect = { status = "done", findings = {}, requests = { changing = 0 } },
  },

  audited("a number rings nothing", { set(acme .. "/phone_numbers/0/voice_url", "") }, { "number-rings-nothing" }),

  audited("a number rings a flow that is gone", {
    set(acme .. "/phone_numbers/0/voice_url",
      "https://webhooks.twilio.com/v1/Accounts/AC68c8096035594cd23248bd5540f7c7ee/Flows/FW00000000000000000000000000000001"),
  }, { "number-rings-missing-flow" }),

  audited("a number rings an archived flow", {
    set(acme .. "/flows/0/friendly_name", "[ARCHIVED] Acme Wait Experience"),
  }, { "number-rings-archived-flow" }),

  audited("live was changed by hand", {
    set(features .. "/callback_and_voicemail_with_email/max_attempts", 9),
  }, { "drift" }),

  audited("the mail domain is not active", { set("/mailgun/domains/acme.connie.example/state", "unverified") }, { "mail-domain-unverified" }),
}
