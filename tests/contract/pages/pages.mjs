// The pages that `countersign doc` writes compile as MDX, with the extensions that Docusaurus uses,
// and are nothing but text: no JavaScript, no component, no link that is relative.
//
//   node pages.mjs [DIR]…        (else docs/runbooks)
//
// Exits 1 with a list of what is wrong.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createProcessor } from "@mdx-js/mdx";
import directive from "remark-directive";
import frontmatter from "remark-frontmatter";
import gfm from "remark-gfm";

const SECTIONS = [
  "1. Role / Authority", "2. Required Parameters", "3. Read First",
  "4. Safety Rails for This Change", "5. Procedure", "6. Definition of Done",
  "7. If Your Variant Differs",
];
const folders = process.argv.slice(2);
if (folders.length === 0)
  folders.push(fileURLToPath(new URL("../../../docs/runbooks", import.meta.url)));

const processor = createProcessor({ remarkPlugins: [frontmatter, gfm, directive] });
const wrong = [];

function* nodes(tree) {
  yield tree;
  for (const child of tree.children ?? []) yield* nodes(child);
}

function text(node) {
  return node.value ?? (node.children ?? []).map(text).join("");
}

let count = 0;
for (const folder of folders)
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".md"))) {
    ++count;
    const path = join(folder, name);
    const say = (what) => wrong.push(`${path}: ${what}`);
    const page = readFileSync(path, "utf8");
    try {
      await processor.process(page);
    } catch (problem) {
      say(problem.message);
      continue;
    }
    const tree = processor.parse(page);
    if (tree.children[0].type !== "yaml") say("has no front matter");
    for (const node of nodes(tree)) {
      const line = node.position?.start.line;
      if (node.type === "mdxjsEsm" || node.type.endsWith("Expression"))
        say(`line ${line}: JavaScript: ${node.value}`);
      if (node.type.startsWith("mdxJsx") && node.name !== "br")
        say(`line ${line}: a component: ${node.name}`);
      if (node.type === "containerDirective") say(`line ${line}: a directive: ${node.name}`);
      if ((node.type === "link" || node.type === "image") && !/^(https?|mailto):/.test(node.url))
        say(`line ${line}: a link that is not absolute: ${node.url}`);
    }
    if (name === "symptoms.md") continue;
    const headings = tree.children.filter((each) => each.type === "heading" && each.depth === 2);
    const sections = headings.map(text).filter((each) => each !== "Common gotchas");
    if (JSON.stringify(sections) !== JSON.stringify(SECTIONS))
      say(`the sections are ${JSON.stringify(sections)}`);
  }
for (const each of wrong) console.error(each);
console.log(`${count} pages, ${wrong.length} complaints`);
process.exit(wrong.length === 0 && count > 0 ? 0 : 1);
