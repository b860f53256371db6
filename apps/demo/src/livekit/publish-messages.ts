/** The first argument of the publisher process, as JSON. The tokens are passed separately. */
export interface PublishOrder {
  /** Socket path at which the publisher process listens for the capture process. */
  readonly path: string;
  /** Address of the LiveKit server. */
  readonly url: string;
  /** Highest number of frames per second to publish. */
  readonly maxFps: number;
}

/** The environment variable for the access token of the room. */
export const accessTokenVariable = "LIVEKIT_TOKEN";

/**
 * The attribute of participants that may control the source. It is part of their access token. A participant can change
 * it only if its token has the grant `canUpdateOwnMetadata`.
 */
export const controlAttribute = { name: "control", value: "true" } as const;

/** What is published at the moment. */
export interface PublishFigures {
  /** The video that is sent; `undefined` while nobody watches. */
  readonly video: { readonly width: number; readonly height: number; readonly fps: number } | undefined;
  /** Number of other participants in the room. */
  readonly viewers: number;
}

/** A message from the publisher process to the app process, sent through the IPC channel of fork(). */
export type PublishMessage =
  /** The room is connected, and the process listens for the capture process. */
  | { readonly type: "ready" }
  /** Text to print for the user. */
  | { readonly type: "note"; readonly text: string }
  /** The process cannot publish or has stopped publishing. `isFinal` is true if no other process may try again. */
  | { readonly type: "failed"; readonly message: string; readonly isFinal: boolean }
  /** Sent in regular intervals. */
  | { readonly type: "figures"; readonly figures: PublishFigures };

/** Interval between two messages of type `"figures"`, in ms. */
export const figuresInterval = 500;
