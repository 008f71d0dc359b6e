// The product's own requests, recorded on their way: every kind of read that it knows.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const configuration = ({ endpoint, accountSid, domain }) => `
[state]
home = "state"
[profiles.acme]
environment = "test"
endpoint = "${endpoint}"

[profiles.acme.twilio]
account_sid = "${accountSid}"
api_key = "KEY"
api_secret = { env = "ACME_API_SECRET" }
auth_token = { env = "ACME_AUTH_TOKEN" }

[profiles.acme.mailgun]
account_key = { env = "ACME_MAILGUN_KEY" }
domain = "${domain}"
`;

// Every read that asks a provider, with its filters; of what a list finds one is read whole. Messages
// and keys of a person's account are read with the token where the key may not.
const reads = `
local since = time.now() - 20 * 86400
local function first(list, fn) if list[1] then return fn(list[1]) end end
twilio.account.fetch {}
twilio.balance.fetch {}
twilio.keys.list {}
twilio.messages.list { to = "+15550100777", sent_after = since, limit = 5 }
first(twilio.numbers.list {}, function(one)
  twilio.numbers.fetch { sid = one.sid }
  twilio.numbers.find { phone_number = one.phone_number }
end)
twilio.calls.list { to = "+15550100200", status = "completed", started_before = time.now(), limit = 5 }
first(twilio.calls.list { started_after = since, limit = 60 }, function(one)
  twilio.calls.fetch { sid = one.sid }
  twilio.notifications.list { call = one.sid, since = since }
end)
first(twilio.recordings.list { limit = 5 }, function(one)
  twilio.recordings.fetch { sid = one.sid }
  twilio.transcriptions.list { recording = one.sid }
end)
first(studio.flows.list {}, function(one)
  local flow = studio.flows.fetch { sid = one.sid }
  studio.flows.validate { friendly_name = flow.friendly_name, definition = flow.definition, status = "published" }
  studio.revisions.list { flow = one.sid }
  studio.revisions.fetch { flow = one.sid, revision = "LatestPublished" }
  first(studio.executions.list { flow = one.sid, status = "ended", created_after = since, limit = 5 }, function(run)
    studio.executions.fetch { flow = one.sid, sid = run.sid }
    studio.steps.list { flow = one.sid, execution = run.sid }
    studio.contexts.fetch { flow = one.sid, execution = run.sid }
  end)
end)
first(serverless.services.list {}, function(one)
  serverless.services.fetch { sid = one.sid }
  serverless.functions.list { service = one.sid }
  serverless.assets.list { service = one.sid }
  first(serverless.builds.list { service = one.sid }, function(build)
    serverless.builds.fetch { service = one.sid, sid = build.sid }
  end)
  first(serverless.environments.list { service = one.sid }, function(environment)
    serverless.logs.list { service = one.sid, environment = environment.sid, since = since }
    serverless.deployments.list { service = one.sid, environment = environment.sid }
    serverless.variables.list { environment = environment.sid }
  end)
end)
flex.configuration.fetch {}
first(taskrouter.workspaces.list {}, function(one)
  taskrouter.workspaces.fetch { sid = one.sid }
  taskrouter.queues.list { workspace = one.sid }
  first(taskrouter.workflows.list { workspace = one.sid }, function(workflow)
    taskrouter.workflows.fetch { workspace = one.sid, sid = workflow.sid }
    taskrouter.tasks.list { workspace = one.sid, workflow_sid = workflow.sid, ordering = "Priority:desc" }
  end)
  first(taskrouter.tasks.list {
    workspace = one.sid, assignment_status = "pending,reserved,assigned", attributes = "taskType == 'voicemail'",
  }, function(task) taskrouter.tasks.fetch { workspace = one.sid, sid = task.sid } end)
end)
monitor.alerts.list { log_level = "error", since = since }
monitor.events.list { since = since }
mailgun.keys.list { kind = "domain" }
first(mailgun.domains.list {}, function(one)
  mailgun.domains.fetch { name = one.name }
  mailgun.queues.fetch { name = one.name }
end)
mailgun.events.list { since = since, event = "delivered" }
mailgun.logs.list { since = since, events = { "delivered" } }
`;

function run(binary, args, options) {
  return new Promise((resolve, reject) =>
    execFile(binary, args, options, (problem, out, err) =>
      problem ? reject(new Error(`${args[0]}: ${problem.message}\n${out}${err}`)) : resolve(out)));
}

export async function walk({ binary, endpoint, world, accountSid, keySid, key, domain }) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-contract-"));
  try {
    writeFileSync(join(folder, "countersign.toml"),
      configuration({ endpoint, accountSid, domain }).replace("KEY", keySid));
    const environment = {
      PATH: process.env.PATH, HOME: folder, ACME_API_SECRET: key.secret,
      ACME_AUTH_TOKEN: world.accounts[accountSid].auth_token, ACME_MAILGUN_KEY: world.mailgun.account_key,
    };
    await run(binary, ["eval", "--profile", "acme", "-e", reads], { cwd: folder, env: environment });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
