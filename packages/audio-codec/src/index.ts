export type { AudioSample, AudioSampleFormat } from "./audio-sample.ts";
