return runbook {
  name = "list-with-holes",
  title = "The length of a list with nil in it",
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
      local list = { "a", nil, "c" }
      note(#list .. " entries")
--> 19:12 error ambiguous-length: the length of a list with nil in the middle may be more than one number → leave the nil out, or use json.null
      note(#{ nil, 1 } .. " entries")
--> 21:12 error ambiguous-length: the length of a list with nil in the middle may be more than one number → leave the nil out, or use json.null
      note(#{ "a", "b", nil } .. " entries")
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
