import type { PendingPicture } from "./pending-picture.ts";
import type { VideoConnection } from "./video-connection.ts";
import type { VideoTurn } from "./video-turn.ts";

/** A picture on its way to a receiver. */
export interface Sending<S> {
  readonly entry: PendingPicture<S>;
  readonly turn: VideoTurn<S>;
  readonly connection: VideoConnection;
}
