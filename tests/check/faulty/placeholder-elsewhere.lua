return runbook {
  name = "placeholder-elsewhere",
  title = "What else is not known before it happened",
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
      local name = string.format("%s-%s", flow.sid, "x")
      check(name ~= "", "it has a name")
--> 25:13 error placeholder: the phase "flow" compares what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      for key in pairs(flow) do note(key) end
--> 27:24 error placeholder: the phase "flow" goes through what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      local next = flow.revision + 1
--> 29:20 error placeholder: the phase "flow" computes with what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
      return { match = flow.sid:match("FW"), name = name }
--> 31:24 error placeholder: the phase "flow" calls a method of what an operation of its own returns, which is not known before it is carried out → decide in a read phase behind it; here it can only be handed on or made part of text
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
