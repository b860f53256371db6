import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDemo } from "./support/running-demo.ts";
import { isMissing } from "./support/tools.ts";
import { VirtualScreen } from "./support/virtual-screen.ts";

describe.skipIf(isMissing("Xvfb", "ffmpeg", "xsetroot", "xlogo", "glxgears", "import"))(
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
  },
);
