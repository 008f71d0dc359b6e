// Writes tests/fixtures/flex_merge_cases.json: configurations and what the real lodash makes of
// them. With --check it only compares the checked-in file with what it would write.
//
// One case a line: {"mode", layers…, "expected"} or {…, "throws": true} where lodash throws.
//   merge      sources       merge({}, ...sources)
//   normal     common client live   the deploy pipeline's merge
//   overwrite  common client live
//   skills     live source   uniqBy([...live, ...source], "name")
// The text "@undefined" stands for undefined, which JSON does not have.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import lodash from "lodash";

const FILE = fileURLToPath(new URL("../../fixtures/flex_merge_cases.json", import.meta.url));
const UNDEFINED = "@undefined";
const CASES = { merge: 1100, normal: 350, overwrite: 350, skills: 200 };

// mulberry32: the same numbers on every machine.
let state = 0x5eed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

// Few keys a case, so that the layers meet; each set is a corner of its own.
const KEY_SETS = [
  ["a", "b", "list"],
  ["k", "0", "1", "2", "length"],
  ["k", "1", "length", "01", "-1", "4294967295"],
  ["a", "__proto__", "constructor", "prototype"],
  ["toString", "hasOwnProperty", "valueOf", "push", "length"],
  ["", "é", "custom_data", "features", "0"],
];
let keys = KEY_SETS[0];
const FEATURES = ["callback_and_voicemail_with_email", "enhanced_crm_container", "attribute_viewer", "dual_channel"];
const SCALARS = [
  null, UNDEFINED, true, false, 0, 1, 2, -1, 3.5, "", "text", "é<YOUR>", "0", "false", 9007199254740991,
];
const LENGTHS = [
  0, 1, 2, 3, 5, -1, 1.5, 4294967296, null, true, "", " 2 ", "3", "0x2", "1e0", "abc", "-1", [], [2], [[1]], [null], ["x"],
  [1, 2], {}, { a: 1 }, UNDEFINED,
];

// Assigning obj.__proto__ would set the prototype; JSON.parse makes an own property of it.
function define(object, key, value) {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function value(depth) {
  const kind = random();
  if (depth <= 0 || kind < 0.35) return pick(SCALARS);
  if (kind < 0.6) return Array.from({ length: below(4) }, () => value(depth - 1));
  return object(depth);
}

function object(depth) {
  const made = {};
  for (let n = 1 + below(3); n > 0; n--) {
    const key = pick(keys);
    define(made, key, key === "length" && random() < 0.8 ? pick(LENGTHS) : value(depth - 1));
  }
  return made;
}

// Arrays and array-like objects under one key, over and under a "length" of any kind.
function lengths() {
  const layers = [
    () => ({ k: Array.from({ length: below(4) }, () => value(1)) }),
    () => ({ k: { length: pick(LENGTHS), [pick(["0", "1", "k"])]: value(1) } }),
    () => ({ k: { k: [], [pick(["0", "length"])]: pick(LENGTHS) } }),
  ];
  return Array.from({ length: 2 + below(3) }, () => pick(layers)());
}

// Something like a real ui_attributes, so that the layers meet below the same keys.
function configuration() {
  const features = {};
  for (const name of FEATURES) {
    if (random() < 0.4) continue;
    const feature = { enabled: random() < 0.5 };
    if (random() < 0.4) feature.url = pick(["{{task.attributes.profile_url}}", "https://crm.example", null]);
    if (random() < 0.4) feature.channels = Array.from({ length: below(4) }, () => pick(["voice", "chat", "sms", null]));
    if (random() < 0.3) feature.config = value(2);
    features[name] = feature;
  }
  const made = { custom_data: { serverless_functions_domain: pick(["x.twil.io", "y.twil.io", UNDEFINED]), features } };
  if (random() < 0.2) made.custom_data.skills = value(2);
  if (random() < 0.3) made.theme = pick([{ dark: true }, [], "light", null, { list: [1, { a: 2 }] }]);
  if (random() < 0.15) made.custom_data = pick([null, UNDEFINED, [], "gone", 0]);
  return random() < 0.3 ? Object.assign(object(2), made) : made;
}

function skills() {
  const names = ["english", "spanish", "vip", "1", 1, true, null, UNDEFINED, "__proto__"];
  return Array.from({ length: below(7) }, () =>
    random() < 0.08
      ? pick([null, "vip", 7, [], ["vip"], { name: { a: 1 } }, { name: [1] }, {}])
      : { name: pick(names), multivalue: random() < 0.5, minimum: pick([null, 1]), maximum: pick([null, 5]) });
}

// What lodash gets: a value of its own, with real undefineds.
function real(json) {
  if (json === UNDEFINED) return undefined;
  if (Array.isArray(json)) return json.map(real);
  if (json === null || typeof json !== "object") return json;
  const made = {};
  for (const key of Object.keys(json)) define(made, key, real(json[key]));
  return made;
}

const answers = {
  merge: (c) => lodash.merge({}, ...c.sources.map(real)),
  normal: (c) => lodash.merge({}, real(c.common), real(c.client), real(c.live)),
  overwrite(c) {
    const live = real(c.live);
    delete live.custom_data;
    return lodash.merge(live, real(c.common), real(c.client));
  },
  skills: (c) => lodash.uniqBy([...real(c.live), ...real(c.source)], "name"),
};

const makers = {
  merge: () => ({ sources: random() < 0.2 ? lengths() : Array.from({ length: 2 + below(3) }, () => object(4)) }),
  normal: () => ({ common: configuration(), client: configuration(), live: configuration() }),
  overwrite: () => ({ common: configuration(), client: configuration(), live: configuration() }),
  skills: () => ({ live: skills(), source: skills() }),
};

function generate() {
  const lines = [];
  for (const [mode, count] of Object.entries(CASES)) {
    for (let n = 0; n < count; n++) {
      keys = pick(KEY_SETS);
      const one = { mode, ...makers[mode]() };
      try {
        one.expected = answers[mode](one);
      } catch (error) {
        if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
        one.throws = true;
      }
      lines.push(JSON.stringify(one));
    }
  }
  return `[\n${lines.join(",\n")}\n]\n`;
}

const text = generate();
const version = `lodash ${lodash.VERSION}, ${text.length} bytes`;
if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error(`${FILE} is not what this generates (${version}); run npm run generate`);
    process.exit(1);
  }
  console.log(`the cases are what ${version} makes`);
} else {
  writeFileSync(FILE, text);
  console.log(`wrote ${FILE}: ${version}`);
}
