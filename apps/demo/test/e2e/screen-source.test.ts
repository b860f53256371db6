import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ScreenSource } from "../../src/screen/screen-source.ts";
import { CollectingSink } from "../support/collecting-sink.ts";
import { childrenOf } from "../support/processes.ts";
import { runDemo } from "../support/running-demo.ts";
import { isMissing } from "../support/tools.ts";
import { VirtualScreen } from "../support/virtual-screen.ts";

describe.skipIf(isMissing("Xvfb", "ffmpeg", "xsetroot", "xlogo", "glxgears", "import", "xrandr"))(
  "ScreenSource",
  () => {
    let folder: string;
    let screen: VirtualScreen;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "screen-test-"));
      screen = await VirtualScreen.open();
    });

    afterAll(async () => {
      await screen?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    /** Captures the display with the program `import`, as RGB. */
    async function screenshot(): Promise<Buffer> {
      const { stdout } = spawn("import", ["-silent", "-window", "root", "png:-"], {
        env: screen.env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      return sharp(await buffer(stdout))
        .removeAlpha()
        .raw()
        .toBuffer();
    }

    /** Runs the demo for half a second and returns its last frame as RGB. */
    async function snapshot(name: string): Promise<Buffer> {
      const file = join(folder, `${name}.png`);
      const { code, report } = await runDemo(
        ["--source", "screen", "--duration", "0.5", "--snapshot", file],
        screen.env,
      );
      expect(code).toBe(0);
      expect(report).toMatchObject({ source: "screen", size: { width: 640, height: 480 } });
      return sharp(file).removeAlpha().raw().toBuffer();
    }

    test("captures a still screen pixel for pixel", async () => {
      // The demo captures the pointer, and `import` does not, so the pointer gets an empty shape.
      const shape = join(folder, "nothing.xbm");
      await writeFile(
        shape,
        "#define n_width 1\n#define n_height 1\n#define n_x_hot 0\n#define n_y_hot 0\nstatic char n_bits[] = {\n  0x00 };\n",
      );
      await screen.run("xsetroot", "-cursor", shape, shape, "-solid", "#c04010");
      const empty = await screenshot();
      screen.start("xlogo", "-geometry", "300x200+100+50", "-fg", "#10c0e0", "-bg", "#203040");
      let expected = await screenshot();
      while (expected.equals(empty) || !expected.equals(await screenshot())) expected = await screenshot();

      expect(new Set(expected).size).toBeGreaterThan(4);
      const received = await snapshot("still");
      expect(received.equals(expected)).toBe(true);
      expect((await screenshot()).equals(expected)).toBe(true);
    });

    test("delivers changing frames when something moves on the screen", async () => {
      const before = await screenshot();
      screen.start("glxgears", "-geometry", "300x300+300+100");
      while ((await screenshot()).equals(before));
      expect((await snapshot("first")).equals(await snapshot("second"))).toBe(false);
    });

    describe("when the size of the screen changes", () => {
      const before = { DISPLAY: process.env.DISPLAY, XDG_SESSION_TYPE: process.env.XDG_SESSION_TYPE };
      beforeAll(() => {
        Object.assign(process.env, { DISPLAY: screen.env.DISPLAY, XDG_SESSION_TYPE: "x11" });
      });
      afterAll(() => {
        for (const [name, value] of Object.entries(before)) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      });

      async function capture(size?: { width: number; height: number }): Promise<CollectingSink> {
        const source = await ScreenSource.open({ framesPerSecond: 30, size });
        const sink = new CollectingSink();
        source.start(sink);
        onTestFinished(async () => {
          source.stop();
          await screen.resize(640, 480);
        });
        return sink;
      }

      /** Resolves with the first frame of the given size. Rejects if the source fails. */
      async function frameOf(sink: CollectingSink, width: number, height: number): Promise<Uint8Array> {
        for (;;) {
          const { codedWidth, codedHeight, data } = await sink.nextFrame();
          if (codedWidth === width && codedHeight === height) return data;
        }
      }

      test("delivers frames of the new size, of a smaller and of a larger screen", async () => {
        const sink = await capture();
        for (const [width, height] of [
          [640, 480],
          [320, 240],
          [512, 384],
          [400, 480],
          [640, 480],
        ] as const) {
          await screen.resize(width, height);
          expect(await frameOf(sink, width, height)).toHaveLength(width * height * 4);
        }
      });

      test("scales the new size to the requested one", async () => {
        const sink = await capture({ width: 160, height: 120 });
        await frameOf(sink, 160, 120);
        const children = await childrenOf(process.pid);
        await screen.resize(320, 240);
        await expect.poll(async () => sameItems(children, await childrenOf(process.pid))).toBe(false);
        await frameOf(sink, 160, 120);
      });

      test("fails with a sentence if ffmpeg ends although the size is the same", async () => {
        const children = await childrenOf(process.pid);
        const sink = await capture();
        await sink.nextFrame();
        const [ffmpeg = 0] = (await childrenOf(process.pid)).filter((pid) => !children.includes(pid));
        process.kill(ffmpeg, "SIGTERM");
        expect((await sink.failure).message).toBe(
          "ffmpeg ended (exit code 255): another program ended it with signal 15",
        );
      });
    });

    test("fails with a sentence when the X server ends", async () => {
      const other = await VirtualScreen.open();
      onTestFinished(() => other[Symbol.asyncDispose]());
      const { DISPLAY } = process.env;
      process.env.DISPLAY = other.env.DISPLAY;
      onTestFinished(() => {
        if (DISPLAY === undefined) delete process.env.DISPLAY;
        else process.env.DISPLAY = DISPLAY;
      });
      const source = await ScreenSource.open({ framesPerSecond: 30, size: undefined });
      onTestFinished(() => source.stop());
      const sink = new CollectingSink();
      source.start(sink);
      await sink.nextFrame();
      process.kill(other.pid, "SIGKILL");
      expect((await sink.failure).message).toMatch(
        /^ffmpeg ended \(exit code \d+\): the X server, or the window that it captures, has ended$/,
      );
    });
  },
);

function sameItems(first: readonly number[], second: readonly number[]): boolean {
  return first.length === second.length && first.every((item) => second.includes(item));
}
