-- Puts an account that was changed by mistake back to what its source files say: the one change that
-- an incident's decision lets through while everything else of the account is blocked.
local deploying = require "deploying"
local source = require "source"

return runbook {
  name = "connie/revert",
  title = "Revert an account that another client's deploy changed",
  summary = "Use this runbook after cross-account contamination: the affected account's source files "
    .. "are deployed with OVERWRITE_CONFIG=true, under the incident's decision.",

  authority = { operator = "cto", approver = "ceo" },
  approval = { requires = { { role = "ceo", count = 1 } } },
  incident = "incident",

  parameters = {
    client = param.profile { why = "The affected account: what was changed by mistake" },
    incident = param.text { why = "The run that found the incident: its decision lets this one through" },
    keys = param.text {
      why = "Which keys were changed, as the incident's evidence names them: what is reverted is looked at",
    },
  },

  read_first = {
    "The incident's evidence: `countersign show` of the run that found it",
    "The affected account's PRE and POST snapshots in the dev-log of that deploy",
    "basecamp CLAUDE.md: the Flex Configuration Safety Protocol",
  },

  rails = {
    rails.snapshot_first,
    rails.baselines_unchanged,
    rails.only_with("flex.deploy", { overwrite = true }, "a routine deploy lets live win: the mistake would stay"),
    rails.after_check("flex.deploy", "the affected account has source files of its own",
      "without them the pipeline would copy another's"),
    rails.never("studio.flows.update", "only the configuration is reverted", "use connie/troubleshoot"),
    rails.never("twilio.numbers.update", "only the configuration is reverted", "use connie/change"),
    rails.never("serverless.services.delete", "other features may rely on it"),
    rails.never("taskrouter.workspaces.delete", "workspace deletion takes the entire Flex deployment down"),
  },

  procedure = {
    read("preflight", { title = "See what differs, and keep it" })(function(run)
      local pre = snapshot.capture { label = "PRE", baselines = true }
      local common, own, there = source.paths(pre, run.params.client)
      check(there, "the affected account has source files of its own", own)
      local said, live = source.said(pre, common, own), source.live(pre)
      local differing = source.differences(said, live)
      check(#differing > 0, "live is not what the source files say",
        "there is nothing to revert; lift the incident with `countersign thaw`")
      for _, pointer in ipairs(differing) do
        note(pointer .. ": live " .. tostring(live[pointer]) .. ", source " .. tostring(said[pointer]))
      end
      note("Named by the incident: " .. run.params.keys)
      local moves = deploying.settings(said, live, {}, "source")
      for _, one in ipairs(deploying.skills(pre)) do moves[#moves + 1] = one end
      return { pre = pre, differing = differing, own = own, moves = moves }
    end),

    mutate("revert", { title = "Have the source files win" })(function(run)
      step("Deploy " .. run.preflight.own .. " with OVERWRITE_CONFIG=true"
        .. deploying.besides(run.preflight.moves))
      flex.deploy { overwrite = true }
    end),

    read("post", { title = "Compare with the source files" })(function(run)
      local post = snapshot.capture { label = "POST", baselines = true }
      check(snapshot.unchanged(run.preflight.pre, post, { "/baselines" }), "no adjacent account changed",
        "cross-account contamination: stop, and tell the CEO")
      local common, own = source.paths(post, run.params.client)
      local left = source.differences(source.said(post, common, own), source.live(post))
      check(#left == 0, "the account is what its source files say", left)
    end),
  },

  done = {
    proven "the account is what its source files say",
    proven "no adjacent account changed",
    attest { "owner-informed", "The affected account's owner was told what was changed, and that it was reverted" },
    attest { "prevention", "What keeps it from happening again is in the doctrine, or declined with a reason" },
    sign_off { "ceo", text = "CEO sign-off on the revert" },
  },

  variants = {
    ["The account has no source files"] = "A person corrects it in /template-admin, by its last PRE snapshot; the incident is lifted by the CEO",
    ["More than the configuration was changed"] = "connie/troubleshoot for that account, one cause after another",
  },

  gotchas = {
    {
      gotcha = "The incident still blocks the account afterwards", symptom = "Every other run is refused",
      fix = "Lift it, signed, once it is understood: countersign thaw",
    },
  },
}
