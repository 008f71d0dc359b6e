return runbook {
  name = "unused-parameter",
  title = "What people are asked for and nothing reads",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
    label = param.text { why = "What it is called" },
--> 8:5 warning unused-parameter: nothing reads the parameter "label" → people are asked for it: use it, or take it away
    agent = param.text { required_if = { number = "+1" }, why = "Who" },
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
      note(run.params.agent)
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
