export { AudioLane, maxAudioBytes, maxAudioSamples, type QueuedAudio } from "./audio/audio-lane.ts";
export { Condition } from "./condition.ts";
export {
  type AudioDemand,
  combineDemands,
  combineVideoDemands,
  type Demand,
  defaultDemand,
  type VideoDemand,
} from "./demand.ts";
export { FailureReport } from "./failures/failure-report.ts";
export { type FailurePlace, warnOfFailure } from "./failures/failure-warning.ts";
export { PeerError } from "./failures/peer-error.ts";
export { Fifo } from "./fifo.ts";
export {
  type CloseWindowInput,
  type CompositionInput,
  type CopyInput,
  type DialogInput,
  type InputMessage,
  type InputModifiers,
  inputMessageType,
  type KeyInput,
  type PasteInput,
  type PickerInput,
  type PointerInput,
  type ReleaseInput,
  type TextInput,
  type TouchInput,
  type TouchPoint,
  type ViewerInput,
  type WheelInput,
} from "./input/input-message.ts";
export {
  maxInputTextLength,
  maxPasteLength,
  parseInputMessage,
  parseViewerInput,
} from "./input/input-schema.ts";
export { fitText, messageContent } from "./input/message-content.ts";
export {
  type CaptureNotice,
  type ClosedNotice,
  type CopiedNotice,
  type CrashNotice,
  type CursorNotice,
  type DialogNotice,
  type DownloadNotice,
  type FileChooserNotice,
  type PageNotice,
  type PickerNotice,
  type PickerOption,
  pageNoticeType,
  type WindowNotice,
} from "./input/page-notice.ts";
export {
  maxCopyLength,
  maxNoticeTextLength,
  maxPickerOptions,
  parsePageNotice,
} from "./input/page-notice-schema.ts";
export type { MessageChecks } from "./messages/message-checker.ts";
export { MessageExchange, type MessageTransport } from "./messages/message-exchange.ts";
export {
  copyMessageSchemas,
  type MessageArguments,
  type MessageSchemas,
  type MessagesOptions,
  type ReceivedMessage,
} from "./messages/message-schemas.ts";
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts";
export { noUploads, type UploadCounts, type UploadOutcome } from "./upload-outcome.ts";
export { CreditWindow, type VideoCredit } from "./video/credit-window.ts";
export type { ScheduledFrame } from "./video/frame-credit.ts";
export { FramePacer } from "./video/frame-pacer.ts";
export { maxPendingBytes, maxPendingFrames } from "./video/pending-frame.ts";
export { VideoLane } from "./video/video-lane.ts";
export { type Scheduler, VideoPump } from "./video/video-pump.ts";
export {
  type AudioMessage,
  type CreditMessage,
  type DemandMessage,
  type FailureMessage,
  type ImageMessage,
  type MessageCreditMessage,
  maxTextLength,
  maxWordLength,
  type ReceivedUploaderMessage,
  type ReceiverMessage,
  type RefreshMessage,
  type UploaderHello,
  type UploaderMessage,
  type UserMessage,
} from "./wire/messages.ts";
export { parseReceiverMessage, parseUploaderMessage } from "./wire/parse-message.ts";
