/** Parameters of an audio run, given to the sending process and the receiving process. */
export interface AudioParameters {
  readonly lane: string;
  readonly path: string;
}

/** Milliseconds of audio per sample. The format is 48 kHz, stereo, 16 bits. */
export const sampleMs: number = 10;
export const framesPerSample: number = 48 * sampleMs;
export const bytesPerSample: number = framesPerSample * 4;

/** Size in pixels of the BGRA frames that are sent beside the audio. */
export const width: number = 1920;
export const height: number = 1080;

/** The sending end of a lane. */
interface AudioSink {
  /** Sends an audio sample. `number` becomes its timestamp. */
  play(data: Uint8Array, number: number): void;
  /** Sends a video frame. Resolves when the next one may be sent. */
  show(data: Uint8Array): Promise<unknown>;
}

/** A received sample. `number` is `undefined` for a video frame. */
interface HeardSample {
  readonly number: number | undefined;
}

/**
 * A way to send audio and video frames from one process to another. `sink()` resolves when the sending end is connected.
 * The receiving end connects when the result of `feed()` is iterated.
 */
export interface AudioLane {
  sink(path: string): Promise<AudioSink>;
  /** Yields the received samples in order of arrival. */
  feed(path: string): AsyncIterable<HeardSample>;
}
