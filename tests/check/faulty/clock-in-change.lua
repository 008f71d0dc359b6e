return runbook {
  name = "clock-in-change",
  title = "The time, in a mutating phase",
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

    mutate "rename" (function(run)
      step("Rename the number at " .. time.iso(time.now()))
--> 22:48 error clock-in-change: the phase "rename" does not read the clock, and time.now() does → read it in a read phase before, and use run.<phase>
      twilio.numbers.update { sid = run.inspect.sid, friendly_name = "Main line" }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
