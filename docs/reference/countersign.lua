---@meta countersign
-- Written by countersign from its catalogue, for editors. Nothing loads it.

---What a phase is handed. `run.<phase>` is what an earlier phase returned, read-only.
---@class countersign.run
---@field params table<string, any> as given by whoever started the run; read-only
---@field profile table<string, any> the account's facts, without its secrets
---@field id string
---@field started integer seconds since the epoch
---@field today string the day the run began, "2026-11-20"
---@field [string] any

---@class countersign.phase
---@class countersign.item
---@class countersign.rail
---@class countersign.hole
---@class countersign.fix
---@class countersign.parameter
---@class countersign.handle

---approval
---@class (exact) countersign.approval
---@field requires? countersign.approval.requires[] roles that have to sign; such as `requires = { { role = "ceo", count = 1 } }`
---@field reference? "required"|"optional" whether the approval names the words in which it was given; such as `reference = "required"`
---@field reference_parameter? string the parameter that holds them; such as `reference_parameter = "approval"`
---@field break_glass? "never" "never": nobody goes past the people that have to sign, whatever the policy says; such as `break_glass = "never"`

---a role that has to sign
---@class (exact) countersign.approval.requires
---@field role string the role; such as `role = "ceo"`
---@field count? integer how many people with it; 1; such as `count = 2`
---@field given? table only where the run's parameters are such; such as `given = { caller_visible = true }`

---attest
---@class (exact) countersign.attest
---@field [1] string a slug: the item's name at the command line; such as `"callers-hear"`
---@field [2] string what a person confirms; such as `"Callers hear the greeting"`
---@field by? string who has to confirm it; such as `by = "cto"`
---@field when? (fun(run: countersign.run): any) of the run: whether it happens at all; such as `when = function(run) return run.params.later end`
---@field due? string so long after the run's last change, or after the phase `after`; such as `due = "24h"`
---@field after? string the phase that it is due after; such as `after = "apply"`
---@field within? string so long it is due; then it is overdue; such as `within = "24h"`
---@field undo? boolean whether what the run changed is undone where it is attested as failed; such as `undo = true`

---authority
---@class (exact) countersign.authority
---@field operator? string who carries it out; such as `operator = "cto"`
---@field approver? string whose signature is asked for beside the policy's; such as `approver = "ceo"`

---how a line is tried
---@class (exact) countersign.call
---@field to string the line, in E.164; such as `to = "+15550100200"`
---@field keys? string what is pressed once it is answered; w waits half a second, W a second; such as `keys = "WWWWWWWWWW*2"`
---@field say? string what is said after that; such as `say = "This is a test."`
---@field seconds? integer how long it stays on the line then; 30; such as `seconds = 60`

---the case
---@class (exact) countersign.case
---@field params? table as given by whoever started the run; such as `case.params.number`
---@field profile? table the account's facts, without its secrets; such as `case.profile.account_sid`
---@field id? string the run's; such as `case.id`
---@field today? string the day the run began, "2026-11-20"; such as `case.today`
---@field started? integer when the run began: seconds since the epoch; such as `time.iso(case.started)`
---@field since? integer when the fault began: seconds since the epoch; such as `twilio.calls.list { started_after = case.since }`
---@field symptom? string the symptom's name; such as `case.symptom`
---@field reported? string what was reported, in the reporter's words: the parameter `symptom`; nil where nobody said; such as `case.reported`
---@field seen? any what `look` returned, read-only; such as `case.seen.number`
---@field finding? countersign.finding in fixes and verify: what is fixed; such as `case.finding.facts.sid`
---@field again? boolean whether the fix is done and it is looked at once more; such as `case.again`

---a cause
---@class (exact) countersign.cause
---@field [1] string a slug: what a finding names; such as `"not-deployed"`
---@field [2] string what it is, in words; such as `"The function is not deployed"`
---@field tell? string what the reporter is told where we have no fix; such as `tell = "Twilio has an outage; it is over when their page says so."`
---@field look_again? string when it is looked at once more; such as `look_again = "6h"`
---@field severity? "low"|"medium"|"high" of its findings; else the symptom's; such as `severity = "high"`
---@field escalate? string the rule of escalation that it meets; such as `escalate = "a caller-visible fault on a production line"`
---@field inform? string who is informed; such as `inform = "ceo"`
---@field lesson? string what should be written down, so that it does not happen again; such as `lesson = "Publish a flow after saving it."`
---@field explains? string[] names of symptoms that it brings about besides its own; such as `explains = { "crm-pop" }`
---@field visible? number a rank of its own, instead of the symptom's `caller_visible`; such as `visible = 0.5`
---@field passing? boolean whether it is over, or as it should be; such as `passing = true`
---@field undecided? boolean whether it is no cause, but why none can be told: what could not be read; such as `undecided = true`
---@field proof? "call" "call": only a call shows that the fix mended it: the run places one itself where it may (call_from), else a person confirms it; such as `proof = "call"`

---a finding
---@class (exact) countersign.finding
---@field cause string what is wrong; such as `cause = "not-deployed"`
---@field symptom? string how it shows; such as `symptom = "Callers hear that it is not in service"`
---@field title? string what it is, in words; else the cause's; such as `title = "Rename the number"`
---@field explains? string[] names of symptoms that it brings about besides the cause's own; such as `explains = { "crm-pop" }`
---@field severity? "low"|"medium"|"high" medium; one of severity high blocks other runs of the account; such as `severity = "high"`
---@field evidence? any what was seen; such as `evidence = { "the Wait URL answers 404" }`
---@field facts? table what the fix needs; such as `facts = { sid = number.sid }`
---@field escalation? string the rule of escalation that it meets; such as `escalation = "a caller-visible fault on a production line"`
---@field inform? string who is informed; such as `inform = "ceo"`
---@field affects? string[] profiles that are blocked too; such as `affects = { "cct" }`
---@field tell? string what the reporter is told where there is no fix; such as `tell = "Twilio has an outage; it is over when their page says so."`

---a fix's options
---@class (exact) countersign.fix.options
---@field when? function of the finding: whether there is this fix; such as `when = function(found) return found.facts ~= nil end`

---a gotcha
---@class (exact) countersign.gotcha
---@field gotcha string what goes wrong; such as `gotcha = "The number was released too early"`
---@field symptom? string how it shows; such as `symptom = "Callers hear that it is not in service"`
---@field fix? string what helps; such as `fix = "Drain the flow first"`

---json.encode's options
---@class (exact) countersign.json.encode
---@field indent? boolean whether it is written on several lines; such as `indent = true`

---a mutating phase's options
---@class (exact) countersign.mutate.options
---@field title? string the phase in words; such as `title = "Rename the number"`
---@field when? (fun(run: countersign.run): any) of the run: whether it happens at all; such as `when = function(run) return run.params.later end`
---@field not_after? (fun(run: countersign.run): any) of the run: a moment in seconds since the epoch, until which the phase may change something; the plan is refused where it cannot begin by then; such as `not_after = function(run) return time.parse "2026-12-01T04:00:00Z" end`
---@field undo? (fun(run: countersign.run): any) of the run: a mutating phase that undoes this one; such as `undo = function(run) twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.inspect.name } end`
---@field undo_if? string the title of a check, or an item's slug, after whose failure it is undone as signed; such as `undo_if = "it has the name"`

---parallel's options
---@class (exact) countersign.parallel
---@field limit? integer how many at once; 32, at most 64; such as `limit = 8`

---a parameter
---@class (exact) countersign.param.choice
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`
---@field choices string[] what it may be; such as `choices = { "email", "sms" }`

---a parameter
---@class (exact) countersign.param.duration
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---a parameter
---@class (exact) countersign.param.email
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---a parameter
---@class (exact) countersign.param.flag
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? boolean what it is where it is not given; held to the parameter's kind; such as `default = false`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---a parameter
---@class (exact) countersign.param.phone
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---a parameter
---@class (exact) countersign.param.profile
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---a parameter
---@class (exact) countersign.param.secret
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---a parameter
---@class (exact) countersign.param.sid
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`
---@field prefix? string the SID's first two letters; such as `prefix = "FW"`

---a parameter
---@class (exact) countersign.param.text
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---a parameter
---@class (exact) countersign.param.url
---@field why string why it is needed: people are asked with it; such as `why = "Which account"`
---@field default? string what it is where it is not given; held to the parameter's kind; such as `default = "24h"`
---@field optional? boolean whether it may be left out; such as `optional = true`
---@field required_if? table it is needed where other parameters have these values; such as `required_if = { kind = { "email", "sms" } }`

---proven
---@class (exact) countersign.proven
---@field [1] string the title of a check that has passed; such as `"it has the name"`
---@field when? (fun(run: countersign.run): any) of the run: whether it happens at all; such as `when = function(run) return run.params.later end`

---a read phase's options
---@class (exact) countersign.read.options
---@field title? string the phase in words; such as `title = "Rename the number"`
---@field when? (fun(run: countersign.run): any) of the run: whether it happens at all; such as `when = function(run) return run.params.later end`
---@field returns? table<string, countersign.hole> what it promises to return, so that a later change can be planned before it has happened; such as `returns = { domain = hole.domain_below "twil.io" }`
---@field again_from? string the phase from which on everything is looked at, and waited for, once more after a failed check of this one; such as `again_from = "verify"`

