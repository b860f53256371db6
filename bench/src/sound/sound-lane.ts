/** What the processes of a sound run are told. */
export interface SoundOrder {
  readonly lane: string;
  readonly path: string;
}

/** Stretches of sound, 48 kHz stereo of 16 bits. */
export const stretchMs: number = 10;
export const framesPerStretch: number = 48 * stretchMs;
export const bytesPerStretch: number = framesPerStretch * 4;

/** The pictures beside it, BGRA. */
export const width: number = 1920;
export const height: number = 1080;

/** The end of a lane that plays. */
interface SoundSink {
  /** Sends a stretch of sound; its number stands for its time. */
  play(data: Uint8Array, number: number): void;
  /** Sends a picture; resolves when the next one may follow. */
  show(data: Uint8Array): Promise<unknown>;
}

/** A sample that came; pictures have no number. */
interface HeardSample {
  readonly number: number | undefined;
}

/** A way for sound and pictures together. Both ends are there when they are connected. */
export interface SoundLane {
  sink(path: string): Promise<SoundSink>;
  /** What comes, as it comes. */
  feed(path: string): AsyncIterable<HeardSample>;
}
