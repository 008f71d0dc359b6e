return runbook {
  name = "assigned-globals",
  title = "Variables that nobody declared",
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
      count = 0
--> 18:7 warning global: "count" is assigned without having been declared → write local count
      for _, call in ipairs(twilio.calls.list()) do count = count + 1 end
--> 20:53 warning global: "count" is assigned without having been declared → write local count
      note = count
--> 22:7 error global: "note" is the language's, and this would hide it → give the variable another name, and declare it with local
      function helper() return count end
--> 24:16 warning global: "helper" is assigned without having been declared → write local helper
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