---a runbook
---@class (exact) countersign.runbook
---@field name string how it is called; such as `name = "connie/admin-email"`
---@field title string what it does, in words; such as `title = "Change the admin e-mail"`
---@field summary? string what it is for, in a sentence or two; such as `summary = "Use it when a client cancels."`
---@field authority? countersign.authority who operates it, and who approves beside the policy's roles; such as `authority = { operator = "cto", approver = "ceo" }`
---@field approval? countersign.approval what it asks beyond the policy; never less; such as `approval = { requires = { { role = "ceo", count = 1 } }, reference = "required" }`
---@field parameters? table<string, countersign.parameter> what people are asked for, and why; such as `parameters = { client = param.profile { why = "Which account" } }`
---@field read_first? string[] what a person reads before; such as `read_first = { "PAC.md" }`
---@field rails? countersign.rail[] rules that hold whatever the steps say; such as `rails = { rails.snapshot_first }`
---@field procedure countersign.phase[] the phases, in order; such as `procedure = { read "inspect" (function(run) … end) }`
---@field done? countersign.item[] what must be true at the end; such as `done = { proven "it has the name", sign_off "ceo" }`
---@field variants? table<string, string> where other cases go; such as `variants = { ["No e-mail at all"] = "connie/disable-email" }`
---@field gotchas? countersign.gotcha[] what goes wrong easily, how it shows, what helps; such as `gotchas = { { gotcha = "Released too early", symptom = "Callers are dropped", fix = "Drain first" } }`
---@field evidence? string the dev-log folder that the run's evidence belongs in; {parameter}, {phase.field}, {date}, {run}; such as `evidence = "deploy-{client}-{date}"`
---@field incident? string the parameter that holds the run of an incident, whose block this runbook passes; such as `incident = "incident"`

---sign_off
---@class (exact) countersign.sign_off
---@field [1] string who signs over the evidence; such as `"ceo"`
---@field text? string what it is called; such as `text = "Sign-off by the CEO"`

---a symptom
---@class (exact) countersign.symptom
---@field name string how it is called; such as `name = "connie/admin-email"`
---@field title string the symptom as people say it; such as `title = "Caller hears nothing"`
---@field severity? "low"|"medium"|"high" a finding of severity high blocks other runs of the account; such as `severity = "high"`
---@field caller_visible? number its rank: 1 is what callers notice most; such as `caller_visible = 1`
---@field first? boolean whether it is tried before all others, and stops them; such as `first = true`
---@field last_verified? string the day on which somebody followed it; such as `last_verified = "2026-11-20"`
---@field matches? string[] phrases that people report it with; such as `matches = { "dead air" }`
---@field summary? string what it is for, in a sentence or two; such as `summary = "Use it when a client cancels."`
---@field authority? countersign.authority who operates it, and who approves beside the policy's roles; such as `authority = { operator = "cto", approver = "ceo" }`
---@field approval? countersign.approval what it asks beyond the policy; never less; such as `approval = { requires = { { role = "ceo", count = 1 } }, reference = "required" }`
---@field rails? countersign.rail[] rules that hold whatever the steps say; such as `rails = { rails.snapshot_first }`
---@field variants? table<string, string> where other cases go; such as `variants = { ["No e-mail at all"] = "connie/disable-email" }`
---@field parameters? table<string, countersign.parameter> what people are asked for, and why; such as `parameters = { client = param.profile { why = "Which account" } }`
---@field read_first? string[] what a person reads before; such as `read_first = { "PAC.md" }`
---@field gotchas? countersign.gotcha[] what goes wrong easily, how it shows, what helps; such as `gotchas = { { gotcha = "Released too early", symptom = "Callers are dropped", fix = "Drain first" } }`
---@field causes countersign.cause[] the most frequent first; such as `causes = { cause { "not-deployed", "The function is not deployed" } }`
---@field look? (fun(case: countersign.case): any) of the case: reads once; what it returns is case.seen; such as `look = function(case) return { number = twilio.numbers.find { phone_number = case.params.number } } end`
---@field diagnose (fun(case: countersign.case): any) of the case: one finding, a list of them, or nothing; such as `diagnose = function(case) return finding { cause = "not-deployed" } end`
---@field fixes? table<string, countersign.fix> by the cause's slug; such as `fixes = { ["not-deployed"] = fix "Deploy" (function(case) … end) }`
---@field verify? (fun(case: countersign.case): any) of the case, after the fix: true, or false and why; needed where there are fixes; such as `verify = function(case) return #monitor.alerts.list { since = case.since } == 0, "there are alerts" end`
---@field call? (fun(case: countersign.case): any) of the case: how the line is tried, { to, keys, say, seconds } as twilio.calls.create takes them; nil where it cannot be; such as `call = function(case) return { to = case.params.number, seconds = 60 } end`
---@field heard? (fun(case: countersign.case): any) of the case and the call that arrived: whether it had what was missing, or false and why; such as `heard = function(case, call) return call.duration > 10, "it ended after " .. call.duration .. " s" end`
---@field not_for? string[] variants of a profile that it does not apply to; such as `not_for = { "voicemail-only" }`
---@field only_for? string[] the variants of a profile that it applies to; such as `only_for = { "custom-hold-music" }`

---troubleshooting
---@class (exact) countersign.troubleshooting
---@field name string how it is called; such as `name = "connie/admin-email"`
---@field title string what it does, in words; such as `title = "Change the admin e-mail"`
---@field summary? string what it is for, in a sentence or two; such as `summary = "Use it when a client cancels."`
---@field authority? countersign.authority who operates it, and who approves beside the policy's roles; such as `authority = { operator = "cto", approver = "ceo" }`
---@field approval? countersign.approval what it asks beyond the policy; never less; such as `approval = { requires = { { role = "ceo", count = 1 } }, reference = "required" }`
---@field parameters? table<string, countersign.parameter> what people are asked for, and why; such as `parameters = { client = param.profile { why = "Which account" } }`
---@field read_first? string[] what a person reads before; such as `read_first = { "PAC.md" }`
---@field rails? countersign.rail[] rules that hold whatever the steps say; such as `rails = { rails.snapshot_first }`
---@field done? countersign.item[] what must be true at the end; such as `done = { proven "it has the name", sign_off "ceo" }`
---@field variants? table<string, string> where other cases go; such as `variants = { ["No e-mail at all"] = "connie/disable-email" }`
---@field gotchas? countersign.gotcha[] what goes wrong easily, how it shows, what helps; such as `gotchas = { { gotcha = "Released too early", symptom = "Callers are dropped", fix = "Drain first" } }`
---@field evidence? string the dev-log folder that the run's evidence belongs in; {parameter}, {phase.field}, {date}, {run}; such as `evidence = "deploy-{client}-{date}"`
---@field incident? string the parameter that holds the run of an incident, whose block this runbook passes; such as `incident = "incident"`
---@field symptoms countersign.symptom[] what may be reported; such as `symptoms = { require "dead_air" }`
---@field opening? (fun(case: countersign.case): any) of the case, before anything is read; such as `opening = function(case) note("looking at " .. case.profile.name) end`
---@field found? (fun(case: countersign.case): any) of the case, when the cause is known; such as `found = function(case) note(case.finding.title) end`
---@field unknown? (fun(case: countersign.case): any) of the case, what was found and what is only mentioned, when no cause is known; such as `unknown = function(case, found, mentioned) note(#found .. " findings") end`
---@field prepare? (fun(case: countersign.case): any) of the case, before a fix is planned; such as `prepare = function(case) check(case.params.approval, "the CEO agreed") end`
---@field verified? (fun(case: countersign.case): any) of the case, when the fault is gone; such as `verified = function(case) note("mended") end`
---@field record? (fun(case: countersign.case): any) of the case: a mutating phase behind the fix, signed with it; such as `record = function(case) step "Record it" files.write { path = "incidents/" .. case.id .. ".md", text = case.finding.title } end`
---@field record_if? (fun(run: countersign.run): any) of the run: whether that phase happens; such as `record_if = function(run) return run.diagnose.root.fix ~= nil end`

---a wait
---@class (exact) countersign.wait
---@field duration? string|integer|function how long: a duration, seconds, or a function of the run; such as `duration = "24h"`
---@field till? (fun(run: countersign.run): any) of the run: a moment in seconds since the epoch, instead of a duration; such as `till = function(run) return run.started + 6 * 3600 end`
---@field ready? (fun(run: countersign.run): any) of the run: whether it is over, once its time is; such as `ready = function(run) return #twilio.calls.list { status = "in-progress" } == 0 end`
---@field unless? countersign.wait.unless what ends it early; such as `unless = { "the client said so", function(run) … end }`
---@field attested? string[] items of `done` that people have confirmed before it is over; such as `attested = { "callers-hear" }`
---@field every? string how often it is looked at; 15m; such as `every = "15m"`
---@field why? string why it waits; such as `why = "Which account"`

---a wait's options
---@class (exact) countersign.wait.options
---@field title? string the phase in words; such as `title = "Rename the number"`
---@field when? (fun(run: countersign.run): any) of the run: whether it happens at all; such as `when = function(run) return run.params.later end`

---what ends a wait early
---@class (exact) countersign.wait.unless
---@field [1] string what ends it early, in words; such as `"the client said so"`
---@field [2] (fun(run: countersign.run): any) of the run: whether it does; such as `function(run) return run.params.now end`

---A runbook: its head, its phases in order, what must be true at the end.
---@param fields countersign.runbook
---@return countersign.runbook
function runbook(fields) end

