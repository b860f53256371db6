export { AudioLane, type Stretch } from "./audio-lane.ts";
export { clockId, now } from "./clock.ts";
export { CreditWindow } from "./credit-window.ts";
export { type AudioDemand, type Demand, defaultDemand, type VideoDemand } from "./demand.ts";
export {
  type AudioMessage,
  type CreditMessage,
  type DemandMessage,
  type ImageMessage,
  maxTextLength,
  parseReceiverMessage,
  parseUploaderMessage,
  type ReceivedUploaderMessage,
  type ReceiverMessage,
  type RefreshMessage,
  type UploaderHello,
  type UploaderMessage,
} from "./messages.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
export { UploadCounter, type UploadCounts, type UploadOutcome } from "./upload-outcome.ts";
export { VideoLane, type VideoTurn } from "./video-lane.ts";
