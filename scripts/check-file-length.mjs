// Exits with 1 if a source file has more than 220 lines. The lines of an @example do not count, so that no file gets too
// long by being documented. Biome's noExcessiveLinesPerFile does not count the lines of block comments and template
// literals, so it would allow much longer files.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const maxLines = 220;
/** An @example in a doc comment, up to the next tag or the end of the comment. */
const example = /^ *\* @example(?:\n *\*(?!\/| @).*)*\n/gm;
const root = new URL("..", import.meta.url);
const folders = [":(glob)packages/*/src/**", ":(glob)apps/*/src/**", "bench/src"];

const listed = execFileSync("git", [
  "ls-files",
  "-z",
  "--cached",
  "--others",
  "--exclude-standard",
  ...folders,
]);
const sources = listed
  .toString()
  .split("\0")
  .filter((file) => /\.(ts|css|html)$/.test(file) && existsSync(new URL(file, root)));
for (const file of sources) {
  const text = readFileSync(new URL(file, root), "utf8").trimEnd();
  const lines = text.replaceAll(example, "").split("\n").length;
  if (lines <= maxLines) continue;
  console.error(`${file} has ${lines} lines; at most ${maxLines} are allowed`);
  process.exitCode = 1;
}
