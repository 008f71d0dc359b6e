-- Who else reads a variable of the functions: what is taken away, or says something else, for this feature
-- may be another's too. Looked for in the source of every function that is live.
local deployment = require "deployment"
local wait_experience = require "wait_experience"

local readers = {}

local own = deployment.wait_path:match("^(/features/[^/]+/)")

-- Whether code names `key`, as a whole: context.KEY, context["KEY"], const { KEY } = context.
local function names(code, key) return (" " .. code .. " "):find("[^%w_$]" .. key .. "[^%w_$]") ~= nil end

-- Whether code reads variables by names that it computes: context[name], process.env[`${a}_B`].
local function computes(code)
  for _, holder in ipairs { "context", "env" } do
    for first in code:gmatch("%f[%w_$]" .. holder .. "%s*%[%s*(.)") do
      if first ~= "\"" and first ~= "'" then return true end
    end
  end
  return false
end

-- The service and the build that serve the profile's domain; nil where none does.
local function served(profile)
  for _, service in ipairs(serverless.services.list()) do
    for _, environment in ipairs(serverless.environments.list { service = service.sid }) do
      if environment.domain_name == profile.serverless_domain and environment.build_sid then
        for _, build in ipairs(serverless.builds.list { service = service.sid }) do
          if build.sid == environment.build_sid then return service, build end
        end
      end
    end
  end
end

-- What is deployed of a function, else its file in the workspace, which is what a deploy would put there;
-- nil where neither can be read.
local function source_of(service, version, profile)
  local there, source = pcall(serverless.sources.fetch, {
    service = service.sid, ["function"] = version.function_sid, version = version.sid,
  })
  if there and type(source.content) == "string" and source.content ~= "" then return source.content end
  local folder = tostring(profile.env_file):match("^(.*)/[^/]+$")
  for _, ending in ipairs { ".js", ".protected.js", ".private.js" } do
    local text = folder and files.find { path = folder .. "/src/functions" .. version.path .. ending }
    if text then return text end
  end
end

-- The functions outside of this feature that read one of `keys`: list of { path, keys }; and what could not be
-- searched, in words.
function readers.look(profile, keys)
  local found, blind = {}, {}
  local service, build = served(profile)
  if not service then
    return found, { "no build is live at " .. tostring(profile.serverless_domain) .. ", so no function was searched" }
  end
  for _, version in ipairs(build.function_versions or {}) do
    if version.path:sub(1, #own) ~= own then
      local source = source_of(service, version, profile)
      if not source then
        blind[#blind + 1] = version.path .. ": its source cannot be read, neither live nor in the workspace"
      else
        local code, read = wait_experience.without_comments(source), {}
        for _, key in ipairs(keys) do
          if names(code, key) then read[#read + 1] = key end
        end
        if #read > 0 then found[#found + 1] = { path = version.path, keys = read } end
        if computes(code) then
          blind[#blind + 1] = version.path .. ": it reads variables by names that it computes"
        end
      end
    end
  end
  for _, asset in ipairs(build.asset_versions or {}) do
    if tostring(asset.path):find("%.js$") then blind[#blind + 1] = asset.path .. ": an asset, whose text is not read" end
  end
  return found, blind
end

-- The same as they are said to people: "/reports/daily (ADMIN_EMAIL)".
function readers.said(found)
  local list = {}
  for i, one in ipairs(found) do list[i] = one.path .. " (" .. table.concat(one.keys, ", ") .. ")" end
  return list
end

-- A finding of what was not searched, where there is something.
function readers.tell_blind(blind)
  if #blind == 0 then return end
  finding {
    cause = "readers-not-searched", severity = "low",
    evidence = { "whether these read the variables is not known: look at them before you approve", blind },
  }
end

return readers
