import { describe, expect, test } from "vitest";
import { sharedMemory } from "../src/shared-memory.ts";
import { type SharedMemoryOptions, sharedMemorySettings } from "../src/shared-memory-options.ts";
import { noSharedMemory } from "./support/linked-routes.ts";

describe("sharedMemory", () => {
  test.each([
    ["bytes", 8191],
    ["bytes", 100_000.5],
    ["bytes", 2 ** 53],
    ["bytes", "64 MiB"],
    ["slots", 0],
    ["slots", 65_537],
    ["slots", Number.NaN],
    ["minPayloadBytes", 0],
    ["minPayloadBytes", Number.POSITIVE_INFINITY],
    ["copy", "yes"],
    ["copy", null],
  ])("throws a RangeError that names %s if it is %o", (name, value) => {
    const options = { [name]: value } as SharedMemoryOptions;
    expect(() => sharedMemory(options)).toThrow(RangeError);
    expect(() => sharedMemory(options)).toThrow(name);
  });

  test("throws a RangeError that names an unknown option", () => {
    const options = { minPayLoadBytes: 1 } as SharedMemoryOptions;
    const message = 'unknown option "minPayLoadBytes", did you mean "minPayloadBytes"?';
    expect(() => sharedMemory(options)).toThrow(new RangeError(message));
  });

  test("has defaults, and rounds bytes up to pages", () => {
    const defaults = { bytes: 67_108_864, slots: 16, minPayloadBytes: 65_536, copy: false };
    expect(sharedMemorySettings()).toEqual(defaults);
    expect(sharedMemorySettings({ bytes: 8193, slots: 1 })).toEqual({ ...defaults, bytes: 12_288, slots: 1 });
  });

  test("has the feature name of the protocol", () => {
    expect(sharedMemory().feature).toBe("shared-memory-1");
  });

  test.skipIf(!noSharedMemory)("says why it is unavailable, warns once, and opens no route", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    const { unavailable } = sharedMemory();
    expect(unavailable).toBe(noSharedMemory);
    if (Number.parseInt(process.versions.node, 10) < 22) expect(unavailable).toContain("Node 22 or later");
    const again = sharedMemory();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    // The suite's other tests may have caused the warning before.
    expect(warnings.length).toBeLessThanOrEqual(1);
    expect(() => again.open({ send: () => {}, maxPayloadBytes: 1 })).toThrow(noSharedMemory);
  });

  const isSupported = process.platform === "linux" && Number.parseInt(process.versions.node, 10) >= 22;
  test.skipIf(!isSupported)("is available on Linux with Node 22 or later", () => {
    expect(noSharedMemory).toBe("");
  });

  test.skipIf(noSharedMemory)("is available here, but not with more memory than there is", () => {
    expect(sharedMemory().unavailable).toBeUndefined();
    expect(sharedMemory({ bytes: 2 ** 50 }).unavailable).toMatch(/^a region of 1 PiB does not fit: /);
  });
});
