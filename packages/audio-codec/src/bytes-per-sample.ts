import type { AudioSampleFormat } from "./audio-sample.ts";

/** Bytes of one PCM value in each format. An audio frame has one value for each channel. */
export const bytesPerSample: Readonly<Record<AudioSampleFormat, number>> = { s16: 2, f32: 4 };
