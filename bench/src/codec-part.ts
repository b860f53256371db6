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
import { photoPicture, screenPicture } from "./scenes/pictures.ts";
import type { SceneName } from "./scenes/scenes.ts";

const sizes = [
  { label: "1280x720", width: 1280, height: 720 },
  { label: "1920x1080", width: 1920, height: 1080 },
  { label: "3840x2160", width: 3840, height: 2160 },
];
const pictures = [
  { name: "screen-like", make: screenPicture },
  { name: "photo-like", make: photoPicture },
];
const quality = 75;
const scenes: readonly SceneName[] = ["still page", "typing", "scrolling", "video"];

const explanation = `One process; medians of nine, in turn, with the garbage of each collected before the next. Screen-like pictures are text on the left half, a gradient on the right one and flat areas; photo-like ones are smooth noise at several octaves. Quality 75, 4:2:0. Where this codec decodes, its memory goes round, as that of disposed pictures does.
This codec, and jpeg-turbo by hand (into memory that is kept), take BGRA; plain sharp, with its defaults, is given the same picture as RGBA.
Quality 100 by plain sharp is the setting of the reference system.`;

/** Pictures compressed and decompressed: the codec beside the libraries below it. */
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
    for (const { name, make } of pictures) {
      if (!isChosen(name)) continue;
      const title = `${label}, ${name}`;
      const picture = make(size.width, size.height);
      const encode = [
        ...codecEncodeCandidates(picture, size, quality),
        ...libraryEncodeCandidates(picture, size, quality),
      ];
      tables.push(await renderJpeg(`JPEG of ${title}`, encode));
      const jpeg = await makeJpeg(picture, size, quality);
      const jpeg100 = await makeJpeg(picture, size, 100);
      const decode = [...codecDecodeCandidates(jpeg, size), ...libraryDecodeCandidates(jpeg, jpeg100, size)];
      tables.push(await renderJpeg(`Pixels of ${title}`, decode));
      console.error(title);
    }
  }
  return tables;
}

async function measureConversions({ isSizeChosen }: BenchOptions): Promise<string[]> {
  if (!isSizeChosen("conversions")) return [];
  const size = { width: 1920, height: 1080 };
  const picture = screenPicture(size.width, size.height);
  const results = await measureCandidates([
    ...codecConversionCandidates(picture, size),
    ...libraryConversionCandidates(picture, size),
  ]);
  console.error("conversions");
  const rows = results.map(({ name, failure, milliseconds }) => [
    rowName(name, failure),
    fixed(milliseconds),
  ]);
  return [table(`Raw pixels of ${size.width}x${size.height} in another format`, ["", "ms"], rows)];
}

async function renderJpeg(title: string, candidates: readonly Candidate[]): Promise<string> {
  const results = await measureCandidates(candidates);
  const plain = results.find(({ name }) => name === plainName)?.milliseconds;
  return table(
    title,
    ["", "ms", "of the plain call", "kB"],
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
    "a frame",
    "CPU ms",
    "of JPEG, jpeg-turbo",
    "of JPEG, sharp",
    "of JPEG, plain sharp",
    "kB",
    "of jpeg-turbo's",
    "of sharp's",
    "of plain sharp's",
  ];
  return [
    table("Changes, 1920x1080 BGRA", head, rows),
    "The same frames for all: a still page; typing, a glyph every third frame and a caret that blinks; a page of text scrolled by 12 pixels a frame; moving smooth noise all over. Plain sharp, with its defaults, takes the same bytes for RGBA. Processor time is that of the encoder, in all threads; bytes are of data and metadata, as MessagePack.",
  ];
}
