-- Ends a client's Connie service, switches it to a simpler configuration, or removes a test
-- deployment. From the caller inwards: goodbye, drain, unwire, feature off, entries, flow, key,
-- registry; the infrastructure that others share stays.
local deploying = require "deploying"
local deployment = require "deployment"
local evidence = require "evidence"
local ground = require "ground"
local preflight = require "preflight"
local teardown = require "teardown"

local ends_service, switches = teardown.ends_service, teardown.switches

-- Until when the switch may change something.
local function window_end(run)
  local _, to = teardown.window(run.params.outage_window)
  return to
end

-- The page of a target configuration's Setup runbook; none of the three exists yet.
local function setup_page(target)
  return "docs/getting-started/channels/voice/voice-features/" .. target
    .. "/02_setup.md (to be authored)"
end

local read_first = {
  "basecamp CLAUDE.md: Deployment Safety and Flex Configuration Safety Protocols both apply during "
    .. "teardown deploys",
  "The dev-log directory of the original deploy, "
    .. "dev-logs/wait-experience-<client>-<original-deploy-date>/: what was deployed, so that you "
    .. "know what to tear down",
  "PAC.md: current SIDs, Mailgun domain, env file path; you will be modifying these",
  "The target configuration's Setup runbook, for a switch (B): it is the second half of the work",
}

