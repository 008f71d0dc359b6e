return runbook {
  name = "change-in-a-wait",
  title = "What changes something, where a wait looks",
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

    wait "calm" {
      duration = "1h",
      ready = function(run)
        studio.executions.cancel { flow = "FWbc3a4d5bbdf441d90c3cc781e7ef61fd", sid = "FN00000000000000000000000000000001" }
--> 24:9 error change-in-read: the wait "calm" only reads, and studio.executions.cancel changes something → move it into a mutate phase; it will be planned, shown and signed
        return true
      end,
      unless = { "nobody calls", function(run)
        devlogs.archive { folder = "x" }
--> 29:9 error change-in-read: the wait "calm" only reads, and devlogs.archive changes something → move it into a mutate phase; it will be planned, shown and signed
      end },
      why = "Lets calls end",
    },
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
