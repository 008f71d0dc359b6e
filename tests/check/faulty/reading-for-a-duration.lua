return runbook {
  name = "reading-for-a-duration",
  title = "What has to be known without looking",
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

    wait("calm", { when = function(run) return #twilio.calls.list() > 0 end }) {
--> 21:49 error call-at-load: the `when` of the phase "calm" calls twilio.calls.list, and has to be known without looking → read it in a read phase before, and use run.<phase>
      duration = function(run) return #twilio.calls.list() * 60 end,
--> 23:40 error call-at-load: the wait "calm" calls twilio.calls.list, and has to be known without looking → read it in a read phase before, and use run.<phase>
      why = "Lets calls end",
    },

    wait "night" { till = function(run) return time.now() + 3600 end, why = "Callers sleep" },
--> 28:48 error call-at-load: the wait "night" calls time.now(), and has to be known without looking → read it in a read phase, and use run.<phase>
  },
  done = {
    proven "the number is on this account",
    attest { "calls", "Calls arrive", when = function(run) return #twilio.calls.list() > 0 end },
--> 33:68 error call-at-load: the `when` of an item of done calls twilio.calls.list, and has to be known without looking → read it in a read phase before, and use run.<phase>
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
