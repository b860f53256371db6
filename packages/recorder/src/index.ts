export type { AudioCodec, VideoCodec } from "./container.ts";
export { Recorder, type SampleSource } from "./recorder.ts";
export { RecorderError, type RecorderErrorCode } from "./recorder-error.ts";
export type {
  RecorderOptions,
  RecordingAudioOptions,
  RecordingProgress,
  RecordingSize,
  RecordingSummary,
  RecordingVideoOptions,
} from "./recorder-options.ts";
