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

local function lines_about_mail(case) return toolkit.logged(case.seen, "mail") end

local new_key = fix "Make a sending key, try it, and deploy the functions with it" (remedy.new_key)

-- Whether a thing that failed at `at` has been set anew since: by its variable, by a deployment, or by
-- mails that were taken since. Then it is no fault any more, or nobody knows yet.
local function since_then(case, at, ...)
  local seen = case.seen
  for _, one in ipairs(seen.mails) do
    if one.call and (one.at or 0) > at and (one.event == "accepted" or one.event == "delivered") then
      return "Mailgun took a mail since, at " .. toolkit.clock(one.at)
    end
  end
  for _, key in ipairs { ... } do
    local set = seen.variable_dates[key]
    if set and set > at then return key .. " was set since, at " .. toolkit.clock(set) end
  end
  for _, one in ipairs(seen.deployments) do
    local made = time.parse(one.date_created)
    if made and made > at then return "the functions were deployed since, at " .. toolkit.clock(made) .. toolkit.by(seen, one.sid) end
  end
end

-- When the last line of the function's log that matches was written.
local function last_at(case, pattern)
  local at
  for _, one in ipairs(case.seen.logs) do
    if tostring(one.message):match(pattern) then at = time.parse(one.date_created) or at end
  end
  return at or 0
end

