import type { DurationSummary } from "@broadcast-ipc/clock";
import type { VideoDemand } from "@broadcast-ipc/protocol";
import type { Limitation, OutboundVideo } from "./demand/observe-outbound.ts";

/** The video as it is sent to the server. */
export interface SentVideo {
  /** Whether somebody takes the video. With `dynacast`, the server pauses a track that nobody takes. */
  readonly isActive: boolean;
  /** Size of the largest encoding that is sent, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Frames that were encoded since the track was published, in that encoding. */
  readonly framesEncoded: number;
  /** What keeps the library from sending more. */
  readonly limitation: Limitation;
}

/** Figures of a {@link LiveKitPublisher} since its start. */
export interface LiveKitPublisherStats {
  readonly video: {
    /** The server's id of the track; `undefined` before it is published. */
    readonly sid: string | undefined;
    /** Frames that were handed to the LiveKit library. */
    readonly frames: number;
    /** From capture to hand-over, in ms. `undefined` if the source has another clock. */
    readonly age: DurationSummary | undefined;
    /** `undefined` before the first statistics of the library. */
    readonly sent: SentVideo | undefined;
  };
  readonly audio: {
    readonly sid: string | undefined;
    /** Audio that was handed to the LiveKit library, in seconds. */
    readonly seconds: number;
    /** Audio that was dropped because too much waited, in seconds. */
    readonly droppedSeconds: number;
    /** How often the audio source of the library was replaced because it took no audio. */
    readonly restarts: number;
  };
  /** The demand that was sent to the source. */
  readonly demand: VideoDemand | null;
  readonly inputs: {
    /** Inputs that were sent to the source, after merging. */
    readonly sent: number;
    /** Inputs that were dropped because too much waited, or because there was no source. */
    readonly dropped: number;
    /** Inputs of participants that may not send any, and invalid ones. */
    readonly refused: number;
  };
}

/** Summarizes the statistics of the library. */
export function sentVideo({ layers }: OutboundVideo): SentVideo | undefined {
  const active = layers.filter(({ isActive }) => isActive);
  const [largest] = (active.length > 0 ? active : layers).toSorted((one, other) => other.width - one.width);
  if (!largest) return undefined;
  const { rid, ...sent } = largest;
  return sent;
}
