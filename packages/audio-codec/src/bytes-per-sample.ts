import type { AudioSampleFormat } from "./audio-sample.ts";

/** Bytes of one number of PCM in each format; a frame has one number for each channel. */
export const bytesPerSample: Readonly<Record<AudioSampleFormat, number>> = { s16: 2, f32: 4 };
