import { type Candidate, plainName } from "./codec/candidate.ts";
import {
  codecConversionCandidates,
  codecDecodeCandidates,
  codecEncodeCandidates,
} from "./codec/codec-candidates.ts";
import {
  libraryConversionCandidates,
  libraryDecodeCandidates,
  libraryEncodeCandidates,
} from "./codec/library-candidates.ts";
import { makeJpeg } from "./codec/make-jpeg.ts";
import { measureCandidates } from "./codec/measure-candidates.ts";
import { measureDelta } from "./codec/measure-delta.ts";
import { fixed, rowName, table, times } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import { photoFrame, screenFrame } from "./scenes/frames.ts";
import type { SceneName } from "./scenes/scenes.ts";

const sizes = [
  { label: "1280x720", width: 1280, height: 720 },
  { label: "1920x1080", width: 1920, height: 1080 },
  { label: "3840x2160", width: 3840, height: 2160 },
];
const frames = [
  { name: "screen-like", make: screenFrame },
  { name: "photo-like", make: photoFrame },
];
const quality = 75;
const scenes: readonly SceneName[] = ["still page", "typing", "scrolling", "video"];

const explanation = `One process. Each time is the median of nine runs; the candidates take turns, and garbage is collected between them. Screen-like frames have text on the left half, a gradient on the right half and flat areas; photo-like frames are smooth noise at several octaves. Quality 75, 4:2:0. This codec decodes into reused memory, as a receiver does after samples are disposed.
This codec and direct calls of jpeg-turbo (into reused memory) read BGRA; plain sharp, with its defaults, reads the same frame as RGBA.
Quality 100 with plain sharp is the setting of the reference system.`;

/** Compares the codec with direct calls of the libraries that it uses. */
export async function runCodec(options: BenchOptions): Promise<readonly string[]> {
  return [
    explanation,
    ...(await measureJpeg(options)),
    ...(await measureConversions(options)),
    ...(await measureScenes(options)),
  ];
}

async function measureJpeg({ isChosen, isSizeChosen }: BenchOptions): Promise<string[]> {
  const tables: string[] = [];
  for (const { label, ...size } of sizes) {
    if (!isSizeChosen(label)) continue;
    for (const { name, make } of frames) {
      if (!isChosen(name)) continue;
      const title = `${label}, ${name}`;
      const frame = make(size.width, size.height);
      const encode = [
        ...codecEncodeCandidates(frame, size, quality),
        ...libraryEncodeCandidates(frame, size, quality),
      ];
      tables.push(await renderJpeg(`Encoding JPEG, ${title}`, encode));
      const jpeg = await makeJpeg(frame, size, quality);
      const jpeg100 = await makeJpeg(frame, size, 100);
      const decode = [...codecDecodeCandidates(jpeg, size), ...libraryDecodeCandidates(jpeg, jpeg100, size)];
      tables.push(await renderJpeg(`Decoding JPEG, ${title}`, decode));
      console.error(title);
    }
  }
  return tables;
}

async function measureConversions({ isSizeChosen }: BenchOptions): Promise<string[]> {
  if (!isSizeChosen("conversions")) return [];
  const size = { width: 1920, height: 1080 };
  const frame = screenFrame(size.width, size.height);
  const results = await measureCandidates([
    ...codecConversionCandidates(frame, size),
    ...libraryConversionCandidates(frame, size),
  ]);
  console.error("conversions");
  const rows = results.map(({ name, failure, milliseconds }) => [
    rowName(name, failure),
    fixed(milliseconds),
  ]);
  return [table(`Converting raw pixels, ${size.width}x${size.height}`, ["conversion", "ms"], rows)];
}

async function renderJpeg(title: string, candidates: readonly Candidate[]): Promise<string> {
  const results = await measureCandidates(candidates);
  const plain = results.find(({ name }) => name === plainName)?.milliseconds;
  return table(
    title,
    ["candidate", "ms", "ratio to plain sharp", "kB"],
    results.map(({ name, failure, milliseconds, bytes }) => [
      rowName(name, failure),
      fixed(milliseconds),
      times(milliseconds, plain),
      bytes > 0 ? fixed(bytes / 1000, 0) : "",
    ]),
  );
}

async function measureScenes({ isChosen, isSizeChosen }: BenchOptions): Promise<string[]> {
  if (!isSizeChosen("scenes")) return [];
  const rows: string[][] = [];
  for (const scene of scenes) {
    if (!isChosen(scene)) continue;
    const results = await measureDelta(scene);
    const whole = (engine: string) => results.find(({ name }) => name === `JPEG, ${engine}`);
    const wholes = [whole("jpeg-turbo"), whole("sharp"), whole("plain sharp")];
    for (const { name, failure, cpuMilliseconds, bytes } of results) {
      rows.push([
        rowName(`${scene}: ${name}`, failure),
        fixed(cpuMilliseconds, 2),
        ...wholes.map((other) => times(cpuMilliseconds, other?.cpuMilliseconds)),
        fixed(bytes / 1000, 2),
        ...wholes.map((other) => times(bytes, other?.bytes)),
      ]);
    }
    console.error(scene);
  }
  const head = [
    "scene and encoding",
    "CPU ms per frame",
    "ratio to JPEG, jpeg-turbo",
    "ratio to JPEG, sharp",
    "ratio to JPEG, plain sharp",
    "kB per frame",
    "ratio to jpeg-turbo's",
    "ratio to sharp's",
    "ratio to plain sharp's",
  ];
  return [
    table("Encoding changes, 1920x1080 BGRA", head, rows),
    "All encodings are measured with the same frames. *Still page* never changes. *Typing* adds a glyph every third frame and blinks a caret. *Scrolling* moves a page of text by 12 pixels per frame. *Video* is moving smooth noise over the whole frame. Plain sharp, with its defaults, reads the same bytes as RGBA. CPU time includes all threads of the encoder; bytes are data and metadata, encoded as MessagePack.",
  ];
}
