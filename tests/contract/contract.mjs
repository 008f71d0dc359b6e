// The providers' own SDKs walk the simulator and must find nothing wrong, and what they and the
// product say to each other must be as the providers' OpenAPI descriptions have it.
//
//   node contract.mjs PORT [BINARY]        (or COUNTERSIGN_SIM_PORT=PORT)
//
// The simulator serves docs/examples/worlds/demo.json; the walk changes that world, so it wants a
// fresh one. BINARY is the countersign that walks too. MAILGUN_OPENAPI=FILE names Mailgun's
// description; without it Mailgun is not held against one. Exits 1 with a list of what differs.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import Mailgun from "mailgun.js";
import { Descriptions } from "./descriptions.mjs";
import { walk } from "./product.mjs";
import { record } from "./recorder.mjs";

const require = createRequire(import.meta.url);
const twilio = require("twilio");
const RequestClient = require("twilio/lib/base/RequestClient");

const port = process.argv[2] ?? process.env.COUNTERSIGN_SIM_PORT;
if (!port) {
  console.error("usage: node contract.mjs PORT");
  process.exit(2);
}
const recorder = await record(Number(port));
const base = `http://127.0.0.1:${recorder.port}`;

// The SDK writes https://HOST/PATH; the simulator wants the host as the first element of the path.
class Redirected extends RequestClient {
  request(options) {
    return super.request({ ...options, uri: options.uri.replace(/^https:\/\//, `${base}/`) });
  }
}

const world = await (await fetch(`${base}/_sim/world`)).json();
const [accountSid, account] = Object.entries(world.accounts).find(
  ([, each]) => each.friendly_name === "acme");
const [keySid, key] = Object.entries(account.api_keys)[0];
const client = (user, password) =>
  twilio(user, password, { accountSid, httpClient: new Redirected({ timeout: 10000 }) });
const withKey = client(keySid, key.secret);
const withToken = client(accountSid, account.auth_token);

const failures = [];
let count = 0;
async function check(title, walk) {
  ++count;
  try {
    await walk();
  } catch (problem) {
    failures.push(`${title}: ${problem.stack ?? problem}`);
  }
}

// The call fails with exactly this status and code.
async function refused(status, code, call) {
  let seen;
  try {
    await call();
  } catch (problem) {
    seen = problem;
  }
  assert.ok(seen, `want ${status}/${code}, but it succeeded`);
  assert.equal(seen.status, status);
  if (code === undefined) return;
  assert.equal(seen.code, code);
  assert.equal(seen.moreInfo, `https://www.twilio.com/docs/errors/${code}`);
}

// A request that the SDK cannot make.
async function raw(path, options = {}) {
  const headers = { authorization: "Basic " + btoa(`${keySid}:${key.secret}`) };
  const response = await fetch(base + path, { headers, ...options });
  return { status: response.status, body: await response.json() };
}

const sids = (records) => records.map((record) => record.sid);
const unique = (list) => new Set(list).size === list.length;
const missing = (prefix) => prefix + "0".repeat(32);

// --- credentials -------------------------------------------------------------------------------

await check("a wrong secret is 401/20003", () =>
  refused(401, 20003, () => client(keySid, "wrong").calls.list({ limit: 1 })));
await check("an unknown key is 401/20003", () =>
  refused(401, 20003, () => client(missing("SK"), "wrong").flexApi.v1.configuration().fetch()));
await check("a standard key cannot read the account", () =>
  refused(401, 20003, () => withKey.api.v2010.accounts(accountSid).fetch()));
await check("a standard key cannot list keys", () =>
  refused(401, 20003, () => withKey.keys.list()));
await check("the auth token reads the account", async () => {
  const it = await withToken.api.v2010.accounts(accountSid).fetch();
  assert.equal(it.friendlyName, "acme");
  assert.equal(it.status, "active");
  assert.ok(it.dateCreated instanceof Date && !Number.isNaN(it.dateCreated.getTime()));
});
await check("another account's path is 401/20003", () =>
  refused(401, 20003, () =>
    withKey.api.v2010.accounts(Object.keys(world.accounts).find((sid) => sid !== accountSid))
      .calls.list({ limit: 1 })));

// --- core --------------------------------------------------------------------------------------

await check("calls come in pages, each once, newest first", async () => {
  const all = await withKey.calls.list({ pageSize: 20 });
  assert.equal(all.length, account.calls.length);
  assert.ok(unique(sids(all)));
  for (let i = 1; i < all.length; ++i) assert.ok(all[i - 1].startTime >= all[i].startTime);
});
await check("the default page holds 50 and the walk goes on", async () => {
  const page = await withKey.calls.page();
  assert.equal(page.instances.length, 50);
  const next = await page.nextPage();
  assert.equal(next.instances.length, account.calls.length - 50);
  assert.equal(await next.nextPage(), undefined);
  const back = await next.previousPage();
  assert.deepEqual(sids(back.instances), sids(page.instances));
});
await check("a limit cuts on the client's side", async () => {
  assert.equal((await withKey.calls.list({ limit: 5 })).length, 5);
});
await check("calls filter by time and number", async () => {
  const after = new Date(Date.parse(world.time) - 3 * 86400e3);
  const recent = await withKey.calls.list({ startTimeAfter: after });
  assert.ok(recent.length > 0 && recent.length < account.calls.length);
  for (const call of recent) assert.ok(call.startTime >= after);
  const from = account.calls[0].from;
  for (const call of await withKey.calls.list({ from })) assert.equal(call.from, from);
});
await check("a call is fetched", async () => {
  const it = await withKey.calls(account.calls[0].sid).fetch();
  assert.equal(it.to, "+15550100200");
  assert.equal(typeof it.duration, "string");
});
await check("a missing call is 404/20404", () =>
  refused(404, 20404, () => withKey.calls(missing("CA")).fetch()));
await check("a page that is too large is 400/20007", () =>
  refused(400, 20007, () => withKey.calls.page({ pageSize: 1001 })));
await check("recordings and their transcriptions", async () => {
  const recordings = await withKey.recordings.list();
  assert.equal(recordings.length, account.recordings.length);
  const it = await withKey.recordings(recordings[0].sid).fetch();
  assert.equal(it.status, "completed");
  assert.equal((await withKey.recordings(it.sid).transcriptions.list()).length, 1);
  assert.equal((await withKey.transcriptions.list()).length, account.transcriptions.length);
});
await check("a number is listed, fetched, rewired and wired back", async () => {
  const [number] = await withKey.incomingPhoneNumbers.list({ phoneNumber: "+15550100200" });
  const was = number.voiceUrl;
  const changed = await withKey.incomingPhoneNumbers(number.sid)
    .update({ voiceUrl: "https://example.com/gone", voiceMethod: "GET" });
  assert.equal(changed.voiceUrl, "https://example.com/gone");
  assert.equal(changed.voiceMethod, "GET");
  // A record of a list does not know its own SID in this SDK: hence always the long way.
  const back = await withKey.incomingPhoneNumbers(number.sid)
    .update({ voiceUrl: was, voiceMethod: "POST" });
  assert.equal(back.voiceUrl, was);
  const events = await withKey.monitor.v1.events.list({ resourceSid: number.sid });
  assert.equal(events[0].actorSid, accountSid);
  assert.equal(events[0].eventType, "phone-number.updated");
});
await check("a number's URL must be one", () =>
  refused(400, 21402, () =>
    withKey.incomingPhoneNumbers(account.phone_numbers[0].sid).update({ voiceUrl: "nonsense" })));
await check("numbers are bought and released", async () => {
  const number = await withKey.incomingPhoneNumbers.create({ phoneNumber: "+15550100777" });
  assert.match(number.sid, /^PN[0-9a-f]{32}$/);
  assert.equal(await withKey.incomingPhoneNumbers(number.sid).remove(), true);
  await refused(404, 20404, () => withKey.incomingPhoneNumbers(number.sid).fetch());
});
await check("keys are created, usable, and deleted", async () => {
  const made = await withToken.newKeys.create({ friendlyName: "contract" });
  assert.ok(made.secret);
  assert.ok((await client(made.sid, made.secret).calls.list({ limit: 1 })).length);
  assert.ok(sids(await withToken.keys.list()).includes(made.sid));
  await withToken.keys(made.sid).remove();
  await refused(401, 20003, () => client(made.sid, made.secret).calls.list({ limit: 1 }));
});
await check("the balance", async () => {
  assert.equal((await withKey.balance.fetch()).currency, "USD");
});

// --- studio ------------------------------------------------------------------------------------

const flowSid = account.flows[0].sid;
await check("flows are listed without and fetched with their definition", async () => {
  const [listed] = await withKey.studio.v2.flows.list();
  assert.equal(listed.definition, null);
  const it = await withKey.studio.v2.flows(flowSid).fetch();
  assert.equal(it.definition.initial_state, "Trigger");
  assert.equal(it.valid, true);
  assert.ok(it.webhookUrl.endsWith(`/Accounts/${accountSid}/Flows/${flowSid}`));
});
await check("a draft does not become the published revision, a publication does", async () => {
  const flow = await withKey.studio.v2.flows(flowSid).fetch();
  const definition = structuredClone(flow.definition);
  definition.states[1].properties.say = "Goodbye.";
  const draft = await flow.update({ status: "draft", definition, commitMessage: "Say goodbye" });
  assert.equal(draft.revision, flow.revision + 1);
  const revisions = withKey.studio.v2.flows(flowSid).revisions;
  assert.equal((await revisions("LatestPublished").fetch()).revision, flow.revision);
  assert.equal((await revisions("LatestRevision").fetch()).commitMessage, "Say goodbye");
  const published = await flow.update({ status: "published" });
  assert.equal(published.revision, flow.revision + 2);
  assert.equal(published.definition.states[1].properties.say, "Goodbye.");
  assert.equal((await revisions("LatestPublished").fetch()).revision, published.revision);
  // The SDK's own list of revisions throws whatever it is answered, so this one goes without it.
  const listed = await raw(`/studio.twilio.com/v2/Flows/${flowSid}/Revisions`);
  assert.equal(listed.body.revisions.length, published.revision);
  assert.equal(listed.body.revisions[0].revision, published.revision);
});
await check("a revision that is no revision is 81021", () =>
  refused(400, 81021, () => withKey.studio.v2.flows(flowSid).revisions("Newest").fetch()));
await check("an invalid definition is 81022 and says where", async () => {
  const { definition } = await withKey.studio.v2.flows(flowSid).fetch();
  definition.states[0].transitions[1].next = "nowhere";
  let seen;
  await withKey.studio.v2.flows(flowSid).update({ status: "published", definition })
    .catch((problem) => (seen = problem));
  assert.equal(seen?.code, 81022);
  assert.equal(seen.status, 400);
  assert.equal(seen.details.errors[0].property_path, "#/states/0/transitions/1/next");
});
await check("an update without a status is 400/20001", () =>
  refused(400, 20001, async () => {
    const { status, body } = await raw(`/studio.twilio.com/v2/Flows/${flowSid}`, {
      method: "POST",
      body: new URLSearchParams({ FriendlyName: "renamed" }),
    });
    throw { status, code: body.code, moreInfo: body.more_info };
  }));
await check("flows are validated, created and deleted", async () => {
  const { definition } = await withKey.studio.v2.flows(flowSid).fetch();
  const flow = { friendlyName: "Contract", status: "draft", definition };
  assert.equal((await withKey.studio.v2.flowValidate.update(flow)).valid, true);
  const made = await withKey.studio.v2.flows.create(flow);
  assert.equal(made.revision, 1);
  assert.equal(await withKey.studio.v2.flows(made.sid).remove(), true);
  await refused(404, 20404, () => withKey.studio.v2.flows(made.sid).fetch());
});
await check("executions with their steps and contexts", async () => {
  const flow = withKey.studio.v2.flows(flowSid);
  const all = await flow.executions.list();
  assert.equal(all.length, account.executions.length);
  assert.ok(unique(sids(all)));
  const since = new Date(Date.parse(world.time) - 5 * 86400e3);
  const recent = await flow.executions.list({ dateCreatedFrom: since });
  assert.ok(recent.length > 0 && recent.length < all.length);
  assert.equal((await flow.executions.list({ status: "active" })).length, 0);
  const one = flow.executions(all[0].sid);
  assert.equal((await one.fetch()).status, "ended");
  assert.ok((await one.executionContext().fetch()).context.trigger);
  const steps = await one.steps.list();
  assert.equal(steps.length, 2);
  assert.equal((await one.steps(steps[0].sid).stepContext().fetch()).stepSid, steps[0].sid);
  assert.equal((await one.update({ status: "ended" })).status, "ended");
});

// --- flex --------------------------------------------------------------------------------------

await check("the configuration is read and written, top-level key by key", async () => {
  const configuration = withKey.flexApi.v1.configuration();
  const was = await configuration.fetch();
  assert.equal(was.accountSid, accountSid);
  const attributes = structuredClone(was.uiAttributes);
  attributes.custom_data.features.callback_and_voicemail_with_email.enabled = false;
  const now = await configuration.update({ account_sid: accountSid, ui_attributes: attributes });
  assert.deepEqual(now.uiAttributes, attributes);
  assert.deepEqual(now.taskrouterSkills, was.taskrouterSkills);
  assert.deepEqual((await configuration.fetch()).uiAttributes, attributes);
});
await check("a configuration of another account is refused", () =>
  refused(400, 20001, () =>
    withKey.flexApi.v1.configuration().update({ account_sid: missing("AC"), ui_language: "de" })));

// --- serverless --------------------------------------------------------------------------------

await check("services, environments, variables, logs, functions", async () => {
  const [service] = await withKey.serverless.v1.services.list();
  const it = withKey.serverless.v1.services(service.sid);
  const [environment] = await it.environments.list();
  const variables = it.environments(environment.sid).variables;
  assert.ok((await variables.list()).some((each) => each.key === "ADMIN_EMAIL"));
  const made = await variables.create({ key: "CONTRACT", value: "1" });
  assert.equal((await variables(made.sid).update({ value: "2" })).value, "2");
  assert.equal(await variables(made.sid).remove(), true);
  await refused(404, 20404, () => variables(made.sid).fetch());
  assert.equal((await it.environments(environment.sid).logs.list()).length, 2);
  assert.equal((await it.functions.list()).length, 2);
  assert.equal((await it.assets.list()).length, 0);
});
await check("a build takes its time and is then deployed", async () => {
  const [service] = await withKey.serverless.v1.services.list();
  const it = withKey.serverless.v1.services(service.sid);
  const [environment] = await it.environments.list();
  const [last] = await it.builds.list();
  const versions = last.functionVersions.map((version) => version.sid);
  const build = await it.builds.create({ functionVersions: versions });
  assert.equal((await it.builds(build.sid).buildStatus().fetch()).status, "building");
  const deployments = it.environments(environment.sid).deployments;
  await refused(400, 20001, () => deployments.create({ buildSid: build.sid }));
  await fetch(`${base}/_sim/clock`, { method: "POST", body: JSON.stringify({ advance: 60 }) });
  assert.equal((await it.builds(build.sid).buildStatus().fetch()).status, "completed");
  await deployments.create({ buildSid: build.sid });
  assert.equal((await it.environments(environment.sid).fetch()).buildSid, build.sid);
  assert.equal((await deployments.list()).length, 2);
});

await check("messages, calls and executions are made", async () => {
  const [number] = await withKey.incomingPhoneNumbers.list({ limit: 1 });
  const from = number.phoneNumber, to = "+15550100777";
  const message = await withKey.messages.create({ to, from, body: "hi" });
  assert.equal(message.status, "queued");
  assert.equal((await withKey.messages(message.sid).fetch()).body, "hi");
  await refused(400, 21211, () => withKey.messages.create({ to: "12", from, body: "hi" }));
  const call = await withKey.calls.create({ to, from, twiml: "<Response/>" });
  assert.equal(call.direction, "outbound-api");
  await refused(400, 21205, () => withKey.calls.create({ to, from }));
  const [flow] = await withKey.studio.v2.flows.list({ limit: 1 });
  const executions = withKey.studio.v2.flows(flow.sid).executions;
  const begun = await executions.create({ to, from, parameters: { name: "Ann" } });
  assert.equal(begun.status, "active");
  assert.equal((await executions(begun.sid).update({ status: "ended" })).status, "ended");
});

// --- taskrouter, monitor -----------------------------------------------------------------------

await check("workspaces, workflows, queues, tasks", async () => {
  const [workspace] = await withKey.taskrouter.v1.workspaces.list();
  const it = withKey.taskrouter.v1.workspaces(workspace.sid);
  assert.equal((await it.fetch()).sid, workspace.sid);
  const [workflow] = await it.workflows.list();
  assert.ok(JSON.parse((await it.workflows(workflow.sid).fetch()).configuration).task_routing);
  assert.equal((await it.taskQueues.list()).length, 2);
  const [task] = await it.tasks.list({ assignmentStatus: ["pending", "reserved", "assigned"] });
  assert.equal(JSON.parse(task.attributes).taskType, "voicemail");
  await refused(412, 20412, () => it.tasks(task.sid).update({ ifMatch: '"99"', priority: 1 }));
  assert.equal((await it.tasks(task.sid).update({ ifMatch: '"0"', priority: 3 })).priority, 3);
  const evaluated = (evaluateTaskAttributes) => it.tasks.list({ evaluateTaskAttributes });
  assert.equal((await evaluated("taskType == 'voicemail'")).length, 1);
  assert.equal((await evaluated("taskType == 'callback'")).length, 0);
  await refused(400, 20001, () => it.tasks(task.sid).update({ assignmentStatus: "completed" }));
  await refused(400, 20001, () => it.workflows.create({
    friendlyName: "x", configuration: JSON.stringify({ task_routing: { filters: {} } }) }));
  await refused(400, 20001, () => it.taskQueues.create({ friendlyName: "x", targetWorkers: "(((" }));
});
await check("alerts and events", async () => {
  const alerts = await withKey.monitor.v1.alerts.list({ logLevel: "error" });
  assert.equal(alerts[0].errorCode, "11200");
  assert.equal((await withKey.monitor.v1.alerts(alerts[0].sid).fetch()).sid, alerts[0].sid);
  assert.ok((await withKey.monitor.v1.events.list()).length > 5);
});

// --- mailgun -----------------------------------------------------------------------------------

const mailgun = new Mailgun(FormData);
const url = `${base}/api.mailgun.net`;
const operator = mailgun.client({ username: "api", key: world.mailgun.account_key, url });
const sendingKey = world.mailgun.keys[0];
const sender = mailgun.client({ username: "api", key: sendingKey.secret, url });
const domain = sendingKey.domain_name;

await check("domains are listed, fetched and verified", async () => {
  assert.equal((await operator.domains.list()).length, 3);
  const it = await operator.domains.get(domain);
  assert.equal(it.state, "active");
  assert.ok(it.sending_dns_records.every((record) => record.valid === "valid"));
  assert.equal((await operator.domains.verify("new-client.connie.example")).state, "unverified");
});
await check("a missing domain is 404", async () => {
  await refused(404, undefined, () => operator.domains.get("missing.example"));
  await refused(404, undefined, () => operator.messages.create("missing.example", {
    from: "a@missing.example", to: ["admin@acme.example"], subject: "Hi", text: "." }));
});
await check("a sending key reads no domain and no events", async () => {
  await refused(401, undefined, () => sender.domains.list());
  await refused(401, undefined, () => sender.events.get(domain));
});
await check("a sending key sends for its own domain only", async () => {
  const message = { from: `voicemail@${domain}`, to: ["admin@acme.example"], subject: "Hi", text: "." };
  const sent = await sender.messages.create(domain, message);
  assert.equal(sent.status, 200);
  assert.ok(sent.id.endsWith(`@${domain}>`));
  await refused(401, undefined, () => sender.messages.create("connie.example", message));
});
await check("events are walked until a page is empty", async () => {
  const seen = [];
  let page = await operator.events.get(domain, { limit: 5 });
  while (page.items.length) {
    seen.push(...page.items.map((event) => event.id));
    page = await operator.events.get(domain, { page: page.pages.next.page });
  }
  assert.ok(seen.length >= 13);
  assert.ok(unique(seen));
});
await check("logs are counted by key", async () => {
  const count = async (value) => (await operator.logs.list({
    start: new Date(Date.parse(world.time) - 20 * 86400e3),
    end: new Date(Date.parse(world.time) + 86400e3),
    filter: { AND: [{ attribute: "api-key-id", comparator: "=", values: [{ label: value, value }] }] },
  })).items.length;
  const { items } = await operator.logs.list({
    start: new Date(Date.parse(world.time) - 20 * 86400e3), end: new Date(Date.parse(world.time) + 86400e3) });
  assert.ok(items.every((each) => typeof each["user-variables"] === "string"));
  assert.ok((await count(sendingKey.id)) >= 13);
  assert.equal(await count(world.mailgun.keys[1].id), 0);
});
await check("keys are created, shown once, and revoked", async () => {
  const keys = operator.apiKeys;
  const made = await keys.create({
    role: "sending", kind: "domain", domain_name: domain, description: "contract" });
  const { id, secret } = made.key;
  assert.ok(secret);
  const { items } = await keys.list({ domain_name: domain });
  assert.ok(items.some((each) => each.id === id && each.secret === undefined));
  await keys.destroy(id);
  await refused(404, undefined, () => keys.destroy(id));
  await refused(401, undefined, () =>
    mailgun.client({ username: "api", key: secret, url }).messages.create(domain, {
      from: `voicemail@${domain}`, to: ["admin@acme.example"], subject: "Hi", text: "." }));
});

// --- the product, and the descriptions ------------------------------------------------------------

if (process.argv[3])
  await check("the product reads what there is, and changes some of it", () =>
    walk({ binary: process.argv[3], endpoint: base, world, accountSid, keySid, key, domain }));

const descriptions = new Descriptions();
const violations = new Map();
for (const exchange of recorder.exchanges)
  for (const { side, what } of descriptions.judge(exchange)) {
    const line = `${side}: ${what}`;
    violations.set(line, (violations.get(line) ?? 0) + 1);
  }
for (const [line, times] of violations) failures.push(`${line} (${times} times)`);
count += recorder.exchanges.length;
for (const skipped of descriptions.skipped) console.log(`not looked at: ${skipped}`);
recorder.close();

console.log(`${count} checks, ${failures.length} failed`);
for (const failure of failures) console.log(`- ${failure}`);
process.exit(failures.length ? 1 : 0);