return runbook {
  name = "connie/cancel",
  title = "Cancel a client's Connie service",
  summary = "Use this runbook when a client is canceling Connie service entirely, wants to switch "
    .. "a number to a simpler configuration (such as voicemail-only), or when a test or staging "
    .. "deployment needs to be removed. For changes that do not require a teardown (admin e-mail, "
    .. "hold music and the like) use connie/change.",

  authority = { operator = "cto", approver = "ceo" },
  -- Verbal approval is not enough: a decision without a reference is refused.
  approval = { reference = "required", reference_parameter = "approval", break_glass = "never" },
  -- Beside what the run itself wrote there, archived by then.
  evidence = "{preflight.folder}",

  parameters = {
    client = param.profile {
      why = "Connie client account name: which sub-account the cancellation applies to",
    },
    number = param.phone {
      why = "Phone number being torn down: scope; also affects whether to release or retain",
    },
    type = param.choice {
      choices = { "A", "B", "C", "close-account" },
      why = "Cancellation type: full teardown (A), configuration switch (B), or test/staging "
        .. "removal (C)",
    },
    disposition = param.choice {
      choices = { "release", "retain" },
      why = "Phone number disposition: release (return to Twilio's pool) or retain (port out, "
        .. "reuse for a new configuration). Affects order of operations",
    },
    other_numbers = param.text {
      optional = true,
      why = "The client's other numbers that go with it, with commas: those that ring the same flow, or "
        .. "flows of their own whose callers wait with the same functions",
    },
    drain = param.duration {
      default = "24h",
      why = "Drain window: 24h by default to let in-flight calls complete. Test/staging can skip",
    },
    retention = param.choice {
      choices = { "none", "history", "all" },
      why = "Customer-record retention requirements: what the client needs archived or exported "
        .. "before deletion. none: the last 30 days of executions that are always kept; history: "
        .. "every execution; all: recordings and transcripts too",
    },
    approval = param.text {
      why = "Written CEO approval: Slack thread link, e-mail, or commit message reference. A link, an "
        .. "e-mail's <message-id> or a commit, so that it can be looked up",
    },
    goodbye = param.text {
      required_if = { type = { "A", "C" } },
      why = "Goodbye text: what callers hear from now until the number is unwired; the client's "
        .. "words, so there is no default",
    },
    out_of_service_url = param.url {
      required_if = { type = { "A", "C" }, disposition = "retain" },
      why = "Out-of-service URL: the bin that says \"this number is no longer in service\"; bins "
        .. "have no API, so it is made by hand before",
    },
    outage_window = param.text {
      required_if = { type = "B" },
      why = "Outage window agreed with the client, as 2026-11-21T22:00:00Z/2026-11-21T23:30:00Z: a "
        .. "switch is a single deploy with a brief outage",
    },
    target = param.choice {
      choices = { "voicemail-only", "callback-only", "voicemail-or-callback" },
      required_if = { type = "B" },
      why = "Target configuration of a switch: its setup is the second half of the work",
    },
    target_flow = param.sid {
      prefix = "FW", optional = true,
      why = "Switch: the published flow that the target's setup made. Without it the switch is "
        .. "planned in words and nothing is changed",
    },
    revoke_key = param.flag {
      required_if = { type = "B" },
      why = "Switch: whether the client's Mailgun key and env entries go too; a configuration "
        .. "without e-mail needs neither",
    },
    flow_deletion = param.choice {
      choices = { "archive", "delete" }, default = "archive",
      why = "Archive (rename to [ARCHIVED] …) keeps the flow and its history readable; delete "
        .. "cannot be undone",
    },
    losing_functions = param.text {
      optional = true,
      why = "Functions of other features that read a variable which is taken away, by their paths, with "
        .. "commas: needed where the pre-flight names one, and it may do without",
    },
    sending_key = param.text {
      optional = true,
      why = "The id of the client's Mailgun sending key, or several with commas: needed where neither "
        .. "the registry nor the keys' descriptions tell which one is the client's, and where it was "
        .. "revoked before",
    },
  },

  read_first = read_first,

  rails = {
    rails.snapshot_first,
    rails.baselines_unchanged,
    -- what is never deleted
    rails.never("taskrouter.workspaces.delete",
      "workspace deletion takes the entire Flex deployment down",
      "only the per-feature flag is disabled; closing the whole sub-account is done in the Twilio "
        .. "Console by its owner, after this cancellation"),
    rails.never("mailgun.domains.delete",
      "other clients may share the parent domain or its DNS records",
      "revoke the per-client API key only"),
    rails.never("serverless.services.delete",
      "other features (webchat, video escalation) may rely on it",
      "just remove the per-client env entries"),
    rails.never("twilio.recordings.delete", "the client's records are exported, not deleted"),
    rails.never("studio.executions.cancel", "ending an execution drops a live caller mid-call",
      "wait until it has ended"),
    rails.never("files.archive",
      "dev-logs are archived by devlogs.archive, the registry is annotated by registry.tombstone"),
    rails.never("files.move",
      "dev-logs are archived, not moved or deleted; the history of PAC.md stays"),
    rails.never("files.write",
      "evidence is written by devlogs.write, which never writes over anything"),
    rails.only_with("files.edit", { set = { [deployment.flag_pointer] = false } },
      "only the per-feature flag is switched off in the source files; the history of PAC.md stays"),
    -- the order, from the caller inwards
    rails.given({ type = { "A", "C" } }, rails.after("studio.flows.update", "devlogs.write",
      "capture a final PRE-cancellation snapshot of EVERYTHING first: what is deleted cannot be "
        .. "recovered")),
    rails.given({ type = "B" }, rails.after("twilio.numbers.update", "devlogs.write",
      "capture a final PRE-cancellation snapshot of EVERYTHING first: what is deleted cannot be "
        .. "recovered")),
    rails.only_with("studio.flows.update", { status = "published" },
      "an unpublished edit has no effect on callers"),
    rails.given({ type = { "A", "C" } }, rails.after("twilio.numbers.update",
      { "studio.flows.update", { status = "published" } },
      "always update the Studio Flow first, drain, then unwire")),
    rails.given({ type = { "A", "C" } }, rails.after("twilio.numbers.delete",
      { "studio.flows.update", { status = "published" } },
      "always update the Studio Flow first, drain, then unwire")),
    rails.after_phase("twilio.numbers.update", "drain",
      "drain in-flight calls before unwiring the number: skipping it drops live callers mid-call"),
    rails.after_phase("twilio.numbers.delete", "drain",
      "a number released too early drops callers in mid-flow, and there is no way back"),
    rails.given({ type = "B" }, rails.never("twilio.numbers.delete", "a switch keeps the number",
      "rewire it to the new flow")),
    rails.only_with("flex.deploy", { overwrite = true },
      "without OVERWRITE_CONFIG=true the feature flag stays enabled in live"),
    rails.after_check("flex.deploy", "the profile matches the deploy target",
      "the wrong profile is the wrong account"),
    rails.after_check("command.run", "the profile matches the deploy target",
      "the wrong profile is the wrong account"),
    rails.after("flex.deploy", "files.edit",
      "a deploy before the flag is off in the source file deploys it on"),
    rails.after("env.delete", { "flex.deploy", { overwrite = true } },
      "the entries go after the flag is deployed off"),
    rails.after("serverless.variables.delete", "env.delete",
      "the source file goes first, or a deploy brings the entry back"),
    rails.after("command.run", "env.delete",
      "the functions are deployed without the client's entries"),
    rails.after_one_of("studio.flows.archive", { "twilio.numbers.update", "twilio.numbers.delete" },
      "always unwire the number before archiving the flow"),
    rails.after_one_of("studio.flows.delete", { "twilio.numbers.update", "twilio.numbers.delete" },
      "always unwire the number before deleting the flow"),
    rails.after_check("studio.flows.archive", "the exported execution history is complete",
      "an archived flow's execution history cannot be recovered"),
    rails.after_check("studio.flows.delete", "the exported execution history is complete",
      "a deleted flow's execution history cannot be recovered"),
    rails.after("mailgun.keys.delete", { "flex.deploy", { overwrite = true } },
      "reversed order produces loud function errors on in-flight calls"),
    rails.after("mailgun.keys.delete", { "command.run", { name = "deploy-serverless" } },
      "functions that still hold the key fail loudly once it is revoked"),
    rails.given({ type = { "A", "C" } }, rails.after("registry.tombstone", "mailgun.keys.delete",
      "the registry says what is so: the key is revoked first")),
    rails.given({ type = "B" }, rails.never("registry.tombstone",
      "a client that switches is not cancelled")),
    rails.after_phase("devlogs.archive", "aftermath",
      "do not archive the dev-log directory until the 24h verification passed"),
    rails.after_phase("devlogs.archive", "confirmed",
      "do not archive the dev-log directory until every item of the 24h verification passed"),
    rails.given({ type = "B" }, rails.never("devlogs.archive",
      "a client that switches keeps its dev-logs")),
  },

  procedure = {
    read("preflight", {
      title = "Universal pre-flight: confirm, and capture everything",
    })(function(run)
      local params, profile = run.params, run.profile
      for _, one in ipairs(read_first) do note("Read first: " .. one) end
      preflight.confirm(run)
      local env_values = env.fetch { file = profile.env_file }
      ground.target(run, env_values)
      ground.neighbours(run)
      local section = registry.read { client = params.client }
      check(not section.cancelled, "the registry has the client as active", section.heading)
      local lines, flows = preflight.lines(run)
      local number, flow = lines[1].number, flows[1]
      local keys = preflight.keys(run, section)

      local configuration = flex.configuration.fetch()
      local workspace = configuration.taskrouter_workspace_sid or profile.workspace_sid
      local workflows, queues, unknown = deployment.routing(flows, workspace)
      local services = {}
      for i, service in ipairs(serverless.services.list()) do services[i] = service.sid end

      local pre = snapshot.capture { label = "PRE", baselines = true }
      local attributes_file = preflight.attributes_file(run, pre)
      local live = deploying.live()
      local env_keys, live_keys = preflight.entries(env_values, live)
      preflight.other_readers(run, live_keys)
      local moves = preflight.moves(run, pre, env_values, live, attributes_file)
      local pre_files = preflight.evidence(run, configuration, lines, flows, env_values, pre)

      -- What is not named here is not torn down.
      local logs = devlogs.list { client = params.client }
      local name, beside = preflight.deployed_and_live(run, logs, {
        number = number.phone_number, number_sid = number.sid, flow = flow.sid,
        workflows = workflows, queues = queues, workspace = workspace, services = services,
        mailgun_domain = profile.mailgun_domain, mailgun_key = keys[1] and keys[1].id,
      })
      pre_files[name] = beside

      local torn, retired, revoked, phones, sids = {}, {}, {}, {}, {}
      for i, line in ipairs(lines) do
        local one = line.number
        torn[i] = {
          sid = one.sid, phone_number = one.phone_number, flow = line.flow.sid,
          voice_fallback_url = one.voice_fallback_url, sms_url = one.sms_url,
          sms_fallback_url = one.sms_fallback_url, status_callback = one.status_callback,
        }
        phones[i], sids[i] = one.phone_number, one.sid
      end
      for i, one in ipairs(flows) do retired[i] = { sid = one.sid, name = one.friendly_name } end
      for i, one in ipairs(keys) do
        revoked[i] = { id = one.id, description = tostring(one.description or "not listed any more") }
      end
      local flow_sids = {}
      for i, one in ipairs(retired) do flow_sids[i] = one.sid end
      preflight.registered(run, section, {
        ["+"] = phones, PN = sids, FW = flow_sids, WW = workflows, WS = { workspace }, ZS = services,
      })

      return {
        number = number, flow = retired[1], lines = torn, flows = retired, keys = revoked,
        workspace = workspace, workflows = workflows, queues = queues, services = services,
        unknown_workflow = unknown, moves = moves,
        attributes_file = attributes_file, env_keys = env_keys, live_keys = live_keys,
        goodbye = ends_service(run) and preflight.goodbye(run, flow) or nil,
        other_goodbyes = ends_service(run) and preflight.other_goodbyes(run, flows) or nil,
        target = params.type == "B" and preflight.target(run, flow, attributes_file) or nil,
        pre = pre, pre_files = pre_files, logs = logs,
        folder = evidence.folder(logs, params.client, run.today),
      }
    end),

    -- Path A and C

    mutate("goodbye", {
      title = "Keep the evidence, then say goodbye to callers", when = ends_service,
    })(function(run)
      local found = run.preflight
      step("Write the PRE-cancellation evidence into the dev-log folder " .. found.folder)
      devlogs.write { folder = found.folder, files = found.pre_files }
      step("Let callers to " .. run.params.number
        .. " hear the goodbye message, then hang up; published at once")
      studio.flows.update {
        sid = found.flow.sid, status = "published", definition = found.goodbye,
        commit_message = "Service ended: goodbye message",
      }
      for _, other in ipairs(found.other_goodbyes) do
        studio.flows.update {
          sid = other.sid, status = "published", definition = other.definition,
          commit_message = "Service ended: goodbye message",
        }
      end
    end),

    wait("drain", {
      title = "Drain in-flight calls",
      when = function(run) return run.params.type == "A" end,
    }) {
      duration = function(run) return run.params.drain end,
      ready = teardown.nobody_calls,
      every = "15m",
      why = "Lets in-flight calls complete; ends only when no call and no execution is active",
    },

    wait("emptied", {
      title = "Wait until nobody is in the flow",
      when = function(run) return run.params.type == "C" end,
    }) {
      duration = "0s",
      ready = teardown.nobody_calls,
      every = "2m",
      why = "The drain is skipped, not the look whether somebody is on the line",
    },

    read("drained", {
      title = "Look at the drained flow", when = ends_service,
      returns = { executions = hole.document },
    })(function(run)
      local before = snapshot.capture { label = "DRAINED", baselines = true }
      local gone = teardown.gone(run, before)
      teardown.drain_honored(run, gone)
      return teardown.last_look(run, before, gone)
    end),

    mutate("teardown", {
      title = "Tear down, from the caller inwards", when = ends_service,
    })(function(run)
      local params, found = run.params, run.preflight
      -- Known where the drain has ended when this is planned, not before.
      local gone = run.drained.gone or { numbers = {}, flows = {} }
      step("Add the execution history up to the end of the drain to the evidence")
      devlogs.update {
        folder = found.folder,
        files = {
          [evidence.name(params.client, "executions", "DRAINED")] = run.drained.executions,
        },
      }
      for _, line in ipairs(found.lines) do
        if gone.numbers[line.sid] then
          -- A deletion of what is gone sends nothing, and stops where the number is there again.
          step("The number " .. line.phone_number .. " is gone already, removed by hand: nothing is sent for it")
          twilio.numbers.delete { sid = line.sid }
        elseif params.disposition == "release" then
          step("Release the number " .. line.phone_number
            .. " to Twilio's pool: this cannot be undone")
          twilio.numbers.delete { sid = line.sid }
        else
          step("Let callers to " .. line.phone_number
            .. " hear that it is no longer in service; the number is kept")
          local wiring = teardown.loose_ends(run, line)
          wiring.sid, wiring.voice_url = line.sid, params.out_of_service_url
          twilio.numbers.update(wiring)
        end
      end
      teardown.switch_feature_off(run)
      teardown.remove_entries(run)
      teardown.retire_flow(run, gone)
      teardown.revoke_key(run)
      step("Note in the registry that the client is cancelled; its section stays as a tombstone")
      local fate = params.disposition == "release" and " released" or " retained"
      local left, fates = {}, {}
      for _, line in ipairs(found.lines) do
        if gone.numbers[line.sid] then
          fates[#fates + 1] = line.phone_number .. " removed by hand before"
        else
          left[#left + 1] = line.phone_number
        end
      end
      if #left > 0 then table.insert(fates, 1, table.concat(left, ", ") .. fate) end
      -- The dev-log by its name: where it lies, the archive, is not so before the 24 hours are over.
      registry.tombstone {
        client = params.client,
        text = run.today .. ": Connie service cancelled (path " .. params.type .. ", "
          .. table.concat(fates, ", ") .. "). Approved by the CEO: " .. params.approval
          .. ". Evidence: dev-log " .. found.folder .. ", run " .. run.id .. ".",
      }
    end),

    read("verify", {
      title = "Verify at once what must have stayed and what must have changed",
      when = ends_service,
      returns = { account = hole.document, config = hole.document },
    })(function(run)
      local found = run.preflight
      local post = teardown.verify(run, run.drained.before, run.drained.gone)
      check(registry.read { client = run.params.client }.cancelled,
        "the registry has the client as cancelled, not as active")
      local names = {}
      for name in pairs(found.pre_files) do names[#names + 1] = name end
      table.sort(names)
      local missing = evidence.missing(run.params.client, found.folder, names)
      check(#missing == 0, "the PRE-cancellation snapshot is complete in its dev-log folder",
        missing)
      teardown.order_followed(run)
      local label = evidence.name(run.params.client, "config", "POST")
      local config = documents.capture { label = label, value = flex.configuration.fetch() }
      return { account = post, config = config, at = time.now() }
    end),

    wait("observe", { title = "Post-cancellation verification window", when = ends_service }) {
      duration = "24h",
      why = "A cancellation is done after 24h of zero residual activity, not when it is unwired",
    },

    read("aftermath", {
      title = "Look for residual activity, 24h later", when = ends_service,
      returns = { evidence = hole.document },
      -- Once something was found and mended, 24h without anything have to pass again.
      again_from = "verify",
    })(function(run)
      local params, found = run.params, run.preflight
      local from, to = run.verify.at, time.now()
      local flag_off, key_gone, took = teardown.what_took(run)
      local mails = teardown.no_mails(run, from, took)
      local tasks = deployment.new_tasks(found, from)
      check(#tasks == 0, "no new tasks landed in the cancelled queue",
        table.concat(tasks, ", ") .. "; " .. took)

      local executions = 0
      for _, flow in ipairs(params.flow_deletion ~= "delete" and found.flows or {}) do
        executions = executions + #teardown.executions { flow = flow.sid, created_after = from }
      end
      check(executions == 0, "no call reached the flow any more",
        executions .. " executions since the teardown; " .. took)
      check(flag_off, "the feature is still off in the live configuration", took)
      check(key_gone, "the Mailgun key is still revoked", took)
      local calls = twilio.calls.list { to = params.number, started_after = from }
      note(#calls .. " calls to " .. params.number .. " since the teardown")

      local label = evidence.name(params.client, "residual-activity", "POST")
      local residue = {
        from = time.iso(from), to = time.iso(to), mails = mails, tasks = tasks,
        executions = executions, calls = #calls, state = took,
      }
      return { evidence = documents.capture { label = label, value = residue } }
    end),

    wait("confirmed", { title = "Every item of the 24h verification", when = ends_service }) {
      attested = { "callers-hear", "no-admin-mail" },
      why = "Nothing is closed or archived before every item of the 24h verification is confirmed",
    },

    -- Once more, as the logs are complete for a window that ended a while ago, not for the last minutes.
    read("last_mails", { title = "Look at the mails of the 24 hours once more", when = ends_service })(
      function(run)
        local _, _, took = teardown.what_took(run)
        teardown.no_mails(run, run.verify.at, took)
        if time.now() < teardown.logs_complete(run) then
          note("Mailgun's logs of the last half hour may not be complete yet: look once more, with "
            .. "mailgun.logs.list, before the sign-off")
        end
      end),

    mutate("archive", { title = "Archive the dev-logs", when = ends_service })(function(run)
      local params, found = run.params, run.preflight
      local name = function(what) return evidence.name(params.client, what, "POST") end
      step("Add what the 24h verification found to the evidence")
      devlogs.update { folder = found.folder, files = {
        [name "account"] = run.verify.account,
        [name "config"] = run.verify.config,
        [name "residual-activity"] = run.aftermath.evidence,
      } }
      step("Move the client's dev-logs to the archive folder; nothing is deleted")
      for _, log in ipairs(found.logs) do devlogs.archive { folder = log.folder } end
      devlogs.archive { folder = found.folder }
    end),

    read("closing", { title = "Look at the archive", when = ends_service })(function(run)
      local open = devlogs.list { client = run.params.client }
      check(#open == 0, "the dev-logs are archived, not deleted", open[1] and open[1].folder)
    end),

    -- Path B

    mutate("keep", { title = "Keep the evidence", when = switches })(function(run)
      local found = run.preflight
      step("Write the PRE-cancellation evidence into the dev-log folder " .. found.folder)
      devlogs.write { folder = found.folder, files = found.pre_files }
    end),

    wait("window", { title = "Wait for the outage window", when = switches }) {
      till = function(run) return (teardown.window(run.params.outage_window)) end,
      why = "The switch is a single deploy with a brief outage, at the time agreed with the client",
    },

    read("window_open", { title = "Is the window open?", when = switches })(function(run)
      local from, to = teardown.window(run.params.outage_window)
      local now = time.now()
      check(now >= from and now < to, "the switch begins inside the agreed window", time.iso(now))
    end),

    mutate("switch", {
      title = "Rewire the number to the new configuration", when = switches, not_after = window_end,
    })(function(run)
      local found = run.preflight
      step("Let " .. run.params.number .. " ring the new flow")
      for _, line in ipairs(found.lines) do
        local wiring = teardown.loose_ends(run, line)
        wiring.sid, wiring.voice_url = line.sid, found.target.webhook_url
        twilio.numbers.update(wiring)
      end
    end),

    wait("calm", { title = "Let the callers in the old flow finish", when = switches }) {
      duration = "0s",
      ready = function(run)
        local _, executions = teardown.callers(run)
        return executions == 0
      end,
      every = "2m",
      why = "An archived flow must have no active execution",
    },

    read("calmed", {
      title = "Look at the old flow", when = switches,
      returns = { executions = hole.document },
    })(function(run)
      local _, to = teardown.window(run.params.outage_window)
      local now = time.now()
      check(now < to, "the retirement begins inside the agreed window", time.iso(now))
      local before = snapshot.capture { label = "DRAINED", baselines = true }
      return teardown.last_look(run, before, teardown.gone(run, before))
    end),

    mutate("retire", {
      title = "Retire the old configuration", when = switches, not_after = window_end,
    })(function(run)
      local found = run.preflight
      step("Add the execution history up to now to the evidence")
      devlogs.update {
        folder = found.folder,
        files = {
          [evidence.name(run.params.client, "executions", "DRAINED")] = run.calmed.executions,
        },
      }
      teardown.switch_feature_off(run)
      if teardown.revokes(run) then teardown.remove_entries(run) end
      teardown.retire_flow(run, run.calmed.gone)
      if teardown.revokes(run) then teardown.revoke_key(run) end
    end),

    read("switched", { title = "Verify the switch", when = switches })(function(run)
      teardown.verify(run, run.calmed.before, run.calmed.gone)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number and number.voice_url == run.preflight.target.webhook_url,
        "the number rings the new flow")
      check(not registry.read { client = run.params.client }.cancelled,
        "the registry has the client as active still")
    end),
  },

  done = {
    proven {
      "the PRE-cancellation snapshot is complete in its dev-log folder", when = ends_service,
    },
    proven { "the inside-out teardown order was followed", when = ends_service },
    proven {
      "the drain window was honored",
      when = function(run) return ends_service(run) and not teardown.cut_short(run) end,
    },
    attest {
      "drain-cut-short",
      "A number or a flow was removed by hand during the drain: somebody looked at what became of its "
        .. "callers",
      when = function(run) return ends_service(run) and teardown.cut_short(run) end,
    },
    attest {
      "callers-hear",
      "24h later: calls to the number reach the goodbye message or a busy signal as expected",
      when = ends_service, due = "24h", after = "teardown",
    },
    attest {
      "no-admin-mail",
      "24h later: no new admin e-mails arrive at the previously configured admin address",
      when = ends_service, due = "24h", after = "teardown",
    },
    proven { "no new tasks landed in the cancelled queue", when = ends_service },
    proven { "Mailgun shows no outbound mail for the client's key", when = ends_service },
    proven { "the registry has the client as cancelled, not as active", when = ends_service },
    proven { "the dev-logs are archived, not deleted", when = ends_service },
    proven { "the Mailgun parent domain is intact", when = teardown.changes },
    proven { "the TaskRouter workspace is intact", when = teardown.changes },
    attest {
      "adjacent-not-compared",
      "No adjacent account is configured, so none was compared: somebody looked at those beside this "
        .. "one",
      when = function(run) return teardown.changes(run) and not ground.has_neighbours(run) end,
    },
    attest {
      "records-handed-over",
      "The client has the records it asked for, the recordings' sound included",
      when = function(run) return run.params.retention == "all" end,
    },
    proven { "the number rings the new flow", when = switches },
    attest {
      "smoke-test", "The new caller experience was smoke-tested from outside", when = switches,
    },
    attest {
      "setup-runbook",
      "The target configuration's Setup runbook is authored and published: what you actually "
        .. "shipped, not what you planned to ship",
      when = function(run) return run.params.type == "B" end,
    },
    sign_off {
      "ceo",
      text = "CEO sign-off on the completed cancellation, acknowledging that the 24h verification "
        .. "passed",
    },
  },

  variants = {
    ["A change to a live deployment (admin e-mail swap, hold music, prompt copy)"] =
      "connie/change",
    ["Switching to voicemail-only"] = setup_page "voicemail-only",
    ["Switching to callback-only"] = setup_page "callback-only",
    ["Switching to voicemail or callback, without e-mail"] = setup_page "voicemail-or-callback",
    ["Closing the whole Twilio sub-account"] =
      "In the Twilio Console, by its owner, after its deployments were cancelled with type A",
  },

  gotchas = {
    {
      gotcha = "Phone number released too early", symptom = "Callers in mid-flow get dropped",
      fix = "Always update the Studio Flow first, drain, then unwire",
    },
    {
      gotcha = "Mailgun key revoked before the serverless deploy",
      symptom = "Functions error loudly in the logs for any in-flight calls",
      fix = "Revoke the key after the feature flag is disabled and deployed",
    },
    {
      gotcha = "Forgot OVERWRITE_CONFIG=true on the disable deploy",
      symptom = "The feature flag stays enabled in live",
      fix = "Deploy again with the flag",
    },
    {
      gotcha = "Studio Flow archived but not unwired",
      symptom = "The number still routes to a published flow that does nothing useful",
      fix = "Always unwire the number before archiving the flow",
    },
  },
}