---A playbook: how a symptom is looked at, diagnosed, fixed and verified.
---@param fields countersign.symptom
---@return countersign.symptom
function symptom(fields) end

---A cause of the symptom: `cause { "a-slug", "in words" }`; `tell` and `look_again` where there is nothing for us to fix.
---@param fields countersign.cause
---@return countersign.cause
function cause(fields) end

---What fixes a cause: `fix "In words" (function(case) step "…" … end)`. A mutating phase.
---@param title string
---@param options? countersign.fix.options
---@return fun(body: fun(case: countersign.case)): countersign.fix
function fix(title, options) end

---A runbook of several symptoms: a runbook's sections, and symptoms = { … }.
---@param fields countersign.troubleshooting
---@return countersign.runbook
function troubleshooting(fields) end

---Items of `done` for the times after which causes ask to be looked at again.
---@param symptoms countersign.symptom[]
---@return countersign.item[]
function look_again(symptoms) end

---The parameter that names the number from which the run may call the line itself.
---@return countersign.parameter
function call_from() end

---The item of `done` for a fix that only a call shows to have mended the fault, where the run places none: somebody called.
---@param symptoms countersign.symptom[]
---@return countersign.item
function fault_gone(symptoms) end

---Whether the run sees for itself that the fault is gone: `when` of a `proven` item.
---@param symptoms countersign.symptom[]
---@return fun(run: countersign.run): boolean
function proven_by_run(symptoms) end

---A phase that calls reading operations only; what it returns is `run.<name>` for later phases.
---@param name string
---@param options? countersign.read.options
---@return fun(body: fun(run: countersign.run): any): countersign.phase
function read(name, options) end

---A phase that calls changing operations only. It is planned, shown and signed before it happens, and decides nothing: results are placeholders.
---@param name string
---@param options? countersign.mutate.options
---@return fun(body: fun(run: countersign.run): any): countersign.phase
function mutate(name, options) end

---A phase that ends when its time is over and `ready` says so.
---@param name string
---@param options? countersign.wait.options
---@return fun(body: countersign.wait): countersign.phase
function wait(name, options) end

---An item of `done`: a check of that title has passed.
---@param title string|countersign.proven
---@return countersign.item
function proven(title) end

---An item of `done` that a person signs: `attest { "a-slug", "what a person confirms" }`.
---@param fields countersign.attest
---@return countersign.item
function attest(fields) end

---An item of `done`: the closing signature over the evidence.
---@param role string|countersign.sign_off
---@return countersign.item
function sign_off(role) end

---A failed check ends the run, whatever the script catches. Returns the condition.
---@param condition any
---@param title string
---@param detail? any
---@return any
function check(condition, title, detail) end

---Kept with the run.
---@param text string
function note(text) end

---What was found; one of severity "high" blocks other runs that would change this account.
---@param fields countersign.finding
---@return countersign.finding
function finding(fields) end

---In a mutating phase: heads the operations that follow it in the plan.
---@param title string
function step(title) end

---A changed copy of what was read, which is read-only itself; what is left alone stays what it was.
---@param document table
---@param change fun(d: table)
---@return table
function edit(document, change) end

---The results of each(item, index) in the order of the list; reads run at once.
---@param list any[]
---@param each (fun(item: any, index: integer): any)
---@param options? countersign.parallel
---@return any[]
function parallel(list, each, options) end

---A module: name.lua beside the runbook, else in the folder above; pinned when the run begins. At the top level of a script.
---@param name string
---@return any
function require(name) end

---The kinds of a runbook's parameters.
param = {}

---Names the account; a runbook has exactly one.
---@param fields countersign.param.profile
---@return countersign.parameter
function param.profile(fields) end

---A phone number in E.164.
---@param fields countersign.param.phone
---@return countersign.parameter
function param.phone(fields) end

---An e-mail address.
---@param fields countersign.param.email
---@return countersign.parameter
function param.email(fields) end

---One of `choices`.
---@param fields countersign.param.choice
---@return countersign.parameter
function param.choice(fields) end

---Any text.
---@param fields countersign.param.text
---@return countersign.parameter
function param.text(fields) end

---Such as "24h".
---@param fields countersign.param.duration
---@return countersign.parameter
function param.duration(fields) end

---A SID; `prefix` says of what.
---@param fields countersign.param.sid
---@return countersign.parameter
function param.sid(fields) end

---A URL.
---@param fields countersign.param.url
---@return countersign.parameter
function param.url(fields) end

---true or false.
---@param fields countersign.param.flag
---@return countersign.parameter
function param.flag(fields) end

---A reference to a secret: env:NAME, file:PATH, command:PROGRAM. The script sees a handle.
---@param fields countersign.param.secret
---@return countersign.parameter
function param.secret(fields) end

---Rules that hold whatever the steps say.
rails = {}

---Adjacent accounts must not change while this one is changed.
---@type countersign.rail
rails.baselines_unchanged = nil

---No change before a snapshot labelled PRE was captured.
---@type countersign.rail
rails.snapshot_first = nil

---Forbids the operation.
---@param operation string
---@param why? string
---@param instead? string
---@return countersign.rail
function rails.never(operation, why, instead) end

---Forbids the operation with other arguments.
---@param operation string
---@param arguments table
---@param why? string
---@return countersign.rail
function rails.only_with(operation, arguments, why) end

---Forbids the operation before `needs` is confirmed done.
---@param operation string
---@param needs string|{ [1]: string, [2]: table }
---@param why? string
---@return countersign.rail
function rails.after(operation, needs, why) end

---Forbids the operation before any one of `needs` is confirmed done.
---@param operation string
---@param needs string[]
---@param why? string
---@return countersign.rail
function rails.after_one_of(operation, needs, why) end

---Forbids the operation before that phase has ended.
---@param operation string
---@param phase string
---@param why? string
---@return countersign.rail
function rails.after_phase(operation, phase, why) end

---Forbids the operation before that check has passed.
---@param operation string
---@param title string
---@param why? string
---@return countersign.rail
function rails.after_check(operation, title, why) end

---Forbids any change at or below that pointer of the snapshot.
---@param pointer string
---@param why? string
---@return countersign.rail
function rails.protect(pointer, why) end

---Holds the rail only where the run's parameters are such.
---@param parameters table
---@param rail countersign.rail
---@return countersign.rail
function rails.given(parameters, rail) end

---What a read phase promises to return, so that a later mutating phase can be planned first.
hole = {}

---The handle of a document or snapshot.
---@type countersign.hole
hole.document = nil

---A text of that form from its beginning to its end (a Lua pattern).
---@param pattern string
---@return countersign.hole
function hole.matches(pattern) end

---A host name below that domain.
---@param domain string
---@return countersign.hole
function hole.domain_below(domain) end

---One of these values.
---@param values any[]
---@return countersign.hole
function hole.one_of(values) end

---A number, both ends included.
---@param from number
---@param to number
---@return countersign.hole
function hole.between(from, to) end

---Seconds since the epoch.
time = {}

---Now, journaled; refused in a mutating phase.
---@return integer
function time.now() end

---"2026-11-20"
---@param seconds integer
---@return string
function time.date(seconds) end

---"2026-11-20T12:00:00Z"
---@param seconds integer
---@return string
function time.iso(seconds) end

---Of an ISO time, a date, or a mail's date; nil if it is none of these.
---@param text string
---@return integer?
function time.parse(text) end

---Seconds of "24h".
---@param value string|integer
---@return integer
function time.duration(value) end

---What Lua has no word for.
json = {}

---What JSON text says; nil where it is none.
---@param text string
---@return any
function json.decode(text) end

---Its JSON text; empty lists, nulls and kinds of numbers stay what they were read as.
---@param value any
---@param options? countersign.json.encode
---@return string
function json.encode(value, options) end

---A list, also where it is empty; {} alone is an object.
---@param values any[]
---@return any[]
function json.list(values) end

---A null inside a list.
---@type any
json.null = nil

command = {}

---@class (exact) command.read.arguments
---@field name string The command, as [commands] in countersign.toml names it
---@field environment? table<string, any> Variables to add
---@field json? boolean Whether what it prints is JSON, which is then returned as data

---Runs a declared command that only reads.
---
---**read**; returns {exit_status, text, output, truncated, json}: what it printed, whether its beginning is missing there, all of it as a document, and what its JSON says where that was asked for
---@param arguments command.read.arguments
---@return any
function command.read(arguments) end

---@class (exact) command.run.arguments
---@field name string The command, as [commands] in countersign.toml names it
---@field environment? table<string, any> Variables to add: text, or a secret's handle

---Runs a declared command.
---
---**mutate**; returns {exit_status, text, output}: the end of its output, and all of it as a document
---@param arguments command.run.arguments
---@return any
function command.run(arguments) end

devlogs = {}

---@class (exact) devlogs.archive.arguments
---@field folder string The folder's name below dev_logs

---Moves a folder of evidence into the archive.
---
---**mutate**; returns {path}: where it is now
---@param arguments devlogs.archive.arguments
---@return any
function devlogs.archive(arguments) end

---@class (exact) devlogs.list.arguments
---@field client? string Only folders of this client

---The folders of evidence, those in the archive apart.
---
---**read**; returns list of {folder, subject, date, change, path, files}, oldest first
---@param arguments? devlogs.list.arguments
---@return any
function devlogs.list(arguments) end

---@class (exact) devlogs.update.arguments
---@field folder string The folder's name below dev_logs
---@field files table<string, any> Name to text, plain data, or the handle of a snapshot or document; what is known only later must be such a handle

