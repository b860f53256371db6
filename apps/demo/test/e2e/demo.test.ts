import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFrameCode } from "../../src/synthetic/frame-code.ts";
import { PageClient } from "../support/page-client.ts";
import { RunningDemo, runDemo } from "../support/running-demo.ts";
import { TemporaryFolder } from "../support/temporary-folder.ts";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await TemporaryFolder.create();
});
afterEach(() => folder[Symbol.asyncDispose]());

test("exits with 0 after --duration, and prints a JSON report with consistent frame counts", async () => {
  const { code, report } = await runDemo(["--source", "synthetic", "--duration", "1"]);
  expect(code).toBe(0);
  expect(report).toMatchObject({
    source: "test pattern",
    encoding: "raw",
    size: { width: 1280, height: 720 },
    failure: null,
  });
  const { captured, sent, received, replaced } = report.frames;
  expect(received).toBeGreaterThan(0);
  expect(received).toBe(sent);
  expect(sent + replaced).toBeLessThanOrEqual(captured);
  expect(report.bytes).toBe(received * 1280 * 720 * 4);
  expect(report.age?.p50).toBeGreaterThan(0);
  expect(report.age?.max).toBeGreaterThanOrEqual(report.age?.p95 ?? Number.NaN);
  for (const usage of [report.processes.app, report.processes.capture]) {
    expect(usage?.cpuShare).toBeGreaterThan(0);
    expect(usage?.peakMemoryBytes).toBeGreaterThan(1e6);
  }
  expect(report.cpuShare).toBeGreaterThan(report.processes.app.cpuShare ?? Number.NaN);
});

test("tells in the status line that nothing is captured without a viewer", async () => {
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
  const url = await demo.find(/Watch it at (\S+)/);
  expect(await demo.find(/\n(test pattern · .*)\n/)).toBe(
    `test pattern · no viewer: nothing is captured · ${url}`,
  );
});

test.each(["raw", "jpeg"])("saves the last received frame of a %s run with --snapshot", async (encoding) => {
  const snapshot = join(folder.path, `${encoding}.png`);
  const { code, report } = await runDemo([
    ...["--source", "synthetic", "--duration", "1", "--size", "640x360"],
    ...["--encoding", encoding, "--snapshot", snapshot],
  ]);
  expect(code).toBe(0);
  const { data, info } = await sharp(snapshot).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([640, 360]);
  const frame = readFrameCode(data, info.width, info.height);
  expect(frame).toBeGreaterThan(0);
  expect(frame).toBeLessThan(report.frames.captured);
});

test("delivers frames of 7680x4320", async () => {
  const { code, report } = await runDemo([
    ...["--source", "synthetic", "--size", "7680x4320", "--fps", "1", "--duration", "0.1"],
  ]);
  expect(code).toBe(0);
  expect(report.size).toEqual({ width: 7680, height: 4320 });
  expect(report.bytes).toBe(report.frames.received * 7680 * 4320 * 4);
});

test("falls back to a test pattern, and reports why neither a page nor the screen is captured", async () => {
  const { code, report, stderr } = await runDemo(["--duration", "0.2"], { BROWSER_PATH: "/no/browser" });
  expect(code).toBe(0);
  expect(report.source).toBe("test pattern");
  expect(stderr).toMatch(/A page is not captured: \w+/);
  expect(stderr).toMatch(/The screen is not captured: \w+/);
});

test("reports a requested screen that does not exist, and exits with 1", async () => {
  const { code, report, stderr } = await runDemo(["--source", "screen", "--duration", "1"]);
  expect(code).toBe(1);
  expect(report.failure).toMatch(/DISPLAY|ffmpeg|capturing the screen/);
  expect(stderr).toContain(report.failure);
});

test.each([
  ["a missing video file", ["--file", "missing.mp4"], {}],
  ["a screen without a display", ["--source", "screen"], {}],
  ["a page without a browser", ["--source", "page"], { BROWSER_PATH: "/no/browser" }],
])("prints the failure for %s, and prints no page address", async (_, args, env) => {
  const { code, report, stderr } = await runDemo(args, env);
  expect(code).toBe(1);
  expect(stderr).toBe(`Opening the source…\n${report.failure}\n`);
});

