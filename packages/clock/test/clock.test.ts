import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { clockId, now } from "../src/index.ts";

describe("now()", () => {
  it("returns whole microseconds that never decrease", () => {
    let before = now();
    for (let reading = 0; reading < 10_000; reading++) {
      const after = now();
      expect(Number.isSafeInteger(after)).toBe(true);
      expect(after).toBeGreaterThanOrEqual(before);
      before = after;
    }
  });

  it("returns the time of process.hrtime in microseconds", () => {
    const before = process.hrtime.bigint() / 1000n;
    const time = now();
    const after = process.hrtime.bigint() / 1000n;
    expect(time).toBeGreaterThanOrEqual(Number(before));
    expect(time).toBeLessThanOrEqual(Number(after));
  });
});

describe("now() and clockId() in a child process", () => {
  it("return the same time and the same id as in the parent process", async () => {
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
  it("always returns the same non-empty id", () => {
    expect(clockId()).toBe(clockId());
    expect(clockId()).not.toBe("");
  });

  it.runIf(process.platform === "linux")("returns the boot id and the time namespace on Linux", () => {
    expect(clockId()).toMatch(/^[0-9a-f-]{36} time:\[\d+\]$/);
  });
});
