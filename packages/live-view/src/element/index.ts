export { BroadcastView } from "./broadcast-view.ts";
