// Prints a Markdown table of the coverage of each package, from the report of `npm run coverage`.
import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import { root } from "./pack-packages.mjs";

const report = JSON.parse(await readFile(`${root}coverage/coverage-summary.json`, "utf8"));
const packages = new Map();
for (const [file, { lines, branches }] of Object.entries(report)) {
  const [, name] = file === "total" ? [] : relative(root, file).split(sep);
  const sum = packages.get(name ?? "all") ?? { lines: [0, 0], branches: [0, 0] };
  for (const [of, counts] of Object.entries({ lines, branches })) {
    sum[of][0] += counts.covered;
    sum[of][1] += counts.total;
  }
  packages.set(name ?? "all", sum);
}
const percent = ([covered, total]) => (total === 0 ? "–" : `${((100 * covered) / total).toFixed(1)} %`);
console.log("| package | lines | branches |\n| --- | ---: | ---: |");
for (const [name, { lines, branches }] of packages)
  console.log(`| ${name} | ${percent(lines)} | ${percent(branches)} |`);
console.log("\nCode that tests run in other processes does not count.");
