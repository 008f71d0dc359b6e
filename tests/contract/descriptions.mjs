// The providers' OpenAPI descriptions, and what an exchange has that they do not.
//
// Twilio's come with its command line (npm @twilio/cli-core). Mailgun's are read from the file that
// MAILGUN_OPENAPI names; without it Mailgun is left out, by name.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse as parseYaml } from "yaml";

const require = createRequire(import.meta.url);

// No description says anything about these.
const undescribed = [
  /^serverless-upload\.twilio\.com\//,                                 // contents of functions and assets
  /^status\.(twilio|mailgun)\.com\//,                                  // the status pages
  /\.twil\.io\//,                                                      // the functions themselves
  /^api\.twilio\.com\/.*\/Recordings\/RE[0-9a-f]{32}(\.mp3|\.wav)?$/,  // media
  /^api(\.eu)?\.mailgun\.net\/v3\/[^/]+\/events\/./,                    // further pages of events
];

const isSidPattern = (schema) => /^\^[A-Z]{2}\[/.test(schema.pattern ?? "");

// What a description's schema does not allow although the provider does it, by name.
const allowed = {
  // Twilio's own examples have it.
  "an unset SID is empty text": ({ value, schema }) => value === "" && isSidPattern(schema),
  // docs: "YYYY-MM-DD or a date-time", for every filter by time of the oldest API.
  "a filter by date takes a date-time": ({ value, schema, place }) =>
    /2010-04-01/.test(place) && schema.format === "date" && /^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value),
  // The prose of the same description says "a User ID … or an Account SID".
  "an account may be the actor of an event": ({ value, place }) =>
    /\/actor_sid$/.test(place) && /^AC[0-9a-f]{32}$/.test(value),
};

const isAllowed = (difference) => Object.values(allowed).some((allows) => allows(difference));

// OpenAPI 3.0's `nullable` as JSON Schema has it; in place.
function normalize(schema) {
  if (Array.isArray(schema)) return void schema.forEach(normalize);
  if (schema === null || typeof schema !== "object") return;
  Object.values(schema).forEach(normalize);
  if (schema.nullable !== true) {
    if (typeof schema.nullable === "boolean") delete schema.nullable;
    return;
  }
  delete schema.nullable;
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum.push(null);
  if (typeof schema.type === "string") {
    schema.type = [schema.type, "null"];
  } else if (schema.$ref || schema.allOf || schema.oneOf || schema.anyOf) {
    const same = { ...schema };
    for (const key of Object.keys(schema)) delete schema[key];
    schema.anyOf = [same, { type: "null" }];
  }
}

const rfc2822 = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/;

function checker() {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, logger: false });
  addFormats(ajv);
  // Twilio's pages have relative addresses, and what is not set is "".
  ajv.addFormat("uri", (text) => text === "" || URL.canParse(text, "https://api.twilio.com"));
  ajv.addFormat("date-time-rfc-2822", (text) => rfc2822.test(text) && !Number.isNaN(Date.parse(text)));
  return ajv;
}

function pathPattern(template) {
  const text = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "([^/]+)");
  return new RegExp(`^${text}$`);
}

