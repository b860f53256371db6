/** The order of an audio run's processes. */
export interface AudioOrder {
  readonly lane: string;
  readonly path: string;
}

/** Milliseconds of audio in one sample; 48 kHz, stereo, 16 bits. */
export const sampleMs: number = 10;
export const framesPerSample: number = 48 * sampleMs;
export const bytesPerSample: number = framesPerSample * 4;

/** Size of the video frames beside the audio, BGRA. */
export const width: number = 1920;
export const height: number = 1080;

/** The sending end of a lane. */
interface AudioSink {
  /** Sends an audio sample. `number` serves as its timestamp. */
  play(data: Uint8Array, number: number): void;
  /** Sends a video frame; resolves when the next one may be sent. */
  show(data: Uint8Array): Promise<unknown>;
}

/** A received sample; `number` is undefined for a video frame. */
interface HeardSample {
  readonly number: number | undefined;
}

/** Carries audio and video frames together. Both promises resolve when the ends are connected. */
export interface AudioLane {
  sink(path: string): Promise<AudioSink>;
  /** Received samples in order of arrival. */
  feed(path: string): AsyncIterable<HeardSample>;
}