-- ADMIN_EMAIL: who is to be mailed.
local function addressed(case, add)
  local seen = case.seen
  if not seen.has_variables then return end
  local live, held = seen.variables.ADMIN_EMAIL, seen.env.ADMIN_EMAIL
  local right = rawget(case.params, "admin_email") or (held ~= live and ground.addresses(held or "") and held) or before(case)
  local facts = { value = right, held = held }
  local was = right and "mails went to " .. right .. " before" or nil
  if live == nil or live == "" then
    local about = lines_about_mail(case)
    add("admin-email-empty", {
      "the live functions have ADMIN_EMAIL empty" .. (held == live and ", the env file too" or "") .. " (Serverless, variables)",
      #toolkit.recordings(case) .. " voicemails since it began",
      #about > 0 and "the functions' log, last line about a mail: " .. about[#about] or "the functions' log has no line about a mail since it began",
      was, toolkit.latest_change(case),
    }, facts)
  elseif not ground.addresses(live) then
    local said = answered(case, "answered 400.*address")
    add("admin-email-malformed", { "ADMIN_EMAIL is \"" .. tostring(live) .. "\" (Serverless, variables)", said[#said], was, toolkit.latest_change(case) }, facts)
  end
end

-- MAILGUN_DOMAIN and MAILGUN_API_KEY: as what, and with what, the functions mail.
local function credentials(case, add)
  local seen, domain = case.seen, case.profile.mailgun_domain
  if not seen.has_variables then return true end
  if not domain then return true end
  local live, held = seen.variables.MAILGUN_DOMAIN, seen.env.MAILGUN_DOMAIN
  local sound = true
  -- What mails is right, whatever the profile says.
  if live ~= domain and last_at(case, "^voicemail .* mailed to") <= last_at(case, "^mailing voicemail") then
    local said = answered(case, "answered 4")
    sound = false
    add("mailgun-domain-wrong", {
      "the live functions have MAILGUN_DOMAIN " .. ((live == nil or live == "") and "empty" or "\"" .. tostring(live) .. "\"")
        .. ", the client's domain is " .. domain .. " (Serverless, variables; profile)",
      "the env file has " .. tostring(held), said[#said], toolkit.latest_change(case),
    }, { held = held })
  end
  local key = seen.variables.MAILGUN_API_KEY
  if key == nil or key == "" then
    sound = false
    add("mailgun-key-missing", {
      "the live functions have no MAILGUN_API_KEY (Serverless, variables)",
      seen.env.MAILGUN_API_KEY ~= nil and "the env file has one" or "the env file has none", toolkit.latest_change(case),
    }, { held = seen.env.MAILGUN_API_KEY ~= nil and seen.env.MAILGUN_API_KEY ~= "" })
  end
  return sound
end

-- The domain as Mailgun knows it.
local function domain_state(case, add)
  local seen = case.seen
  if not seen.domain or seen.domain.state == "active" then return end
  local said, records = answered(case, "answered 400"), {}
  local state = seen.domain.name .. " is " .. tostring(seen.domain.state) .. " (Mailgun, domains)"
  if seen.domain.state == "disabled" or seen.domain.is_disabled == true then
    add("domain-disabled", { state, said[#said] })
    return
  end
  for _, one in ipairs(seen.domain.sending_dns_records or {}) do
    if one.valid ~= "valid" then records[#records + 1] = tostring(one.record_type) .. " " .. tostring(one.name) .. " = " .. tostring(one.value) end
  end
  local evidence = { state, said[#said] }
  for _, text in ipairs(toolkit.few(records)) do evidence[#evidence + 1] = text end
  add("domain-unverified", evidence)
end

-- A key that Mailgun refused, where nothing else explains the refusal.
local function refused_key(case, add)
  local seen = case.seen
  local denied = answered(case, "answered 40[13]")
  if #denied == 0 then return end
  local key = tostring(seen.variables.MAILGUN_API_KEY)
  local since = since_then(case, last_at(case, "^mailing voicemail.*answered 40[13]"), "MAILGUN_API_KEY", "MAILGUN_DOMAIN")
  if since then
    add("mail-mended", { denied[#denied], since })
    return
  end
  local evidence, facts = { denied[#denied] .. " (functions' log)" }, { key = key }
  if not seen.keys then
    evidence[2] = "whether the key was revoked or is another's cannot be told without Mailgun's keys: " .. tostring(seen.failed.keys)
    add("mailgun-key-refused", evidence, facts)
    return
  end
  local used, disabled, usable = nil, nil, nil
  for _, one in ipairs(seen.mails) do used = one.key or used end
  for _, one in ipairs(seen.keys) do
    if one.is_disabled == true then disabled = one elseif one.role == "sending" or one.kind == "domain" then usable = one end
  end
  local was = used and key_of(case, used)
  if #seen.keys == 0 or (used and not was) then
    evidence[2] = used and "the key " .. used .. " that mailed before is gone" or "the domain has no sending key"
    add("mailgun-key-revoked", evidence, facts)
  elseif (was and was.is_disabled == true) or (disabled and not usable) then
    evidence[2] = "the key " .. (was or disabled).id .. " is disabled (Mailgun, keys)"
    add("mailgun-key-revoked", evidence, facts)
  else
    evidence[2] = "the domain's own key " .. (usable or seen.keys[1]).id .. " is there and was not used"
    add("mailgun-key-foreign", evidence, facts)
  end
end

-- A provider's trouble through a whole retry budget, in what the function logged.
local function provider(case, add)
  local seen = case.seen
  local given_up = toolkit.logged(seen, "was not mailed, given up")
  local failing, unreached, quota = answered(case, "answered 5%d%d"), answered(case, "could not be reached"), answered(case, "answered 429")
  if #given_up > 0 and #failing > 0 then add("mailgun-5xx", toolkit.few(failing)) end
  if #given_up > 0 and #unreached > 0 then add("mailgun-unreachable", toolkit.few(unreached)) end
  if #quota > 0 then add("mailgun-quota", toolkit.few(quota, 1)) end
  return #failing + #unreached + #quota > 0
end

-- What became of each mail that Mailgun took.
local function fates(case)
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
  return waiting, refused, delivered
end

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
      "mail-delayed", "Mailgun has taken the mail and not delivered it yet", look_again = "6h", passing = true,
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
      "mailgun-key-refused", "Mailgun refuses the functions' key (401/403); what kind it is cannot be read", look_again = "1h",
      tell = "The key is refused. Whether it was revoked or is another's cannot be told apart without Mailgun's list of keys: mend the account key of the profile, and run again.",
    },
    cause {
      "mailgun-key-missing", "The functions have no MAILGUN_API_KEY",
      lesson = "A deploy removes what the env file does not have: compare the variables before it.",
    },
    cause {
      "mailgun-domain-wrong", "The functions' MAILGUN_DOMAIN is not the client's sending domain",
      lesson = "MAILGUN_DOMAIN and its key change together (connie/change, mailgun-key).",
    },
    cause {
      "mailgun-key-master", "The functions mail with the account's master key, which is the wrong kind",
      lesson = "Functions get a domain sending key, never the account's key: it can do everything.",
    },
    cause {
      "mail-in-spam", "Mailgun delivered the mail", look_again = "24h", passing = true,
      tell = "The mail was delivered to the recipient's server. Look into the spam folder and ask who runs that server to let the sending domain through; it is out of Connie's control.",
    },
    cause {
      "domain-unverified", "The sending domain is not verified in Mailgun (400)",
      tell = "The domain's DNS records are not published as Mailgun wants them: whoever runs the DNS publishes the records in the evidence.",
      look_again = "6h", lesson = "DNS is green before anything is deployed (connie/setup, phase 1).",
    },
    cause {
      "domain-disabled", "The sending domain is disabled in Mailgun", look_again = "6h",
      tell = "Mailgun has disabled the domain (abuse, billing, or by hand): whoever owns the Mailgun account asks its support; looking at the DNS again mends nothing.",
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
      "mail-mended", "Mailgun refused the mails, and what it refused has been set anew since", look_again = "6h", passing = true,
      tell = "It was refused and has been mended since: leave a voicemail and look for its mail. What was refused is not sent again.",
    },
    cause {
      "cannot-be-told-apart", "cannot be told apart without what could not be read", undecided = true,
      tell = "What is missing is named in the evidence: mend that first, and run again.",
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
    addressed(case, add)
    local sound = credentials(case, add)
    domain_state(case, add)
    if case.again then
      if case.finding.cause:match("^mailgun%-key") then
        local same = tostring(seen.variables.MAILGUN_API_KEY) == case.finding.facts.key
        if same then add(case.finding.cause, { "the live functions still have the key that failed" }) end
      end
      return all
    end
    -- A refusal says what the key is only where domain and key are the right ones, and nobody closed the domain.
    if sound and not (seen.domain and seen.domain.state == "disabled") then refused_key(case, add) end
    local last
    for _, one in ipairs(mails(case)) do
      if one.event == "accepted" and one.call then last = one end
    end
    if last and not last.key then
      add("mailgun-key-master", {
        "the mail about " .. tostring(last.recording) .. " was sent without a sending key's id (Mailgun, logs)",
        "it arrives; the key may do everything in the Mailgun account",
      }, { key = tostring(seen.variables.MAILGUN_API_KEY) })
    end
    provider(case, add)
    local waiting, refused, delivered = fates(case)
    if #refused > 0 then add("mail-rejected", toolkit.few(refused)) end
    if #waiting > 0 then add("mail-delayed", toolkit.few(waiting)) end
    -- Mailgun itself answers us with its own failure, or not at all: that is the functions' trouble, too.
    if #all == 0 and case.profile.mailgun_domain and toolkit.down(seen, "domain", "keys", "mails") then
      local reached = (seen.statuses.domain or 0) ~= 0
      add(reached and "mailgun-5xx" or "mailgun-unreachable", toolkit.unread(seen, "domain", "keys", "mails"))
    end
    -- That a mail was delivered tells something only where a call is named whose mail is missed.
    if #all == 0 and #delivered > 0 and rawget(case.params, "call") then add("mail-in-spam", toolkit.few(delivered)) end
    local without = toolkit.unread(seen, "variables", "logs", "domain", "keys", "mails")
    if #all == 0 and #without > 0 then
      all[1] = finding { cause = "cannot-be-told-apart", title = "cannot be told apart without " .. table.concat(without, ", "), evidence = without }
    elseif #all == 0 and #delivered > 0 then
      note("admin-email: Mailgun delivered " .. #delivered .. " mails since it began, the last: " .. delivered[#delivered]
        .. ". If that is the mail that is missed, it lies with the recipient (spam): run again with call=")
    end
    if #all == 0 and seen.has_variables and seen.env.ADMIN_EMAIL and seen.env.ADMIN_EMAIL ~= seen.variables.ADMIN_EMAIL then
      note("admin-email: mails go to " .. tostring(seen.variables.ADMIN_EMAIL) .. "; the env file says " .. tostring(seen.env.ADMIN_EMAIL))
    end
    return all
  end,

  fixes = {
    ["mailgun-key-revoked"] = new_key,
    ["mailgun-key-foreign"] = new_key,
    ["mailgun-key-master"] = new_key,
    ["mailgun-key-missing"] = fix "Give the functions their sending key, and deploy them" (function(case)
      if case.finding.facts.held then
        remedy.deploy(case, "Deploy the serverless functions with the env file's key", { MAILGUN_API_KEY = true })
      else
        remedy.new_key(case)
      end
    end),
    ["mailgun-domain-wrong"] = fix "Set MAILGUN_DOMAIN, and deploy the functions" (
      remedy.variable("MAILGUN_DOMAIN", function(case) return case.profile.mailgun_domain end)),
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

  -- What a mail depends on: whom it goes to, as which domain, with a key, and that the domain sends.
  verify = function(case)
    local seen, domain = case.seen, case.profile.mailgun_domain
    local live, key = seen.variables.ADMIN_EMAIL or "", seen.variables.MAILGUN_API_KEY
    return ground.addresses(live) ~= nil and seen.domain ~= nil and seen.domain.state == "active"
      and seen.variables.MAILGUN_DOMAIN == domain and key ~= nil and key ~= "",
      "ADMIN_EMAIL is \"" .. live .. "\", MAILGUN_DOMAIN " .. tostring(seen.variables.MAILGUN_DOMAIN)
        .. ", the domain is " .. tostring(seen.domain and seen.domain.state)
  end,
}
