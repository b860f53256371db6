import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Report } from "../../src/report.ts";
import { PageClient } from "../support/page-client.ts";
import { childrenOf, isRunning } from "../support/processes.ts";
import { RunningDemo } from "../support/running-demo.ts";
import { TemporaryFolder } from "../support/temporary-folder.ts";
import { findBrowser, isMissing } from "../support/tools.ts";
import { UnansweredSite } from "../support/unanswered-site.ts";
import { VirtualScreen } from "../support/virtual-screen.ts";

/** Connects a viewer. Resolves when it has a frame. */
async function watch(demo: RunningDemo): Promise<PageClient> {
  return PageClient.watch(await demo.find(/Watch it at (\S+)/));
}

async function expectOrderlyEnd(demo: RunningDemo, folder: TemporaryFolder): Promise<void> {
  demo.kill("SIGINT");
  expect((await demo.ended).code).toBe(0);
  expect(await folder.processes()).toEqual([]);
  expect(await folder.files()).toEqual([]);
}

// These tests mostly wait for time limits, so they run at the same time.
test("replaces a capture process that is stopped", { concurrent: true }, async () => {
  await using folder = await TemporaryFolder.create();
  await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"], folder.env);
  const viewer = await watch(demo);
  const capture = Number(await demo.find(/Process (\d+) captures/));
  process.kill(capture, "SIGSTOP");
  expect(await viewer.interrupted()).toBe("The capture process does not respond. Starting another one…");
  await viewer.nextOf("resumed");
  expect(await isRunning(capture)).toBe(false);
  await expectOrderlyEnd(demo, folder);
});

describe.skipIf(!findBrowser() && !process.env.CI)(
  "A demo that captures a page",
  { concurrent: true },
  () => {
    const silent = "The capture process failed: the page has not responded for 10 s. Starting another one…";

    test("replaces a page that runs an endless loop", async () => {
      await using folder = await TemporaryFolder.create();
      await using site = await UnansweredSite.open();
      await using demo = new RunningDemo(["--port", "0", "--url", site.url], folder.env);
      (await site.next()).answer("<h1>Here</h1><script>setTimeout(() => { for (;;); }, 2000)</script>");
      const viewer = await watch(demo);
      expect(await viewer.interrupted()).toBe(silent);
      (await site.next()).answer("<h1>Here</h1>");
      await viewer.nextOf("resumed");
      await expectOrderlyEnd(demo, folder);
    });

    test("replaces a browser that is stopped", async ({ expect }) => {
      await using folder = await TemporaryFolder.create();
      await using demo = new RunningDemo(["--port", "0", "--source", "page"], folder.env);
      const viewer = await watch(demo);
      const [browser = 0] = await childrenOf(Number(await demo.find(/Process (\d+) captures/)));
      process.kill(browser, "SIGSTOP");
      expect(await viewer.interrupted()).toBe(silent);
      await viewer.nextOf("resumed");
      await expect.poll(() => isRunning(browser)).toBe(false);
      await expectOrderlyEnd(demo, folder);
    });

    test("keeps a page that does not change, and a demo that is suspended as a whole", async () => {
      await using folder = await TemporaryFolder.create();
      await using site = await UnansweredSite.open();
      await using demo = new RunningDemo(["--port", "0", "--url", site.url, "--json"], folder.env);
      (await site.next()).answer("<h1>Here</h1>");
      await watch(demo);
      await delay(12_000);
      const processes = await folder.processes();
      for (const pid of processes) process.kill(pid, "SIGSTOP");
      await delay(12_000);
      for (const pid of processes) process.kill(pid, "SIGCONT");
      await delay(3000);
      demo.kill("SIGINT");
      const { code, stderr } = await demo.ended;
      expect(code).toBe(0);
      expect(stderr).not.toContain("another one");
    });

    test("gives up with the reason if no page can be opened for 60 s", { timeout: 120_000 }, async () => {
      await using folder = await TemporaryFolder.create();
      await using site = await UnansweredSite.open();
      await using demo = new RunningDemo(["--port", "0", "--url", site.url, "--json"], folder.env);
      (await site.next()).answer("<h1>Here</h1>");
      const viewer = await watch(demo);
      site.close();
      process.kill(Number(await demo.find(/Process (\d+) captures/)), "SIGKILL");
      const { reason } = await viewer.nextOf("ended");
      expect(reason).toMatch(
        /could not be opened: net::ERR_CONNECTION_REFUSED\. The demo gives up, because no frame/,
      );
      const { code, stdout } = await demo.ended;
      expect(code).toBe(1);
      expect((JSON.parse(stdout) as Report).failure).toBe(reason);
      expect(await folder.processes()).toEqual([]);
      expect(await folder.files()).toEqual([]);
    });
  },
);

test.skipIf(isMissing("Xvfb", "ffmpeg"))(
  "replaces the capture of a screen whose X server hangs",
  { concurrent: true },
  async () => {
    await using folder = await TemporaryFolder.create();
    await using screen = await VirtualScreen.open();
    await using demo = new RunningDemo(["--port", "0", "--source", "screen"], {
      ...screen.env,
      ...folder.env,
    });
    const viewer = await watch(demo);
    process.kill(screen.pid, "SIGSTOP");
    await using _ = { [Symbol.asyncDispose]: async () => void process.kill(screen.pid, "SIGCONT") };
    expect(await viewer.interrupted()).toBe(
      "The capture process failed: the screen has not responded for 10 s. Starting another one…",
    );
    process.kill(screen.pid, "SIGCONT");
    await viewer.nextOf("resumed");
    await expectOrderlyEnd(demo, folder);
  },
);
