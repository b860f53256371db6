import { describe, expect, test } from "vitest";
import { findLibC, loadLibC } from "../src/libc/find-lib-c.ts";
import { koffiCalls } from "../src/libc/koffi-calls.ts";
import type { NativeCalls } from "../src/libc/native-calls.ts";
import { nodeFFICalls } from "../src/libc/node-ffi-calls.ts";
import { noSharedMemory } from "./support/linked-routes.ts";
import { descriptors, mappings } from "./support/process-state.ts";

const runtime = (versions: Record<string, string>, platform = "linux", arch = "x64") => ({
  platform,
  arch,
  versions: { node: "24.0.0", ...versions },
});

describe("loadLibC", () => {
  test.each([
    ["Bun", runtime({ bun: "1.4.0" })],
    ["Deno", runtime({ deno: "2.9.0" })],
    ["Node 22", runtime({ node: "20.20.2" })],
    ["Linux", runtime({}, "darwin", "arm64")],
    ["architecture arm ", runtime({}, "linux", "arm")],
  ])("names %s and loads nothing where shared memory cannot work", (text, unfit) => {
    const result = loadLibC(unfit, [
      () => {
        throw new Error("loaded");
      },
    ]);
    expect(result).toEqual({ reason: expect.stringContaining(text) });
  });

  test("says how to install koffi if it is missing", () => {
    const missing = Object.assign(new Error("Cannot find module 'koffi'\nRequire stack:"), {
      code: "MODULE_NOT_FOUND",
    });
    const result = loadLibC(runtime({}), [
      () => undefined,
      () => {
        throw missing;
      },
    ]);
    expect(result).toEqual({
      reason: "the package koffi is not installed: run npm install koffi, or use Node 26.10 or later",
    });
  });

  test.skipIf(noSharedMemory)(
    "gives the reason of each candidate that fails, and leaves nothing behind",
    () => {
      const before = [descriptors(), mappings()];
      const real = koffiCalls();
      const failing = (changes: Partial<NativeCalls>) => () => ({ ...real, ...changes });
      const result = loadLibC(process, [
        failing({ view: (_, length) => new ArrayBuffer(length) }),
        failing({
          view: () => {
            throw new Error("External buffers are not allowed\nat x");
          },
        }),
        failing({ memfdCreate: () => real.fcntl(-1, 0, 0) }),
        failing({ mmap: () => -1 }),
      ]);
      expect(result).toEqual({
        reason: expect.stringMatching(
          /^this runtime copies .*; External buffers are not allowed; memfd_create failed with EBADF; mmap failed with \w+/,
        ),
      });
      expect([descriptors(), mappings()]).toEqual(before);
    },
  );
});

describe.skipIf(noSharedMemory)("LibC", () => {
  test("is found once", () => {
    expect(findLibC()).toBe(findLibC());
  });

  const candidates = [nodeFFICalls, koffiCalls];
  test.each(candidates.filter((candidate) => candidate() !== undefined))(
    "throws with the errno's name: %o",
    (candidate) => {
      const result = loadLibC(process, [candidate]);
      if ("reason" in result) throw new Error(result.reason);
      const { libc } = result;
      expect(() => libc.getSeals(-1)).toThrow(expect.objectContaining({ code: "EBADF" }));
      expect(() => libc.mmap(-1, 4096)).toThrow(expect.objectContaining({ code: "EBADF" }));
      expect(() => libc.munmap(1n, 4096)).toThrow(expect.objectContaining({ code: "EINVAL" }));
      expect(() => libc.memfdCreate("x", 0x4000)).toThrow(expect.objectContaining({ code: "EINVAL" }));
      const fd = libc.memfdCreate("test", 3);
      libc.addSeals(fd, 6);
      expect(libc.getSeals(fd)).toBe(6);
      expect(() => libc.fallocate(fd, 4096)).toThrow(expect.objectContaining({ code: "EPERM" }));
      libc.close(fd);
      expect(() => libc.close(fd)).toThrow(expect.objectContaining({ code: "EBADF" }));
    },
  );
});
