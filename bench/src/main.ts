import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Part } from "./part.ts";
import { parts } from "./parts.ts";
import { renderPage, renderSection } from "./results-page.ts";

const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true, default: parts.map(({ name }) => name) },
    runs: { type: "string", default: "3" },
    seconds: { type: "string" },
    only: { type: "string", multiple: true },
    size: { type: "string", multiple: true },
    output: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- [--part ${parts.map(({ name }) => name).join("|")}]… [--output FILE]
  [--runs 3] [--seconds 20] [--only ROW]… [--size '8.3 MB']…    a shortened run writes no page, unless it is told where`);
  process.exit();
}
const { only, size, seconds } = values;
const unknown = values.part.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) throw new RangeError(`no such part: ${unknown.join(", ")}`);

const sections = new Map<Part, string>();
for (const part of parts) {
  if (!values.part.includes(part.name)) continue;
  console.error(`\n${part.title}`);
  const paragraphs = await part.run({
    runs: Number(values.runs),
    seconds: seconds === undefined ? undefined : Number(seconds),
    isChosen: (name) => !only || only.includes(name),
    isSizeChosen: (label) => !size || size.includes(label),
  });
  const section = renderSection(part, paragraphs);
  sections.set(part, section);
  console.log(`\n${section}`);
}

const isShortened = only || size || seconds;
const output =
  values.output ?? (isShortened ? undefined : new URL("../RESULTS.md", import.meta.url).pathname);
if (output) {
  const before = await readFile(output, "utf8").catch(() => "");
  await writeFile(output, renderPage(parts, sections, before));
}
// Nothing that a native library keeps alive holds the end up.
process.exit();
