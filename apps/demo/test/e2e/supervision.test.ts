import { spawnSync } from "node:child_process";
import { readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Report } from "../../src/report.ts";
import { PageClient } from "../support/page-client.ts";
import { childrenOf } from "../support/processes.ts";
import { type DemoEnd, RunningDemo } from "../support/running-demo.ts";
import { TemporaryFolder } from "../support/temporary-folder.ts";
import { findBrowser, isMissing } from "../support/tools.ts";
import { UnansweredSite } from "../support/unanswered-site.ts";

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await TemporaryFolder.create();
});
afterEach(() => folder[Symbol.asyncDispose]());

const synthetic = ["--port", "0", "--json", "--source", "synthetic", "--size", "320x240"];
const page = ["--port", "0", "--json", "--source", "page"];

/** Resolves with the capture process of a demo that is starting or running. */
async function capturePid(demo: RunningDemo): Promise<number> {
  await expect.poll(() => childrenOf(demo.pid)).toHaveLength(1);
  return (await childrenOf(demo.pid))[0] ?? 0;
}

/** Connects a viewer. Resolves when it has a frame. */
async function watch(demo: RunningDemo): Promise<PageClient> {
  return PageClient.watch(await demo.find(/Watch it at (\S+)/));
}

function reportOf({ stdout }: DemoEnd): Report {
  return JSON.parse(stdout) as Report;
}

async function expectNothingLeft(): Promise<void> {
  expect(await folder.processes()).toEqual([]);
  expect(await folder.files()).toEqual([]);
}

describe("A demo whose capture process ends", () => {
  test("interrupts the viewers each time, resumes, and reports counts that add up", async () => {
    await using demo = new RunningDemo(synthetic, folder.env);
    const viewer = await watch(demo);
    for (let kills = 0; kills < 3; kills++) {
      process.kill(await capturePid(demo), "SIGKILL");
      expect(await viewer.interrupted()).toBe("The capture process was killed. Starting another one…");
      await viewer.nextOf("resumed");
      await viewer.nextOf("frame");
      const { framesPerSecond, bytesPerSecond } = await viewer.told("figures");
      expect(framesPerSecond).toBeGreaterThanOrEqual(0);
      expect(bytesPerSecond).toBeGreaterThanOrEqual(0);
    }
    demo.kill("SIGINT");
    const end = await demo.ended;
    expect(end.code).toBe(0);
    const { frames } = reportOf(end);
    expect(frames.received).toBeGreaterThan(3);
    expect(frames.received).toBeLessThanOrEqual(frames.sent);
    expect(frames.sent + frames.replaced).toBeLessThanOrEqual(frames.captured);
    await expectNothingLeft();
  });

  test.skipIf(isMissing("prlimit"))(
    "tells viewers that it cannot start, and starts when it can again",
    async () => {
      await using demo = new RunningDemo(synthetic, folder.env);
      const viewer = await watch(demo);
      const open = (await readdir(`/proc/${demo.pid}/fd`)).length;
      // No more files than are open.
      limitFiles(demo.pid, open);
      process.kill(await capturePid(demo), "SIGKILL");
      await viewer.interrupted();
      expect(await viewer.interrupted()).toBe(
        "The capture process could not be started: too many open files. Starting another one…",
      );
      limitFiles(demo.pid, 1024);
      await viewer.nextOf("resumed");
      demo.kill("SIGINT");
      const { code, stderr } = await demo.ended;
      expect(code).toBe(0);
      expect(stderr).not.toMatch(/^ +at /m);
      await expectNothingLeft();
    },
  );

  function limitFiles(pid: number, count: number): void {
    expect(spawnSync("prlimit", ["--pid", String(pid), `--nofile=${count}:`]).status).toBe(0);
  }
});

