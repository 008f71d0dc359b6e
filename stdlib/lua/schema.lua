-- Every table that an author writes, as data: which fields it takes, of what type, what each is for. What is loaded and what
-- `check` reads are held to this one; nothing else says it.
--
-- A shape is { called, fields }, or { called, map = type } for one whose keys are the author's own. A field is { name, type, doc },
-- its name a number where the table is a list, with `required`, `one_of` (its values) and `example` where there are such.
--
-- Types: text, integer, number, flag, function, any, table (of the author's own keys), slug, duration ("24h"),
-- role (of policy.toml), operation (of the catalogue); what a function of the language makes: phase, item, rail, parameter, cause,
-- fix, symptom, hole; the name of another shape. `list of T`, and `T or U`.
local severities = { "low", "medium", "high" }

local function shape(called, fields) return { called = called, fields = fields } end

local name = { name = "name", type = "text", required = true, doc = "how it is called", example = "name = \"connie/admin-email\"" }
local title = { name = "title", type = "text", required = true, doc = "what it does, in words", example = "title = \"Change the admin e-mail\"" }
local summary = { name = "summary", type = "text", doc = "what it is for, in a sentence or two", example = "summary = \"Use it when a client cancels.\"" }
local authority = {
  name = "authority", type = "authority", doc = "who operates it, and who approves beside the policy's roles",
  example = "authority = { operator = \"cto\", approver = \"ceo\" }",
}
local approval = {
  name = "approval", type = "approval", doc = "what it asks beyond the policy; never less",
  example = "approval = { requires = { { role = \"ceo\", count = 1 } }, reference = \"required\" }",
}
local parameters = {
  name = "parameters", type = "parameters", doc = "what people are asked for, and why",
  example = "parameters = { client = param.profile { why = \"Which account\" } }",
}
local read_first = { name = "read_first", type = "list of text", doc = "what a person reads before", example = "read_first = { \"PAC.md\" }" }
local gotchas = {
  name = "gotchas", type = "list of gotcha", doc = "what goes wrong easily, how it shows, what helps",
  example = "gotchas = { { gotcha = \"Released too early\", symptom = \"Callers are dropped\", fix = \"Drain first\" } }",
}
local variants = {
  name = "variants", type = "variants", doc = "where other cases go", example = "variants = { [\"No e-mail at all\"] = \"connie/disable-email\" }",
}
local rules = { name = "rails", type = "list of rail", doc = "rules that hold whatever the steps say", example = "rails = { rails.snapshot_first }" }
local procedure = {
  name = "procedure", type = "list of phase", required = true, doc = "the phases, in order",
  example = "procedure = { read \"inspect\" (function(run) … end) }",
}
local done = {
  name = "done", type = "list of item", doc = "what must be true at the end", example = "done = { proven \"it has the name\", sign_off \"ceo\" }",
}
local evidence = {
  name = "evidence", type = "text", doc = "the dev-log folder that the run's evidence belongs in; {parameter}, {phase.field}, {date}, {run}",
  example = "evidence = \"deploy-{client}-{date}\"",
}
local incident = {
  name = "incident", type = "text", doc = "the parameter that holds the run of an incident, whose block this runbook passes",
  example = "incident = \"incident\"",
}
local when = { name = "when", type = "function", doc = "of the run: whether it happens at all", example = "when = function(run) return run.params.later end" }
local phase_title = { name = "title", type = "text", doc = "the phase in words", example = "title = \"Rename the number\"" }

local function parameter(default, more)
  local fields = {
    { name = "why", type = "text", required = true, doc = "why it is needed: people are asked with it", example = "why = \"Which account\"" },
    { name = "default", type = default, doc = "what it is where it is not given; held to the parameter's kind", example = default == "flag" and "default = false" or "default = \"24h\"" },
    { name = "optional", type = "flag", doc = "whether it may be left out", example = "optional = true" },
    { name = "required_if", type = "table", doc = "it is needed where other parameters have these values", example = "required_if = { kind = { \"email\", \"sms\" } }" },
  }
  if more then fields[#fields + 1] = more end
  return shape("a parameter", fields)
end

local function by_place(fields)
  local numbered = {}
  for i, field in ipairs(fields) do
    numbered[i] = { name = i, type = field.type, doc = field.doc, required = field.required }
  end
  return shape("a rail", numbered)
end

local shapes = {
  runbook = {
    called = "a runbook", stranger = "is not a section of a runbook",
    fields = {
      name, title, summary, authority, approval, parameters, read_first, rules, procedure, done, variants, gotchas, evidence, incident,
    },
  },
  troubleshooting = shape("troubleshooting", {
    name, title, summary, authority, approval, parameters, read_first, rules, done, variants, gotchas, evidence, incident,
    { name = "symptoms", type = "list of symptom", required = true, doc = "what may be reported", example = "symptoms = { require \"dead_air\" }" },
    {
      name = "opening", type = "function", doc = "of the case, before anything is read",
      example = "opening = function(case) note(\"looking at \" .. case.profile.name) end",
    },
    {
      name = "found", type = "function", doc = "of the case, when the cause is known",
      example = "found = function(case) note(case.finding.title) end",
    },
    {
      name = "unknown", type = "function",
      doc = "of the case, what was found and what is only mentioned, when no cause is known",
      example = "unknown = function(case, found, mentioned) note(#found .. \" findings\") end",
    },
    {
      name = "prepare", type = "function", doc = "of the case, before a fix is planned",
      example = "prepare = function(case) check(case.params.approval, \"the CEO agreed\") end",
    },
    {
      name = "verified", type = "function", doc = "of the case, when the fault is gone",
      example = "verified = function(case) note(\"mended\") end",
    },
    {
      name = "record", type = "function", doc = "of the case: a mutating phase behind the fix, signed with it",
      example = "record = function(case) step \"Record it\" files.write { path = \"incidents/\" .. case.id .. \".md\", text = case.finding.title } end",
    },
    {
      name = "record_if", type = "function", doc = "of the run: whether that phase happens",
      example = "record_if = function(run) return run.diagnose.root.fix ~= nil end",
    },
  }),
  -- What a troubleshooting asks for by itself; its own and its symptoms' parameters are added.
  ["troubleshooting.parameters"] = shape("the parameters of every troubleshooting", {
    {
      name = "client", type = "parameter", doc = "the account; a param.profile of another name takes its place",
      example = "-p client=acme",
    },
    {
      name = "symptom", type = "parameter",
      doc = "what was reported, in the reporter's words: matched to the `matches` of the symptoms; case.reported has them",
      example = "-p symptom='callers hear nothing'",
    },
    { name = "started", type = "parameter", doc = "when it started: bounds what is read; case.since", example = "-p started=6h" },
    { name = "call", type = "parameter", doc = "the SID of a call that showed it", example = "-p call=CA8c1e181a84094505fd04a24366c9f503" },
    {
      name = "cause", type = "parameter", doc = "which of several findings is fixed; the first where not said",
      example = "-p cause=not-deployed",
    },
    {
      name = "call_from", type = "parameter", doc = "where a symptom has `call`: the number that the run may try the line from",
      example = "-p call_from=+15550100200",
    },
  }),
  symptom = {
    called = "a symptom", stranger = "is not part of a symptom",
    fields = {
      name,
      { name = "title", type = "text", required = true, doc = "the symptom as people say it", example = "title = \"Caller hears nothing\"" },
      {
        name = "severity", type = "text", one_of = severities, doc = "a finding of severity high blocks other runs of the account",
        example = "severity = \"high\"",
      },
      { name = "caller_visible", type = "number", doc = "its rank: 1 is what callers notice most", example = "caller_visible = 1" },
      { name = "first", type = "flag", doc = "whether it is tried before all others, and stops them", example = "first = true" },
      { name = "last_verified", type = "text", doc = "the day on which somebody followed it", example = "last_verified = \"2026-11-20\"" },
      { name = "matches", type = "list of text", doc = "phrases that people report it with", example = "matches = { \"dead air\" }" },
      summary, authority, approval, rules, variants, parameters, read_first, gotchas,
      {
        name = "causes", type = "list of cause", required = true, doc = "the most frequent first",
        example = "causes = { cause { \"not-deployed\", \"The function is not deployed\" } }",
      },
      {
        name = "look", type = "function", doc = "of the case: reads once; what it returns is case.seen",
        example = "look = function(case) return { number = twilio.numbers.find { phone_number = case.params.number } } end",
      },
      {
        name = "diagnose", type = "function", required = true, doc = "of the case: one finding, a list of them, or nothing",
        example = "diagnose = function(case) return finding { cause = \"not-deployed\" } end",
      },
      { name = "fixes", type = "fixes", doc = "by the cause's slug", example = "fixes = { [\"not-deployed\"] = fix \"Deploy\" (function(case) … end) }" },
      {
        name = "verify", type = "function", doc = "of the case, after the fix: true, or false and why; needed where there are fixes",
        example = "verify = function(case) return #monitor.alerts.list { since = case.since } == 0, \"there are alerts\" end",
      },
      {
        name = "call", type = "function",
        doc = "of the case: how the line is tried, { to, keys, say, seconds } as twilio.calls.create takes them; nil where it cannot be",
        example = "call = function(case) return { to = case.params.number, seconds = 60 } end",
      },
      {
        name = "heard", type = "function", doc = "of the case and the call that arrived: whether it had what was missing, or false and why",
        example = "heard = function(case, call) return call.duration > 10, \"it ended after \" .. call.duration .. \" s\" end",
      },
      {
        name = "not_for", type = "list of text", doc = "variants of a profile that it does not apply to",
        example = "not_for = { \"voicemail-only\" }",
      },
      {
        name = "only_for", type = "list of text", doc = "the variants of a profile that it applies to",
        example = "only_for = { \"custom-hold-music\" }",
      },
    },
  },

  authority = shape("authority", {
    { name = "operator", type = "role", doc = "who carries it out", example = "operator = \"cto\"" },
    { name = "approver", type = "role", doc = "whose signature is asked for beside the policy's", example = "approver = \"ceo\"" },
  }),
  approval = shape("approval", {
    { name = "requires", type = "list of approval.requires", doc = "roles that have to sign", example = "requires = { { role = \"ceo\", count = 1 } }" },
    {
      name = "reference", type = "text", one_of = { "required", "optional" }, doc = "whether the approval names the words in which it was given",
      example = "reference = \"required\"",
    },
    { name = "reference_parameter", type = "text", doc = "the parameter that holds them", example = "reference_parameter = \"approval\"" },
    {
      name = "break_glass", type = "text", one_of = { "never" }, doc = "\"never\": nobody goes past the people that have to sign, whatever the policy says",
      example = "break_glass = \"never\"",
    },
  }),
  ["approval.requires"] = shape("a role that has to sign", {
    { name = "role", type = "role", required = true, doc = "the role", example = "role = \"ceo\"" },
    { name = "count", type = "integer", doc = "how many people with it; 1", example = "count = 2" },
    { name = "given", type = "table", doc = "only where the run's parameters are such", example = "given = { caller_visible = true }" },
  }),
  parameters = { called = "parameters", map = "parameter" },
  variants = { called = "variants", map = "text" },
  fixes = { called = "fixes", map = "fix" },
  gotcha = shape("a gotcha", {
    {
      name = "gotcha", type = "text", required = true, doc = "what goes wrong",
      example = "gotcha = \"The number was released too early\"",
    },
    { name = "symptom", type = "text", doc = "how it shows", example = "symptom = \"Callers hear that it is not in service\"" },
    { name = "fix", type = "text", doc = "what helps", example = "fix = \"Drain the flow first\"" },
  }),

  ["param.profile"] = parameter("text"),
  ["param.phone"] = parameter("text"),
  ["param.email"] = parameter("text"),
  ["param.choice"] = parameter("text", {
    name = "choices", type = "list of text", required = true, doc = "what it may be", example = "choices = { \"email\", \"sms\" }",
  }),
  ["param.text"] = parameter("text"),
  ["param.duration"] = parameter("text"),
  ["param.sid"] = parameter("text", { name = "prefix", type = "text", doc = "the SID's first two letters", example = "prefix = \"FW\"" }),
  ["param.url"] = parameter("text"),
  ["param.flag"] = parameter("flag"),
  ["param.secret"] = parameter("text"),

  ["read.options"] = shape("a read phase's options", {
    phase_title, when,
    {
      name = "returns", type = "returns", doc = "what it promises to return, so that a later change can be planned before it has happened",
      example = "returns = { domain = hole.domain_below \"twil.io\" }",
    },
    {
      name = "again_from", type = "text", doc = "the phase from which on everything is looked at, and waited for, once more after a failed check of this one",
      example = "again_from = \"verify\"",
    },
  }),
  ["mutate.options"] = shape("a mutating phase's options", {
    phase_title, when,
    {
      name = "not_after", type = "function",
      doc = "of the run: a moment in seconds since the epoch, until which the phase may change something; the plan is refused where it cannot begin by then",
      example = "not_after = function(run) return time.parse \"2026-12-01T04:00:00Z\" end",
    },
    {
      name = "undo", type = "function", doc = "of the run: a mutating phase that undoes this one",
      example = "undo = function(run) twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.inspect.name } end",
    },
    {
      name = "undo_if", type = "text", doc = "the title of a check, or an item's slug, after whose failure it is undone as signed",
      example = "undo_if = \"it has the name\"",
    },
  }),
  ["wait.options"] = shape("a wait's options", { phase_title, when }),
  wait = shape("a wait", {
    { name = "duration", type = "duration or integer or function", doc = "how long: a duration, seconds, or a function of the run", example = "duration = \"24h\"" },
    {
      name = "till", type = "function", doc = "of the run: a moment in seconds since the epoch, instead of a duration",
      example = "till = function(run) return run.started + 6 * 3600 end",
    },
    {
      name = "ready", type = "function", doc = "of the run: whether it is over, once its time is",
      example = "ready = function(run) return #twilio.calls.list { status = \"in-progress\" } == 0 end",
    },
    { name = "unless", type = "wait.unless", doc = "what ends it early", example = "unless = { \"the client said so\", function(run) … end }" },
    {
      name = "attested", type = "list of text", doc = "items of `done` that people have confirmed before it is over",
      example = "attested = { \"callers-hear\" }",
    },
    { name = "every", type = "duration", doc = "how often it is looked at; 15m", example = "every = \"15m\"" },
    { name = "why", type = "text", doc = "why it waits", example = "why = \"Which account\"" },
  }),
  ["wait.unless"] = shape("what ends a wait early", {
    { name = 1, type = "text", required = true, doc = "what ends it early, in words", example = "\"the client said so\"" },
    { name = 2, type = "function", required = true, doc = "of the run: whether it does", example = "function(run) return run.params.now end" },
  }),
  returns = { called = "returns", map = "hole" },

  attest = shape("attest", {
    { name = 1, type = "slug", required = true, doc = "a slug: the item's name at the command line", example = "\"callers-hear\"" },
    { name = 2, type = "text", required = true, doc = "what a person confirms", example = "\"Callers hear the greeting\"" },
    { name = "by", type = "role", doc = "who has to confirm it", example = "by = \"cto\"" },
    when,
    { name = "due", type = "duration", doc = "so long after the run's last change, or after the phase `after`", example = "due = \"24h\"" },
    { name = "after", type = "text", doc = "the phase that it is due after", example = "after = \"apply\"" },
    { name = "within", type = "duration", doc = "so long it is due; then it is overdue", example = "within = \"24h\"" },
    {
      name = "undo", type = "flag", doc = "whether what the run changed is undone where it is attested as failed",
      example = "undo = true",
    },
  }),
  proven = shape("proven", {
    { name = 1, type = "text", required = true, doc = "the title of a check that has passed", example = "\"it has the name\"" },
    when,
  }),
  sign_off = shape("sign_off", {
    { name = 1, type = "role", required = true, doc = "who signs over the evidence", example = "\"ceo\"" },
    { name = "text", type = "text", doc = "what it is called", example = "text = \"Sign-off by the CEO\"" },
  }),

  cause = shape("a cause", {
    { name = 1, type = "slug", required = true, doc = "a slug: what a finding names", example = "\"not-deployed\"" },
    { name = 2, type = "text", required = true, doc = "what it is, in words", example = "\"The function is not deployed\"" },
    {
      name = "tell", type = "text", doc = "what the reporter is told where we have no fix",
      example = "tell = \"Twilio has an outage; it is over when their page says so.\"",
    },
    { name = "look_again", type = "duration", doc = "when it is looked at once more", example = "look_again = \"6h\"" },
    { name = "severity", type = "text", one_of = severities, doc = "of its findings; else the symptom's", example = "severity = \"high\"" },
    {
      name = "escalate", type = "text", doc = "the rule of escalation that it meets",
      example = "escalate = \"a caller-visible fault on a production line\"",
    },
    { name = "inform", type = "role", doc = "who is informed", example = "inform = \"ceo\"" },
    {
      name = "lesson", type = "text", doc = "what should be written down, so that it does not happen again",
      example = "lesson = \"Publish a flow after saving it.\"",
    },
    {
      name = "explains", type = "list of text", doc = "names of symptoms that it brings about besides its own",
      example = "explains = { \"crm-pop\" }",
    },
    { name = "visible", type = "number", doc = "a rank of its own, instead of the symptom's `caller_visible`", example = "visible = 0.5" },
    { name = "passing", type = "flag", doc = "whether it is over, or as it should be", example = "passing = true" },
    {
      name = "undecided", type = "flag", doc = "whether it is no cause, but why none can be told: what could not be read",
      example = "undecided = true",
    },
    {
      name = "proof", type = "text", one_of = { "call" }, doc = "\"call\": only a call shows that the fix mended it: the run places one itself where it may (call_from), else a person confirms it",
      example = "proof = \"call\"",
    },
  }),
  ["fix.options"] = shape("a fix's options", {
    {
      name = "when", type = "function", doc = "of the finding: whether there is this fix",
      example = "when = function(found) return found.facts ~= nil end",
    },
  }),
  finding = shape("a finding", {
    { name = "cause", type = "text", required = true, doc = "what is wrong", example = "cause = \"not-deployed\"" },
    { name = "symptom", type = "text", doc = "how it shows", example = "symptom = \"Callers hear that it is not in service\"" },
    { name = "title", type = "text", doc = "what it is, in words; else the cause's", example = "title = \"Rename the number\"" },
    {
      name = "explains", type = "list of text", doc = "names of symptoms that it brings about besides the cause's own",
      example = "explains = { \"crm-pop\" }",
    },
    {
      name = "severity", type = "text", one_of = severities, doc = "medium; one of severity high blocks other runs of the account",
      example = "severity = \"high\"",
    },
    { name = "evidence", type = "any", doc = "what was seen", example = "evidence = { \"the Wait URL answers 404\" }" },
    { name = "facts", type = "table", doc = "what the fix needs", example = "facts = { sid = number.sid }" },
    {
      name = "escalation", type = "text", doc = "the rule of escalation that it meets",
      example = "escalation = \"a caller-visible fault on a production line\"",
    },
    { name = "inform", type = "role", doc = "who is informed", example = "inform = \"ceo\"" },
    { name = "affects", type = "list of text", doc = "profiles that are blocked too", example = "affects = { \"cct\" }" },
    {
      name = "tell", type = "text", doc = "what the reporter is told where there is no fix",
      example = "tell = \"Twilio has an outage; it is over when their page says so.\"",
    },
  }),
  call = shape("how a line is tried", {
    { name = "to", type = "text", required = true, doc = "the line, in E.164", example = "to = \"+15550100200\"" },
    { name = "keys", type = "text", doc = "what is pressed once it is answered; w waits half a second, W a second", example = "keys = \"WWWWWWWWWW*2\"" },
    { name = "say", type = "text", doc = "what is said after that", example = "say = \"This is a test.\"" },
    { name = "seconds", type = "integer", doc = "how long it stays on the line then; 30", example = "seconds = 60" },
  }),
  -- What a symptom's functions are handed.
  case = shape("the case", {
    { name = "params", type = "table", doc = "as given by whoever started the run", example = "case.params.number" },
    { name = "profile", type = "table", doc = "the account's facts, without its secrets", example = "case.profile.account_sid" },
    { name = "id", type = "text", doc = "the run's", example = "case.id" },
    { name = "today", type = "text", doc = "the day the run began, \"2026-11-20\"", example = "case.today" },
    { name = "started", type = "integer", doc = "when the run began: seconds since the epoch", example = "time.iso(case.started)" },
    {
      name = "since", type = "integer", doc = "when the fault began: seconds since the epoch",
      example = "twilio.calls.list { started_after = case.since }",
    },
    { name = "symptom", type = "text", doc = "the symptom's name", example = "case.symptom" },
    {
      name = "reported", type = "text", doc = "what was reported, in the reporter's words: the parameter `symptom`; nil where nobody said",
      example = "case.reported",
    },
    { name = "seen", type = "any", doc = "what `look` returned, read-only", example = "case.seen.number" },
    { name = "finding", type = "finding", doc = "in fixes and verify: what is fixed", example = "case.finding.facts.sid" },
    { name = "again", type = "flag", doc = "whether the fix is done and it is looked at once more", example = "case.again" },
  }),
  ["json.encode"] = shape("json.encode's options", {
    { name = "indent", type = "flag", doc = "whether it is written on several lines", example = "indent = true" },
  }),
  parallel = shape("parallel's options", {
    { name = "limit", type = "integer", doc = "how many at once; 32, at most 64", example = "limit = 8" },
  }),

  -- What the functions of `rails` and `hole` take, by place; those of the kinds of rails are added below.
  ["rails.needs"] = shape("what has to be done before", {
    { name = 1, type = "operation", required = true, doc = "the operation" },
    { name = 2, type = "table", doc = "with these arguments" },
  }),
  ["rails.given"] = by_place {
    { type = "table", doc = "the parameters with which it holds", required = true },
    { type = "rail", doc = "what holds then", required = true },
  },
  ["hole.matches"] = shape("hole.matches", {
    { name = 1, type = "text", required = true, doc = "a Lua pattern that the whole text has to match", example = "hole.matches \"%u%u%x+\"" },
  }),
  ["hole.domain_below"] = shape("hole.domain_below", {
    { name = 1, type = "text", required = true, doc = "a domain that the host name has to be below", example = "hole.domain_below \"twil.io\"" },
  }),
  ["hole.one_of"] = shape("hole.one_of", {
    { name = 1, type = "list of any", required = true, doc = "texts or numbers, one of which it is", example = "hole.one_of { \"red\", \"blue\" }" },
  }),
  ["hole.between"] = shape("hole.between", {
    { name = 1, type = "number", required = true, doc = "the least" },
    { name = 2, type = "number", required = true, doc = "the most" },
  }),
}

-- The kinds of rails are the engine's: interpreter/rail_kinds has one entry for each.
local _, setup = ...
for _, kind in ipairs(setup.rails) do
  if #kind.fields > 0 then shapes["rails." .. kind.name] = by_place(kind.fields) end
end
return shapes
