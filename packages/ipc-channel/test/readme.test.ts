import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { tempDir } from "./support/temp-dir.ts";

const packageDirectory = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(packageDirectory, "README.md"), "utf8");

describe("README.md", () => {
  test("contains an example that runs unmodified and exits", async () => {
    const [, example] = readme.match(/```js\n(.*?)```/s) ?? [];
    const directory = tempDir();
    mkdirSync(join(directory, "node_modules", "@broadcast-ipc"), { recursive: true });
    symlinkSync(packageDirectory, join(directory, "node_modules", "@broadcast-ipc", "ipc-channel"));
    writeFileSync(join(directory, "example.mjs"), example ?? "");
    const child = spawn(process.execPath, ["example.mjs"], {
      cwd: directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(code).toBe(0);
    expect(output).toContain("parent got { type: 'image', width: 2, height: 2 }");
    expect(output).toContain("child got { type: 'thanks', bytes: 16 }");
    expect(output).toContain("{ by: 'peer', code: 'closed' }");
  });

  test("contains a table row for every error code and every option", () => {
    const codes = readFileSync(join(packageDirectory, "src/errors/ipc-channel-error.ts"), "utf8").match(
      /"ERR_IPC_\w+"/g,
    );
    const options = readFileSync(join(packageDirectory, "src/options/channel-options.ts"), "utf8").matchAll(
      /^ {2}readonly (\w+)\?:/gm,
    );
    for (const code of codes ?? []) expect(readme).toContain(`| \`${code.slice(1, -1)}\``);
    for (const [, name] of options) expect(readme).toContain(`| \`${name}\``);
    expect(codes).toHaveLength(12);
  });
});
