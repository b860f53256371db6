export { socketPath } from "@broadcast-ipc/ipc-channel";
export { now, type UploadCounts, type UploadOutcome } from "@broadcast-ipc/protocol";
export { BroadcastUploader } from "./broadcast-uploader.ts";
export type { UploaderEvents } from "./uploader-events.ts";
export type { UploaderOptions } from "./uploader-options.ts";
export type { UploaderStats } from "./uploader-stats.ts";
