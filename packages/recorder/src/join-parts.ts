import { AudioTrack } from "./audio-track.ts";
import { isSameSize } from "./canvas.ts";
import { audioArguments, type EncoderOrder, outputArguments, videoArguments } from "./encoder-arguments.ts";
import { FfmpegProcess } from "./ffmpeg-process.ts";
import { createBeside, removeFile, replaceFile } from "./output-file.ts";
import { RecordingPart } from "./recording-part.ts";

type FinishedPart = Pick<
  RecordingPart,
  "path" | "canvas" | "begin" | "frames" | "firstFrame" | "audioBegin" | "audioFrames"
>;

/** A file whose frames are copied. Times are those of the part. */
type Piece = Pick<FinishedPart, "path" | "begin" | "firstFrame">;

/**
 * Joins the parts of a recording, the first of which is the file at `order.path`, into one file that replaces it. Smaller
 * parts are encoded again, and so is all audio. The frames keep their times. Resolves with the number of frames. Rejects
 * with RecorderError; all parts still exist then.
 */
export async function joinParts(
  parts: readonly FinishedPart[],
  order: EncoderOrder,
): Promise<number | undefined> {
  const made: string[] = [];
  const create = async (label: string) => {
    const path = await createBeside(order.path, label);
    made.push(path);
    return path;
  };
  try {
    const pieces: Piece[] = [];
    for (const part of parts.filter(({ frames }) => frames > 0)) {
      const { begin, firstFrame } = part;
      const isLarge = isSameSize(part.canvas, order.canvas);
      const path = isLarge ? part.path : await create("resized");
      if (!isLarge) await run(resizeArguments(part, { ...order, path }));
      pieces.push({ path, begin, firstFrame });
    }
    const path = await create("joined");
    const frames = await run(joinArguments(parts, { ...order, path }), pieceList(pieces));
    await replaceFile(order.path, path);
    await Promise.allSettled(parts.slice(1).map((part) => removeFile(part.path)));
    return frames;
  } finally {
    await Promise.allSettled(made.map(removeFile));
  }
}

/** Runs ffmpeg with the text on its standard input. Resolves with the number of frames that it has written. */
async function run(args: readonly string[], input = ""): Promise<number | undefined> {
  const ffmpeg = FfmpegProcess.start(args);
  await ffmpeg.write(Buffer.from(input));
  await ffmpeg.finish();
  return ffmpeg.frames;
}

/** Returns the arguments that encode the frames of a part at another size, without audio. */
function resizeArguments({ path }: FinishedPart, order: EncoderOrder): string[] {
  // The delay of Opus shifts all times of the first part. The frames of other parts begin later.
  const restoreTimes = `setpts=PTS-STARTPTS*lt(STARTT\\,${RecordingPart.lead / 2_000_000})`;
  return [
    ...["-nostdin", "-copyts", "-i", `file:${path}`, "-map", "0:v"],
    ...[...videoArguments(order, restoreTimes), ...outputArguments(order)],
  ];
}

/** Returns the arguments that copy the frames of a list of pieces, and encode the audio of the parts without a gap. */
function joinArguments(parts: readonly FinishedPart[], order: EncoderOrder): string[] {
  const audible = parts.filter(({ audioFrames }) => audioFrames > 0);
  return [
    ...["-copyts", "-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-i", "pipe:0"],
    ...audible.flatMap(({ path }) => ["-i", `file:${path}`]),
    ...["-map", "0:v", "-c:v", "copy"],
    ...(audible.length > 0 ? [...joinAudio(audible), ...audioArguments(order)] : []),
    ...outputArguments(order),
  ];
}

/** Returns the arguments that join the audio of the second and all further inputs. */
function joinAudio(parts: readonly FinishedPart[]): string[] {
  const cuts = parts.map((part, index) => `[${index + 1}:a]${cutAudio(part)}[a${index}];`).join("");
  const labels = parts.map((_, index) => `[a${index}]`).join("");
  const filter = `${cuts}${labels}concat=n=${parts.length}:v=0:a=1[audio]`;
  return ["-filter_complex", filter, "-map", "[audio]"];
}

/** Returns filters that cut the audio that was written to the part, without what the codec adds at both ends. */
function cutAudio({ begin, audioBegin = begin, audioFrames }: FinishedPart): string {
  const { sampleRate } = AudioTrack.format;
  const first = Math.round(((audioBegin - begin) * sampleRate) / 1_000_000);
  // The decoder of Opus leaves out what the encoder adds at the start, and the decoder of AAC does not: one packet of 1024.
  // Times in a file are rounded, so they only tell which of both it is.
  const packet = 1024;
  return [
    `aresample=${sampleRate}`,
    `asetpts=PTS-STARTPTS+${packet}*round((STARTPTS-${first})/${packet})`,
    "aresample=async=1:first_pts=0",
    `apad=whole_len=${audioFrames}`,
    `atrim=end_sample=${audioFrames}`,
  ].join(",");
}

/** Returns the list in the format of ffmpeg's concat demuxer. */
function pieceList(pieces: readonly Piece[]): string {
  // A piece starts at its in-point. This is a time soon after its first frame, so that ffmpeg finds that frame.
  const starts = pieces.map(({ firstFrame }, index) => (index === 0 ? 0 : firstFrame + 500));
  const lines = pieces.map(({ path, begin }, index) => {
    const start = starts[index] ?? 0;
    const duration = (starts[index + 1] ?? start) - start;
    const quoted = `file:${path}`.replaceAll("'", "'\\''");
    return [
      `file '${quoted}'`,
      `inpoint ${(start - begin) / 1_000_000}`,
      ...(duration > 0 ? [`duration ${duration / 1_000_000}`] : []),
    ].join("\n");
  });
  return `ffconcat version 1.0\n${lines.join("\n")}\n`;
}
