// Builds the demo and the packages that it uses, without type declarations, and shows the progress on stderr. Prints
// nothing if everything is built already. On a failure, prints what the build printed.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const turbo = fileURLToPath(new URL("node_modules/turbo/bin/turbo", `file://${root}`));
const task = ["run", "build:js", "--filter=@broadcast-ipc/demo"];
const isTerminal = process.stderr.isTTY === true;
const start = performance.now();

/** Starts turbo with the given arguments, and calls `onLine` with each line that it prints. Resolves with its exit code. */
function run(args, onLine) {
  const child = spawn(process.execPath, [turbo, ...task, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const output of [child.stdout, child.stderr]) createInterface(output).on("line", onLine);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

const plan = [];
await run(["--dry=json"], (line) => plan.push(line));
const { tasks } = JSON.parse(plan.slice(plan.indexOf("{")).join("\n"));
const total = tasks.filter(({ cache }) => cache.status === "MISS").length;

const log = [];
let started = 0;
const code = await run(["--ui=stream", "--output-logs=new-only"], (line) => {
  log.push(line);
  const name = /^@broadcast-ipc\/(\S+):build:js: cache miss/.exec(line)?.[1];
  if (!name) return;
  started++;
  const text = `Building ${name} (${started} of ${total})`;
  process.stderr.write(isTerminal ? `\r\x1b[K${text} …` : `${text}\n`);
});
const seconds = ((performance.now() - start) / 1000).toFixed(0);
if (isTerminal && started > 0) process.stderr.write("\r\x1b[K");
if (code !== 0) process.stderr.write(`${log.join("\n")}\n`);
else if (started > 0) process.stderr.write(`Built the demo in ${seconds} s\n`);
process.exitCode = code;
