#include "repl/skeleton.h"

namespace countersign {
namespace {

constexpr const char* kRunbook =
    R"(-- Reads what an account holds, renames one of its numbers, looks whether that worked. Change what it
-- does step by step, and `countersign check` it as you go.
return runbook {
  name = "NAME", title = "Rename a phone number",
  authority = { operator = "operator", approver = "approver" },

  parameters = {
    client = param.profile { why = "Which account the number is in" },
    number = param.phone { why = "The number to rename" },
    label = param.text { why = "What it is called from now on" },
  },
  read_first = { "What the number is used for, and by whom" },

  rails = {
    rails.snapshot_first,
    rails.baselines_unchanged,
    rails.never("twilio.numbers.delete", "a number that is released may be another's tomorrow"),
  },

  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account", run.params.number)
      snapshot.capture { label = "PRE", baselines = true }
      return { sid = number.sid }
    end),

    mutate "rename" (function(run)
      step "Give the number its new name"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),

    read "verify" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number.friendly_name == run.params.label, "the number has its new name")
    end),
  },

  done = { proven "the number has its new name" },
  variants = { ["Where the number rings"] = "A runbook of its own" },
}
)";

constexpr const char* kRunbookScenarios =
    R"(-- Fails until the decision is there: the run waits for one. Then say more of what has to come of it.
return scenarios {
  script = "NAME.lua", world = "WORLD",
  people = { olive = { "operator" }, anna = { "approver" } },

  scenario "the number gets its new name" {
    params = { client = "acme", number = "+15550100200", label = "Acme main" },
    decisions = {},
    expect = { status = "done", plan = { "twilio.numbers.update" } },
  },
}
)";

constexpr const char* kSymptom =
    R"(-- What is noticed, how it is told apart, what is done about it. Change it step by step.
return symptom {
  name = "NAME", title = "Calls to a number do not reach its flow", severity = "medium",
  caller_visible = 1, last_verified = "TODAY", matches = { "does not ring", "dead number" },
  parameters = {
    number = param.phone { why = "The number that was dialled" },
    flow = param.text { why = "The name of the flow that it should ring" },
  },
  causes = {
    cause { "unwired", "The number rings something else" },
    cause { "calls-fail", "Twilio reports errors", tell = "We are looking at it", look_again = "1h" },
  },

  look = function(case)
    local number = twilio.numbers.find { phone_number = case.params.number }
    check(number, "the number is on this account", case.params.number)
    return { number = number, flow = studio.flows.find { name = case.params.flow } }
  end,

  diagnose = function(case)
    local number, flow = case.seen.number, case.seen.flow
    if flow and number.voice_url ~= flow.webhook_url then
      return finding { cause = "unwired", facts = { sid = number.sid, url = flow.webhook_url } }
    end
    local alerts = monitor.alerts.list { log_level = "error", limit = 5 }
    if #alerts > 0 then return finding { cause = "calls-fail", evidence = alerts } end
  end,

  fixes = {
    ["unwired"] = fix "Wire the number to its flow" (function(case)
      step "Let callers ring the flow again"
      twilio.numbers.update { sid = case.finding.facts.sid, voice_url = case.finding.facts.url }
    end),
  },

  verify = function(case)
    return case.seen.number.voice_url == case.finding.facts.url, "it rings " .. case.seen.number.voice_url
  end,
}
)";

constexpr const char* kSymptomScenarios =
    R"(-- Fails until break_ breaks the world: nothing is found where nothing is broken. Take away the -- before set,
-- then add a scenario for each cause.
return scenarios {
  script = "NAME.lua", world = "WORLD",

  scenario "the number rings something else" {
    break_ = {
      -- set("/accounts/AC68c8096035594cd23248bd5540f7c7ee/phone_numbers/0/voice_url", "https://x.example"),
    },
    params = { client = "acme", number = "+15550100200", flow = "Acme Wait Experience" },
    expect = { status = "done", findings = { "unwired" }, plan = { "twilio.numbers.update" } },
  },
}
)";

constexpr const char* kFirst =
    R"(-- Looks at the first number of the account, gives it another name, looks whether it has it. With the account that
-- countersign.toml has at first it changes nothing but the simulator:
--   countersign sim --world worlds/demo.json --port 8400
return runbook {
  name = "hello", title = "Give the first number another name",
  authority = { operator = "operator", approver = "approver" },

  parameters = {
    client = param.profile { default = "demo", why = "Which account the number is in" },
    label = param.text { default = "Hello from Countersign", why = "What it is called from now on" },
  },
  read_first = { "What the number is used for, and by whom" },
  rails = { rails.snapshot_first },

  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.list()[1]
      check(number, "the account has a number")
      note(number.phone_number .. " is called " .. number.friendly_name)
      snapshot.capture { label = "PRE" }
      return { sid = number.sid }
    end),

    mutate "rename" (function(run)
      step "Give the number its new name"
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = run.params.label }
    end),

    read "verify" (function(run)
      check(twilio.numbers.fetch { sid = run.inspect.sid }.friendly_name == run.params.label, "the number has its new name")
    end),
  },

  done = { proven "the number has its new name" },
  variants = { ["Another number than the first"] = "countersign new runbook NAME" },
}
)";

std::string filled(std::string text, const std::string& hole, const std::string& with) {
  for (std::size_t at = text.find(hole); at != std::string::npos;
       at = text.find(hole, at + with.size()))
    text.replace(at, hole.size(), with);
  return text;
}

}  // namespace

Skeleton runbook_skeleton(const std::string& name, const std::string& world) {
  return {filled(kRunbook, "NAME", name),
          filled(filled(kRunbookScenarios, "WORLD", world), "NAME", name)};
}

Skeleton symptom_skeleton(const std::string& name, const std::string& today,
                          const std::string& world) {
  return {filled(filled(kSymptom, "TODAY", today), "NAME", name),
          filled(filled(kSymptomScenarios, "WORLD", world), "NAME", name)};
}

std::string first_runbook() {
  return kFirst;
}

}  // namespace countersign
