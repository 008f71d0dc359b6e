-- The diagnostic toolkit, everything that does not wait for something else at once. The engine has
-- asked whose account it is before the first of these goes out.
local flow = "FWbc3a4d5bbdf441d90c3cc781e7ef61fd"

local function logs()
  local service = serverless.services.list()[1].sid
  local environment = serverless.environments.list { service = service }[1].sid
  return serverless.logs.list { service = service, environment = environment, limit = 50 }
end

local reads = {
  function() return twilio.calls.list { limit = 5 } end,
  function() return studio.executions.list { flow = flow, limit = 5 } end,
  logs,
  function() return flex.configuration.fetch().ui_attributes.custom_data end,
}
local calls, executions, lines, configuration = table.unpack(parallel(reads, function(read) return read() end))
return { calls = calls, executions = executions, logs = lines, configuration = configuration }
