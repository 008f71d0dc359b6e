local steps = { count = 2 }

function steps.edit()
  step "Edit"
  files.edit { path = "a.json", set = { ["/a/b"] = true } }
end

function steps.deploy(options)
  step "Deploy"
  flex.deploy { overwrite = true }
  if options.wide then command.run { name = "deploy-serverless", environment = { A = "1" } } end
end

function steps.flow()
  return studio.flows.create { friendly_name = "F", status = "published", definition = { a = {} } }
end

return steps
