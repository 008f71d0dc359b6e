-- Callers hear a busy signal: the number rings nothing, or a flow that is not there.
return symptom {
  name = "busy-signal", title = "Callers hear a busy signal", severity = "medium",
  caller_visible = 1, last_verified = "2026-11-21", matches = { "busy signal", "busy tone" },
  parameters = { number = param.phone { why = "The line that callers dial" } },

  causes = {
    cause { "number-unwired", "The number's voice URL is empty" },
    cause { "flow-gone", "The number rings a flow that is not there", tell = "Give the line a flow by connie/setup." },
  },

  look = function(case)
    return { number = twilio.numbers.find { phone_number = case.params.number }, flows = studio.flows.list() }
  end,

  diagnose = function(case)
    local number, flow = case.seen.number, case.seen.flows[1]
    local rings = number.voice_url:match("FW%x+")
    if number.voice_url == "" and flow then
      return finding {
        cause = "number-unwired", evidence = number.phone_number .. " rings nothing; there is the flow " .. flow.friendly_name,
        facts = { sid = number.sid, url = flow.webhook_url },
      }
    end
    for _, one in ipairs(case.seen.flows) do
      if one.sid == rings then return nil end
    end
    return finding { cause = "flow-gone", evidence = number.phone_number .. " rings " .. tostring(rings) }
  end,

  fixes = {
    ["number-unwired"] = fix "Have the number ring its flow" (function(case)
      step "Set the number's voice URL"
      twilio.numbers.update { sid = case.finding.facts.sid, voice_url = case.finding.facts.url }
    end),
  },

  verify = function(case) return case.seen.number.voice_url ~= "", "it rings nothing" end,
}
