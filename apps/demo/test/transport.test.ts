import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sharedMemory } from "@broadcast-ipc/shared-memory";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readFrameCode } from "../src/synthetic/frame-code.ts";
import { openCarrier, transportNote, transportUse } from "../src/transport.ts";
import { RunningDemo, runDemo } from "./support/running-demo.ts";
import { TemporaryFolder } from "./support/temporary-folder.ts";
import { isMissing } from "./support/tools.ts";

/** Why this Node has no shared memory; `undefined` if it has. */
const { unavailable } = sharedMemory();
if (unavailable !== undefined) console.warn(`SKIPPED: frames in shared memory (${unavailable})`);

const shared = ["--source", "synthetic", "--transport", "shared"];

test("uses no carrier with the transport socket", () => {
  expect(openCarrier({ transport: "socket" }, 1000)).toBeUndefined();
  expect(transportUse(undefined)).toEqual({ via: "socket", reason: null, fallbacks: 0 });
});

test("says what carries the frames, and why it is the socket", () => {
  expect(transportNote({ via: "shared memory (koffi)", reason: null })).toBe(
    "Frames travel in shared memory (koffi).",
  );
  expect(transportNote({ via: "socket", reason: "there is no room" })).toBe(
    "Frames travel over the socket: there is no room.",
  );
});

describe.skipIf(unavailable === undefined)("A demo without shared memory", () => {
  test("says once why it uses the socket, and goes on", async () => {
    const { code, report, stderr } = await runDemo([...shared, "--duration", "1"]);
    expect(code).toBe(0);
    expect(report.frames.received).toBeGreaterThan(0);
    const use = { via: "socket", reason: unavailable, fallbacks: 0 };
    expect(report.transport).toEqual({ app: use, capture: use });
    expect(stderr.split("\n").filter((line) => /shared memory|socket/i.test(line))).toEqual([
      `Frames travel over the socket: ${unavailable}.`,
    ]);
  });
});

describe.skipIf(unavailable !== undefined)("A demo with shared memory", () => {
  test("carries frames in it, and says so in both processes", async () => {
    const { code, report, stderr } = await runDemo([...shared, "--duration", "2"]);
    expect(code).toBe(0);
    const { received } = report.frames;
    expect(received).toBeGreaterThan(0);
    expect(report.bytes).toBe(received * 1280 * 720 * 4);
    const { app, capture } = report.transport;
    expect(app).toMatchObject({ via: expect.stringMatching(/^shared memory \(/), reason: null });
    expect(capture).toMatchObject({ via: app.via, reason: null });
    expect(capture?.fallbacks).toBeLessThan(received);
    expect(stderr.match(/^Frames travel .*$/gm)).toEqual([`Frames travel in ${app.via}.`]);
    for (const usage of Object.values(report.processes)) expect(usage?.cpuShare).toBeGreaterThan(0);
  });

  test.skipIf(isMissing("prlimit"))("says why it uses the socket if the frames do not fit", async () => {
    const size = ["--size", "3840x2160", "--fps", "5"];
    await using demo = new RunningDemo(["--port", "0", "--json", ...shared, ...size, "--duration", "0.5"]);
    // Less than eight frames. The demo passes the limit on to the capture process, which it has not started yet.
    expect(spawnSync("prlimit", ["--pid", String(demo.pid), "--fsize=200000000"]).status).toBe(0);
    const { code, stdout, stderr } = await demo.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout).transport.capture).toMatchObject({
      via: "socket",
      reason: expect.stringContaining("ulimit -f"),
    });
    expect(stderr).toMatch(/^Frames travel over the socket: a region of .* does not fit: .*\.$/m);
  });

  test.skipIf(isMissing("ffmpeg"))("shows and records the same intact frames", async () => {
    await using folder = await TemporaryFolder.create();
    const [file, snapshot] = [join(folder.path, "out.mp4"), join(folder.path, "last.png")];
    const { code, report } = await runDemo([
      ...[...shared, "--size", "640x360", "--duration", "2"],
      ...["--record", file, "--snapshot", snapshot],
    ]);
    expect(code).toBe(0);
    expect(report.recording?.frames).toBeGreaterThan(0);
    const { data, info } = await sharp(snapshot).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(readFrameCode(data, info.width, info.height)).toBeGreaterThan(0);
  });

  test("recovers from a killed capture process, and leaves no memory behind", async () => {
    await using demo = new RunningDemo(["--port", "0", "--json", ...shared]);
    for (let kills = 0; kills < 3; kills++) {
      const text = String.raw`(?:Process \d+ captures[\s\S]*?){${kills}}Process (\d+) captures`;
      const capture = Number(await demo.find(new RegExp(text)));
      await expect.poll(() => mappings(demo.pid)).toHaveLength(1);
      const [before] = await mappings(demo.pid);
      process.kill(capture, "SIGKILL");
      // The newest frame keeps the old memory until the next capture process has sent one.
      await expect.poll(async () => (await mappings(demo.pid)).includes(before ?? "")).toBe(false);
    }
    await expect.poll(() => mappings(demo.pid)).toHaveLength(1);
    await delay(500);
    demo.kill("SIGINT");
    const { code, stdout } = await demo.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout).frames.received).toBeGreaterThan(3);
    expect((await readdir("/dev/shm")).filter((name) => name.includes("broadcast"))).toEqual([]);
  });
});

/** Returns the inodes of the shared memory that a process has mapped. */
async function mappings(pid: number): Promise<string[]> {
  const maps = await readFile(`/proc/${pid}/maps`, "utf8");
  const inodes = [...maps.matchAll(/ (\d+) +\/memfd:broadcast-ipc/g)].map(([, inode]) => inode ?? "");
  return [...new Set(inodes)];
}
