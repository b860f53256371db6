import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { noSharedMemory } from "./support/linked-routes.ts";

const root = new URL("../../../", import.meta.url);
const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), "utf8");

describe("README.md", () => {
  test("begins with an example that runs and exits, with and without shared memory", async () => {
    const [, example = ""] = /```js\n(.*?)```/s.exec(await read("README.md")) ?? [];
    const folder = await mkdtemp(join(tmpdir(), "broadcast-ipc-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "example.mjs"), example);
    await symlink(fileURLToPath(new URL("node_modules", root)), join(folder, "node_modules"));
    const child = spawn(process.execPath, ["example.mjs"], {
      cwd: folder,
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(code).toBe(0);
    expect(output).toMatch(
      noSharedMemory
        ? /^60 frames through socket\n$/
        : /^60 frames through shared memory \((koffi|node:ffi)\)\n$/,
    );
  });

  test("has a row for each option", async () => {
    const readme = await read("README.md");
    const options = (await read("src/shared-memory-options.ts")).matchAll(/^ {2}readonly (\w+)\?/gm);
    const names = [...options].map(([, name]) => name);
    expect(names).toHaveLength(4);
    for (const name of names) expect(readme).toContain(`| \`${name}\` |`);
  });
});
