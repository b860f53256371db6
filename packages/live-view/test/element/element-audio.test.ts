import { expect, test } from "vitest";
import { describeInBrowser, inView, type OpenedPage } from "./support/test-browser.ts";
import { TestServer } from "./support/test-server.ts";
import { TestViewer } from "./support/test-viewer.ts";

/** Sends a tone in blocks of 20 ms until the returned function is called. */
function playTone(
  viewer: TestViewer,
  format: "s16" | "f32",
  sampleRate: number,
  numberOfChannels: number,
): () => void {
  const numberOfFrames = sampleRate / 50;
  let at = 0;
  const timer = setInterval(() => {
    const values = Array.from({ length: numberOfFrames * numberOfChannels }, (_, index) => {
      const value =
        Math.sin(((at + Math.floor(index / numberOfChannels)) * 2 * Math.PI * 440) / sampleRate) / 2;
      return format === "s16" ? Math.round(value * 32_767) : value;
    });
    at += numberOfFrames;
    const samples = format === "s16" ? Int16Array.from(values) : Float32Array.from(values);
    const timestamp = TestViewer.now();
    viewer.send(
      { type: "audio", format, sampleRate, numberOfChannels, numberOfFrames, timestamp },
      new Uint8Array(samples.buffer),
    );
  }, 20);
  return () => clearInterval(timer);
}

function level(page: OpenedPage["page"]): Promise<number> {
  return inView(page, "view.audioLevel");
}

describeInBrowser("Audio of <broadcast-view>", (open) => {
  test("is off until asked, plays after a click, and stops when muted", async () => {
    await using server = await TestServer.open();
    server.body = `<broadcast-view src="live"></broadcast-view><button>Audio</button>`;
    const { page, complaints } = await open(server);
    await page.evaluate(`document.querySelector("button").addEventListener("click", () => {
      const view = document.querySelector("broadcast-view");
      view.muted = !view.muted;
    })`);
    const viewer = await server.viewer();
    await viewer.next("demand");
    viewer.hello({ hasAudio: true });
    await expect.poll(() => inView(page, "view.info?.hasAudio")).toBe(true);
    expect(await inView(page, "[view.muted, view.audioLevel]")).toEqual([true, 0]);
    expect(viewer.messages.some(({ type }) => type === "audio")).toBe(false);
    await page.click("button");
    expect(await viewer.next("audio")).toEqual({ type: "audio", on: true });
    for (const [format, sampleRate, channels] of [
      ["s16", 48_000, 2],
      ["f32", 44_100, 1],
      ["s16", 16_000, 3],
    ] as const) {
      const stop = playTone(viewer, format, sampleRate, channels);
      await expect.poll(() => level(page)).toBeGreaterThan(0.6);
      stop();
      await expect.poll(() => level(page)).toBe(0);
    }
    await page.click("button");
    expect(await viewer.next("audio")).toEqual({ type: "audio", on: false });
    expect(await level(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("asks for audio on each connection with muted=false", async () => {
    await using server = await TestServer.open();
    server.body = `<broadcast-view src="live" muted="false"></broadcast-view>`;
    await open(server);
    const viewer = await server.viewer();
    expect(await viewer.next("audio")).toEqual({ type: "audio", on: true });
    viewer.close(1001);
    const second = await server.viewer(1);
    expect(await second.next("audio")).toEqual({ type: "audio", on: true });
  });

  test("waits for an action of the viewer where the browser needs one, and says so", async () => {
    await using server = await TestServer.open();
    server.body = `<broadcast-view src="live" muted="false"></broadcast-view>`;
    // page.evaluate() would count as an action of the viewer.
    server.scripts = ["element.js", "test.js"];
    server.testScript = `
      const view = document.querySelector("broadcast-view");
      const hint = () => view.shadowRoot.querySelector("[part=hint]").textContent;
      view.addEventListener("error", ({ detail }) => setTimeout(() => view.send(detail.code, hint()), 100));`;
    const { page } = await open(server);
    const viewer = await server.viewer();
    viewer.hello();
    const pixel = { format: "RGBA", codedWidth: 1, codedHeight: 1 };
    viewer.frame(pixel, new Uint8Array(4));
    const stop = playTone(viewer, "s16", 48_000, 1);
    expect(await viewer.next("message")).toMatchObject({
      name: "ERR_VIEW_AUDIO_BLOCKED",
      data: "Click to hear the audio",
    });
    await page.mouse.click(10, 10);
    await expect.poll(() => level(page)).toBeGreaterThan(0.6);
    expect(await inView(page, `view.shadowRoot.querySelector("[part=hint]").textContent`)).toBe("");
    stop();
  });

  test("reports audio that cannot be played, once", async () => {
    await using server = await TestServer.open();
    server.body = `<broadcast-view src="live" muted="false"></broadcast-view>`;
    const { page } = await open(server);
    await inView(
      page,
      `view.addEventListener("error", ({ detail }) => (window.codes ??= []).push(detail.code))`,
    );
    const viewer = await server.viewer();
    viewer.hello({ hasAudio: true });
    for (let count = 0; count < 3; count++) {
      viewer.send(
        { type: "audio", format: "s16", sampleRate: 1, numberOfChannels: 1, numberOfFrames: 1, timestamp: 0 },
        new Uint8Array(2),
      );
    }
    await expect
      .poll(() => page.evaluate("window.codes?.filter((code) => code === 'ERR_VIEW_AUDIO')"))
      .toHaveLength(1);
  });
});
