import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { TestPattern } from "../../src/synthetic/test-pattern.ts";
import {
  type Color,
  colorFields,
  drawTestCard,
  numberTile,
  tileHeight,
  tileTop,
  tileWidth,
} from "./test-card.ts";
import { VirtualScreen } from "./virtual-screen.ts";

/** A source for the demo, with frames that show a counter. */
export interface CountingSource extends AsyncDisposable {
  /** Command line arguments that make the demo capture the source. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Height of the frames in pixels. */
  readonly height: number;
  /** Positions whose colour never changes. */
  readonly colors: readonly { readonly x: number; readonly y: number; readonly color: Color }[];
  /** Numbers run from 0 to `count - 1` and then start again from 0. */
  readonly count: number;
  /** Stops counting and resolves with the last number. */
  stop?(): Promise<number>;
}

/** A `count` that no test reaches, so numbers never start again from 0. */
const endless = 2 ** 24;

function middles(width: number, height: number): CountingSource["colors"] {
  return colorFields(width, height).map((field) => {
    return { x: field.x + field.width / 2, y: field.y + field.height / 2, color: field.color };
  });
}

/** Returns the test pattern, with three positions whose colour never changes. */
export function syntheticPattern(): CountingSource {
  const [width, height] = [1280, 720];
  const pixels = new Uint8Array(width * height * 4);
  new TestPattern(width, height).draw(pixels, 0, 0);
  const places = [
    { x: 660, y: 456 },
    { x: 1240, y: 72 },
    { x: 36, y: 360 },
  ];
  const colors = places.map(({ x, y }) => {
    const [red = 0, green = 0, blue = 0] = pixels.subarray((y * width + x) * 4);
    return { x, y, color: [red, green, blue] as const };
  });
  return {
    args: ["--source", "synthetic"],
    height,
    colors,
    count: endless,
    async [Symbol.asyncDispose]() {},
  };
}

/** Serves a web page that requests each number from the server. */
export async function countingPage(): Promise<CountingSource> {
  const [width, height] = [1280, 720];
  const fields = colorFields(width, height).map(
    ({ x, y, width, height, color }) =>
      `<i style="left:${x}px;top:${y}px;width:${width}px;height:${height}px;background:rgb(${color})"></i>`,
  );
  const html = `<!doctype html><title>counting</title><style>* { position: absolute; margin: 0 }</style>${fields.join("")}
    <canvas width=${tileWidth} height=${tileHeight} style="top: ${tileTop(height)}px"></canvas>
    <script type=module>
      const context = document.querySelector("canvas").getContext("2d");
      for (;;) {
        const pixels = await (await fetch("/number")).arrayBuffer();
        context.putImageData(new ImageData(new Uint8ClampedArray(pixels), ${tileWidth}), 0, 0);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    </script>`;
  let frame = 0;
  let isStopped = false;
  const site = createServer(({ url }, response) => {
    if (url !== "/number") response.setHeader("content-type", "text/html").end(html);
    else response.end(numberTile(isStopped ? frame : ++frame));
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  return {
    args: ["--url", `http://127.0.0.1:${(site.address() as AddressInfo).port}/`],
    height,
    colors: middles(width, height),
    count: endless,
    async stop() {
      isStopped = true;
      return frame;
    },
    async [Symbol.asyncDispose]() {
      site.closeAllConnections();
      site.close();
    },
  };
}

/** Opens an X display with a window for each colour field. The root window's background shows the number. */
export async function countingScreen(): Promise<CountingSource> {
  const [width, height] = [640, 480];
  const folder = await mkdtemp(join(tmpdir(), "counting-screen-"));
  const screen = await VirtualScreen.open();
  for (const { x, y, width: wide, height: high, color } of colorFields(width, height)) {
    const paint = `#${Buffer.from(color).toString("hex")}`;
    screen.start("xlogo", "-bw", "0", "-geometry", `${wide}x${high}+${x}+${y}`, "-fg", paint, "-bg", paint);
  }
  const bitmap = join(folder, "number.xbm");
  let frame = 0;
  let isStopped = false;
  const counting = (async () => {
    while (!isStopped) {
      await writeFile(bitmap, toXBM(numberTile(++frame)));
      // X tiles the background with the bitmap from the top left corner, so one tile covers the area of the frame code.
      await screen.run("xsetroot", "-bitmap", bitmap, "-fg", "white", "-bg", "black");
      await delay(20);
    }
  })();
  return {
    args: ["--source", "screen"],
    env: screen.env,
    height,
    colors: middles(width, height),
    count: endless,
    async stop() {
      isStopped = true;
      await counting;
      return frame;
    },
    async [Symbol.asyncDispose]() {
      isStopped = true;
      await counting.finally(() => screen[Symbol.asyncDispose]());
      await rm(folder, { recursive: true });
    },
  };
}

/** Converts a {@link numberTile} to an X bitmap: one bit per pixel, lowest bit first. */
function toXBM(pixels: Uint8Array): string {
  const bytes = Array.from({ length: (tileWidth * tileHeight) / 8 }, (_, index) => {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) if (pixels[(index * 8 + bit) * 4]) byte |= 1 << bit;
    return `0x${byte.toString(16)}`;
  });
  return `#define n_width ${tileWidth}\n#define n_height ${tileHeight}\nstatic char n_bits[] = {\n${bytes} };\n`;
}

/** Encodes a video file of ten seconds. */
export async function countingFilm(): Promise<CountingSource> {
  const [width, height, count] = [320, 200, 250];
  const folder = await mkdtemp(join(tmpdir(), "counting-film-"));
  const file = join(folder, "film.mp4");
  const input = ["-f", "rawvideo", "-pixel_format", "rgba", "-video_size", `${width}x${height}`];
  const args = ["-v", "error", ...input, "-framerate", "25", "-i", "pipe:0", "-pix_fmt", "yuv420p", file];
  const ffmpeg = spawn("ffmpeg", args, { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(ffmpeg, "exit");
  const cards = function* () {
    for (let frame = 0; frame < count; frame++) yield drawTestCard(width, height, frame);
  };
  await pipeline(cards, ffmpeg.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  return {
    args: ["--file", file],
    height,
    colors: middles(width, height),
    count,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
