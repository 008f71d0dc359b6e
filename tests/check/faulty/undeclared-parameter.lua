return runbook {
  name = "undeclared-parameter",
  title = "run.params of what nobody is asked for",
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
      note(run.params.nummber)
--> 18:23 error unknown-parameter: no parameter "nummber" is declared → did you mean "number"?
      local params = run.params
      note(params.adress)
--> 21:19 error unknown-parameter: no parameter "adress" is declared → declare it: adress = param.text { why = "…" }
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
