import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare, comparedParts } from "./compare/compare.ts";
import { reasonOf } from "./failure.ts";
import type { Part } from "./part.ts";
import { parts } from "./parts.ts";
import { renderPage, renderSection } from "./results-page.ts";
import { build } from "./run-tool.ts";

const help = `npm run bench -- [--part ${parts.map(({ name }) => name).join("|")}]… [--output FILE]
  [--runs 3] [--seconds 20] [--only ROW]… [--size '8.3 MB']…
    Compares this project with its peers and writes bench/RESULTS.md. A shortened run writes no page without --output.
    A row that fails gives the reason. BENCH_NODE is the Node that runs the part shared-memory, whose sizes are
    '8.3 MB', '33 MB' and live; Node 22 or later is needed there.

npm run bench -- --compare BASE [--pairs 7] [--part ${comparedParts.join("|")}]…
  [--size '64 B'|'4 KiB'|'200 kB'|'3.1 MB'|'8.3 MB'|'round trip'|1280x720|1920x1080|3840x2160]… [--seconds 2] [--output FILE]
    Compares the working tree, uncommitted changes included, with the commit BASE and prints the ratios. Both are built
    in temporary git worktrees, which are removed at the end and on Ctrl-C. Default sizes: 64 B, 200 kB, 8.3 MB, the
    round trip, images of 1920x1080, and live runs; about nine minutes on two cores.`;

const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true },
    runs: { type: "string", default: "3" },
    seconds: { type: "string" },
    only: { type: "string", multiple: true },
    size: { type: "string", multiple: true },
    output: { type: "string" },
    compare: { type: "string" },
    pairs: { type: "string", default: "7" },
    help: { type: "boolean", default: false },
  },
});
const { only, size, part: chosen, compare: base } = values;
const known = base === undefined ? parts.map(({ name }) => name) : comparedParts;
const isPartChosen = (name: string) => chosen?.includes(name) ?? true;

try {
  const unknown = chosen?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0) throw new RangeError(`no such part: ${unknown.join(", ")}`);
  if (values.help) console.log(help);
  else if (base !== undefined) await compareCommits(base);
  else await measureParts();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
// Exits even if a native library keeps the event loop alive.
process.exit();

async function compareCommits(base: string): Promise<void> {
  const [pairs, seconds] = [positive("pairs", values.pairs), positive("seconds", values.seconds ?? "2")];
  const text = await compare({ base, pairs, seconds, isPartChosen, sizes: size });
  console.log(`\n${text}`);
  if (values.output) await writeFile(values.output, `${text}\n`);
}

async function measureParts(): Promise<void> {
  const seconds = values.seconds === undefined ? undefined : positive("seconds", values.seconds);
  await build(fileURLToPath(new URL("../..", import.meta.url)));
  const sections = new Map<Part, string>();
  for (const part of parts) {
    if (!isPartChosen(part.name)) continue;
    console.error(`\n${part.title}`);
    try {
      const paragraphs = await part.run({
        runs: positive("runs", values.runs),
        seconds,
        isChosen: (name) => !only || only.includes(name),
        isSizeChosen: (label) => !size || size.includes(label),
      });
      const section = renderSection(part, paragraphs);
      sections.set(part, section);
      console.log(`\n${section}`);
    } catch (error) {
      // The page keeps the previous results of this part.
      console.error(`${part.title} was not measured: ${reasonOf(error)}`);
      process.exitCode = 1;
    }
  }
  const isShortened = only || size || seconds;
  const page = new URL("../RESULTS.md", import.meta.url).pathname;
  const output = values.output ?? (isShortened ? undefined : page);
  if (!output) return;
  const before = await readFile(output, "utf8").catch(() => "");
  await writeFile(output, renderPage(parts, sections, before));
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new RangeError(`--${name} must be a number above 0, got ${value}`);
}
