return runbook {
  name = "absent-library",
  title = "What would differ from run to run, or leave the jail",
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
      local now = os.time()
--> 18:19 error absent-name: "os.time" is not there → it differs from run to run; time.now() is journaled, in a read phase
      local dice = math.random(6)
--> 20:20 error absent-name: "math.random" is not there → it differs from run to run; take what should differ as a parameter, or use run.id
      local file = io.open("/etc/passwd")
--> 22:20 error absent-name: "io.open" is not there → files of the workspace are read with files.read, in a read phase
      collectgarbage()
--> 24:7 error absent-name: "collectgarbage" is not there → when memory is freed differs from run to run
      local f = load("return 1")
--> 26:17 error absent-name: "load" is not there → what a script does is what was signed; write it out as functions
      local packed = string.pack("i4", 7)
--> 28:22 error absent-name: "string.pack" is not there → not available: strings must be UTF-8
      note(os.getenv "HOME")
--> 30:12 error absent-name: "os.getenv" is not there → a script sees no environment; take it as a parameter
      debug.traceback()
--> 32:7 error absent-name: "debug.traceback" is not there → it leads out of the script's jail
      package.loaded.x = 1
--> 34:7 error absent-name: "package.loaded" is not there → modules beside the runbook are loaded with require "name"
      coroutine.close(coroutine.create(print))
--> 36:7 error absent-name: "coroutine.close" is not there → when it closes what is pending differs from run to run
      _G.x = 1
--> 38:7 error absent-name: "_G" is not there → what is global is the language's; use local variables
      return { sid = number.sid, logs = {} }
    end),
  },
  done = {
    proven "the number is on this account",
  },
  variants = { ["The end of it"] = "connie/cancel" },
}
