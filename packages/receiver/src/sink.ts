export { InputRelay, type SendInput } from "./sink/input-relay.ts";
export { nodeScheduler } from "./sink/node-scheduler.ts";
export { noticeName, PageState } from "./sink/page-state.ts";
export { SinkDemand } from "./sink/sink-demand.ts";
export {
  type ReceiverLike,
  SourceReader,
  type SourceReaderHandlers,
  type SourceSample,
} from "./sink/source-reader.ts";
