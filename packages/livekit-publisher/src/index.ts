export { LiveKitPublisherError, type LiveKitPublisherErrorCode } from "./livekit-publisher-error.ts";
