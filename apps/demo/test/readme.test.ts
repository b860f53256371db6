import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);

test.each([
  ["receiver first", ["show.mjs", "capture.mjs"]],
  ["uploader first", ["capture.mjs", "show.mjs"]],
])("runs both programs of the README, %s, and both exit with 0", async (_, order) => {
  const folder = await mkdtemp(join(tmpdir(), "readme-test-"));
  try {
    const readme = await readFile(new URL("README.md", root), "utf8");
    for (const [, file, code] of readme.matchAll(/^`(\w+\.mjs)`.*?```js\n(.*?)```/gms)) {
      await writeFile(join(folder, file ?? ""), code ?? "");
    }
    await symlink(fileURLToPath(new URL("node_modules", root)), join(folder, "node_modules"));
    // Each run has its own socket directory, so that programs of two runs do not connect to each other.
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    const outputs = order.map(async (file) => {
      const child = spawn(process.execPath, [file], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
      expect([file, code]).toEqual([file, 0]);
      return output;
    });
    const output = (await Promise.all(outputs)).join("");
    expect(output).toMatch(/^1280 720 0$/m);
    expect(output).toMatch(/^1280 720 255$/m);
    expect(output).toMatch(/^ended: closed$/m);
  } finally {
    await rm(folder, { recursive: true });
  }
});
