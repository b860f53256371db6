export { AudioCodecError, type AudioCodecErrorCode } from "./audio-codec-error.ts";
export { type AudioMetadata, bytesPerSample, parseAudioMetadata } from "./audio-metadata.ts";
export type { AudioSample, AudioSampleFormat } from "./audio-sample.ts";
export { BroadcastAudioCodec, type EncodedAudio } from "./broadcast-audio-codec.ts";
export { type MixOptions, mixToStereo } from "./mix-to-stereo.ts";