---Adds files of evidence to a folder.
---
---**mutate**; returns {folder, path, files}
---@param arguments devlogs.update.arguments
---@return any
function devlogs.update(arguments) end

---@class (exact) devlogs.write.arguments
---@field folder string The folder's name below dev_logs
---@field files table<string, any> Name to text, plain data, or the handle of a snapshot or document

---Writes files of evidence into a new folder.
---
---**mutate**; returns {folder, path, files}
---@param arguments devlogs.write.arguments
---@return any
function devlogs.write(arguments) end

documents = {}

---@class (exact) documents.capture.arguments
---@field label string what it is called
---@field value any text or plain data

---Keeps text or data as a document, secrets redacted.
---
---**read**; returns a document's handle: what a plan shows in place of the data
---@param arguments documents.capture.arguments
---@return any
function documents.capture(arguments) end

env = {}

---@class (exact) env.delete.arguments
---@field file string The profile's env file (run.profile.env_file)
---@field key string The variable

---Removes a variable from the profile's env file.
---
---**mutate**; returns {file, key}
---@param arguments env.delete.arguments
---@return any
function env.delete(arguments) end

---@class (exact) env.fetch.arguments
---@field file string The profile's env file (run.profile.env_file)

---The variables of the profile's env file.
---
---**read**; returns key to text where the key is public, else to a secret's handle
---@param arguments env.fetch.arguments
---@return any
function env.fetch(arguments) end

---@class (exact) env.update.arguments
---@field file string The profile's env file (run.profile.env_file)
---@field key string The variable
---@field value string Text or a secret's handle

---Sets a variable in the profile's env file.
---
---**mutate**; returns {file, key}
---@param arguments env.update.arguments
---@return any
function env.update(arguments) end

files = {}

---@class (exact) files.archive.arguments
---@field path string The file or folder

---Moves a file or folder into the folder _archive beside it.
---
---**mutate**; returns where it is now
---@param arguments files.archive.arguments
---@return any
function files.archive(arguments) end

---@class (exact) files.edit.arguments
---@field path string The file, relative to countersign.toml's folder
---@field set? table<string, any> JSON files: JSON pointer to the value that is to stand there
---@field replace? table<string, any> { find, with }: the only occurrence of find is replaced
---@field text? string The whole new text

---Changes a file that exists.
---
---**mutate**; returns {path, sha256} of the file
---@param arguments files.edit.arguments
---@return any
function files.edit(arguments) end

---@class (exact) files.find.arguments
---@field path string The file, relative to countersign.toml's folder

---The text of a file in the workspace, nil where there is none.
---
---**read**; returns the text, or nil
---@param arguments files.find.arguments
---@return any
function files.find(arguments) end

---@class (exact) files.list.arguments
---@field folder string The folder, relative to countersign.toml's folder

---What is in a folder of the workspace, by name.
---
---**read**; returns list of {name, kind, size}
---@param arguments files.list.arguments
---@return any
function files.list(arguments) end

---@class (exact) files.move.arguments
---@field from string The file or folder
---@field to string Its new path; nothing may be there

---Renames a file or folder within its file system.
---
---**mutate**; returns where it is now
---@param arguments files.move.arguments
---@return any
function files.move(arguments) end

---@class (exact) files.read.arguments
---@field path string The file, relative to countersign.toml's folder

---The text of a file in the workspace.
---
---**read**; returns the text
---@param arguments files.read.arguments
---@return any
function files.read(arguments) end

---@class (exact) files.write.arguments
---@field path string The file, relative to countersign.toml's folder
---@field text? string What is to stand in it
---@field document? countersign.handle A snapshot or document to write instead
---@field overwrite? boolean Replace a file that exists

---Writes a new file.
---
---**mutate**; returns {path, sha256} of the file
---@param arguments files.write.arguments
---@return any
function files.write(arguments) end

flex = {}

flex.configuration = {}

---@class (exact) flex.configuration.compare.arguments

---Compares the live Flex configuration with its source files.
---
---**read**; returns {differences: list of {op, path, source, live}, writer}
---@param arguments? flex.configuration.compare.arguments
---@return any
function flex.configuration.compare(arguments) end

---@class (exact) flex.configuration.fetch.arguments
---@field ui_version? string as this version of Flex UI sees it

---Reads the account's Flex configuration.
---
---**read**; returns the configuration; secrets in it are handles
---@param arguments? flex.configuration.fetch.arguments
---@return any
function flex.configuration.fetch(arguments) end

---@class (exact) flex.deploy.arguments
---@field overwrite? boolean The source files win over what is live, whose custom_data goes; false where not said: live wins

---Merges the source files with the live Flex configuration and sends the result.
---
---**mutate**; returns {account_sid, date_updated}
---@param arguments? flex.deploy.arguments
---@return any
function flex.deploy(arguments) end

mailgun = {}

mailgun.domains = {}

---@class (exact) mailgun.domains.create.arguments
---@field name string the domain

---Makes a sending domain; it sends once its DNS records are published.
---
---**mutate**; returns the domain with the DNS records that have to be published
---@param arguments mailgun.domains.create.arguments
---@return any
function mailgun.domains.create(arguments) end

---@class (exact) mailgun.domains.delete.arguments
---@field name string the domain

---Deletes a sending domain; protected.
---
---**destroy**; returns nothing
---
---cannot be undone: the domain, its DNS set-up and every client's keys for it are gone
---@param arguments mailgun.domains.delete.arguments
---@return any
function mailgun.domains.delete(arguments) end

---@class (exact) mailgun.domains.fetch.arguments
---@field name string the domain

---Reads one sending domain.
---
---**read**; returns the domain with its DNS records
---@param arguments mailgun.domains.fetch.arguments
---@return any
function mailgun.domains.fetch(arguments) end

---@class (exact) mailgun.domains.list.arguments
---@field state? "active"|"unverified"|"disabled" only domains in this state
---@field search? string only domains whose name holds this
---@field limit? integer how many at most; all where not said

---Lists the account's sending domains.
---
---**read**; returns list of domains
---@param arguments? mailgun.domains.list.arguments
---@return any
function mailgun.domains.list(arguments) end

---@class (exact) mailgun.domains.verify.arguments
---@field name string the domain

---Asks Mailgun to look at a domain's DNS records again.
---
---**mutate**; returns the domain with what was found of its DNS records
---@param arguments mailgun.domains.verify.arguments
---@return any
function mailgun.domains.verify(arguments) end

mailgun.events = {}

---@class (exact) mailgun.events.list.arguments
---@field domain? string the domain; the profile's where not said
---@field since? string|integer only events of then or later
---@field ["until"]? string|integer only events of then or earlier
---@field ascending? boolean oldest first
---@field event? string such as accepted, delivered, failed
---@field recipient? string only mails to this address
---@field from? string only mails from this address
---@field to? string only mails whose header names this address
---@field subject? string only mails of this subject
---@field severity? string temporary or permanent failures
---@field tags? string only mails with this tag
---@field limit? integer how many at most; all where not said

---Lists what became of a domain's mails.
---
---**read**; returns list of events; complete only for a window that ended half an hour ago
---@param arguments? mailgun.events.list.arguments
---@return any
function mailgun.events.list(arguments) end

mailgun.keys = {}

---@class (exact) mailgun.keys.create.arguments
---@field description string what the key is for; tells it from others
---@field role "sending"|"admin"|"basic"|"developer" what it may do
---@field kind? "user"|"domain"|"web" domain where not said, as role sending needs it
---@field domain? string the domain that it sends for; the profile's where not said

---Makes a key, usually a sending key of one domain.
---
---**mutate**; returns the key; its secret is a handle and lies in the secret store
---@param arguments mailgun.keys.create.arguments
---@return any
function mailgun.keys.create(arguments) end

---@class (exact) mailgun.keys.delete.arguments
---@field id string the key's id

---Revokes a key.
---
---**destroy**; returns nothing
---
---cannot be undone: a revoked key cannot be had back; mails sent with it are refused from then on
---@param arguments mailgun.keys.delete.arguments
---@return any
function mailgun.keys.delete(arguments) end

---@class (exact) mailgun.keys.list.arguments
---@field domain? string only sending keys of this domain
---@field kind? "user"|"domain"|"web" only keys of this kind

---Lists the account's keys.
---
---**read**; returns list of keys, without their secrets
---@param arguments? mailgun.keys.list.arguments
---@return any
function mailgun.keys.list(arguments) end

---@class (exact) mailgun.keys.validate.arguments
---@field key countersign.handle the key

---Reads whether a key may only send.
---
---**read**; returns {sends_only}: false of a key of the account or of a person
---@param arguments mailgun.keys.validate.arguments
---@return any
function mailgun.keys.validate(arguments) end

mailgun.logs = {}

---@class (exact) mailgun.logs.list.arguments
---@field since? string|integer only events of then or later; a day ago where not said
---@field ["until"]? string|integer only events of then or earlier
---@field domain? string only mails of this domain
---@field key_id? string only mails sent with this key
---@field recipient? string only mails to this address
---@field events? any[] only events of these kinds
---@field limit? integer how many at most; all where not said

---Lists what became of mails, also by the key that sent them.
---
---**read**; returns list of events over all domains
---@param arguments? mailgun.logs.list.arguments
---@return any
function mailgun.logs.list(arguments) end

mailgun.messages = {}

