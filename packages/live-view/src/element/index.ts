export type { BroadcastViewAttributes, ViewEncoding, ViewFit } from "./attributes.ts";
export { BroadcastView } from "./broadcast-view.ts";
export type { Figures } from "./figures/view-figures.ts";
export type {
  BroadcastViewEventMap,
  ControlChange,
  HostMessageDetail,
  PageNoticeDetail,
  ShownFrame,
  StateChange,
  ViewError,
  ViewErrorCode,
  ViewInfo,
} from "./view-events.ts";
export type { ViewStateName } from "./view-state.ts";
