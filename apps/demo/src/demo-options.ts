import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface DemoOptions {
  readonly source: "auto" | "page" | "screen" | "file" | "synthetic";
  /** The page to show; `undefined` for the one that comes with the demo. */
  readonly url: string | undefined;
  /** The video to play; there is one where the source is a file. */
  readonly file: string | undefined;
  /** In pixels; each source has a size of its own without it. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly framesPerSecond: number;
  readonly encoding: "raw" | "jpeg";
  /** Where the page is served; `undefined` for the usual port, or any where that is taken. */
  readonly port: number | undefined;
  /** Seconds from the first picture; until interrupted without it. */
  readonly duration: number | undefined;
  /** The file that everything is recorded to. */
  readonly record: string | undefined;
  /** The file that the last picture is written to. */
  readonly snapshot: string | undefined;
  /** Whether the report is one JSON object. */
  readonly json: boolean;
}

/** What `--help` prints. */
export const help = `Shows live what another process captures.

  npm run demo -- [options]

An app process starts a capture process. Pictures and sound go from the one to the other over a local socket, and from
there to a page that is served on this machine only. Its address is printed; open it in a browser. Ctrl-C ends both.

What is captured
  --source auto         a page where a browser is installed, else the screen where it can be captured, else the
                        test pattern (default)
  --source page         a page in the Chromium, Chrome or Edge of this machine, or in the one that BROWSER_PATH names
  --source screen       the real screen, through the ffmpeg on PATH
  --source file         a video with its sound, over and over, through the ffmpeg on PATH
  --source synthetic    a moving test pattern and a tone; needs nothing
  --url https://…       the page to show (default: one that comes with the demo); means --source page
  --file film.mp4       the video to play; means --source file
  --size 1280x720       size of the pictures (default: the screen's own, the video's own up to 1920x1080, else 1280x720)
  --fps 30              pictures a second, 1 to 240

How it travels
  --encoding raw        pixels as they are: the fastest way between two processes (default)
  --encoding jpeg       compressed by the capture process: less to move, more to compute
                        (a page comes as JPEG from its browser either way, and stays as it is)

What comes of it
  --port 7411           where the page is served (default: 7411, or any port where that is taken)
  --duration 5          end by itself, this many seconds after the first picture
  --record out.mp4      record every picture and the sound, to .mp4 or .webm, through the ffmpeg on PATH
  --snapshot last.png   write the last picture that was received to a PNG file
  --json                print one JSON object and nothing else to standard output:
                        { frames: { captured, sent, received, replaced }, recording: { pictures, leftOut },
                          age: { p50, p95, max } in ms, bytes, processes: { app, capture: { cpuShare,
                          peakMemoryBytes } }, cpuShare of one core, … }
                        (npm prints two lines of its own before it: npm run --silent demo -- --json)
  --help                this text

The exit code is 0 if pictures arrived, the recording is whole and both processes ended in good order, else 1; 2 for options
that make no sense.
`;

/** Thrown for options that make no sense; its message is a sentence for the person who typed them. */
export class UsageError extends Error {}

/** Reads the command line; `"help"` where that is what was asked for. Throws {@link UsageError}. */
export function parseOptions(args: readonly string[]): DemoOptions | "help" {
  const { values } = parse(args);
  if (values.help) return "help";
  return {
    ...parseSource(values),
    size: values.size === undefined ? undefined : parseSize(values.size),
    framesPerSecond: numberWithin("--fps", values.fps, 1, 240),
    encoding: oneOf("--encoding", values.encoding, ["raw", "jpeg"]),
    port: values.port === undefined ? undefined : integerWithin("--port", values.port, 0, 65_535),
    duration:
      values.duration === undefined ? undefined : numberWithin("--duration", values.duration, 0.1, 1e6),
    record: values.record === undefined ? undefined : parseRecord(values.record),
    snapshot: values.snapshot,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        source: { type: "string" },
        url: { type: "string" },
        file: { type: "string" },
        size: { type: "string" },
        fps: { type: "string", default: "30" },
        encoding: { type: "string", default: "raw" },
        port: { type: "string" },
        duration: { type: "string" },
        record: { type: "string" },
        snapshot: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** What is captured: `--url` and `--file` say it without `--source`, and must not say something else. */
function parseSource(values: {
  source?: string | undefined;
  url?: string | undefined;
  file?: string | undefined;
}): Pick<DemoOptions, "source" | "url" | "file"> {
  const { url, file } = values;
  if (url !== undefined && file !== undefined) throw new UsageError("--url and --file are two sources.");
  const meant = url !== undefined ? "page" : file !== undefined ? "file" : "auto";
  const named = oneOf("--source", values.source ?? "auto", ["auto", "page", "screen", "file", "synthetic"]);
  const source = named === "auto" ? meant : named;
  if (source !== meant && meant !== "auto")
    throw new UsageError(`--${meant === "page" ? "url" : "file"} means --source ${meant}, not ${source}.`);
  if (source === "file" && !file) throw new UsageError("--source file needs --file, the video to play.");
  if (url !== undefined && !(/^(https?|file|data|about):./.test(url) && URL.canParse(url)))
    throw new UsageError(`--url is a whole address such as https://example.org/, not ${url}.`);
  return { source, url, file };
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((choice) => choice === value);
  if (choice) return choice;
  throw new UsageError(`${name} is one of ${choices.join(", ")}, not ${value}.`);
}

function numberWithin(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= least && number <= most) return number;
  throw new UsageError(`${name} is a number from ${least} to ${most}, not ${value}.`);
}

function integerWithin(name: string, value: string, least: number, most: number): number {
  const number = numberWithin(name, value, least, most);
  if (Number.isInteger(number)) return number;
  throw new UsageError(`${name} is a whole number, not ${value}.`);
}

function parseSize(value: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(value) ?? [];
  const size = { width: Number(width), height: Number(height) };
  const isSensible = (length: number) => length >= 16 && length <= 8192 && length % 2 === 0;
  if (isSensible(size.width) && isSensible(size.height)) return size;
  throw new UsageError(
    `--size is WIDTHxHEIGHT, even numbers from 16 to 8192 such as 1280x720, not ${value}.`,
  );
}

function parseRecord(value: string): string {
  if (/\.(mp4|webm)$/.test(value)) return value;
  throw new UsageError(`--record is a file that ends in .mp4 or .webm, not ${value}.`);
}
