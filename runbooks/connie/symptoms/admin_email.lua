-- The mail about a voicemail: from the function to Mailgun, from there to the admin's mail server.
local ground = require "ground"
local remedy = require "remedy"
local toolkit = require "toolkit"

local systemic = "Mailgun is returning systemic 5xx errors (every attempt of a retry budget)"

-- The mail events that are looked at: the sample call's, else all since it began.
local function mails(case)
  local list, call = {}, rawget(case.params, "call")
  for _, one in ipairs(case.seen.mails) do
    if not call or one.call == call then list[#list + 1] = one end
  end
  return list
end

-- Mailgun's refusals of one status, and other failures, as the function logged them.
local function answered(case, pattern) return toolkit.logged(case.seen, "^mailing voicemail.*" .. pattern) end

-- Where mail was delivered before: the address that an empty or broken one most likely was.
local function before(case)
  local counts, best = {}, nil
  for _, one in ipairs(case.seen.delivered) do
    if one.recipient then counts[one.recipient] = (counts[one.recipient] or 0) + 1 end
  end
  for address, n in pairs(counts) do
    if not best or n > counts[best] or (n == counts[best] and address < best) then best = address end
  end
  return best
end

local function key_of(case, id)
  for _, one in ipairs(case.seen.keys or {}) do
    if one.id == id then return one end
  end
end

local function voicemails(case) return #toolkit.recordings(case) end

local new_key = fix "Make a sending key, try it, and deploy the functions with it" (remedy.new_key)

return symptom {
  name = "admin-email",
  title = "Admin email not arriving",
  summary = "Mailgun is slow, refuses the key or the domain, or is never asked; or the mail lies in spam.",
  severity = "medium", caller_visible = 4, last_verified = "2026-11-21",
  matches = {
    "email missing", "email not arriving", "no email", "admin email", "mail missing", "not getting voicemail email",
    "no mail", "email late", "email delay", "email gone", "email spam",
  },
  not_for = { "no-email" },
  parameters = {
    admin_email = param.text {
      optional = true,
      why = "Where voicemails are to be mailed, where ADMIN_EMAIL is empty or malformed; else the "
        .. "address that mail was delivered to before",
    },
  },

  causes = {
    cause {
      "mail-delayed", "Mailgun has taken the mail and not delivered it yet", look_again = "6h",
      tell = "Mailgun has the mail; 1-6 hours are normal for an address that is new to it.",
    },
    cause {
      "mailgun-key-revoked", "The functions' Mailgun key was revoked (401/403)",
      lesson = "A sending key is revoked only after the functions are deployed without it (rail of connie/cancel).",
    },
    cause {
      "mailgun-key-foreign", "The functions' Mailgun key is of another domain or account (401/403)",
      lesson = "A new key is tried with one message before it is deployed (connie/change, mailgun-key).",
    },
    cause {
      "mailgun-key-master", "The functions mail with the account's master key, which is the wrong kind",
      lesson = "Functions get a domain sending key, never the account's key: it can do everything.",
    },
    cause {
      "mail-in-spam", "Mailgun delivered the mail", look_again = "24h",
      tell = "The mail was delivered to the recipient's server. Look into the spam folder and ask who runs that server to let the sending domain through; it is out of Connie's control.",
    },
    cause {
      "domain-unverified", "The sending domain is not verified in Mailgun (400)",
      tell = "The domain's DNS records are not published as Mailgun wants them: whoever runs the DNS publishes the records in the evidence.",
      look_again = "6h", lesson = "DNS is green before anything is deployed (connie/setup, phase 1).",
    },
    cause {
      "mail-rejected", "The recipient's server refuses the mail", look_again = "24h",
      tell = "The recipient's mail server refuses the mail for the reason given; the recipient has to mend that, or another address is set by connie/change.",
    },
    cause {
      "admin-email-empty", "ADMIN_EMAIL is empty: e-mail is switched off",
      tell = "Nobody is named who is to be mailed: give admin_email=ADDRESS and run again, or leave e-mail off.",
      lesson = "An empty ADMIN_EMAIL switches e-mail off without a word: look at it in every smoke test.",
    },
    cause {
      "admin-email-malformed", "ADMIN_EMAIL is not addresses with commas and without spaces (400)",
      tell = "Give admin_email=ADDRESS and run again.",
      lesson = "ADMIN_EMAIL is checked when it is set (connie/change, admin-email).",
    },
    cause {
      "mailgun-5xx", "Mailgun fails (5xx) through a whole retry budget",
      severity = "high", escalate = systemic, inform = "ceo", look_again = "1h",
      tell = "Mailgun itself fails; voicemails are in the agents' tasks meanwhile. Mails that were given up are not sent later.",
    },
    cause {
      "mailgun-unreachable", "Mailgun could not be reached through a whole retry budget", look_again = "1h",
      tell = "Mailgun could not be reached; voicemails are in the agents' tasks meanwhile.",
    },
    cause {
      "mailgun-quota", "Mailgun's quota is used up (429)", look_again = "6h",
      tell = "Mailgun's quota is used up: whoever pays for the account raises it. Voicemails are in the agents' tasks meanwhile.",
    },
  },

  look = toolkit.look,

  diagnose = function(case)
    local seen, all = case.seen, {}
    local function add(cause, evidence, facts)
      all[#all + 1] = finding { cause = cause, evidence = evidence, facts = facts }
    end
    local live = seen.variables.ADMIN_EMAIL
    if seen.variables.MAILGUN_DOMAIN ~= nil or live ~= nil then
      local held = seen.env.ADMIN_EMAIL
      local right = rawget(case.params, "admin_email") or (held ~= live and ground.addresses(held or "") and held) or before(case)
      local facts = { value = right, held = held }
      if live == nil or live == "" then
        add("admin-email-empty", {
          "the live functions have ADMIN_EMAIL empty" .. (held == live and ", the env file too" or ""),
          voicemails(case) .. " voicemails since it began, and no line about a mail in the functions' logs",
          right and "mails went to " .. right .. " before" or nil, toolkit.latest_change(case),
        }, facts)
      elseif not ground.addresses(live) then
        local said = answered(case, "answered 400.*address")
        add("admin-email-malformed", { "ADMIN_EMAIL is \"" .. live .. "\"", said[#said], right and "mails went to " .. right .. " before" or nil }, facts)
      end
    end
    if seen.domain and seen.domain.state ~= "active" then
      local said, records = answered(case, "answered 400"), {}
      for _, one in ipairs(seen.domain.sending_dns_records or {}) do
        if one.valid ~= "valid" then records[#records + 1] = tostring(one.record_type) .. " " .. tostring(one.name) .. " = " .. tostring(one.value) end
      end
      local evidence = { seen.domain.name .. " is " .. seen.domain.state, said[#said] }
      for _, text in ipairs(toolkit.few(records)) do evidence[#evidence + 1] = text end
      add("domain-unverified", evidence)
    end
    if case.again then
      if case.finding.cause:match("^mailgun%-key") then
        local same = tostring(seen.variables.MAILGUN_API_KEY) == case.finding.facts.key
        if same then add(case.finding.cause, "the live functions still have the key that failed") end
      end
      return all
    end
    local denied = answered(case, "answered 40[13]")
    if #denied > 0 then
      local key = tostring(seen.variables.MAILGUN_API_KEY)
      local used
      for _, one in ipairs(seen.mails) do used = one.key or used end
      local evidence = { denied[#denied] }
      local facts = { key = key }
      if #(seen.keys or {}) == 0 or (used and not key_of(case, used)) then
        evidence[2] = used and "the key " .. used .. " that mailed before is gone" or "the domain has no sending key"
        add("mailgun-key-revoked", evidence, facts)
      else
        evidence[2] = "the domain's own key " .. seen.keys[1].id .. " is there and was not used"
        add("mailgun-key-foreign", evidence, facts)
      end
    end
    for _, one in ipairs(mails(case)) do
      if one.event == "accepted" and one.call and not one.key then
        add("mailgun-key-master", {
          "the mail about " .. tostring(one.recording) .. " was sent without a sending key's id", "it arrives; the key may do everything in the Mailgun account",
        }, { key = tostring(seen.variables.MAILGUN_API_KEY) })
        break
      end
    end
    local given_up = #toolkit.logged(seen, "was not mailed, given up") > 0
    local failing, unreached, quota = answered(case, "answered 5%d%d"), answered(case, "could not be reached"), answered(case, "answered 429")
    if given_up and #failing > 0 then add("mailgun-5xx", toolkit.few(failing)) end
    if given_up and #unreached > 0 then add("mailgun-unreachable", toolkit.few(unreached)) end
    if #quota > 0 then add("mailgun-quota", toolkit.few(quota, 1)) end
    -- What became of each mail that Mailgun took.
    local fate, order = {}, {}
    for _, one in ipairs(mails(case)) do
      local name = one.call and one.call .. " " .. tostring(one.recipient)
      if name then
        if not fate[name] then order[#order + 1] = name end
        fate[name] = one
      end
    end
    local waiting, refused, delivered = {}, {}, {}
    for _, name in ipairs(order) do
      local one = fate[name]
      local text = toolkit.clock(one.at) .. " " .. one.event .. " for " .. tostring(one.recipient) .. (one.why and ": " .. tostring(one.why) or "")
      if one.event == "accepted" then waiting[#waiting + 1] = text end
      if one.event == "failed" or one.event == "rejected" then refused[#refused + 1] = text end
      if one.event == "delivered" then delivered[#delivered + 1] = text end
    end
    if #refused > 0 then add("mail-rejected", toolkit.few(refused)) end
    if #waiting > 0 then add("mail-delayed", toolkit.few(waiting)) end
    -- That a mail was delivered tells something only where a call is named whose mail is missed.
    if #all == 0 and #delivered > 0 and rawget(case.params, "call") then add("mail-in-spam", toolkit.few(delivered)) end
    return all
  end,

  fixes = {
    ["mailgun-key-revoked"] = new_key,
    ["mailgun-key-foreign"] = new_key,
    ["mailgun-key-master"] = new_key,
    ["admin-email-empty"] = fix("Set ADMIN_EMAIL, and deploy the functions", {
      when = function(found) return found.facts.value ~= nil end,
    })(remedy.admin_email),
    ["admin-email-malformed"] = fix("Set ADMIN_EMAIL, and deploy the functions", {
      when = function(found) return found.facts.value ~= nil end,
    })(remedy.admin_email),
    ["domain-unverified"] = fix "Have Mailgun look at the domain's DNS again" (function(case)
      step("Ask Mailgun to verify " .. case.profile.mailgun_domain)
      mailgun.domains.verify { name = case.profile.mailgun_domain }
    end),
  },

  verify = function(case)
    local live = case.seen.variables.ADMIN_EMAIL or ""
    return ground.addresses(live) ~= nil and case.seen.domain ~= nil and case.seen.domain.state == "active",
      "ADMIN_EMAIL is \"" .. live .. "\", the domain is " .. tostring(case.seen.domain and case.seen.domain.state)
  end,
}
