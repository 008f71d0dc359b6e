return runbook {
  name = "parameter-without-why",
  title = "A parameter that does not say why",
  authority = { operator = "cto", approver = "ceo" },
  parameters = {
    client = param.profile { why = "Which account" },
    number = param.phone { why = "Which line" },
    label = param.text {},
--> 8:13 error parameter-without-why: the parameter "label" does not say why it is needed → add why = "…": it is what people are asked
    kind = param.choice { why = "" },
--> 10:12 error parameter-without-why: the parameter "kind" does not say why it is needed → add why = "…": it is what people are asked
--> 10:12 error wrong-value: the choice "kind" has no choices → add choices = { "…", … }
    other = param.profile { why = "A second one" },
--> 13:13 error second-profile: "other" is a second profile, and one names the account → a run changes one account; others are adjacent, or have a run of their own
    plain = "text",
--> 15:13 error wrong-value: runbook: parameters["plain"] is not a param.<kind> { … }
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
      note(run.params.label .. run.params.kind .. run.params.plain)
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
