local ground = require "gruond"
--> 1:24 error unknown-module: there is no module "gruond" beside the script → a module is a file NAME.lua in the script's own folder
local which = "ground"
local other = require(which)
--> 4:23 error unknown-module: there is no module "ground" beside the script → a module is a file NAME.lua in the script's own folder
local third = require("../" .. which)
--> 6:23 error unknown-module: "../ground" is not the name of a module → letters, digits, - and _, parts joined by dots
local fourth = require(ground.name)
--> 8:24 error dynamic-require: which module this loads is not written here → write require "name", so that what belongs to the runbook can be seen

return runbook {
  name = "modules",
  title = "Modules that are not there, or not to be seen",
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
