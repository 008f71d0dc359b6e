-- Changes one thing of a live deployment: PRE, the change and nothing else, POST. What callers hear
-- is the CEO's; what they do not is the CTO's, and the CEO is told.
local alteration = require "alteration"
local deploying = require "deploying"
local deployment = require "deployment"
local evidence = require "evidence"
local ground = require "ground"

-- The types of change, by whether callers notice.
local heard = { "add-queue", "hold-music", "greeting-voice", "prompt-copy" }
local quiet = { "admin-email", "mailgun-domain", "mailgun-key", "disable-email", "enable-email" }

local function among(list, value)
  for _, one in ipairs(list) do
    if one == value then return true end
  end
  return false
end

local function types()
  local all = {}
  for _, list in ipairs { heard, quiet, { "move-to-another-account" } } do
    for _, one in ipairs(list) do all[#all + 1] = one end
  end
  return all
end

local function is_mail(run)
  return run.params.type == "mailgun-domain" or run.params.type == "mailgun-key"
end

local function is_queue(run) return run.params.type == "add-queue" end
local function visible(run) return run.params.caller_visible end
local function hidden(run) return not run.params.caller_visible end

local function deploys(run) return not is_queue(run) end
local function mailed(run) return hidden(run) and run.params.type ~= "disable-email" end
local function unmailed(run) return run.params.type == "disable-email" end

-- What the smoke test is of this change: by the items that people attest.
local smoke = {
  { "smoke-mail", mailed }, { "smoke-no-mail", unmailed }, { "smoke-call", visible },
  { "smoke-queue", is_queue },
}

local function smoke_items(run)
  local slugs = {}
  for _, one in ipairs(smoke) do
    if one[2](run) then slugs[#slugs + 1] = one[1] end
  end
  return slugs
end

return runbook {
  name = "connie/change",
  title = "Change one thing of a client's live deployment",
  summary = "Use this runbook for a change that needs no teardown: another queue, admin e-mail, "
    .. "Mailgun domain or key, hold music, greeting voice, prompt copy, or no e-mail any more.",

  authority = { operator = "operator", approver = "ceo" },
  approval = {
    requires = {
      { role = "ceo", count = 1, given = { caller_visible = true } },
      { role = "cto", count = 1, given = { caller_visible = false } },
    },
    reference_parameter = "approval",
  },

  parameters = {
    client = param.profile {
      why = "Connie client account name: which deployment is changed",
    },
    number = param.phone {
      why = "Phone number: the line, and with it the flow, that the change is about",
    },
    type = param.choice {
      choices = types(),
      why = "Change type: what is changed decides what has to be looked at, and who signs",
    },
    current = param.text {
      required_if = {
        type = {
          "admin-email", "mailgun-domain", "hold-music", "greeting-voice", "prompt-copy",
          "disable-email",
        },
      },
      why = "Current value, as you believe it is: where it is another, somebody was here before",
    },
    target = param.text {
      required_if = {
        type = {
          "admin-email", "enable-email", "mailgun-domain", "hold-music", "greeting-voice", "prompt-copy",
        },
      },
      why = "Target value: what it is to be",
    },
    source_name = param.text {
      optional = true,
      why = "The name by which the functions' source holds what callers hear, where it is none that the "
        .. "runbook knows or several hold it",
    },
    also_moves = param.text {
      optional = true,
      why = "Variables that the deploy moves besides, with commas, as the pre-flight names them: where "
        .. "the env file and the live functions are apart, they become part of the change",
    },
    caller_visible = param.flag {
      why = "Whether callers notice: then the CEO approves first; else the CTO may, and the CEO is "
        .. "told",
    },
    rollback = param.text {
      why = "Rollback plan: what is done where the smoke test fails; without one the change is not "
        .. "made",
    },
    changed_by = param.text {
      why = "Who changes it: the changelog names a person",
    },
    approval = param.text {
      required_if = { caller_visible = true },
      why = "CEO approval reference: Slack thread link, e-mail, or commit message. A link, an e-mail's "
        .. "<message-id> or a commit, so that it can be looked up",
    },
    prompt = param.choice {
      choices = { "greeting", "voicemail_prompt" }, required_if = { type = "prompt-copy" },
      why = "Which prompt the new copy is for",
    },
    compliance = param.text {
      required_if = { type = "prompt-copy" },
      why = "Reference of the client's compliance review of the new copy: nobody hears what was "
        .. "not reviewed",
    },
    current_key = param.secret {
      required_if = { type = { "mailgun-domain", "mailgun-key" } },
      why = "The sending key in use now, as the secret store holds it (file:…): what is rolled "
        .. "back to; its value is nowhere else once it is replaced",
    },
    target_key = param.secret {
      optional = true,
      why = "The new sending key, where there is one already (file:…); else one is made",
    },
    queue_name = param.text {
      required_if = { type = "add-queue" },
      why = "The new queue's name, as agents will see it",
    },
    queue_workers = param.text {
      required_if = { type = "add-queue" },
      why = "Which agents the new queue reaches, such as skills HAS 'billing'",
    },
    entry = param.choice {
      choices = { "number", "menu" }, required_if = { type = "add-queue" },
      why = "How callers get to the new queue: by a number of its own, or by a menu on this one",
    },
    new_number = param.phone {
      required_if = { entry = "number" },
      why = "The new queue's own number; it is on the account and free",
    },
    menu = param.text {
      required_if = { entry = "menu" },
      why = "What the menu says, in the client's words: 1 leads to the queue there is, 2 to the new",
    },
  },

  read_first = {
    "basecamp CLAUDE.md: Deployment Safety and Flex Configuration Safety Protocols",
    "The dev-log of the last deploy or change: what was touched last breaks first",
    "PAC.md: current SIDs, Mailgun domain, env file path",
    "connie/setup: what has to be true of the deployment after the change too",
  },

  rails = {
    rails.snapshot_first,
    rails.baselines_unchanged,
    rails.only_with("command.run", { name = "deploy-serverless" },
      "the deploy pipeline is the only way to write; never directly"),
    rails.never("flex.deploy", "no change of these touches the Flex configuration",
      "a feature is switched on by connie/setup, off by connie/cancel"),
    rails.after("env.update", "devlogs.write", "PRE is kept before anything is changed"),
    rails.after("files.edit", "devlogs.write", "PRE is kept before anything is changed"),
    rails.after("studio.flows.update", "devlogs.write", "PRE is kept before anything is changed"),
    rails.after("twilio.numbers.update", "devlogs.write", "PRE is kept before anything is changed"),
    rails.after_check("command.run", "the profile matches the deploy target",
      "the wrong profile is the wrong account"),
    rails.given({ type = { "mailgun-domain", "mailgun-key" } },
      rails.after("env.update", "mailgun.messages.send",
        "the new credentials are tried before the redeploy")),
    rails.given({ type = { "mailgun-domain", "mailgun-key" } },
      rails.after("command.run", "mailgun.messages.send",
        "the new credentials are tried before the redeploy")),
    rails.given({ type = { "admin-email", "mailgun-domain", "mailgun-key", "disable-email", "enable-email" } },
      rails.never("files.edit", "callers would notice", "that is a change of its own")),
    rails.given({ type = { "hold-music", "greeting-voice", "prompt-copy", "add-queue" } },
      rails.never("env.update", "the mail is not what is changed", "that is a change of its own")),
    rails.given({ type = {
      "admin-email", "mailgun-domain", "mailgun-key", "disable-email", "enable-email", "hold-music",
      "greeting-voice", "prompt-copy",
    } }, rails.never("studio.flows.update", "only another queue touches a flow")),
    rails.given({ type = {
      "admin-email", "mailgun-domain", "mailgun-key", "disable-email", "enable-email", "hold-music",
      "greeting-voice", "prompt-copy",
    } }, rails.never("twilio.numbers.update", "only another queue touches a number")),
    rails.only_with("studio.flows.update", { status = "published" },
      "unpublished edits have no effect"),
    rails.only_with("studio.flows.create", { status = "published" },
      "unpublished edits have no effect"),
    rails.never("studio.flows.delete", "a change takes nothing away", "use connie/cancel"),
    rails.never("studio.flows.archive", "a change takes nothing away", "use connie/cancel"),
    rails.never("twilio.numbers.delete", "a number that is released may be another's tomorrow"),
    rails.never("mailgun.keys.delete", "the old key is what is rolled back to",
      "revoke it in Mailgun once the change has proven itself"),
    rails.never("mailgun.domains.delete", "other clients may share it or its DNS records"),
    rails.never("serverless.services.delete", "other features may rely on it"),
    rails.never("taskrouter.workspaces.delete",
      "workspace deletion takes the entire Flex deployment down"),
    rails.after_check("registry.update", "the diff is the intended change and nothing else",
      "the registry says what is so"),
    rails.after_phase("registry.update", "tried",
      "the registry says what is so: a change that was not found good is put back"),
  },

  procedure = {
    read("preflight", { title = "Confirm the target and the value, capture PRE" })(function(run)
      local params, profile = run.params, run.profile
      local kind = params.type
      check(kind ~= "move-to-another-account", "the request is a change of one deployment",
        kind == "move-to-another-account" and "moving to another sub-account is refused: it is a "
          .. "cancellation plus a setup; run connie/cancel here, then connie/setup there" or nil)
      if params.approval then evidence.reference("the CEO's approval is in writing", params.approval) end
      if params.compliance then
        evidence.reference("the compliance review is in writing", params.compliance)
      end
      check(params.caller_visible or not among(heard, kind), "what callers notice is said to be so",
        "a change of type " .. kind .. " is heard by callers: caller_visible = true, and the CEO "
          .. "approves it first")
      local named = params.number == deployment.protected_number
      local protects = "nobody changes what " .. deployment.protected_number
        .. " meets without the CEO: caller_visible = true"
      check(not named or params.caller_visible, "the number's flow may be changed",
        named and protects or nil)
      check(profile.env_file and profile.mailgun_domain,
        "the profile names its Mailgun domain and env file")
      local values = env.fetch { file = profile.env_file }
      ground.target(run, values)
      local section = registry.read { client = params.client }
      check(not section.cancelled, "the registry has the client as active", section.heading)

      local number = twilio.numbers.find { phone_number = params.number }
      check(number, "the number is on this account", params.number)
      local sid, account = deployment.flow_of(number)
      check(sid and account == profile.account_sid, "the number rings a flow of this account",
        tostring(number.voice_url))
      -- By its flow: another number that rings the same one is as protected.
      local other = not named and twilio.numbers.find { phone_number = deployment.protected_number }
      local shares = other and deployment.flow_of(other) == sid
      check(not shares or params.caller_visible, "the number's flow may be changed",
        shares and protects or nil)
      local flow = studio.flows.fetch { sid = sid }

      local plan = alteration.look(run, values, flow)
      local besides = alteration.besides(run, values)
      alteration.tell_readers(run, besides)
      local pre = snapshot.capture { label = "PRE", baselines = true }
      ground.baselines(pre)
      local logs = devlogs.list { client = params.client }
      local folder = evidence.free(logs,
        "wait-experience-" .. params.client .. "-" .. run.today .. "-" .. kind)
      return {
        plan = plan, besides = besides, number = number, flow = { sid = sid, definition = flow.definition },
        pre = pre, pre_files = ground.evidence(evidence.names(kind), run, values, pre),
        folder = folder,
      }
    end),

    mutate("keep", { title = "Keep PRE" })(function(run)
      local found = run.preflight
      step("Write the PRE evidence into the dev-log folder " .. found.folder)
      devlogs.write { folder = found.folder, files = found.pre_files }
    end),

    mutate("credentials", {
      title = "Try the new mail credentials before the redeploy", when = is_mail,
    })(function(run)
      return ground.proven_key(run, run.preflight.plan.domain, run.params.target_key,
        run.preflight.plan.description, run.preflight.plan.admins[1])
    end),

    read("credentials_judged", { title = "Judge the test message", when = is_mail })(function(run)
      local made = run.credentials
      ground.judged(made.sent)
      if made.key then ground.right_kind(run.preflight.plan.domain, made.key.id) end
    end),

    read("ready", { title = "Look once more at what the deploy moves", when = deploys })(function(run)
      local expected = {}
      for _, key in ipairs(alteration.variables(run)) do expected[key] = true end
      deploying.as_signed(run.preflight.besides, env.fetch { file = run.profile.env_file },
        deploying.live(), expected)
    end),

    mutate("apply", {
      title = "Make the change",
      undo = function(run) alteration.undo(run) end,
    })(function(run) return alteration.apply(run) end),

    -- Documented is what was shipped, so the entry is planned and signed when it is known.
    read("post", { title = "Compare with PRE" })(function(run)
      local params, found = run.params, run.preflight
      local name = evidence.names(params.type)
      local post = snapshot.capture { label = "POST", baselines = true }
      check(snapshot.unchanged(found.pre, post, { "/baselines" }), "no adjacent account changed",
        "cross-account contamination: stop, and tell the CEO")
      local moved, allowed, files, sids = alteration.intended(run)
      local others, diff = evidence.moved(found.pre, post, allowed)
      local there = {}
      for _, one in ipairs(diff) do there[one.path] = true end
      for _, path in ipairs(moved) do
        if not there[path] then others[#others + 1] = "missing: " .. path end
      end
      check(#others == 0, "the diff is the intended change and nothing else", others)
      alteration.verify(run)
      local label = name(params.client, "account", "POST")
      local difference = name(params.client, "diff", "POST")
      return {
        account = post, diff = documents.capture { label = difference, value = { changes = diff } },
        files = files, sids = sids, at = time.iso(time.now()),
        pre_name = name(params.client, "account", "PRE"), post_name = label,
        diff_name = difference,
      }
    end),

    mutate("document", { title = "Document the change" })(function(run)
      local found, post = run.preflight, run.post
      step("Add the POST evidence to " .. found.folder)
      devlogs.update { folder = found.folder, files = {
        [post.post_name] = post.account, [post.diff_name] = post.diff,
      } }
    end),

    -- The registry says what is so: a change that people did not find good is put back and leaves no
    -- entry.
    wait("tried", { title = "The smoke test, by people" }) {
      attested = { "smoke-mail", "smoke-no-mail", "smoke-call", "smoke-queue" },
      why = "The changelog has the result of the smoke test; a test that fails rolls back first",
    },

    mutate("register", { title = "Enter the change into the registry" })(function(run)
      local params, found, post = run.params, run.preflight, run.post
      step("Enter the change into the client's changelog in the registry")
      local function list(items) return #items > 0 and table.concat(items, ", ") or "none" end
      registry.update { client = params.client, text = table.concat({
        "- " .. run.today .. ": " .. alteration.summary(run),
        "  - changed by: " .. params.changed_by .. ", run " .. run.id,
        "  - files touched: " .. list(post.files),
        "  - SIDs changed: " .. list(post.sids),
        "  - PRE snapshot: " .. found.folder .. "/" .. post.pre_name,
        "  - POST snapshot: " .. found.folder .. "/" .. post.post_name,
        "  - smoke test: signed in run " .. run.id .. ": passed ("
          .. table.concat(smoke_items(run), ", ") .. ")",
        "  - CEO approval: "
          .. (params.approval or "not needed; the CEO is told, signed in the run"),
      }, "\n") }
    end),

    read("closing", { title = "Look at the documentation" })(function(run)
      local found, post = run.preflight, run.post
      local missing = evidence.missing(run.params.client, found.folder,
        { post.pre_name, post.post_name, post.diff_name })
      check(#missing == 0, "the dev-log is complete", missing)
      local section = registry.read { client = run.params.client }
      check(section.text:find("run " .. run.id, 1, true), "the changelog has the change")
    end),
  },

  done = {
    proven "the diff is the intended change and nothing else",
    proven "no adjacent account changed",
    attest {
      "smoke-mail",
      "A test voicemail reaches the admin e-mail by the new way (1-6 h are normal for an address "
        .. "that is new to Mailgun)",
      when = mailed,
      within = "6h", undo = true,
    },
    attest {
      "smoke-no-mail", "A test voicemail makes a task with its recording, and no e-mail",
      when = unmailed, undo = true,
    },
    attest {
      "smoke-call", "A test call from outside hears the change, and still passes every branch",
      when = visible, undo = true,
    },
    attest {
      "smoke-queue", "A test call lands in the new queue, and one in the queue that was there",
      when = is_queue, undo = true,
    },
    attest {
      "ceo-told", "The CEO was told of the change: when, and how (--note)", when = hidden,
    },
    proven "the dev-log is complete",
    proven "the changelog has the change",
    sign_off { "cto", text = "Sign-off on the change" },
  },

  variants = {
    ["A move to another sub-account"] = "connie/cancel here, then connie/setup there",
    ["The end of a deployment, or another configuration"] = "connie/cancel",
    ["The first deployment"] = "connie/setup",
    ["Something is broken"] = "Troubleshoot first; a change is not a diagnosis",
  },

  gotchas = {
    {
      gotcha = "The test mail takes hours",
      symptom = "Nothing in the inbox after a change of address",
      fix = "1-6 h are normal for an address that is new to Mailgun; then look at its logs",
    },
    {
      gotcha = "The key is changed in the env file only", symptom = "Mails go on with the old key",
      fix = "The functions are deployed with it in the same phase",
    },
    {
      gotcha = "New copy in the function's source", symptom = "Other clients hear it too",
      fix = "The source is one for all: look at who else is deployed from it",
    },
  },
}
