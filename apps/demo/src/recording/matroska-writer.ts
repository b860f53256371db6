// The part of Matroska (RFC 9559) in EBML (RFC 8794) that a pipe to ffmpeg needs: video and PCM audio, interleaved, each
// with its own timestamps.

/** The video track. */
export interface FrameTrackEntry {
  /** Codec id of Matroska's registry; the reader may be told to use another one. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** The track of PCM audio. */
export interface AudioTrackEntry {
  readonly format: "s16" | "f32";
  readonly sampleRate: number;
  readonly numberOfChannels: number;
}

/** Number of the video track. */
export const frameTrack = 1;

/** Number of the audio track. */
export const audioTrack = 2;

/** Nanoseconds of one timestamp unit: timestamps are microseconds. */
const timestampScale = 1000;

/** Nanoseconds. Without it a reader assumes the highest possible frame rate and chooses the encoder's level for that. */
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

/** The beginning of a stream: EBML header and tracks. Blocks follow; the stream may end anywhere. */
export function matroskaHeader(frame: FrameTrackEntry, audio?: AudioTrackEntry): Uint8Array {
  const name = "broadcast-ipc";
  return Buffer.concat([
    element(id.ebml, [
      element(id.docType, Buffer.from("matroska")),
      element(id.docTypeVersion, integer(4)),
      element(id.docTypeReadVersion, integer(2)),
    ]),
    idBytes(id.segment),
    // All ones: the size is unknown, and the segment lasts until the end.
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
 * What precedes the data of a block. Each block is a cluster of its own, because timestamps within a cluster have only
 * 16 bits, which is 65 ms here.
 *
 * @param timestamp Microseconds since the beginning; an integer of at least 0.
 */
export function blockHeader(track: number, timestamp: number, byteLength: number): Uint8Array {
  // Track number, 16 bits of timestamp, flags: no lacing, key frame.
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

/** Ids are written unchanged; they contain their own length. */
function idBytes(elementId: number): Buffer {
  return integer(elementId);
}

/** The shortest big-endian form. */
function integer(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
}

/** A length in eight bytes: a marker bit, then 56 bits. */
function size(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(length));
  return bytes;
}
