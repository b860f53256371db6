import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isMissing } from "./support/is-missing.ts";
import { RecordedFile } from "./support/recorded-file.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = new URL("../../../", import.meta.url);
const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), "utf8");

describe("README.md", () => {
  test.skipIf(isMissing("ffmpeg", "ffprobe"))("begins with an example that runs and exits", async () => {
    const [, example = ""] = /```js\n(.*?)```/s.exec(await read("README.md")) ?? [];
    const folder = await temporaryFolder();
    await writeFile(join(folder, "example.mjs"), example);
    await symlink(fileURLToPath(new URL("node_modules", root)), join(folder, "node_modules"));
    const child = spawn(process.execPath, ["example.mjs"], {
      cwd: folder,
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(code).toBe(0);
    expect(output).toMatch(/^25 frames, \d\.\d s, written\n$/);
    expect((await RecordedFile.open(join(folder, "session.mp4"))).codecs).toEqual(["h264", "aac"]);
  });

  test("has a row for each error code, option and count", async () => {
    const readme = await read("README.md");
    const codes = (await read("src/recorder-error.ts")).match(/ERR_RECORDER_\w+/g) ?? [];
    expect(codes).toHaveLength(7);
    const options = await read("src/recorder-options.ts");
    const fieldsOf = (name: string) => {
      const body = new RegExp(`interface ${name} \\{(.*?)\\n\\}`, "s").exec(options)?.[1] ?? "";
      return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, field]) => field);
    };
    const rows = [
      ...codes,
      ...fieldsOf("RecordingVideoOptions").map((field) => `video.${field}`),
      ...fieldsOf("RecordingAudioOptions").map((field) => `audio.${field}`),
      ...fieldsOf("RecorderOptions").filter((field) => field !== "video"),
      ...fieldsOf("RecordingProgress"),
    ];
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect(readme).toContain(`| \`${row}\` |`);
  });
});
