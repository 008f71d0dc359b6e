return runbook {
  name = "unstable-order",
  title = "A table that has no stable order",
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
      local a, b = {}, {}
      local set = { [a] = true, [b] = true }
      for key in pairs(set) do note(tostring(key)) end
--> 20:24 error unstable-order: a table with tables or functions as keys has no stable order, and going through it stops the run → key it by text, such as a SID
      local seen = {}
      seen[number] = 1
      seen[function() end] = 2
      for key in pairs(seen) do note(tostring(key)) end
--> 25:24 error unstable-order: a table with tables or functions as keys has no stable order, and going through it stops the run → key it by text, such as a SID
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
