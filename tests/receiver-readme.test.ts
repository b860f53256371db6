import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = new URL("../", import.meta.url);
const readme = await readFile(new URL("packages/receiver/README.md", root), "utf8");

/** Runs the first example below a heading of the README, and returns what it prints. */
async function run(heading: string): Promise<string> {
  const [, example = ""] = readme.slice(readme.indexOf(heading)).match(/```js\n(.*?)```/s) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "receiver-readme-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "example.mjs"), example);
  await symlink(fileURLToPath(new URL("node_modules", root)), join(folder, "node_modules"));
  const child = spawn(process.execPath, ["example.mjs"], {
    cwd: folder,
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(code).toBe(0);
  return output;
}

test("the first example of the receiver's README runs and exits", async () => {
  const output = await run("# @broadcast-ipc/receiver");
  expect(output.match(/^screen: 640x480 RGBA$/gm)).toHaveLength(5);
});

test("the example of a sink in the receiver's README runs and exits", async () => {
  const output = await run("## Writing a sink");
  expect(output).toBe("640x480\ninterrupted: The source has ended.\n");
});
