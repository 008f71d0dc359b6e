-- Sets up "Wait Experience + Admin Email" for a client: the mail first, and tried; then the
-- functions, the Flex configuration and the flow; the number last, so that no caller meets half of
-- it.
local deploying = require "deploying"
local deployment = require "deployment"
local evidence = require "evidence"
local ground = require "ground"
local names = require "names"
local source = require "source"
local wait_experience = require "wait_experience"

local name = evidence.names "setup"

local function makes_queue(run) return run.params.queue == "create new" end
local function makes_domain(run) return run.preflight.domain == "missing" end
local function waits_for_dns(run) return run.preflight.domain ~= "active" end

-- The workflow of the target queue; while it is only planned, what it will be.
local function workflow_of(run)
  if makes_queue(run) then return run.queue.workflow.sid end
  return run.params.workflow
end

local function copy_of(run)
  local copy = {}
  for option, text in pairs {
    hold_music = run.params.hold_music, greeting = run.params.greeting,
    voicemail_prompt = run.params.voicemail_prompt,
  } do
    if text ~= "default" then copy[option] = text end
  end
  return copy
end

-- The variables that a setup puts into the env file.
local set_by_setup = { "TWILIO_FLEX_WORKSPACE_SID" }
for _, key in ipairs(deployment.env_keys) do set_by_setup[#set_by_setup + 1] = key end
local expected_by_setup = {}
for _, key in ipairs(set_by_setup) do expected_by_setup[key] = true end

-- The task channel that callers are queued as; the workspace's are listed.
local function preflight_channel(run, workspace)
  local wanted, own, list = run.params.channel, nil, {}
  for i, one in ipairs(taskrouter.channels.list { workspace = workspace }) do
    list[i] = one.unique_name .. " " .. one.sid
    if one.sid == wanted then own = one end
  end
  note("Task channels of the workspace: " .. (#list > 0 and table.concat(list, ", ") or "none"))
  check(not own or own.unique_name == "voice", "the task channel is the one for calls",
    own and wanted .. " is the channel " .. own.unique_name or nil)
  if own then return end
  finding {
    cause = "channel-not-listed", severity = "low",
    evidence = { wanted .. " is none of the workspace's task channels", list },
  }
end

-- What the deploys of a setup move besides what they are for.
local function preflight_moves(run, values, pre, said, live, settings, contrary)
  local variables = deploying.live()
  local moves = deploying.variables(values, variables, expected_by_setup)
  deploying.keeps_variables(moves, run.profile.env_file)
  local flex_moves = deploying.settings(said, live, settings, contrary and "source" or "live")
  for _, one in ipairs(deploying.skills(pre)) do flex_moves[#flex_moves + 1] = one end
  return { variables = moves, made = next(variables) == nil, settings = flex_moves }
end

-- Asks Studio; the definition is one that has everything but what only the deploy can tell.
local function validate(run, domain, workflow)
  local answer = studio.flows.validate {
    friendly_name = run.params.client .. " Wait Experience", status = "published",
    definition = deployment.flow {
      workflow = workflow, channel = run.params.channel, domain = domain,
    },
  }
  check(answer.valid, "the flow is valid", answer.message)
end

local function dns_is_green(run)
  local domain = ground.domain(run.params.mailgun_domain)
  if not domain or domain.state ~= "active" then return false end
  for _, record in ipairs(domain.sending_dns_records) do
    if record.valid ~= "valid" then return false end
  end
  return true
end

return runbook {
  name = "connie/setup",
  title = "Set up the wait experience with admin e-mail for a client",
  summary = "Use this runbook for the first deployment of Wait Experience + Admin Email to a "
    .. "client's number. For changes to a live deployment use connie/change, for its end "
    .. "connie/cancel.",

  authority = { operator = "cto", approver = "ceo" },
  -- Also on a sandbox, and whatever the policy says.
  approval = { requires = { { role = "ceo", count = 1 } }, break_glass = "never" },

  parameters = {
    client = param.profile {
      why = "Connie client account name: which sub-account is set up. The wrong profile is the "
        .. "classic accident",
    },
    number = param.phone {
      why = "Phone number, in E.164: the line whose callers will wait; it has to be on the account",
    },
    queue = param.choice {
      choices = { "existing", "create new" },
      why = "Target queue: where callers, callbacks and voicemails land. An existing workflow, or "
        .. "a new one",
    },
    workflow = param.sid {
      prefix = "WW", required_if = { queue = "existing" },
      why = "Target queue: the existing workflow. Without it in the Wait URL, callbacks and "
        .. "voicemails land with another client",
    },
    queue_name = param.text {
      required_if = { queue = "create new" },
      why = "Target queue: the new queue's name, as agents will see it",
    },
    queue_workers = param.text {
      required_if = { queue = "create new" },
      why = "Target queue: which agents the new one reaches, such as skills HAS 'support'",
    },
    channel = param.sid {
      prefix = "TC",
      why = "The workspace's voice task channel: what the flow's widget queues callers as. The pre-flight "
        .. "lists them; `countersign eval 'taskrouter.channels.list { workspace = \"WS…\" }'` does too",
    },
    admin_email = param.text {
      why = "Admin e-mail(s): where voicemails are mailed; several with commas and no spaces, as "
        .. "the functions read them",
    },
    mailgun_domain = param.text {
      why = "Mailgun sending domain, such as <client>.connie.center: voicemails are mailed from it",
    },
    hold_music = param.text {
      why = "Hold music: \"default\", or the path of a file among the functions' assets",
    },
    greeting = param.text {
      why = "Greeting copy: \"default\", or the client's script",
    },
    voicemail_prompt = param.text {
      why = "Voicemail prompt copy: \"default\", or the client's script",
    },
    crm_url = param.choice {
      choices = { deployment.crm_url },
      why = "CRM URL pattern: always this very text; an address in its place shows every caller "
        .. "the same page",
    },
    sso = param.flag {
      why = "Whether agents sign in by SSO: on such accounts the attribute viewer has to be off",
    },
    sending_key = param.secret {
      optional = true,
      why = "A sending key of the domain that is there already, as the secret store holds it "
        .. "(file:…). Without it a new one is made",
    },
  },

  read_first = {
    "basecamp CLAUDE.md: Deployment Safety and Flex Configuration Safety Protocols",
    "PAC.md: which SIDs, Mailgun domain and env file the client has already",
    "The dev-logs of earlier deployments, dev-logs/wait-experience-*: what went wrong last time",
    "The client's flex-config/ui_attributes.<client>.json and serverless-functions/.env.<client>",
  },

  rails = {
    rails.snapshot_first,
    rails.baselines_unchanged,
    -- The Flex configuration is written by flex.deploy alone: the catalogue has no operation that
    -- posts it by hand, and the only command is the functions' pipeline.
    rails.only_with("command.run", { name = "deploy-serverless" },
      "the deploy pipeline is the only way to write; never directly"),
    rails.after("flex.deploy", "devlogs.write",
      "forensic baselines, of adjacent accounts too, are kept before any deploy"),
    rails.after("command.run", "devlogs.write",
      "forensic baselines, of adjacent accounts too, are kept before any deploy"),
    rails.after_check("flex.deploy", "the adjacent accounts are captured too",
      "a deploy with the wrong profile shows in the accounts beside it"),
    rails.after_check("flex.deploy", "the profile matches the deploy target",
      "the wrong profile is the wrong account"),
    rails.after_check("command.run", "the profile matches the deploy target",
      "the wrong profile is the wrong account"),
    rails.after_check("flex.deploy", "the CRM URL is the literal Liquid template",
      "an address in its place shows every caller the same page"),
    rails.after_check("flex.deploy", "auto_accept is off on every channel",
      "an agent who is away would be given the caller"),
    rails.after_check("flex.deploy", "the attribute viewer is off on an SSO account",
      "it shows agents what is not theirs to see"),
    -- the order, from the mail to the number
    rails.after("env.update", "mailgun.messages.send",
      "the key is tried before anything is deployed with it"),
    rails.after("command.run", "mailgun.messages.send",
      "the key is tried before anything is deployed with it"),
    rails.after_check("mailgun.messages.send", "the sending domain's DNS is green",
      "a domain that is not verified sends nothing"),
    rails.after("command.run", "env.update",
      "the functions are deployed with the client's entries"),
    rails.after("flex.deploy", { "command.run", { name = "deploy-serverless" } },
      "a feature that is on without its functions fails on the first caller"),
    rails.after("studio.flows.create", "flex.deploy",
      "a flow queues callers for agents whose Flex does not know the feature yet"),
    rails.only_with("studio.flows.create", { status = "published" },
      "unpublished edits have no effect"),
    rails.after_check("studio.flows.create", "the flow is valid"),
    rails.after("twilio.numbers.update",
      { "studio.flows.create", { status = "published" } },
      "the number is wired last: until then no caller meets half of it"),
    rails.after("registry.create", "twilio.numbers.update", "the registry says what is so"),
    rails.after("registry.update", "twilio.numbers.update", "the registry says what is so"),
    rails.after_phase("registry.create", "tried",
      "the registry says that the client has it when people have tried it"),
    rails.after_phase("registry.update", "tried",
      "the registry says that the client has it when people have tried it"),
    -- what a first deployment never does
    rails.never("studio.flows.update", "a first deployment changes no flow that is live",
      "use connie/change"),
    rails.never("studio.flows.delete", "a first deployment takes nothing away"),
    rails.never("studio.flows.archive", "a first deployment takes nothing away",
      "use connie/cancel"),
    rails.never("twilio.numbers.delete", "a number that is released may be another's tomorrow"),
    rails.never("mailgun.domains.delete", "other clients may share it or its DNS records"),
    rails.never("mailgun.keys.delete", "a key that is in use sends for somebody",
      "use connie/cancel"),
    rails.never("serverless.services.delete", "other features may rely on it"),
    rails.never("taskrouter.workspaces.delete",
      "workspace deletion takes the entire Flex deployment down"),
  },

  procedure = {
    -- 0 Pre-flight

    read("preflight", { title = "0. Pre-flight: confirm the target, capture everything" })(
      function(run)
        local params, profile = run.params, run.profile
        check(profile.env_file, "the profile names its env file",
          not profile.env_file and "add env_file to the profile in countersign.toml" or nil)
        local values = env.fetch { file = profile.env_file }
        ground.target(run, values)
        check(values.AUTH_TOKEN ~= nil, "the env file has what recordings are fetched with",
          not values.AUTH_TOKEN and "ACCOUNT_SID and AUTH_TOKEN are written into it by hand, once"
            or nil)
        -- The provider is asked for the profile's own domain whose account the key is of: before
        -- the client's domain is made, that is the one it is made below.
        local own = tostring(profile.mailgun_domain)
        check(own == params.mailgun_domain or params.mailgun_domain:sub(-#own - 1) == "." .. own,
          "the profile names the same sending domain, or the one above it", own)
        local admins = ground.addresses(params.admin_email)
        check(admins, "the admin e-mails are addresses, with commas and without spaces",
          params.admin_email)
        if profile.environment == "production" then
          note("Production: callers of " .. params.number .. " hear this from the wiring on")
        end

        local section = registry.find { client = params.client }
        local number = twilio.numbers.find { phone_number = params.number }
        check(number, "the number is on this account", params.number)
        local rings = tostring(number.voice_url or "")
        -- What a cancellation that retained the number left: the bin that says that it is no longer in
        -- service. Any other bin may be somebody's.
        local retained = section and section.cancelled and names.holds(section.text, params.number)
          and not deployment.flow_of(number) and rings:match("^https://handler%.twilio%.com/twiml/EH%x+$")
        check(rings == "" or rings:match("^https://demo%.twilio%.com/") or retained,
          "the number is free", "it rings " .. rings .. "; a live deployment is changed by connie/change")
        if retained then
          note("The number was retained by a cancellation and rings " .. rings .. ", which is replaced")
        end
        check((number.voice_application_sid or "") == "" and (number.trunk_sid or "") == "",
          "nothing takes the number's calls before its voice URL",
          { application = number.voice_application_sid, trunk = number.trunk_sid })

        local configuration = flex.configuration.fetch()
        local workspace = configuration.taskrouter_workspace_sid or profile.workspace_sid
        check(workspace, "the account has a TaskRouter workspace")
        if makes_queue(run) then
          local same = taskrouter.queues.list {
            workspace = workspace, friendly_name = params.queue_name,
          }
          check(#same == 0, "no queue has the new one's name", params.queue_name)
        else
          local workflow = taskrouter.workflows.fetch {
            workspace = workspace, sid = params.workflow,
          }
          note("Callers wait for the workflow \"" .. workflow.friendly_name .. "\"")
        end
        preflight_channel(run, workspace)
        local title = params.client .. " Wait Experience"
        check(not studio.flows.find { name = title }, "no flow has the new one's name", title)

        local pre = snapshot.capture { label = "PRE", baselines = true }
        ground.baselines(pre)
        local common, file, there = source.paths(pre, params.client)
        local said, live = source.said(pre, common, file), source.live(pre)
        local settings, contrary = deployment.settings(params.sso), false
        for pointer, value in pairs(settings) do
          contrary = contrary or live[pointer] ~= nil and live[pointer] ~= value
          said[pointer] = value
        end
        -- Live wins on a plain deploy. Where it says otherwise the source has to win, and then what
        -- stands only in live would go.
        local lost = {}
        for pointer in pairs(live) do
          if said[pointer] == nil then lost[#lost + 1] = pointer end
        end
        table.sort(lost)
        check(#lost == 0, "the source files say everything that is live",
          { "take it into the client's source file first, or it is lost", lost })
        source.checked(said, params.sso, ", as planned")
        local moves = preflight_moves(run, values, pre, said, live, settings, contrary)

        local domain = ground.domain(params.mailgun_domain)
        local keys = {}
        if domain then
          for _, key in ipairs(mailgun.keys.list { domain = params.mailgun_domain }) do
            if names.whole(key.description, params.client) then keys[#keys + 1] = key.id end
          end
        end
        ground.sends_only(params.sending_key)
        check(#keys == 0 or params.sending_key ~= nil,
          "no sending key of the client lies about unused",
          { "give it as sending_key (file:…, in the secret store), or revoke it", keys })

        local domain_stand_in = profile.serverless_domain or "not-known-yet.twil.io"
        validate(run, domain_stand_in, params.workflow or "WW" .. ("0"):rep(32))

        if section and section.cancelled then
          note("The registry has \"" .. section.heading .. "\" as cancelled: its tombstone stays, and the "
            .. "client gets a section of its own")
        end

        local edits, text = {}, nil
        for option, copy in pairs(copy_of(run)) do
          if option == "hold_music" then wait_experience.music_exists(run, copy) end
          text = text or files.read { path = wait_experience.path(profile) }
          edits[#edits + 1] = wait_experience.edit(text, option, copy)
        end
        local logs = devlogs.list { client = params.client }
        return {
          number = number, workspace = workspace, domain = domain and domain.state or "missing",
          admins = admins, edits = edits, settings = settings, overwrite = contrary,
          file = file, there = there, common = common, moves = moves,
          registered = section ~= nil and not section.cancelled,
          description = not params.sending_key
            and ground.description(params.client .. " voicemail mails") or nil,
          pre = pre, pre_files = ground.evidence(name, run, values, pre),
          folder = evidence.folder(logs, params.client, run.today, "setup"),
        }
      end),

    mutate("baselines", { title = "0. Keep the forensic baselines" })(function(run)
      local found = run.preflight
      step("Write the PRE evidence into the dev-log folder " .. found.folder)
      devlogs.write { folder = found.folder, files = found.pre_files }
    end),

    -- 1 Mailgun

    mutate("domain", { title = "1. Make the sending domain known", when = waits_for_dns })(
      function(run)
        local domain = run.params.mailgun_domain
        if makes_domain(run) then
          step("Make the sending domain; whoever keeps the zone then publishes its DNS records")
          mailgun.domains.create { name = domain }
        else
          step("Have Mailgun look at the domain's DNS records again")
          mailgun.domains.verify { name = domain }
        end
      end),

    wait("dns", { title = "1. Wait for the domain's DNS", when = waits_for_dns }) {
      duration = "48h",
      unless = { "the domain's DNS is green", dns_is_green },
      every = "15m",
      why = "SPF and DKIM have to be published and seen by Mailgun before the domain may send",
    },

    read("dns_green", { title = "1. Look at the domain's DNS" })(function(run)
      check(dns_is_green(run), "the sending domain's DNS is green", run.params.mailgun_domain)
    end),

    mutate("mail", { title = "1. Make the sending key, and try it" })(function(run)
      local params = run.params
      return ground.proven_key(run, params.mailgun_domain, params.sending_key,
        run.preflight.description, run.preflight.admins[1])
    end),

    read("mail_judged", { title = "1. Judge the test message" })(function(run)
      ground.judged(run.mail.sent)
      deploying.as_signed(run.preflight.moves.variables, env.fetch { file = run.profile.env_file },
        deploying.live(), expected_by_setup)
      if run.mail.key then ground.right_kind(run.params.mailgun_domain, run.mail.key.id) end
    end),

    -- 2 Serverless

    mutate("queue", { title = "2. Make the target queue", when = makes_queue })(function(run)
      local params, workspace = run.params, run.preflight.workspace
      step("Make the queue \"" .. params.queue_name .. "\" and a workflow that leads to it")
      local queue = taskrouter.queues.create {
        workspace = workspace, friendly_name = params.queue_name,
        target_workers = params.queue_workers,
      }
      local workflow = taskrouter.workflows.create {
        workspace = workspace, friendly_name = "Voice to " .. params.queue_name,
        configuration = { task_routing = { default_filter = { queue = queue.sid } } },
      }
      return { queue = queue, workflow = workflow }
    end),

    mutate("serverless", { title = "2. Deploy the functions with the client's entries" })(
      function(run)
        local params, found = run.params, run.preflight
        local file = run.profile.env_file
        step("Set the client's entries in " .. file)
        local function set(key, value) env.update { file = file, key = key, value = value } end
        set("ADMIN_EMAIL", params.admin_email)
        set("MAILGUN_DOMAIN", params.mailgun_domain)
        set("MAILGUN_API_KEY", run.mail.secret)
        set("TWILIO_FLEX_WORKSPACE_SID", found.workspace)
        set("TWILIO_FLEX_CALLBACK_WORKFLOW_SID", workflow_of(run))
        if #found.edits > 0 then
          step("Have the functions say the client's copy and play the client's music")
          for _, edit in ipairs(found.edits) do
            files.edit { path = wait_experience.path(run.profile), replace = edit }
          end
        end
        step("Deploy the serverless functions by the pipeline"
          .. deploying.besides(found.moves.variables))
        return { deployed = ground.deploy(run) }
      end),

    read("learned", {
      title = "2. Learn the serverless domain from the deploy's log",
      returns = { domain = hole.domain_below "twil.io", log = hole.document },
    })(function(run)
      local domain = ground.deployed_domain(run.serverless.deployed.text)
      check(domain, "the deploy's log names the serverless domain")
      local live = false
      for _, service in ipairs(serverless.services.list()) do
        for _, one in ipairs(serverless.environments.list { service = service.sid }) do
          live = live or one.domain_name == domain
        end
      end
      check(live, "the serverless domain is one of this account", domain)
      local known = run.profile.serverless_domain
      check(not known or known == domain, "the profile names the same serverless domain", domain)
      local there, missing = {}, {}
      for _, variable in ipairs(serverless.variables.list()) do there[variable.key] = true end
      for _, key in ipairs(deployment.env_keys) do
        if not there[key] then missing[#missing + 1] = key end
      end
      check(#missing == 0, "the live functions have the client's entries", missing)
      validate(run, domain, workflow_of(run))
      return { domain = domain, log = run.serverless.deployed.output }
    end),

    -- 3 Flex configuration

    mutate("source", { title = "3. Edit the client's Flex source file" })(function(run)
      local found = run.preflight
      -- In this phase on purpose: it cannot be undone, so the phase is not. A source file that was
      -- put back alone would differ from live.
      step("Keep the settings beside the evidence")
      devlogs.update {
        folder = found.folder,
        files = { [name(run.params.client, "settings", "SOURCE")] = found.settings },
      }
      if not found.there then
        step("Write the client's source file " .. found.file)
        files.write { path = found.file, text = "{}\n" }
      end
      step("Switch the feature and the CRM container on in " .. found.file)
      files.edit { path = found.file, set = found.settings }
    end),

    read("source_checked", { title = "3. Read what would be deployed" })(function(run)
      local found = run.preflight
      local now = snapshot.capture { label = "SOURCE", scope = { "files" } }
      source.checked(source.said(now, found.common, found.file), run.params.sso)
    end),

    mutate("flex", { title = "3. Deploy the Flex configuration" })(function(run)
      if run.preflight.overwrite then
        step("Deploy the Flex configuration; the source file wins, as live says otherwise"
          .. deploying.besides(run.preflight.moves.settings))
        flex.deploy { overwrite = true }
      else
        step("Deploy the Flex configuration" .. deploying.besides(run.preflight.moves.settings))
        flex.deploy {}
      end
    end),

    -- 4 Studio Flow

    mutate("flow", { title = "4. Make the Studio Flow" })(function(run)
      local params = run.params
      step("Make the flow that queues callers and lets them wait, published at once")
      local made = studio.flows.create {
        friendly_name = params.client .. " Wait Experience", status = "published",
        definition = deployment.flow {
          workflow = workflow_of(run), channel = params.channel, domain = run.learned.domain,
        },
        commit_message = "First deployment",
      }
      return { made = made }
    end),

    -- 5 The number

    mutate("wire", { title = "5. Wire the phone number" })(function(run)
      step("Let callers to " .. run.params.number .. " ring the flow")
      twilio.numbers.update {
        sid = run.preflight.number.sid, voice_url = run.flow.made.webhook_url,
      }
    end),

    -- 6 POST

    -- It promises nothing: what is documented is what was shipped, not what was planned, so the
    -- entry is planned, shown and signed when it is known.
    read("post", { title = "6. Compare with PRE" })(function(run)
      local params, found = run.params, run.preflight
      local post = snapshot.capture { label = "POST", baselines = true }
      check(snapshot.unchanged(found.pre, post, { "/baselines" }), "no adjacent account changed",
        "cross-account contamination: stop, and tell the CEO")
      local flow, workflow = run.flow.made.sid, workflow_of(run)
      local function escaped(path) return "/files/" .. path:gsub("/", "~1") end
      local allowed = {
        "/numbers/" .. found.number.sid .. "/voice_url", "/flows/" .. flow,
        "/mailgun/domains/" .. params.mailgun_domain, escaped(found.file),
        escaped(wait_experience.path(run.profile)),
      }
      local function allow(list)
        for _, pointer in ipairs(list) do allowed[#allowed + 1] = pointer end
      end
      allow(deploying.setting_pointers(found.moves.settings, found.settings, found.pre))
      allow(deploying.variable_pointers(found.moves.variables, set_by_setup))
      -- A service that was not there is made as a whole.
      if found.moves.made then allow { "/serverless" } end
      for _, key in ipairs(deployment.env_keys) do allowed[#allowed + 1] = "/env/" .. key end
      allowed[#allowed + 1] = "/env/TWILIO_FLEX_WORKSPACE_SID"
      if run.mail.key then allowed[#allowed + 1] = "/mailgun/keys/" .. run.mail.key.id end
      if makes_queue(run) then
        allowed[#allowed + 1] = "/taskrouter/queues/" .. run.queue.queue.sid
        allowed[#allowed + 1] = "/taskrouter/workflows/" .. workflow
      end
      local others = evidence.moved(found.pre, post, allowed)
      check(#others == 0, "nothing moved but what was signed", others)

      local said = source.said(post, found.common, found.file)
      local drift = source.differences(said, source.live(post))
      check(#drift == 0, "the source/live diff is empty", drift)
      local live = studio.flows.fetch { sid = flow }
      local widget = deployment.widgets(live, "send-to-flex")[1].properties
      check(live.status == "published"
        and widget.waitUrl == deployment.wait_url(run.learned.domain, workflow),
        "the flow is published and waits with this queue's WorkflowSid", widget.waitUrl)
      local number = twilio.numbers.find { phone_number = params.number }
      check(number.voice_url == live.webhook_url, "the number rings the flow", number.voice_url)
      local profile = run.profile
      if profile.mailgun_domain ~= params.mailgun_domain or not profile.serverless_domain then
        note("Add to the profile in countersign.toml: under mailgun, domain = \""
          .. params.mailgun_domain .. "\"; under twilio, serverless_domain = \""
          .. run.learned.domain .. "\"")
      end

      local function keep(what, value, form)
        local label = name(params.client, what, "POST", form)
        return documents.capture { label = label, value = value }
      end
      local readme = "# Wait Experience for " .. params.client .. "\n\n" .. run.today
        .. ", run " .. run.id .. ".\n\nDeployed: number " .. params.number .. " ("
        .. found.number.sid .. ") to flow " .. flow .. " revision " .. live.revision
        .. ", workflow " .. workflow .. ".\nFunctions: " .. run.learned.domain
        .. ".\nMailgun domain: " .. params.mailgun_domain .. ", mails to " .. params.admin_email
        .. ".\nSmoke test and sign-off: signed in the run.\n"
      return {
        account = post, config = keep("config", flex.configuration.fetch()),
        flow = keep("flow", live), readme = keep("readme", readme, "md"),
        sid = flow, revision = live.revision, workflow = workflow, domain = run.learned.domain,
        key = run.mail.key and run.mail.key.id or "as given",
      }
    end),

    -- 8 Documentation: the dev-log before the smoke test, the registry after it.

    mutate("document", { title = "8. Document the deployment" })(function(run)
      local params, found = run.params, run.preflight
      step("Add the POST evidence, the deploy's log and the README to " .. found.folder)
      devlogs.update { folder = found.folder, files = {
        [name(params.client, "account", "POST")] = run.post.account,
        [name(params.client, "config", "POST")] = run.post.config,
        [name(params.client, "flow", "POST")] = run.post.flow,
        [name(params.client, "deploy", "POST", "log")] = run.learned.log,
        ["README.md"] = run.post.readme,
      } }
    end),

    -- 7 The smoke test, by people. The registry says what is so: a deployment that was not found good is
    -- unwired again and leaves no entry.

    wait("tried", { title = "7. The smoke test" }) {
      attested = { "hold-agent", "callback", "voicemail", "two-callers", "crm", "admin-mail" },
      why = "The registry says that the client has the deployment when people have tried it",
    },

    mutate("register", { title = "8. Enter the deployment into the registry" })(function(run)
      local params, found = run.params, run.preflight
      step("Enter the client in the registry")
      local lines = {
        "- Wait Experience + Admin Email since " .. run.today .. ", run " .. run.id,
        "- number " .. params.number .. " (" .. found.number.sid .. ")",
        "- flow " .. run.post.sid .. " revision " .. run.post.revision,
        "- workflow " .. run.post.workflow,
        "- functions " .. run.post.domain,
        "- Mailgun domain " .. params.mailgun_domain .. ", mails to " .. params.admin_email,
        "- secrets: " .. run.profile.env_file .. "; the sending key (" .. run.post.key
          .. ") in the secret store too",
        "- dev-log " .. found.folder,
      }
      local entry = { client = params.client, text = table.concat(lines, "\n") }
      if found.registered then registry.update(entry) else registry.create(entry) end
    end),

    read("closing", { title = "8. Look at the documentation" })(function(run)
      local client, found = run.params.client, run.preflight
      local names = { "README.md", name(client, "deploy", "POST", "log") }
      for _, what in ipairs { "account", "config", "flow" } do
        names[#names + 1] = name(client, what, "POST")
      end
      for file in pairs(found.pre_files) do names[#names + 1] = file end
      local missing = evidence.missing(client, found.folder, names)
      check(#missing == 0, "the dev-log is complete", missing)
      local section = registry.read { client = client }
      check(section.text:find(run.post.sid, 1, true), "the registry has the deployment")
    end),
  },

  done = {
    attest {
      "hold-agent", "Outside test call: the caller stays on hold, and an agent answers",
      undo = true,
    },
    attest {
      "callback", "Outside test call: * for callback gives a task with taskType callback, in the "
        .. "right queue", undo = true,
    },
    attest {
      "voicemail", "Outside test call: * for voicemail gives a task with the recording and, within "
        .. "about 30 s, its transcript", undo = true,
    },
    attest {
      "two-callers", "The test calls were made from two caller numbers", undo = true,
    },
    attest { "crm", "The CRM pops the caller's record" },
    attest {
      "admin-mail",
      "The admin e-mail arrives within about 60 s and carries the .mp3, the transcript, the caller "
        .. "ID and the time (1-6 h for an address that is new to Mailgun)",
      within = "6h",
    },
    proven "the source/live diff is empty",
    proven "no adjacent account changed",
    proven "the dev-log is complete",
    proven "the registry has the deployment",
    sign_off { "ceo", text = "CEO sign-off on the deployment" },
  },

  variants = {
    ["A change to a live deployment"] = "connie/change",
    ["The end of a deployment"] = "connie/cancel",
    ["Voicemail-only, callback-only, or either without e-mail"] =
      "A setup runbook of its own, never an edit of this one",
    ["A returning client whose section in the registry has a tombstone"] =
      "This runbook: the tombstone stays, and the client gets a section beside it",
  },

  gotchas = {
    {
      gotcha = "The Wait URL has no WorkflowSid",
      symptom = "Callbacks and voicemails land in another client's queue",
      fix = "Each widget's Wait URL names its own workflow",
    },
    {
      gotcha = "A test mail that was answered 401 or 403",
      symptom = "No voicemail will ever arrive",
      fix = "Wrong key or domain: a sending key of this very domain, not the account's master key",
    },
    {
      gotcha = "A test mail that was answered 400", symptom = "No voicemail will ever arrive",
      fix = "The domain is not verified: publish its DNS records, then start again",
    },
    {
      gotcha = "Copy that is not \"default\"", symptom = "Other clients hear it too",
      fix = "The function's source is one for all: look at who else is deployed from it",
    },
  },
}
