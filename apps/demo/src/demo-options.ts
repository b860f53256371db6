import { parseArgs } from "node:util";

/** Longest side of a frame that `--size` allows, in pixels. */
export const longestSide = 8192;

const sinkNames = ["page", "livekit"] as const;

/** A place where the source is shown: the demo's page, or a LiveKit room. */
type SinkName = (typeof sinkNames)[number];

const transports = ["socket", "shared"] as const;

/** The socket, or memory that both processes share. */
type Transport = (typeof transports)[number];

/** The parsed command-line options. */
export interface DemoOptions {
  readonly source: "auto" | "page" | "screen" | "file" | "synthetic";
  /** Address of the page to capture; `undefined` for the bundled page. */
  readonly url: string | undefined;
  /** Path of the video file to play; set if `source` is `"file"`. */
  readonly file: string | undefined;
  /** Frame size in pixels; `undefined` for the source's default. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly framesPerSecond: number;
  readonly encoding: "raw" | "jpeg";
  /** What carries large frames from the capture process to the app process. */
  readonly transport: Transport;
  /** Where the source is shown. */
  readonly sinks: readonly SinkName[];
  /** Port of the page; `undefined` for the default port, or any free port if the default port is in use. */
  readonly port: number | undefined;
  /** Seconds to run after the first frame; `undefined` to run until interrupted. */
  readonly duration: number | undefined;
  /** Path of the recording; `undefined` for no recording. */
  readonly record: string | undefined;
  /** Path of a PNG file for the last frame; `undefined` for no file. */
  readonly snapshot: string | undefined;
  /** Whether to print the report as one JSON object. */
  readonly json: boolean;
}

/** The text of `--help`. */
export const help = `Captures video and audio in one process and shows them live on a page that another process serves, or publishes them
to a LiveKit room.

  npm run demo -- [options]

The app process starts a capture process, which sends frames and audio over a local socket. The app process shows them
on a page that only this machine can open, and prints the page's address. With --sink livekit, a third
process publishes them to a LiveKit room. Ctrl-C ends all processes.

While nobody watches, no frames are sent, unless --duration, --record, --snapshot or --json asks for a result.

Source
  --source auto         a page if a browser is installed, else the screen if it can be captured, else the test
                        pattern (default)
  --source page         a page in the Chromium, Chrome or Edge of this machine, or the browser named by BROWSER_PATH
  --source screen       the screen, through the ffmpeg on PATH
  --source file         a video file and its audio, in a loop, through the ffmpeg on PATH
  --source synthetic    a moving test pattern and a tone; needs no other program
  --url https://…       the page to capture (default: a page that comes with the demo); implies --source page
  --file video.mp4      the video file to play; implies --source file
  --size 1280x720       size of the frames (default: the screen's own, the file's own up to 1920x1080, else 1280x720)
  --fps 30              frames per second, 1 to 240

Transport
  --encoding raw        uncompressed pixels: fastest between two processes (default)
  --encoding jpeg       compressed by the capture process: fewer bytes, more CPU
                        (a browser always delivers JPEG frames, which are passed on unchanged)
  --transport socket    frames travel over a local socket (default)
  --transport shared    large frames travel in memory that both processes share, which saves CPU for raw frames; needs
                        Linux, and Node 26.10, or Node 22 with the package koffi; the socket is used if that is missing

Output
  --sink page           show a page on this machine (default)
  --sink livekit        publish to a LiveKit room; environment variables name it, see below
  --sink page,livekit   do both
  --port 7411           port of the page (default: 7411, or any free port if that is in use)
  --duration 5          stop this many seconds after the first frame
  --record out.mp4      record every frame and the audio to an .mp4 or .webm file, through the ffmpeg on PATH (the
                        page has a button for it too; it writes a file with the time in its name to this folder)
  --snapshot last.png   write the last received frame to a PNG file
  --json                print only one JSON object to standard output:
                        { frames: { captured, sent, received, replaced }, recording: { frames, leftOut },
                          age: { p50, p95, max } in ms, bytes, processes: { app, capture: { cpuShare,
                          peakMemoryBytes } }, cpuShare of one core,
                          transport: { app, capture: { via, reason, fallbacks } }, … }
                        (npm prints two lines before it; avoid them with npm run --silent demo -- --json)
  --help                print this text

LiveKit, in environment variables
  LIVEKIT_URL           address of the server, such as wss://example.livekit.cloud or ws://127.0.0.1:7880
  LIVEKIT_API_KEY and LIVEKIT_API_SECRET
                        the demo makes its own access token from them, and prints an access token and a link for
                        one viewer, which are valid for six hours
  LIVEKIT_TOKEN         an access token for the demo, instead of the key and the secret; it must name a room, and
                        allow to join it and to publish a screen, its audio and data
  LIVEKIT_ROOM          name of the room (default: broadcast-ipc-demo); LIVEKIT_TOKEN names a room already

  Participants whose access token has the attribute control=true may control the source. The viewer's
  token that the demo prints has it. All others only watch.

A capture process or publisher process that ends or hangs is replaced. The demo gives up after 60 s in which none can be
started.

Exit code: 0 if nothing failed at the end, also after Ctrl-C, SIGTERM or SIGHUP; 1 if the demo gave up, the recording,
the snapshot or publishing failed, or no frame arrived although a result was asked for; 2 for invalid options.
`;

