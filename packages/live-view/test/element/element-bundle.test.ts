import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

const file = new URL("../../dist/element.js", import.meta.url);

describe("element.js", () => {
  test("has less than 25 kB when compressed with gzip", async () => {
    expect(gzipSync(await readFile(file)).byteLength).toBeLessThan(25_000);
  });

  test("imports nothing", async () => {
    expect(await readFile(file, "utf8")).not.toMatch(/\bimport\s*[("'{*]|\bfrom\s*"/);
  });

  test("has declarations that import nothing, so that they need no types of Node", async () => {
    expect(await readFile(new URL("element.d.ts", file), "utf8")).not.toMatch(/^import\b/m);
  });

  test("can be imported on a server that renders pages", async () => {
    expect(await import(file.href)).toHaveProperty("BroadcastView");
  });
});
