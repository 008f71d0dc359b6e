-- A sound symptom that mistakes are made in, one at a time: tests/check/mistakes_test.cpp.
return symptom {
  name = "busy-signal", title = "Callers hear a busy signal", severity = "medium",
  caller_visible = 1, last_verified = "2026-11-20", matches = { "busy signal" },
  authority = { approver = "approver" },
  parameters = { number = param.phone { why = "The line that callers dial" } },
  read_first = { "Who answers the line" },
  gotchas = { { gotcha = "It is another line", symptom = "Nothing is found" } },
  causes = {
    cause { "unwired", "The number's voice URL is empty", severity = "high", inform = "approver" },
    cause { "flow-gone", "The number rings a flow that is gone", tell = "Set it up again.", look_again = "6h" },
  },
  look = function(case)
    local number = twilio.numbers.find { phone_number = case.params.number }
    return { number = number, flows = studio.flows.list() }
  end,
  diagnose = function(case)
    local number, flow = case.seen.number, case.seen.flows[1]
    if number.voice_url == "" and flow then
      return finding { cause = "unwired", evidence = "it rings nothing", facts = { sid = number.sid, url = flow.webhook_url } }
    end
    if not flow then return finding { cause = "flow-gone", evidence = "there is no flow" } end
  end,
  fixes = {
    ["unwired"] = fix("Have the number ring its flow", { when = function(found) return found.facts ~= nil end })(function(case)
      step "Set the number's voice URL"
      twilio.numbers.update { sid = case.finding.facts.sid, voice_url = case.finding.facts.url }
    end),
  },
  verify = function(case) return case.seen.number.voice_url ~= "", "it rings nothing" end,
}