test("reports in one line that a port is in use", async () => {
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await using demo = new RunningDemo(["--source", "synthetic", "--port", String(port)]);
  expect(await demo.ended).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `Port ${port} is in use by another program; choose another --port, or leave it out.\n`,
  });
});

test.each([
  ["--snapshot", "The snapshot cannot be written: the folder of % does not exist or is not writable."],
  ["--record", "Nothing can be recorded: % cannot be written: the folder does not exist."],
])("reports at the start that the folder of the %s file does not exist", async (option, sentence) => {
  const file = join(folder.path, "missing", option === "--record" ? "out.mp4" : "last.png");
  await using demo = new RunningDemo(["--source", "synthetic", "--port", "0", option, file]);
  expect(await demo.ended).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `${sentence.replace("%", file)}\n`,
  });
});

test("exits with 1 and still prints the report if the snapshot cannot be written", async () => {
  const { code, report, stderr } = await runDemo([
    ...["--source", "synthetic", "--duration", "0.2", "--snapshot", folder.path],
  ]);
  expect(code).toBe(1);
  expect(report.frames.received).toBeGreaterThan(0);
  expect(report.failure).toMatch(/^The snapshot cannot be written: .+\.$/);
  expect(stderr).toContain(`${report.failure}\n`);
});

test("tells the page what is captured, and whether it accepts input", async () => {
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
  const viewer = await PageClient.open(await demo.find(/Watch it at (\S+)/));
  expect(await viewer.told("source")).toEqual({ kind: "synthetic", hasAudio: true, takesInput: false });
});

test("ends both processes and removes the socket on SIGINT", async () => {
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"], folder.env);
  const capture = Number(await demo.find(/Process (\d+) captures/));
  await PageClient.watch(await demo.find(/Watch it at (\S+)/));
  demo.kill("SIGINT");
  const { code, stdout } = await demo.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/frames +\d+ received/);
  expect(isAlive(capture)).toBe(false);
  expect(await folder.files()).toEqual([]);
});

test("captures nothing while nobody watches, keeps its capture process, and exits with 0 on SIGINT", async () => {
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
  const capture = Number(await demo.find(/Process (\d+) captures/));
  // Longer than a capture process may take to prove itself.
  await delay(11_000);
  demo.kill("SIGINT");
  const { code, stdout, stderr } = await demo.ended;
  expect(code).toBe(0);
  expect(stdout).toBe("");
  expect(stderr).not.toContain("another one");
  expect(isAlive(capture)).toBe(false);
});

test("exits and removes the socket on SIGINT before the first frame", async () => {
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"], folder.env);
  await demo.find(/(Watch it at)/);
  demo.kill("SIGINT");
  await demo.ended;
  expect(await folder.files()).toEqual([]);
});

test("restarts a killed capture process, receives frames again, and reports consistent frame counts", async () => {
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic", "--json"]);
  const capture = Number(await demo.find(/Process (\d+) captures/));
  await demo.find(/(\d+\.\d) fps/);
  process.kill(capture, "SIGKILL");
  await demo.find(
    /(The capture process was killed\. Starting another one…)[\s\S]*Process \d+ captures[\s\S]*fps/,
  );
  demo.kill("SIGINT");
  const { code, stdout, stderr } = await demo.ended;
  expect(code).toBe(0);
  const { captured, sent, received, replaced } = JSON.parse(stdout).frames;
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThanOrEqual(sent);
  expect(sent + replaced).toBeLessThanOrEqual(captured);
  expect(stderr).not.toContain("broadcast failed");
  expect(stderr.match(/Watch it at/g)?.length).toBe(1);
});

test("ends the capture process with a message when the app process is killed", async () => {
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
  await PageClient.watch(await demo.find(/Watch it at (\S+)/));
  demo.kill("SIGKILL");
  // The processes share one standard error, which closes only when both have ended.
  const { stderr } = await demo.ended;
  expect(stderr).toContain("The app process has ended");
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