// One row for each operation of a description.
function operationsOf(name, document) {
  const rows = [];
  const server = (entry) => new URL((entry.servers ?? document.servers)[0].url).host;
  for (const [template, entry] of Object.entries(document.paths))
    for (const method of ["get", "post", "put", "delete", "patch"])
      if (entry[method])
        rows.push({
          name, method: method.toUpperCase(), host: server(entry), template,
          pattern: pathPattern(template), variables: (template.match(/\{/g) ?? []).length,
          pointer: `#/paths/${template.replaceAll("~", "~0").replaceAll("/", "~1")}/${method}`,
          operation: entry[method],
          parameters: [...(entry.parameters ?? []), ...(entry[method].parameters ?? [])],
        });
  return rows;
}

function twilioDescriptions() {
  const folder = join(dirname(require.resolve("@twilio/cli-core/package.json")), "src", "services", "twilio-api");
  return readdirSync(folder)
    .filter((file) => /^twilio_(api_v2010|studio_v2|serverless_v1|taskrouter_v1|flex_v1|monitor_v1)\.json$/.test(file))
    .map((file) => [file, JSON.parse(readFileSync(join(folder, file), "utf8"))]);
}

export class Descriptions {
  rows = [];
  skipped = [];

  constructor() {
    this.ajv = checker();
    for (const [name, document] of twilioDescriptions()) this.add(name, document);
    const file = process.env.MAILGUN_OPENAPI;
    if (file) this.add("mailgun", parseYaml(readFileSync(file, "utf8")));
    else this.skipped.push("Mailgun's description: MAILGUN_OPENAPI names no file");
    // Of two that fit, the one that says more of the path.
    this.rows.sort((a, b) => a.variables - b.variables);
  }

  add(name, document) {
    normalize(document);
    document.$id = `https://descriptions.example/${name}`;
    this.ajv.addSchema(document);
    this.rows.push(...operationsOf(name, document));
  }

  describes(host) {
    return this.rows.some((row) => row.host === host);
  }

  find(method, host, path) {
    return this.rows.find((row) => row.method === method && row.host === host && row.pattern.test(path));
  }

  // What `value` has that the schema at `pointer` of the row's description does not.
  differences(row, pointer, value) {
    const validate = this.ajv.getSchema(`https://descriptions.example/${row.name}${encodePointer(pointer)}`);
    if (!validate || validate(value)) return [];
    return validate.errors
      .map((error) => ({
        place: error.instancePath || "/", message: error.message, value: error.data,
        schema: error.parentSchema ?? {} }))
      .filter((difference) => !isAllowed(difference));
  }

  // Violations of one exchange: { side: "answer" | "request" | "operation", what }.
  judge(exchange) {
    const { method, host, path, status } = exchange;
    const where = `${method} ${host}${path}`;
    if (undescribed.some((one) => one.test(`${host}${path}`))) return [];
    if (!this.describes(host)) {
      if (this.skipped.length && /mailgun/.test(host)) return [];
      return status === 421 ? [] : [{ side: "operation", what: `${where}: no description` }];
    }
    const row = this.find(method, host, path);
    if (!row) return [404, 405].includes(status) ? [] : [{ side: "operation", what: where }];
    const name = `${method} ${host}${row.template}`;
    return [...this.judgeAnswer(row, name, exchange), ...this.judgeRequest(row, name, exchange)];
  }

  judgeAnswer(row, name, { status, type, text }) {
    const said = row.operation.responses[status] ?? row.operation.responses.default;
    if (!said) return status < 300 ? [{ side: "answer", what: `${name}: status ${status}` }] : [];
    const content = Object.keys(said.content ?? {})[0];
    if (!content) return text ? [{ side: "answer", what: `${name}: ${status} has a body` }] : [];
    if (!/json/.test(content) || !/json/.test(type ?? "")) return [];
    const pointer = `${row.pointer}/responses/${status in row.operation.responses ? status : "default"}`
      + `/content/${content.replaceAll("/", "~1")}/schema`;
    return this.differences(row, pointer, JSON.parse(text)).map(({ place, message }) => ({
      side: "answer", what: `${name}: ${status} ${place.replace(/\/\d+/g, "/*")} ${message}` }));
  }

  // What was accepted and a description would not have let through.
  judgeRequest(row, name, { status, query, form, json }) {
    if (status >= 300) return [];
    const wrong = [];
    const queries = new Map(row.parameters.filter((one) => one.in === "query").map((one) => [one.name, one]));
    for (const [key, values] of Object.entries(query))
      if (!queries.has(key)) wrong.push({ side: "request", what: `${name}: query ${key} is unknown` });
      else wrong.push(...this.judgeValues(row, `${name}: query ${key}`, queries.get(key).schema ?? {}, values));
    for (const { name: key, required } of queries.values())
      if (required && !(key in query)) wrong.push({ side: "request", what: `${name}: query ${key} is missing` });
    const body = row.operation.requestBody?.content ?? {};
    const content = Object.keys(body)[0];
    if (json !== undefined && content === "application/json") {
      const pointer = `${row.pointer}/requestBody/content/application~1json/schema`;
      for (const { place, message } of this.differences(row, pointer, json))
        wrong.push({ side: "request", what: `${name}: body ${place.replace(/\/\d+/g, "/*")} ${message}` });
    }
    if (form) wrong.push(...this.judgeForm(row, name, this.resolved(row, body[content]?.schema), form));
    return wrong;
  }

  resolved(row, schema) {
    if (!schema?.$ref) return schema ?? {};
    const document = this.ajv.schemas[`https://descriptions.example/${row.name}`].schema;
    return schema.$ref.slice(2).split("/").reduce(
      (at, step) => at[step.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  }

  judgeForm(row, name, schema, form) {
    const wrong = [];
    const prefixes = Object.keys(schema.properties ?? {}).filter((one) => /[:-]$|:my-var$|my-header$/i.test(one));
    for (const [key, values] of Object.entries(form)) {
      const field = schema.properties?.[key];
      // Mailgun's v:NAME and the like are families.
      if (field) wrong.push(...this.judgeValues(row, `${name}: ${key}`, field, values));
      else if (!/^[a-z]+:/.test(key) && !prefixes.length)
        wrong.push({ side: "request", what: `${name}: ${key} is unknown` });
    }
    for (const key of schema.required ?? [])
      if (!(key in form)) wrong.push({ side: "request", what: `${name}: ${key} is missing` });
    return wrong;
  }

  // Text of a query or form, as what the schema says that it is.
  judgeValues(row, name, schema, values) {
    const whole = this.resolved(row, schema);
    const types = [whole.type ?? []].flat();
    const item = types.includes("array") ? this.resolved(row, whole.items) : whole;
    const wrong = [];
    for (const value of types.includes("array") ? values : values.slice(0, 1)) {
      const kinds = [item.type ?? []].flat();
      let read = value;
      if (kinds.includes("integer") || kinds.includes("number")) read = value.trim() === "" ? value : Number(value);
      if (kinds.includes("boolean")) read = value === "true" ? true : value === "false" ? false : value;
      if (kinds.length === 0 || kinds.includes("object")) continue;
      const validate = this.ajv.compile({ ...item, $id: undefined });
      if (validate(read)) continue;
      if (isAllowed({ value, schema: item, place: name })) continue;
      wrong.push({ side: "request", what: `${name} ${validate.errors[0].message}` });
    }
    return wrong;
  }
}

function encodePointer(pointer) {
  return "#" + pointer.slice(1).split("/").map(encodeURIComponent).join("/");
}
