import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, inject, type TestContext, test } from "vitest";
import { CaptureProcess } from "./support/capture-process.ts";
import { joinToken } from "./support/join-token.ts";
import { NodeViewer } from "./support/node-viewer.ts";

const file = fileURLToPath(new URL("support/publish-rounds.mjs", import.meta.url));
const server = inject("liveKitServer");

/** Longest time until a process ends after it has released everything, in ms. */
const exitTimeout = 5_000;

interface Resources {
  readonly descriptors: number;
  readonly threads: number;
  readonly rss: number;
  readonly managed: number;
}

/** Runs a process that publishes, and returns its resources before and after twenty rounds. */
async function publishRounds(
  { expect, onTestFinished }: TestContext,
  isOneRoom: boolean,
): Promise<[before: Resources, after: Resources]> {
  const directory = await mkdtemp(join(tmpdir(), "livekit-test-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, "socket");
  const roomName = `rounds-${process.pid}-${isOneRoom}`;
  await using viewer = await NodeViewer.join(server, roomName, "viewer");
  await using capture = new CaptureProcess(path, { tone: 440 });
  const token = await joinToken(server, roomName, "publisher");
  const publisher = spawn(process.execPath, [file, path, server.url, token, "20", `${isOneRoom}`], {
    stdio: ["ignore", "pipe", "inherit"],
    // With an arena for each thread, the resident memory grows by fragmentation even if all memory is released.
    env: { ...process.env, MALLOC_ARENA_MAX: "1" },
  });
  onTestFinished(() => void publisher.kill("SIGKILL"));
  const exited = once(publisher, "exit");
  const reports: (Resources & { readonly closed?: true })[] = [];
  let closedAt = 0;
  for await (const line of createInterface(publisher.stdout)) {
    // The LiveKit library logs to stdout as well.
    if (line.includes('"lk-rtc"')) continue;
    reports.push(JSON.parse(line));
    if (reports.at(-1)?.closed) closedAt = Date.now();
  }
  const [code] = await exited;
  expect(code).toBe(0);
  expect(Date.now() - closedAt).toBeLessThan(exitTimeout);
  expect(viewer.tracks).toBeGreaterThan(20);
  expect(capture.failures).toEqual([]);
  const [before, after] = reports;
  if (!before || !after) throw new Error("the process has not reported its resources");
  console.log("before and after twenty rounds:", before, after);
  return [before, after];
}

// The rounds mostly wait, so both tests run at the same time.
describe
  .skipIf(process.platform !== "linux")
  .concurrent("a process that publishes twenty times and ends by itself", () => {
    test("leaves nothing behind if it joins the room each time", async (context) => {
      const { expect } = context;
      const [before, after] = await publishRounds(context, false);
      expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
      expect(after.threads).toBeLessThanOrEqual(before.threads);
      expect(after.managed - before.managed).toBeLessThan(3e6);
      expect(after.rss - before.rss).toBeLessThan(50e6);
    }, 120_000);

    test("leaves only the library's encoders behind if it stays in the room", async (context) => {
      const { expect } = context;
      const [before, after] = await publishRounds(context, true);
      expect(after.descriptors).toBeLessThan(before.descriptors + 10);
      expect(after.managed - before.managed).toBeLessThan(3e6);
      // The library keeps the encoder of an unpublished track, with its threads, until the room is disconnected:
      // https://github.com/livekit/rust-sdks/issues/612
      expect(after.threads - before.threads).toBeLessThanOrEqual(20 * 2);
      expect(after.rss - before.rss).toBeLessThan(20 * 20e6);
    }, 120_000);
  });