---@class (exact) mailgun.messages.send.arguments
---@field domain? string the sending domain; the profile's where not said
---@field from string the sender
---@field to string the recipient
---@field subject string the subject
---@field text string the text
---@field test_mode? boolean checked and billed, not delivered
---@field key? countersign.handle the sending key; the profile's where not said

---Sends a mail.
---
---**mutate**; returns {id, message}
---
---cannot be undone: a mail that was sent cannot be called back
---@param arguments mailgun.messages.send.arguments
---@return any
function mailgun.messages.send(arguments) end

mailgun.queues = {}

---@class (exact) mailgun.queues.fetch.arguments
---@field name string the domain

---Reads whether a domain's queue is held up.
---
---**read**; returns the regular and the scheduled queue
---@param arguments mailgun.queues.fetch.arguments
---@return any
function mailgun.queues.fetch(arguments) end

monitor = {}

monitor.alerts = {}

---@class (exact) monitor.alerts.list.arguments
---@field log_level? "error"|"warning"|"notice"|"debug" only alerts of this level
---@field since? string|integer only of then or later
---@field ["until"]? string|integer only of then or earlier
---@field limit? integer how many at most; all where not said

---Lists errors and warnings that Twilio noticed.
---
---**read**; returns list of alerts of the last 30 days
---@param arguments? monitor.alerts.list.arguments
---@return any
function monitor.alerts.list(arguments) end

monitor.events = {}

---@class (exact) monitor.events.list.arguments
---@field resource_sid? string only changes of this resource
---@field actor_sid? string only changes by this user (US…) or account
---@field event_type? string only events of this type
---@field source_ip? string only changes from this address
---@field since? string|integer only of then or later
---@field ["until"]? string|integer only of then or earlier
---@field limit? integer how many at most; all where not said

---Lists who changed what in the account.
---
---**read**; returns list of events
---@param arguments? monitor.events.list.arguments
---@return any
function monitor.events.list(arguments) end

registry = {}

---@class (exact) registry.create.arguments
---@field client string The client, as the section's heading names it
---@field text string What stands in the section

---Adds a client's section to the registry.
---
---**mutate**; returns {path, sha256} of the file
---@param arguments registry.create.arguments
---@return any
function registry.create(arguments) end

---@class (exact) registry.find.arguments
---@field client string The client, as the section's heading names it

---A client's section of the registry, nil where there is none.
---
---**read**; returns {heading, text, cancelled}, or nil
---@param arguments registry.find.arguments
---@return any
function registry.find(arguments) end

---@class (exact) registry.read.arguments
---@field client string The client, as the section's heading names it

---A client's section of the registry.
---
---**read**; returns {heading, text, cancelled}
---@param arguments registry.read.arguments
---@return any
function registry.read(arguments) end

---@class (exact) registry.tombstone.arguments
---@field client string The client, as the section's heading names it
---@field text string When it was cancelled and by whose word; holds a date

---Notes in a client's section of the registry that it is cancelled.
---
---**mutate**; returns {path, sha256} of the file
---@param arguments registry.tombstone.arguments
---@return any
function registry.tombstone(arguments) end

---@class (exact) registry.update.arguments
---@field client string The client, as the section's heading names it
---@field text string The lines of the entry

---Adds an entry to the end of a client's section of the registry.
---
---**mutate**; returns {path, sha256} of the file
---@param arguments registry.update.arguments
---@return any
function registry.update(arguments) end

repository = {}

repository.changes = {}

---@class (exact) repository.changes.list.arguments
---@field path? string Only changes at or below this path of the repository

---What is not committed of the declared repository.
---
---**read**; returns list of {state, path}: files that git knows and that differ from the last commit
---@param arguments? repository.changes.list.arguments
---@return any
function repository.changes.list(arguments) end

---@class (exact) repository.log.arguments
---@field limit? integer How many commits at most, 20 where not said
---@field path? string Only commits that touch this path of the repository

---The commits of the declared repository.
---
---**read**; returns list of {commit, date, author, subject}, newest first
---@param arguments? repository.log.arguments
---@return any
function repository.log(arguments) end

serverless = {}

serverless.assets = {}

---@class (exact) serverless.assets.list.arguments
---@field service string the service
---@field limit? integer how many at most; all where not said

---Lists a service's assets.
---
---**read**; returns list of assets
---@param arguments serverless.assets.list.arguments
---@return any
function serverless.assets.list(arguments) end

serverless.builds = {}

---@class (exact) serverless.builds.create.arguments
---@field service string the service
---@field function_versions? any[] SIDs of the functions' versions
---@field asset_versions? any[] SIDs of the assets' versions
---@field dependencies? any[] packages: list of {name, version}
---@field runtime? string such as node22

---Builds a service from versions of its functions and assets.
---
---**mutate**; returns the build; poll serverless.builds.fetch
---@param arguments serverless.builds.create.arguments
---@return any
function serverless.builds.create(arguments) end

---@class (exact) serverless.builds.fetch.arguments
---@field service string the service
---@field sid string the build

---Reads how far a build is.
---
---**read**; returns the build's status: building, completed or failed
---@param arguments serverless.builds.fetch.arguments
---@return any
function serverless.builds.fetch(arguments) end

---@class (exact) serverless.builds.list.arguments
---@field service string the service
---@field limit? integer how many at most; all where not said

---Lists a service's builds.
---
---**read**; returns list of builds
---@param arguments serverless.builds.list.arguments
---@return any
function serverless.builds.list(arguments) end

serverless.deployments = {}

---@class (exact) serverless.deployments.create.arguments
---@field service string the service
---@field environment string the environment
---@field build string the build; an earlier one is a rollback

---Puts a build live in an environment.
---
---**mutate**; returns the deployment
---@param arguments serverless.deployments.create.arguments
---@return any
function serverless.deployments.create(arguments) end

---@class (exact) serverless.deployments.list.arguments
---@field service string the service
---@field environment string the environment
---@field limit? integer how many at most; all where not said

---Lists an environment's deployments.
---
---**read**; returns list of deployments
---@param arguments serverless.deployments.list.arguments
---@return any
function serverless.deployments.list(arguments) end

serverless.environments = {}

---@class (exact) serverless.environments.list.arguments
---@field service string the service
---@field limit? integer how many at most; all where not said

---Lists a service's environments with their domains.
---
---**read**; returns list of environments
---@param arguments serverless.environments.list.arguments
---@return any
function serverless.environments.list(arguments) end

serverless.functions = {}

---@class (exact) serverless.functions.list.arguments
---@field service string the service
---@field limit? integer how many at most; all where not said

---Lists a service's functions.
---
---**read**; returns list of functions
---@param arguments serverless.functions.list.arguments
---@return any
function serverless.functions.list(arguments) end

serverless.logs = {}

---@class (exact) serverless.logs.list.arguments
---@field service string the service
---@field environment string the environment
---@field ["function"]? string only this function's
---@field since? string|integer only entries of then or later; a day ago where not said
---@field ["until"]? string|integer only entries of then or earlier
---@field limit? integer how many at most; all where not said

---Lists what the functions logged.
---
---**read**; returns list of log entries, not reliably in order
---@param arguments serverless.logs.list.arguments
---@return any
function serverless.logs.list(arguments) end

---@class (exact) serverless.probe.arguments
---@field path string the function's path, "/features/…/wait-experience"
---@field workflow_sid? string its WorkflowSid
---@field attempts? integer how often it is asked until it answers TwiML, 1 where not said, at most 5
---@field spacing? integer seconds between attempts, 5 where not said, at most 30; on the run's clock

---Asks one of the profile's own functions for its instructions, signed as Twilio would.
---
---**read**; returns {reached, why, status, content_type, body, milliseconds, attempts}: the last answer, and what became of each attempt
---@param arguments serverless.probe.arguments
---@return any
function serverless.probe(arguments) end

serverless.services = {}

---@class (exact) serverless.services.delete.arguments
---@field sid string the service

---Deletes a serverless service; protected.
---
---**destroy**; returns nothing
---
---cannot be undone: every function, asset and variable of the service is gone, other features' too
---@param arguments serverless.services.delete.arguments
---@return any
function serverless.services.delete(arguments) end

---@class (exact) serverless.services.fetch.arguments
---@field sid string the service's SID or unique name

---Reads one serverless service.
---
---**read**; returns the service
---@param arguments serverless.services.fetch.arguments
---@return any
function serverless.services.fetch(arguments) end

---@class (exact) serverless.services.list.arguments
---@field limit? integer how many at most; all where not said

---Lists the account's serverless services.
---
---**read**; returns list of services
---@param arguments? serverless.services.list.arguments
---@return any
function serverless.services.list(arguments) end

serverless.sources = {}

---@class (exact) serverless.sources.fetch.arguments
---@field service string the service
---@field ["function"] string the function
---@field version string its version, as a build names it

---Reads the source of one version of a function.
---
---**read**; returns the version's source, in content
---@param arguments serverless.sources.fetch.arguments
---@return any
function serverless.sources.fetch(arguments) end

serverless.variables = {}

---@class (exact) serverless.variables.create.arguments
---@field key string the variable's name
---@field value string its value; a secret's handle may stand here
---@field environment? string the environment; the profile's where not said

---Makes a variable of the serverless environment.
---
---**mutate**; returns the variable
---@param arguments serverless.variables.create.arguments
---@return any
function serverless.variables.create(arguments) end

---@class (exact) serverless.variables.delete.arguments
---@field key string the variable's name
---@field environment? string the environment; the profile's where not said

