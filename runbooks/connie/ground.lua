-- What setup and change stand on: the right account, the neighbours captured, the mail credentials
-- tried before anything is deployed with them.
local evidence = require "evidence"
local wait_experience = require "wait_experience"

local ground = {}

-- The pipeline deploys to the account that the env file names, whatever profile is selected.
function ground.target(run, values)
  local named, profile = tostring(values.ACCOUNT_SID), run.profile
  local wrong = {}
  if values.ACCOUNT_SID == nil then
    wrong[1] = "the env file names no account: ACCOUNT_SID is written into it by hand, once"
  elseif named ~= profile.account_sid then
    wrong[1] = "the env file names the account " .. named .. ", the profile " .. profile.account_sid
  end
  for _, one in ipairs {
    { "TWILIO_ACCOUNT_SID", profile.account_sid },
    { "TWILIO_FLEX_WORKSPACE_SID", profile.workspace_sid },
  } do
    local key, fact, value = one[1], one[2], values[one[1]]
    if fact and value and value ~= "" and tostring(value) ~= fact then
      wrong[#wrong + 1] = key .. " is " .. tostring(value) .. ", the profile's " .. fact
    end
  end
  check(#wrong == 0, "the profile matches the deploy target", table.concat(wrong, "; "))
end

-- Where no adjacent account is configured nothing is compared, and nothing may be said of them.
function ground.has_neighbours(run) return #(run.profile.adjacent or {}) > 0 end

-- The adjacent accounts as they were, where there are any; else that they are not compared is said.
function ground.neighbours(run)
  if ground.has_neighbours(run) then return end
  finding {
    cause = "adjacent-not-compared", severity = "medium",
    evidence = "no adjacent account is configured: name them as adjacent of the profile in "
      .. "countersign.toml, or nobody sees a deploy that went to the wrong account",
  }
end

function ground.neighbours_unchanged(run, from, to)
  if not ground.has_neighbours(run) then return end
  check(snapshot.unchanged(from, to, { "/baselines" }), "no adjacent account changed",
    "cross-account contamination: stop, and tell the CEO")
end

-- Forensic baselines: an account beside which nobody looks is where a wrong deploy goes unseen.
function ground.baselines(pre)
  local names = {}
  for name in pairs(snapshot.read { snapshot = pre, path = "/baselines" } or {}) do
    names[#names + 1] = name
  end
  table.sort(names)
  check(#names > 0, "the adjacent accounts are captured too",
    "name them as adjacent of the profile in countersign.toml")
  note("Baselines: " .. table.concat(names, ", "))
end

-- The PRE evidence that every change needs: file name to document. `name`: how this kind of work
-- names its files.
function ground.evidence(name, run, env_values, pre)
  local files, client = {}, run.params.client
  local function keep(what, value, form)
    local label = name(client, what, "PRE", form)
    files[label] = documents.capture { label = label, value = value }
  end
  keep("config", flex.configuration.fetch())
  local flows = {}
  for i, flow in ipairs(studio.flows.list()) do flows[i] = studio.flows.fetch { sid = flow.sid } end
  keep("flows", { count = #flows, flows = flows })
  keep("functions", evidence.functions(wait_experience.path(run.profile)))
  keep("env", evidence.env(env_values), "txt")
  files[name(client, "account", "PRE")] = pre
  return files
end

-- "a@x.example,b@x.example", as the functions read it.
function ground.addresses(text)
  local list = {}
  for address in tostring(text):gmatch("[^,]+") do
    if not address:match("^[%w._%+%-]+@[%w.%-]+%.%a+$") then return nil end
    list[#list + 1] = address
  end
  return #list > 0 and table.concat(list, ",") == text and list or nil
end

-- The domain's DNS, as Mailgun sees it; nil where there is no such domain.
function ground.domain(name)
  for _, domain in ipairs(mailgun.domains.list { search = name }) do
    if domain.name == name then return mailgun.domains.fetch { name = name } end
  end
end

-- A sending key for `domain`: the one that was given, or a new one that is shown once and goes
-- straight into the secret store. A mail sent with it tells whether it is good: 200 goes on, 401 or
-- 403 is a wrong key or domain, 400 a domain that is not verified. Everything but 200 ends the run
-- here, before anything was deployed.
function ground.proven_key(run, domain, given, description, to)
  local secret, made = given, nil
  if not given then
    step("Make the domain's sending key; it goes straight into the secret store")
    made = mailgun.keys.create {
      description = description, role = "sending", kind = "domain", domain = domain,
    }
    secret = made.secret
  end
  step("Try the key before anything is deployed with it: send a test message to " .. to)
  local sent = mailgun.messages.send {
    domain = domain, key = secret, from = "Connie voicemail <voicemail@" .. domain .. ">",
    to = to, subject = "Connie: test of the sending key for " .. run.params.client,
    text = "This mail shows that voicemails of " .. run.params.client
      .. " can be mailed from " .. domain .. ". Nothing needs to be done.",
  }
  return { key = made, secret = secret, sent = sent }
end

-- Whether Mailgun took the test message. Where a person settled that it was sent there is no answer to
-- look at: their word stands for it.
function ground.judged(sent)
  if sent == nil then note("That the test message was sent is a person's word: it was settled") end
  check(sent == nil or sent.id, "Mailgun took the test message (200)", sent and sent.message)
end

-- A description that no key of the account has: with it a key that is made is told from the others.
function ground.description(wanted)
  local taken, free, n = {}, wanted, 2
  for _, key in ipairs(mailgun.keys.list {}) do
    taken[tostring(key.description)] = true
  end
  while taken[free] do
    free, n = wanted .. " (" .. n .. ")", n + 1
  end
  return free
end

-- A key that was given may only send: the account's own sends too, and may do everything else.
function ground.sends_only(key)
  if not key then return end
  check(mailgun.keys.validate { key = key }.sends_only,
    "the key is a sending key of the domain, not the account's master key",
    "it lists the account's keys; make a sending key of the domain, and give that")
end

-- Whether the key that a run made is what the functions need: the domain's own, and a sending one.
function ground.right_kind(domain, id)
  for _, key in ipairs(mailgun.keys.list { domain = domain }) do
    if key.id == id then
      check(key.kind == "domain" and key.role == "sending" and key.domain_name == domain,
        "the key is a sending key of the domain, not the account's master key", key.kind)
      return
    end
  end
  check(false, "the key is a sending key of the domain, not the account's master key",
    "it is not among the keys of " .. domain)
end

-- The domain that the pipeline says it deployed to, in the log of a deploy.
function ground.deployed_domain(log)
  return log:match("([%w%-]+%.twil%.io)")
end

function ground.deploy(run)
  return command.run {
    name = "deploy-serverless", environment = { ENVIRONMENT = run.profile.name },
  }
end

return ground
