return runbook {
  name = "branch-on-placeholder",
  title = "A mutating phase decides nothing",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
  },
  read_first = { "PAC.md" },
  rails = {
    rails.snapshot_first,
  },
  procedure = {
    read "inspect" (function(run)
      local number = twilio.numbers.find { phone_number = run.params.number }
      check(number, "the number is on this account")
      snapshot.capture { label = "PRE" }
      return { sid = number.sid, logs = {} }
    end),

    mutate "flow" (function(run)
      step "Make the flow"
      local flow = studio.flows.create { friendly_name = "Flow", status = "published", definition = {} }
      if flow.sid then step "Made" end
--> 24:10 error placeholder: the phase "flow" branches on what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      while not flow.valid do step "Again" end
--> 26:17 error placeholder: the phase "flow" branches on what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      local name = flow.friendly_name or "none"
--> 28:20 error placeholder: the phase "flow" branches on what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      if flow.revision > 1 or name == "x" then return end
--> 30:10 error placeholder: the phase "flow" compares what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      step("Made " .. flow.sid)
--> 32:12 error placeholder: the phase "flow" says what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      return { length = #flow.sid, url = "https://x.example/" .. flow.sid }
--> 34:26 error placeholder: the phase "flow" measures what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