---Removes a variable of the serverless environment.
---
---**mutate**; returns nothing
---@param arguments serverless.variables.delete.arguments
---@return any
function serverless.variables.delete(arguments) end

---@class (exact) serverless.variables.list.arguments
---@field environment? string the environment; the profile's where not said

---Lists the variables of the serverless environment.
---
---**read**; returns list of variables; values are handles unless their key is public
---@param arguments? serverless.variables.list.arguments
---@return any
function serverless.variables.list(arguments) end

---@class (exact) serverless.variables.update.arguments
---@field key string the variable's name
---@field value string its value; a secret's handle may stand here
---@field environment? string the environment; the profile's where not said

---Changes a variable of the serverless environment.
---
---**mutate**; returns the variable
---@param arguments serverless.variables.update.arguments
---@return any
function serverless.variables.update(arguments) end

snapshot = {}

---@class (exact) snapshot.capture.arguments
---@field label string what it is called, "PRE"
---@field scope? any[] parts: numbers flows flex serverless taskrouter mailgun env files; all where not said
---@field baselines? boolean also the adjacent profiles, below /baselines

---Captures live state, redacted.
---
---**read**; returns a snapshot's handle
---@param arguments snapshot.capture.arguments
---@return any
function snapshot.capture(arguments) end

---Compares two snapshots.
---
---**read**; returns list of {op, path, from, to}, sorted by path
---@param from countersign.handle the earlier one
---@param to countersign.handle the later one
---@return any
function snapshot.diff(from, to) end

---Tells whether differences lie nowhere but at or below some paths.
---
---**read**; returns true or false
---@param diff any[] what snapshot.diff returned
---@param paths any[] JSON pointers; * is any one segment
---@return any
function snapshot.only(diff, paths) end

---@class (exact) snapshot.read.arguments
---@field snapshot countersign.handle the snapshot
---@field path string a JSON pointer

---Reads one place of a snapshot.
---
---**read**; returns what stands there, or nil
---@param arguments snapshot.read.arguments
---@return any
function snapshot.read(arguments) end

---Tells whether two snapshots agree.
---
---**read**; returns true or false
---@param from countersign.handle the earlier one
---@param to countersign.handle the later one
---@param paths? any[] only below these JSON pointers; everything where not said
---@return any
function snapshot.unchanged(from, to, paths) end

studio = {}

studio.contexts = {}

---@class (exact) studio.contexts.fetch.arguments
---@field flow string the flow
---@field execution string the execution
---@field step? string a step, instead of the whole

---Reads what an execution, or one of its steps, knew.
---
---**read**; returns the context: variables and what widgets returned
---@param arguments studio.contexts.fetch.arguments
---@return any
function studio.contexts.fetch(arguments) end

studio.executions = {}

---@class (exact) studio.executions.cancel.arguments
---@field flow string the flow
---@field sid string the execution

---Ends an execution that hangs; its caller is dropped.
---
---**mutate**; returns the execution
---
---cannot be undone: an ended execution cannot go on
---@param arguments studio.executions.cancel.arguments
---@return any
function studio.executions.cancel(arguments) end

---@class (exact) studio.executions.fetch.arguments
---@field flow string the flow
---@field sid string the execution

---Reads one execution.
---
---**read**; returns the execution
---@param arguments studio.executions.fetch.arguments
---@return any
function studio.executions.fetch(arguments) end

---@class (exact) studio.executions.list.arguments
---@field flow string the flow
---@field status? "active"|"ended" only executions in this state
---@field created_after? string|integer only executions that began then or later
---@field created_before? string|integer only executions that began then or earlier
---@field limit? integer how many at most; all where not said

---Lists a flow's executions.
---
---**read**; returns list of executions
---@param arguments studio.executions.list.arguments
---@return any
function studio.executions.list(arguments) end

studio.flows = {}

---@class (exact) studio.flows.archive.arguments
---@field sid string the flow

---Takes a flow out of use: renames it to "[ARCHIVED] …".
---
---**mutate**; returns the flow
---@param arguments studio.flows.archive.arguments
---@return any
function studio.flows.archive(arguments) end

---@class (exact) studio.flows.create.arguments
---@field friendly_name string the flow's name
---@field status "draft"|"published" published: live at once; draft: no effect on callers
---@field definition table<string, any> the whole definition; there is no partial change
---@field commit_message? string why it is saved

---Makes a flow.
---
---**mutate**; returns the flow; its webhook_url is what a number rings
---@param arguments studio.flows.create.arguments
---@return any
function studio.flows.create(arguments) end

---@class (exact) studio.flows.delete.arguments
---@field sid string the flow

---Deletes a flow; studio.flows.archive keeps it.
---
---**destroy**; returns nothing
---
---cannot be undone: the flow, its revisions and its execution history are gone
---@param arguments studio.flows.delete.arguments
---@return any
function studio.flows.delete(arguments) end

---@class (exact) studio.flows.fetch.arguments
---@field sid string the flow

---Reads one flow, its latest revision.
---
---**read**; returns the flow with its definition
---@param arguments studio.flows.fetch.arguments
---@return any
function studio.flows.fetch(arguments) end

---@class (exact) studio.flows.find.arguments
---@field sid? string by its SID
---@field name? string or by its name

---Finds a flow by SID or name.
---
---**read**; returns the flow with its definition, or nil
---@param arguments? studio.flows.find.arguments
---@return any
function studio.flows.find(arguments) end

---@class (exact) studio.flows.list.arguments
---@field limit? integer how many at most; all where not said

---Lists the account's flows.
---
---**read**; returns list of flows, without definitions
---@param arguments? studio.flows.list.arguments
---@return any
function studio.flows.list(arguments) end

---@class (exact) studio.flows.update.arguments
---@field sid string the flow
---@field friendly_name? string the flow's name
---@field status "draft"|"published" published: live at once; draft: no effect on callers
---@field definition? table<string, any> the whole definition; there is no partial change
---@field commit_message? string why it is saved

---Saves a flow: another definition, name or status.
---
---**mutate**; returns the flow
---@param arguments studio.flows.update.arguments
---@return any
function studio.flows.update(arguments) end

---@class (exact) studio.flows.validate.arguments
---@field friendly_name string the flow's name
---@field status "draft"|"published" published: live at once; draft: no effect on callers
---@field definition table<string, any> the whole definition; there is no partial change
---@field commit_message? string why it is saved

---Asks Studio whether a definition is valid; saves nothing.
---
---**read**; returns {valid, message}
---@param arguments studio.flows.validate.arguments
---@return any
function studio.flows.validate(arguments) end

studio.revisions = {}

---@class (exact) studio.revisions.fetch.arguments
---@field flow string the flow
---@field revision any a number, LatestRevision or LatestPublished

---Reads one revision of a flow.
---
---**read**; returns the revision with its definition
---@param arguments studio.revisions.fetch.arguments
---@return any
function studio.revisions.fetch(arguments) end

---@class (exact) studio.revisions.list.arguments
---@field flow string the flow
---@field limit? integer how many at most; all where not said

---Lists a flow's revisions: what was saved when.
---
---**read**; returns list of revisions
---@param arguments studio.revisions.list.arguments
---@return any
function studio.revisions.list(arguments) end

studio.steps = {}

---@class (exact) studio.steps.list.arguments
---@field flow string the flow
---@field execution string the execution
---@field limit? integer how many at most; all where not said

---Lists the widgets that an execution went through.
---
---**read**; returns list of steps
---@param arguments studio.steps.list.arguments
---@return any
function studio.steps.list(arguments) end

taskrouter = {}

taskrouter.channels = {}

---@class (exact) taskrouter.channels.fetch.arguments
---@field workspace string the workspace
---@field sid string the task channel

---Reads one task channel.
---
---**read**; returns the task channel
---@param arguments taskrouter.channels.fetch.arguments
---@return any
function taskrouter.channels.fetch(arguments) end

---@class (exact) taskrouter.channels.list.arguments
---@field workspace string the workspace
---@field limit? integer how many at most; all where not said

---Lists a workspace's task channels.
---
---**read**; returns list of task channels, told apart by unique_name: voice, chat, sms, …
---@param arguments taskrouter.channels.list.arguments
---@return any
function taskrouter.channels.list(arguments) end

taskrouter.events = {}

---@class (exact) taskrouter.events.fetch.arguments
---@field workspace string the workspace
---@field sid string the event

---Reads one event.
---
---**read**; returns the event
---@param arguments taskrouter.events.fetch.arguments
---@return any
function taskrouter.events.fetch(arguments) end

---@class (exact) taskrouter.events.list.arguments
---@field workspace string the workspace
---@field event_type? string only events of this type, "task.created"
---@field minutes? integer of the last so many minutes; 60 where no time is said
---@field from? string|integer only events then or later
---@field to? string|integer only events then or earlier
---@field task? string only events of this task
---@field queue? string only events of this queue
---@field workflow? string only events of this workflow
---@field worker? string only events of this worker
---@field limit? integer how many at most; all where not said

---Lists what happened to a workspace's tasks and workers.
---
---**read**; returns list of events, the latest first
---@param arguments taskrouter.events.list.arguments
---@return any
function taskrouter.events.list(arguments) end

taskrouter.queue_statistics = {}

---@class (exact) taskrouter.queue_statistics.fetch.arguments
---@field workspace string the workspace
---@field sid string the queue
---@field channel? string only of this task channel: its SID or name

