import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BroadcastReceiver, type Demand, type Sample } from "@broadcast-ipc/receiver";
import { now, socketPath } from "@broadcast-ipc/uploader";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

// Electron cannot be installed without an install script, so these tests run the examples with a fake.
const fakePath = fileURLToPath(new URL("support/fake-electron.mjs", import.meta.url));
const hookPath = fileURLToPath(new URL("support/use-fake-electron.mjs", import.meta.url));
const { FakeWebContents } = await import(/* @vite-ignore */ pathToFileURL(fakePath).href);
const { uploadPaints } = await import(
  /* @vite-ignore */ new URL("../electron-offscreen/upload-paints.mjs", import.meta.url).href
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "electron-"));
  vi.stubEnv("XDG_RUNTIME_DIR", folder);
  // The fake prints the calls that it gets.
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/**
 * Runs a program of the examples with the fake, and receives from it. Returns the receiver, and a function that returns the
 * lines that the program has printed.
 */
async function run(name: string, demand: Demand, env: NodeJS.ProcessEnv = {}) {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const child = spawn(process.execPath, ["--import", pathToFileURL(hookPath).href, file], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const exit = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  const receiver = await Promise.race([
    BroadcastReceiver.accept(socketPath("two-processes"), { demand }),
    exit.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`))),
  ]);
  onTestFinished(() => receiver.close());
  return { receiver, lines: () => output.trimEnd().split("\n") };
}

async function nextOf(samples: AsyncIterator<Sample>): Promise<Sample> {
  return (await samples.next()).value;
}

describe("uploadPaints", () => {
  const whole = { x: 0, y: 0, width: 1280, height: 720 };

  class FakeUploader extends EventEmitter {
    readonly uploads: Sample[] = [];
    demand: Demand | undefined = { video: {}, audio: null };

    upload(sample: Sample): void {
      this.uploads.push(sample);
    }

    setDemand(demand: Demand): void {
      this.demand = demand;
      this.emit("demand", demand);
    }
  }

  function connect() {
    const contents = new FakeWebContents();
    const uploader = new FakeUploader();
    uploadPaints(contents, uploader);
    return { contents, uploader };
  }

  test("uploads BGRA without gaps, with the time of the paint", () => {
    const { contents, uploader } = connect();
    const before = now();
    contents.paint(whole, { width: 1280, height: 720 });
    const [sample] = uploader.uploads;
    expect(sample).toMatchObject({ type: "image", format: "BGRA", codedWidth: 1280, codedHeight: 720 });
    expect(sample?.data).toHaveLength(1280 * 720 * 4);
    expect(sample?.timestamp).toBeGreaterThanOrEqual(before);
    expect(sample?.timestamp).toBeLessThanOrEqual(now());
  });

  test("passes the dirty rectangle on as damage, but not with the first frame and the first of a new size", () => {
    const { contents, uploader } = connect();
    const dirty = { x: 10, y: 20, width: 30, height: 40 };
    contents.paint(whole, { width: 1280, height: 720 });
    contents.paint(dirty, { width: 1280, height: 720 });
    contents.paint(dirty, { width: 800, height: 600 });
    contents.paint({ x: -5, y: 590, width: 1000, height: 20 }, { width: 800, height: 600 });
    expect(uploader.uploads.map((sample) => "damage" in sample && sample.damage)).toEqual([
      undefined,
      [dirty],
      undefined,
      [{ x: 0, y: 590, width: 800, height: 10 }],
    ]);
  });

  test("ignores an empty image", () => {
    const { contents, uploader } = connect();
    contents.paint(whole, { width: 0, height: 0 });
    expect(uploader.uploads).toEqual([]);
  });

  test("stops painting while no video is wanted, and then uploads a whole frame", () => {
    const { contents, uploader } = connect();
    contents.paint(whole, { width: 1280, height: 720 });
    uploader.setDemand({ video: null, audio: null });
    expect(contents.isPainting()).toBe(false);
    const invalidate = vi.spyOn(contents, "invalidate");
    uploader.setDemand({ video: {}, audio: null });
    expect(contents.isPainting()).toBe(true);
    expect(invalidate).toHaveBeenCalledOnce();
    contents.paint({ x: 1, y: 1, width: 1, height: 1 }, { width: 1280, height: 720 });
    expect(uploader.uploads.at(-1)).toMatchObject({ damage: undefined });
  });

  test("paints at the demanded frame rate, in the range that Electron accepts", () => {
    const { contents, uploader } = connect();
    const setFrameRate = vi.spyOn(contents, "setFrameRate");
    for (const maxFps of [24.5, 0.1, 1000, undefined])
      uploader.setDemand({ video: maxFps === undefined ? {} : { maxFps }, audio: null });
    expect(setFrameRate.mock.calls).toEqual([[25], [1], [240], [60]]);
  });
});

describe("electron-offscreen", () => {
  test.each([
    [1, 1280, 720],
    [2, 2560, 1440],
  ])("uploads frames in physical pixels at a device scale factor of %d", async (scale, width, height) => {
    const { receiver, lines } = await run(
      "electron-offscreen/main.mjs",
      { video: { maxFps: 20 }, audio: null },
      { SCALE: String(scale) },
    );
    const samples = receiver.samples({ type: "image" });
    expect(await nextOf(samples)).toMatchObject({ format: "BGRA", codedWidth: width, codedHeight: height });
    const { timestamp } = await nextOf(samples);
    expect(Math.abs(now() - timestamp)).toBeLessThan(5e6);
    expect(lines()).toEqual(expect.arrayContaining(["disableHardwareAcceleration", "setFrameRate 20"]));
  });

  test("stops painting while the receiver wants no video", async () => {
    const { receiver, lines } = await run("electron-offscreen/main.mjs", { video: {}, audio: null });
    const samples = receiver.samples({ type: "image" });
    await nextOf(samples);
    receiver.setDemand({ video: null, audio: null });
    await expect.poll(() => lines().at(-1)).toBe("stopPainting");
    receiver.setDemand({ video: {}, audio: null });
    await expect.poll(() => lines().slice(-2)).toEqual(["startPainting", "invalidate"]);
    await nextOf(samples);
  });
});

describe("electron-desktop-capturer", () => {
  test("uploads frames of every format, whatever the stride", async () => {
    const { receiver, lines } = await run("electron-desktop-capturer/main.mjs", {
      video: { delivery: "all", maxFps: 60 },
      audio: null,
    });
    const samples = receiver.samples({ type: "image" });
    const seen = [];
    for (let count = 0; count < 3; count++) seen.push(await nextOf(samples));
    expect(lines()).toEqual(["capture.start(60)", "captures screen:1:0"]);
    expect(seen.map((sample) => "format" in sample && sample.format)).toEqual(["I420", "BGRA", "BGRX"]);
    for (const [index, sample] of seen.entries()) {
      expect(sample).toMatchObject({ codedWidth: 64, codedHeight: 48 });
      expect(Math.abs(now() - sample.timestamp)).toBeLessThan(5e6);
      const layout = ("layout" in sample && sample.layout) || [];
      expect(layout.map(({ stride }) => stride)).toEqual(index === 0 ? [80, 40, 40] : [288]);
    }
  });

  test("stops the capture while the receiver wants no video, and follows its frame rate", async () => {
    const { receiver, lines } = await run("electron-desktop-capturer/main.mjs", { video: {}, audio: null });
    const samples = receiver.samples({ type: "image" });
    await nextOf(samples);
    receiver.setDemand({ video: { maxFps: 50 }, audio: null });
    await expect.poll(lines).toContain("applyConstraints 50");
    receiver.setDemand({ video: null, audio: null });
    await expect.poll(lines).toContain("capture.stop()");
    receiver.setDemand({ video: {}, audio: null });
    await expect.poll(() => lines().slice(-2)).toEqual(["capture.start(30)", "captures screen:1:0"]);
    await nextOf(samples);
  });
});
