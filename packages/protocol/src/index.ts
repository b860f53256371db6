export { AudioLane, maxAudioBytes, maxAudioStretches, type Stretch } from "./audio-lane.ts";
export { clockId, now } from "./clock.ts";
export { Condition } from "./condition.ts";
export { CreditWindow, type PictureCredit } from "./credit-window.ts";
export { type AudioDemand, type Demand, defaultDemand, type VideoDemand } from "./demand.ts";
export { DurationHistogram, type DurationSummary } from "./duration-histogram.ts";
export { FailureReport } from "./failure-report.ts";
export { type FailurePlace, warnOfFailure } from "./failure-warning.ts";
export { Fifo } from "./fifo.ts";
export type { MessageChecks } from "./message-checker.ts";
export { MessageExchange, type MessageTransport } from "./message-exchange.ts";
export { MessageLane } from "./message-lane.ts";
export {
  copyMessageSchemas,
  type MessageArguments,
  type MessageSchemas,
  type ReceivedMessage,
} from "./message-schemas.ts";
export { type MessageCount, MessageWindow } from "./message-window.ts";
export {
  type AudioMessage,
  type CreditMessage,
  type DemandMessage,
  type FailureMessage,
  type ImageMessage,
  type MessageCreditMessage,
  maxTextLength,
  maxWordLength,
  parseReceiverMessage,
  parseUploaderMessage,
  type ReceivedUploaderMessage,
  type ReceiverMessage,
  type RefreshMessage,
  type UploaderHello,
  type UploaderMessage,
  type UserMessage,
} from "./messages.ts";
export { Pace } from "./pace.ts";
export { PeerError } from "./peer-error.ts";
export { maxPendingPictures } from "./pending-picture.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
export { UploadCounter, type UploadCounts, type UploadOutcome } from "./upload-outcome.ts";
export { VideoLane } from "./video-lane.ts";
export type { VideoTurn } from "./video-turn.ts";