---Reads how many tasks wait in a queue, how long, and who could take them.
---
---**read**; returns the numbers at this moment
---@param arguments taskrouter.queue_statistics.fetch.arguments
---@return any
function taskrouter.queue_statistics.fetch(arguments) end

taskrouter.queues = {}

---@class (exact) taskrouter.queues.create.arguments
---@field workspace string the workspace
---@field friendly_name string the queue's name
---@field target_workers string which agents it reaches, "skills HAS 'support'"

---Makes a queue.
---
---**mutate**; returns the queue
---@param arguments taskrouter.queues.create.arguments
---@return any
function taskrouter.queues.create(arguments) end

---@class (exact) taskrouter.queues.fetch.arguments
---@field workspace string the workspace
---@field sid string the queue

---Reads one queue.
---
---**read**; returns the queue
---@param arguments taskrouter.queues.fetch.arguments
---@return any
function taskrouter.queues.fetch(arguments) end

---@class (exact) taskrouter.queues.list.arguments
---@field workspace string the workspace
---@field friendly_name? string only queues of this name
---@field worker_sid? string only queues of this worker
---@field limit? integer how many at most; all where not said

---Lists a workspace's queues.
---
---**read**; returns list of queues
---@param arguments taskrouter.queues.list.arguments
---@return any
function taskrouter.queues.list(arguments) end

---@class (exact) taskrouter.queues.update.arguments
---@field workspace string the workspace
---@field sid string the queue
---@field friendly_name? string its name
---@field target_workers? string which agents it reaches, "skills HAS 'support'"
---@field max_reserved_workers? integer how many workers one task is offered to at once, 1 to 50
---@field task_order? "FIFO"|"LIFO" which task is offered first

---Changes a queue's name, or whom it reaches.
---
---**mutate**; returns the queue
---@param arguments taskrouter.queues.update.arguments
---@return any
function taskrouter.queues.update(arguments) end

taskrouter.tasks = {}

---@class (exact) taskrouter.tasks.fetch.arguments
---@field workspace string the workspace
---@field sid string the task

---Reads one task.
---
---**read**; returns the task; attributes are JSON text
---@param arguments taskrouter.tasks.fetch.arguments
---@return any
function taskrouter.tasks.fetch(arguments) end

---@class (exact) taskrouter.tasks.list.arguments
---@field workspace string the workspace
---@field assignment_status? string only tasks in these states, comma-separated
---@field workflow_sid? string only tasks of this workflow
---@field workflow_name? string only tasks of the workflow of this name
---@field queue_sid? string only tasks in this queue
---@field queue_name? string only tasks in the queue of this name
---@field attributes? string only tasks whose attributes fit, 'taskType == "voicemail"'
---@field priority? integer only tasks of this priority
---@field ordering? string such as DateCreated:desc; oldest first where not said
---@field limit? integer how many at most; all where not said

---Lists a workspace's tasks.
---
---**read**; returns list of tasks; attributes are JSON text
---@param arguments taskrouter.tasks.list.arguments
---@return any
function taskrouter.tasks.list(arguments) end

---@class (exact) taskrouter.tasks.update.arguments
---@field workspace string the workspace
---@field sid string the task
---@field attributes? any all attributes, replaced whole: a table or JSON text
---@field assignment_status? "pending"|"reserved"|"assigned"|"canceled"|"wrapping"|"completed" its new state
---@field reason? string why it is canceled or completed
---@field priority? integer its priority

---Changes a task's attributes, state or priority.
---
---**mutate**; returns the task
---@param arguments taskrouter.tasks.update.arguments
---@return any
function taskrouter.tasks.update(arguments) end

taskrouter.worker_statistics = {}

---@class (exact) taskrouter.worker_statistics.fetch.arguments
---@field workspace string the workspace
---@field channel? string only of this task channel: its SID or name

---Reads how many workers are in which activity.
---
---**read**; returns the numbers at this moment
---@param arguments taskrouter.worker_statistics.fetch.arguments
---@return any
function taskrouter.worker_statistics.fetch(arguments) end

taskrouter.workers = {}

---@class (exact) taskrouter.workers.fetch.arguments
---@field workspace string the workspace
---@field sid string the worker

---Reads one worker.
---
---**read**; returns the worker; attributes are JSON text
---@param arguments taskrouter.workers.fetch.arguments
---@return any
function taskrouter.workers.fetch(arguments) end

---@class (exact) taskrouter.workers.list.arguments
---@field workspace string the workspace
---@field friendly_name? string only workers of this name
---@field activity_name? string only workers in this activity
---@field available? string only workers that are, 1, or are not, 0
---@field attributes? string only workers whose attributes fit, "skills HAS 'support'"
---@field limit? integer how many at most; all where not said

---Lists a workspace's workers.
---
---**read**; returns list of workers; attributes are JSON text
---@param arguments taskrouter.workers.list.arguments
---@return any
function taskrouter.workers.list(arguments) end

---@class (exact) taskrouter.workers.update.arguments
---@field workspace string the workspace
---@field sid string the worker
---@field friendly_name? string the worker's name
---@field attributes? any all attributes, replaced whole: a table or JSON text
---@field activity_sid? string the activity

---Changes a worker's name, attributes or activity.
---
---**mutate**; returns the worker; attributes are JSON text
---@param arguments taskrouter.workers.update.arguments
---@return any
function taskrouter.workers.update(arguments) end

taskrouter.workflow_statistics = {}

---@class (exact) taskrouter.workflow_statistics.fetch.arguments
---@field workspace string the workspace
---@field sid string the workflow
---@field channel? string only of this task channel: its SID or name

---Reads how many tasks of a workflow wait, and how long.
---
---**read**; returns the numbers at this moment
---@param arguments taskrouter.workflow_statistics.fetch.arguments
---@return any
function taskrouter.workflow_statistics.fetch(arguments) end

taskrouter.workflows = {}

---@class (exact) taskrouter.workflows.create.arguments
---@field workspace string the workspace
---@field friendly_name string the workflow's name
---@field configuration table<string, any> which tasks go to which queue

---Makes a workflow.
---
---**mutate**; returns the workflow; its configuration is JSON text
---@param arguments taskrouter.workflows.create.arguments
---@return any
function taskrouter.workflows.create(arguments) end

---@class (exact) taskrouter.workflows.fetch.arguments
---@field workspace string the workspace
---@field sid string the workflow

---Reads one workflow.
---
---**read**; returns the workflow
---@param arguments taskrouter.workflows.fetch.arguments
---@return any
function taskrouter.workflows.fetch(arguments) end

---@class (exact) taskrouter.workflows.list.arguments
---@field workspace string the workspace
---@field friendly_name? string only workflows of this name
---@field limit? integer how many at most; all where not said

---Lists a workspace's workflows.
---
---**read**; returns list of workflows
---@param arguments taskrouter.workflows.list.arguments
---@return any
function taskrouter.workflows.list(arguments) end

---@class (exact) taskrouter.workflows.update.arguments
---@field workspace string the workspace
---@field sid string the workflow
---@field friendly_name? string its name
---@field configuration? table<string, any> which tasks go to which queue, all of it
---@field task_reservation_timeout? integer seconds that a worker has to accept a task

---Changes a workflow's name, or which tasks it sends where.
---
---**mutate**; returns the workflow; its configuration is JSON text
---@param arguments taskrouter.workflows.update.arguments
---@return any
function taskrouter.workflows.update(arguments) end

taskrouter.workspace_statistics = {}

---@class (exact) taskrouter.workspace_statistics.fetch.arguments
---@field workspace string the workspace
---@field channel? string only of this task channel: its SID or name

---Reads how many tasks and workers a workspace has.
---
---**read**; returns the numbers at this moment
---@param arguments taskrouter.workspace_statistics.fetch.arguments
---@return any
function taskrouter.workspace_statistics.fetch(arguments) end

taskrouter.workspaces = {}

---@class (exact) taskrouter.workspaces.delete.arguments
---@field sid string the workspace

---Deletes a workspace; protected.
---
---**destroy**; returns nothing
---
---cannot be undone: every workflow, queue, worker and task is gone, and Flex with them
---@param arguments taskrouter.workspaces.delete.arguments
---@return any
function taskrouter.workspaces.delete(arguments) end

---@class (exact) taskrouter.workspaces.fetch.arguments
---@field sid string the workspace

---Reads one workspace.
---
---**read**; returns the workspace
---@param arguments taskrouter.workspaces.fetch.arguments
---@return any
function taskrouter.workspaces.fetch(arguments) end

---@class (exact) taskrouter.workspaces.list.arguments
---@field friendly_name? string only workspaces of this name
---@field limit? integer how many at most; all where not said

---Lists the account's workspaces.
---
---**read**; returns list of workspaces
---@param arguments? taskrouter.workspaces.list.arguments
---@return any
function taskrouter.workspaces.list(arguments) end

twilio = {}

twilio.account = {}

---@class (exact) twilio.account.fetch.arguments

---Reads the account's name and status.
---
---**read**; returns the account
---@param arguments? twilio.account.fetch.arguments
---@return any
function twilio.account.fetch(arguments) end

twilio.balance = {}

---@class (exact) twilio.balance.fetch.arguments

---Reads the account's balance.
---
---**read**; returns the balance and its currency
---@param arguments? twilio.balance.fetch.arguments
---@return any
function twilio.balance.fetch(arguments) end

twilio.calls = {}