describe.skipIf(!findBrowser() && !process.env.CI)("A demo that captures a page", () => {
  test("starts the capture process again if it is killed before it has connected", async () => {
    await using site = await UnansweredSite.open();
    await using demo = new RunningDemo([...page, "--url", site.url], folder.env);
    for (let kills = 0; kills < 2; kills++) {
      await site.next();
      process.kill(await capturePid(demo), "SIGKILL");
    }
    (await site.next()).answer("<h1>Here</h1>");
    await watch(demo);
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    await expectNothingLeft();
  });

  test("keeps to the source that it has chosen, and waits until that source can be opened again", async () => {
    const browser = join(folder.path, "browser");
    await symlink(findBrowser() ?? "", browser);
    await using demo = new RunningDemo(["--port", "0"], { ...folder.env, BROWSER_PATH: browser });
    const viewer = await watch(demo);
    await rm(browser);
    process.kill(await capturePid(demo), "SIGKILL");
    await viewer.interrupted();
    expect(await viewer.interrupted()).toMatch(
      /^The capture process failed: BROWSER_PATH must be .+\. Starting another one…$/,
    );
    await symlink(findBrowser() ?? "", browser);
    expect(await viewer.told("source")).toMatchObject({ kind: "page" });
    await viewer.nextOf("resumed");
  });

  test("leaves no process and no file of a capture process that was killed", async () => {
    await using demo = new RunningDemo(page, folder.env);
    const viewer = await watch(demo);
    const before = await folder.processes();
    process.kill(await capturePid(demo), "SIGKILL");
    await viewer.nextOf("resumed");
    const killed = before.filter((pid) => pid !== demo.pid);
    expect(killed.length).toBeGreaterThan(3);
    await expect
      .poll(async () => (await folder.processes()).filter((pid) => killed.includes(pid)))
      .toEqual([]);
    const folders = (await folder.files()).filter((name) => /^demo-\w+$/.test(name));
    expect(folders).toHaveLength(1);
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    await expectNothingLeft();
  });

  test("leaves no process and no file of a browser that is stopped", async () => {
    await using demo = new RunningDemo(page, folder.env);
    await watch(demo);
    const [browser = 0] = await childrenOf(await capturePid(demo));
    process.kill(browser, "SIGSTOP");
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    await expectNothingLeft();
  });

  test("leaves no process and no file when the app process is killed", async () => {
    await using demo = new RunningDemo(page, folder.env);
    await watch(demo);
    demo.kill("SIGKILL");
    await demo.ended;
    await expect.poll(() => folder.processes()).toEqual([]);
    // The socket of the app process is removed by the next app process.
    await expect
      .poll(async () => (await folder.files()).filter((name) => name.startsWith("demo-")))
      .toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "ends at once on %s while the page does not answer, and exits with 1",
    async (signal) => {
      await using site = await UnansweredSite.open();
      await using demo = new RunningDemo([...page, "--url", site.url], folder.env);
      await site.next();
      const before = performance.now();
      demo.kill(signal);
      const end = await demo.ended;
      // The time-out of the page is 10 s.
      expect(performance.now() - before).toBeLessThan(5000);
      expect(end.code).toBe(1);
      expect(reportOf(end).failure).toBe("No frame arrived.");
      expect(end.stderr).toBe("Opening the source…\n");
      await expectNothingLeft();
    },
  );

  test.each([
    ["SIGTERM to its process group", async ({ pid }: RunningDemo) => process.kill(-pid, "SIGTERM")],
    ["SIGHUP to its process group", async ({ pid }: RunningDemo) => process.kill(-pid, "SIGHUP")],
    [
      "SIGTERM to each of its processes",
      async () => {
        for (const pid of (await folder.processes()).reverse()) process.kill(pid, "SIGTERM");
      },
    ],
  ])("exits with 0 after %s, and leaves nothing", async (_, send) => {
    await using demo = new RunningDemo(page, folder.env, { detached: true });
    await watch(demo);
    await send(demo);
    const end = await demo.ended;
    expect(end.code).toBe(0);
    expect(reportOf(end)).toMatchObject({ failure: null, source: "page" });
    await expectNothingLeft();
  });
});