/** Thrown for invalid options. The message is shown to the user. */
export class UsageError extends Error {}

/** Parses the command line. Returns `"help"` for `--help`. Throws {@link UsageError} if an option is invalid. */
export function parseOptions(args: readonly string[]): DemoOptions | "help" {
  const { values } = parse(args);
  if (values.help) return "help";
  return {
    ...parseSource(values),
    size: values.size === undefined ? undefined : parseSize(values.size),
    framesPerSecond: numberWithin("--fps", values.fps, 1, 240),
    encoding: oneOf("--encoding", values.encoding, ["raw", "jpeg"]),
    transport: oneOf("--transport", values.transport, transports),
    sinks: parseSinks(values.sink),
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
        transport: { type: "string", default: "socket" },
        sink: { type: "string", default: "page" },
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

/** Determines the source. `--url` implies a page and `--file` implies a file. Neither may contradict `--source`. */
function parseSource(values: {
  source?: string | undefined;
  url?: string | undefined;
  file?: string | undefined;
}): Pick<DemoOptions, "source" | "url" | "file"> {
  const { url, file } = values;
  if (url !== undefined && file !== undefined) throw new UsageError("Use either --url or --file, not both.");
  const meant = url !== undefined ? "page" : file !== undefined ? "file" : "auto";
  const named = oneOf("--source", values.source ?? "auto", ["auto", "page", "screen", "file", "synthetic"]);
  const source = named === "auto" ? meant : named;
  if (source !== meant && meant !== "auto")
    throw new UsageError(`--${meant === "page" ? "url" : "file"} implies --source ${meant}, got ${source}.`);
  if (source === "file" && !file) throw new UsageError("--source file needs --file with the video to play.");
  if (url !== undefined && !(/^(https?|file|data|about):./.test(url) && URL.canParse(url)))
    throw new UsageError(`--url must be a complete address such as https://example.org/, got ${url}.`);
  return { source, url, file };
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((choice) => choice === value);
  if (choice) return choice;
  throw new UsageError(`${name} must be one of ${choices.join(", ")}, got ${value}.`);
}

function numberWithin(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= least && number <= most) return number;
  throw new UsageError(`${name} must be a number from ${least} to ${most}, got ${value}.`);
}

function integerWithin(name: string, value: string, least: number, most: number): number {
  const number = numberWithin(name, value, least, most);
  if (Number.isInteger(number)) return number;
  throw new UsageError(`${name} must be a whole number, got ${value}.`);
}

function parseSize(value: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(value) ?? [];
  const size = { width: Number(width), height: Number(height) };
  const isSensible = (length: number) => length >= 16 && length <= longestSide && length % 2 === 0;
  if (isSensible(size.width) && isSensible(size.height)) return size;
  throw new UsageError(
    `--size must be WIDTHxHEIGHT with even numbers from 16 to ${longestSide}, such as 1280x720, got ${value}.`,
  );
}

function parseSinks(value: string): readonly SinkName[] {
  return [...new Set(value.split(",").map((name) => oneOf("--sink", name, sinkNames)))];
}

function parseRecord(value: string): string {
  if (/\.(mp4|webm)$/.test(value)) return value;
  throw new UsageError(`--record must end in .mp4 or .webm, got ${value}.`);
}