---@class (exact) twilio.calls.create.arguments
---@field to string the line that is called
---@field from string a number of the account, which calls
---@field keys? string what is pressed once it is answered; w waits half a second, W a second
---@field say? string what is said after that
---@field seconds? integer how long it stays on the line then; 30

---Calls a line, presses keys, speaks, and hangs up.
---
---**mutate**; returns the call, as it was placed: read it again when it has ended
---
---cannot be undone: the line rings, and the call is charged
---@param arguments twilio.calls.create.arguments
---@return any
function twilio.calls.create(arguments) end

---@class (exact) twilio.calls.fetch.arguments
---@field sid string the call

---Reads one call.
---
---**read**; returns the call
---@param arguments twilio.calls.fetch.arguments
---@return any
function twilio.calls.fetch(arguments) end

---@class (exact) twilio.calls.list.arguments
---@field to? string only calls to this number
---@field from? string only calls from this number
---@field status? "queued"|"ringing"|"in-progress"|"completed"|"busy"|"failed"|"no-answer"|"canceled" only calls in this state
---@field parent_call_sid? string only legs of this call
---@field started_after? string|integer only calls that began then or later
---@field started_before? string|integer only calls that began then or earlier
---@field ended_after? string|integer only calls that ended then or later
---@field ended_before? string|integer only calls that ended then or earlier
---@field limit? integer how many at most; all where not said

---Lists calls, newest first.
---
---**read**; returns list of calls
---@param arguments? twilio.calls.list.arguments
---@return any
function twilio.calls.list(arguments) end

twilio.credentials = {}

---@class (exact) twilio.credentials.fetch.arguments

---Tells the profile's Auth Token by its fingerprint, after trying it.
---
---**read**; returns {auth_token}: a handle that only compares
---@param arguments? twilio.credentials.fetch.arguments
---@return any
function twilio.credentials.fetch(arguments) end

twilio.keys = {}

---@class (exact) twilio.keys.create.arguments
---@field friendly_name string what the key is for

---Makes an API key.
---
---**mutate**; returns the key; its secret is a handle and lies in the secret store
---@param arguments twilio.keys.create.arguments
---@return any
function twilio.keys.create(arguments) end

---@class (exact) twilio.keys.delete.arguments
---@field sid string the key

---Revokes an API key.
---
---**destroy**; returns nothing
---
---cannot be undone: a revoked key cannot be had back; who uses it is locked out
---@param arguments twilio.keys.delete.arguments
---@return any
function twilio.keys.delete(arguments) end

---@class (exact) twilio.keys.list.arguments
---@field limit? integer how many at most; all where not said

---Lists the account's API keys, without their secrets.
---
---**read**; returns list of keys
---@param arguments? twilio.keys.list.arguments
---@return any
function twilio.keys.list(arguments) end

twilio.messages = {}

---@class (exact) twilio.messages.list.arguments
---@field to? string only messages to this number
---@field from? string only messages from this number
---@field sent_after? string|integer only messages sent then or later
---@field sent_before? string|integer only messages sent then or earlier
---@field status? "accepted"|"scheduled"|"canceled"|"queued"|"sending"|"sent"|"failed"|"delivered"|"undelivered"|"receiving"|"received"|"read" only messages in this state
---@field limit? integer how many at most; all where not said

---Lists messages.
---
---**read**; returns list of messages
---@param arguments? twilio.messages.list.arguments
---@return any
function twilio.messages.list(arguments) end

twilio.notifications = {}

---@class (exact) twilio.notifications.list.arguments
---@field call string the call
---@field log? integer 0: errors only, 1: warnings too
---@field since? string|integer only notifications of that day or later
---@field limit? integer how many at most; all where not said

---Lists what went wrong during a call.
---
---**read**; returns list of notifications
---@param arguments twilio.notifications.list.arguments
---@return any
function twilio.notifications.list(arguments) end

twilio.numbers = {}

---@class (exact) twilio.numbers.create.arguments
---@field phone_number string the number to buy
---@field friendly_name? string the number's name
---@field voice_url? string what a call to the number asks for its instructions; empty unsets it
---@field voice_method? "GET"|"POST" how that URL is asked
---@field voice_fallback_url? string what is asked when voice_url fails; empty unsets it
---@field voice_fallback_method? "GET"|"POST" how that URL is asked
---@field voice_application_sid? string the application that takes calls instead; empty unsets it
---@field trunk_sid? string the SIP trunk that takes calls instead; empty unsets it
---@field status_callback? string the URL that is called when a call ends; empty unsets it
---@field status_callback_method? "GET"|"POST" how that URL is asked
---@field sms_url? string what a message to the number asks for its instructions; empty unsets it
---@field sms_method? "GET"|"POST" how that URL is asked
---@field sms_fallback_url? string what is asked when sms_url fails; empty unsets it
---@field sms_fallback_method? "GET"|"POST" how that URL is asked
---@field sms_application_sid? string the application that takes messages instead; empty unsets it
---@field voice_caller_id_lookup? boolean look up callers' names
---@field voice_receive_mode? "voice"|"fax" what calls to the number are

---Buys a phone number.
---
---**mutate**; returns the number
---
---cannot be undone: the number's price is charged
---@param arguments twilio.numbers.create.arguments
---@return any
function twilio.numbers.create(arguments) end

---@class (exact) twilio.numbers.delete.arguments
---@field sid string the number

---Releases a phone number.
---
---**destroy**; returns nothing
---
---cannot be undone: the number goes back to Twilio's pool and may be another's tomorrow
---@param arguments twilio.numbers.delete.arguments
---@return any
function twilio.numbers.delete(arguments) end

---@class (exact) twilio.numbers.fetch.arguments
---@field sid string the number

---Reads one phone number.
---
---**read**; returns the number
---@param arguments twilio.numbers.fetch.arguments
---@return any
function twilio.numbers.fetch(arguments) end

---@class (exact) twilio.numbers.find.arguments
---@field phone_number string the number, in E.164

---Finds a phone number by its digits.
---
---**read**; returns the number, or nil
---@param arguments twilio.numbers.find.arguments
---@return any
function twilio.numbers.find(arguments) end

---@class (exact) twilio.numbers.list.arguments
---@field phone_number? string only numbers that hold these digits
---@field friendly_name? string only numbers of this name
---@field limit? integer how many at most; all where not said

---Lists the account's phone numbers.
---
---**read**; returns list of numbers
---@param arguments? twilio.numbers.list.arguments
---@return any
function twilio.numbers.list(arguments) end

---@class (exact) twilio.numbers.update.arguments
---@field sid string the number
---@field friendly_name? string the number's name
---@field voice_url? string what a call to the number asks for its instructions; empty unsets it
---@field voice_method? "GET"|"POST" how that URL is asked
---@field voice_fallback_url? string what is asked when voice_url fails; empty unsets it
---@field voice_fallback_method? "GET"|"POST" how that URL is asked
---@field voice_application_sid? string the application that takes calls instead; empty unsets it
---@field trunk_sid? string the SIP trunk that takes calls instead; empty unsets it
---@field status_callback? string the URL that is called when a call ends; empty unsets it
---@field status_callback_method? "GET"|"POST" how that URL is asked
---@field sms_url? string what a message to the number asks for its instructions; empty unsets it
---@field sms_method? "GET"|"POST" how that URL is asked
---@field sms_fallback_url? string what is asked when sms_url fails; empty unsets it
---@field sms_fallback_method? "GET"|"POST" how that URL is asked
---@field sms_application_sid? string the application that takes messages instead; empty unsets it
---@field voice_caller_id_lookup? boolean look up callers' names
---@field voice_receive_mode? "voice"|"fax" what calls to the number are

---Updates a phone number's webhooks or name.
---
---**mutate**; returns the number
---@param arguments twilio.numbers.update.arguments
---@return any
function twilio.numbers.update(arguments) end

twilio.recordings = {}

---@class (exact) twilio.recordings.delete.arguments
---@field sid string the recording

---Deletes a recording.
---
---**destroy**; returns nothing
---
---cannot be undone: the recording's sound and its transcriptions are gone
---@param arguments twilio.recordings.delete.arguments
---@return any
function twilio.recordings.delete(arguments) end

---@class (exact) twilio.recordings.fetch.arguments
---@field sid string the recording

---Reads one recording's record, not its sound.
---
---**read**; returns the recording
---@param arguments twilio.recordings.fetch.arguments
---@return any
function twilio.recordings.fetch(arguments) end

---@class (exact) twilio.recordings.list.arguments
---@field call? string only recordings of this call
---@field created_after? string|integer only recordings made then or later
---@field created_before? string|integer only recordings made then or earlier
---@field limit? integer how many at most; all where not said

---Lists recordings.
---
---**read**; returns list of recordings
---@param arguments? twilio.recordings.list.arguments
---@return any
function twilio.recordings.list(arguments) end

twilio.status = {}

---@class (exact) twilio.status.fetch.arguments

---Reads Twilio's public status page.
---
---**read**; returns the status page: status, components, incidents
---@param arguments? twilio.status.fetch.arguments
---@return any
function twilio.status.fetch(arguments) end

twilio.transcriptions = {}

---@class (exact) twilio.transcriptions.list.arguments
---@field recording? string only transcriptions of this recording
---@field limit? integer how many at most; all where not said

---Lists transcriptions of recordings.
---
---**read**; returns list of transcriptions
---@param arguments? twilio.transcriptions.list.arguments
---@return any
function twilio.transcriptions.list(arguments) end
