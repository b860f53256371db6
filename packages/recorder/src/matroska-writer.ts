// Writes the subset of Matroska (RFC 9559) and EBML (RFC 8794) that a pipe to ffmpeg needs: interleaved video and PCM
// audio with timestamps.

/** Properties of the video track. */
export interface FrameTrackEntry {
  /** Codec id, such as `V_MJPEG`. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** Properties of the PCM audio track. */
export interface AudioTrackEntry {
  readonly format: "s16" | "f32";
  readonly sampleRate: number;
  readonly numberOfChannels: number;
}

/** Number of the video track. */
export const frameTrack = 1;

/** Number of the audio track. */
export const audioTrack = 2;

/** Unit of the timestamps in nanoseconds: one microsecond. */
const timestampScale = 1000;

/**
 * Default frame duration in nanoseconds. Without a default, ffmpeg assumes a very high frame rate and selects the
 * highest codec level.
 */
const usualDuration = 16_666_667;

const id = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  defaultDuration: 0x23e383,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  bitDepth: 0x6264,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

/**
 * Returns the start of a stream: the EBML header and the tracks. Blocks follow, and the stream may end after any block.
 */
export function matroskaHeader(frame: FrameTrackEntry, audio?: AudioTrackEntry): Uint8Array {
  const name = "broadcast-ipc";
  return Buffer.concat([
    element(id.ebml, [
      element(id.docType, Buffer.from("matroska")),
      element(id.docTypeVersion, integer(4)),
      element(id.docTypeReadVersion, integer(2)),
    ]),
    idBytes(id.segment),
    // A size of all ones means that the size is unknown: the segment extends to the end of the stream.
    Buffer.from("01ffffffffffffff", "hex"),
    element(id.info, [
      element(id.timestampScale, integer(timestampScale)),
      element(id.muxingApp, Buffer.from(name)),
      element(id.writingApp, Buffer.from(name)),
    ]),
    element(id.tracks, [
      track(frameTrack, 1, frame.codec, [
        element(id.defaultDuration, integer(usualDuration)),
        element(id.video, [
          element(id.pixelWidth, integer(frame.width)),
          element(id.pixelHeight, integer(frame.height)),
        ]),
      ]),
      ...(audio ? [audioEntry(audio)] : []),
    ]),
  ]);
}

/**
 * Returns the bytes before the data of a block. Each block has its own cluster, because a block's timestamp relative to
 * its cluster has only 16 bits, which covers 65 ms.
 *
 * @param timestamp Microseconds since the start of the stream, as a non-negative integer.
 */
export function blockHeader(track: number, timestamp: number, byteLength: number): Uint8Array {
  // Track number, 16-bit timestamp relative to the cluster, flags (key frame, no lacing).
  const block = Buffer.from([0x80 | track, 0, 0, 0x80]);
  const start = Buffer.concat([
    element(id.timestamp, integer(timestamp)),
    idBytes(id.simpleBlock),
    size(block.length + byteLength),
    block,
  ]);
  return Buffer.concat([idBytes(id.cluster), size(start.length + byteLength), start]);
}

function audioEntry({ format, sampleRate, numberOfChannels }: AudioTrackEntry): Buffer {
  const frequency = Buffer.alloc(8);
  frequency.writeDoubleBE(sampleRate);
  return track(audioTrack, 2, format === "s16" ? "A_PCM/INT/LIT" : "A_PCM/FLOAT/IEEE", [
    element(id.audio, [
      element(id.samplingFrequency, frequency),
      element(id.channels, integer(numberOfChannels)),
      element(id.bitDepth, integer(format === "s16" ? 16 : 32)),
    ]),
  ]);
}

function track(number: number, type: number, codec: string, settings: readonly Buffer[]): Buffer {
  return element(id.trackEntry, [
    element(id.trackNumber, integer(number)),
    element(id.trackUid, integer(number)),
    element(id.trackType, integer(type)),
    element(id.flagLacing, integer(0)),
    element(id.codecId, Buffer.from(codec)),
    ...settings,
  ]);
}

function element(elementId: number, content: Buffer | readonly Buffer[]): Buffer {
  const parts = Buffer.isBuffer(content) ? [content] : content;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([idBytes(elementId), size(length), ...parts]);
}

/** Encodes an element id. Ids are written unchanged, because an id contains its own length. */
function idBytes(elementId: number): Buffer {
  return integer(elementId);
}

/** Encodes an integer in the fewest bytes, big-endian. */
function integer(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
}

/** Encodes a length in eight bytes: a marker bit, then 56 bits of length. */
function size(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(length));
  return bytes;
}
