import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

const folder = new URL("../", import.meta.url);
const readme = await readFile(new URL("README.md", folder), "utf8");

async function matches(file: string, pattern: RegExp): Promise<string[]> {
  const source = await readFile(new URL(file, folder), "utf8");
  return [...source.matchAll(pattern)].map(([, name = ""]) => name);
}

describe("README.md", () => {
  test("contains a table row for every error code", async () => {
    const codes = await matches("src/livekit-publisher-error.ts", /"(ERR_LIVEKIT_\w+)"/g);
    expect(codes).not.toEqual([]);
    for (const code of codes) expect(readme).toContain(`| \`${code}\` |`);
  });

  test("contains every option in a table row", async () => {
    const options = [
      ...(await matches("src/livekit-publisher-options.ts", /^ {2}readonly (\w+)\?:/gm)),
      ...(await matches("src/connect-room.ts", /^ {2}readonly (\w+)\?:/gm)),
    ];
    expect(options).toContain("maxFps");
    for (const option of options) expect(readme).toMatch(new RegExp(`^\\|.*\`(\\w+\\.)?${option}[.\`]`, "m"));
  });
});
