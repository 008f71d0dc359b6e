local numbers = twilio.numbers.list()
--> 1:17 error call-at-load: twilio.numbers.list is called while the script is loaded → call it inside a phase
twilio.numbers.delete { sid = numbers[1].sid }
--> 3:1 error call-at-load: twilio.numbers.delete is called while the script is loaded → call it inside a phase
check(#numbers == 0, "there are none")
--> 5:1 error call-at-load: check is called while the script is loaded → call it inside a phase
local begun = time.now()
--> 7:15 error call-at-load: time.now() is called while the script is loaded → read it in a read phase, and use run.<phase>

return runbook {
  name = "change-at-top-level",
  title = "What is called while the script is loaded",
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
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
