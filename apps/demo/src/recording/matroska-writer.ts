// Matroska (RFC 9559) in EBML (RFC 8794), as much of it as a pipe to ffmpeg needs: it carries pictures and sound side by
// side, each with its own timestamp.

/** The track of pictures. */
export interface PictureTrackEntry {
  /** As in Matroska's codec registry; the reader may be told otherwise. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** The track of PCM sound. */
export interface SoundTrackEntry {
  readonly format: "s16" | "f32";
  readonly sampleRate: number;
  readonly numberOfChannels: number;
}

/** The number of the track of pictures. */
export const pictureTrack = 1;

/** The number of the track of sound. */
export const soundTrack = 2;

/** Timestamps are in microseconds: this many ns. */
const timestampScale = 1000;

/** In ns; without it a reader takes pictures for as frequent as they could be, and chooses its encoder's level for that. */
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

/** The beginning of a stream: what it is, and its tracks. Blocks follow, and it may end anywhere. */
export function matroskaHeader(picture: PictureTrackEntry, sound?: SoundTrackEntry): Uint8Array {
  const name = "broadcast-ipc";
  return Buffer.concat([
    element(id.ebml, [
      element(id.docType, Buffer.from("matroska")),
      element(id.docTypeVersion, integer(4)),
      element(id.docTypeReadVersion, integer(2)),
    ]),
    idBytes(id.segment),
    // All ones: the size is unknown, the segment lasts until the end.
    Buffer.from("01ffffffffffffff", "hex"),
    element(id.info, [
      element(id.timestampScale, integer(timestampScale)),
      element(id.muxingApp, Buffer.from(name)),
      element(id.writingApp, Buffer.from(name)),
    ]),
    element(id.tracks, [
      track(pictureTrack, 1, picture.codec, [
        element(id.defaultDuration, integer(usualDuration)),
        element(id.video, [
          element(id.pixelWidth, integer(picture.width)),
          element(id.pixelHeight, integer(picture.height)),
        ]),
      ]),
      ...(sound ? [soundEntry(sound)] : []),
    ]),
  ]);
}

/**
 * What goes before the data of a block. Each block is a cluster of its own, since a block's timestamp within its cluster
 * has 16 bits, which are 65 ms here.
 *
 * @param timestamp Microseconds since the beginning, a whole number of at least 0.
 */
export function blockHeader(track: number, timestamp: number, byteLength: number): Uint8Array {
  // The number of the track, 16 bits of timestamp, and flags: no lacing, can be decoded by itself.
  const block = Buffer.from([0x80 | track, 0, 0, 0x80]);
  const start = Buffer.concat([
    element(id.timestamp, integer(timestamp)),
    idBytes(id.simpleBlock),
    size(block.length + byteLength),
    block,
  ]);
  return Buffer.concat([idBytes(id.cluster), size(start.length + byteLength), start]);
}

function soundEntry({ format, sampleRate, numberOfChannels }: SoundTrackEntry): Buffer {
  const frequency = Buffer.alloc(8);
  frequency.writeDoubleBE(sampleRate);
  return track(soundTrack, 2, format === "s16" ? "A_PCM/INT/LIT" : "A_PCM/FLOAT/IEEE", [
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

/** An id is written as it is; it tells its own length. */
function idBytes(elementId: number): Buffer {
  return integer(elementId);
}

/** The shortest big-endian form. */
function integer(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
}

/** A length in eight bytes: a 1 that says so, and 56 bits. */
function size(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(length));
  return bytes;
}
