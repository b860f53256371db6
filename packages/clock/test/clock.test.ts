import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { clockId, now } from "../src/index.ts";

describe("now()", () => {
  it("counts whole microseconds and never goes back", () => {
    let before = now();
    for (let reading = 0; reading < 10_000; reading++) {
      const after = now();
      expect(Number.isSafeInteger(after)).toBe(true);
      expect(after).toBeGreaterThanOrEqual(before);
      before = after;
    }
  });

  it("is process.hrtime in microseconds", () => {
    const before = process.hrtime.bigint() / 1000n;
    const time = now();
    const after = process.hrtime.bigint() / 1000n;
    expect(time).toBeGreaterThanOrEqual(Number(before));
    expect(time).toBeLessThanOrEqual(Number(after));
  });
});

describe("a child process", () => {
  it("reads the same clock, and calls it by the same name", async () => {
    const script = fileURLToPath(new URL("./fixtures/tell-time.mjs", import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    try {
      for (let reading = 0; reading < 3; reading++) {
        const before = now();
        child.stdin.write("\n");
        const [line] = await once(lines, "line");
        const answer = JSON.parse(line);
        expect(answer.now).toBeGreaterThanOrEqual(before);
        expect(answer.now).toBeLessThanOrEqual(now());
        expect(answer.clockId).toBe(clockId() ?? null);
      }
    } finally {
      child.stdin.end();
      await once(child, "exit");
    }
  });
});

describe("clockId()", () => {
  it("stays the same, and names no clock by an empty text", () => {
    expect(clockId()).toBe(clockId());
    expect(clockId()).not.toBe("");
  });

  it.runIf(process.platform === "linux")("is known on Linux", () => {
    expect(clockId()).toMatch(/^[0-9a-f-]{36} time:\[\d+\]$/);
  });
});
