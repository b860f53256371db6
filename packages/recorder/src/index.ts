export { Recorder, type RecorderOptions, type RecordingProgress } from "./recorder.ts";
