import type { DurationSummary } from "@broadcast-ipc/clock";
import type { VideoDemand } from "@broadcast-ipc/protocol";
import type { Limitation, OutboundVideo } from "./demand/observe-outbound.ts";

/** The video as it is sent to the server. */
export interface SentVideo {
  /** Whether the video is encoded. With `dynacast`, the server pauses a track that nobody receives. */
  readonly isActive: boolean;
  /** Size of the largest encoding that is sent, in pixels. */
  readonly width: number;
  /** Height of the largest encoding, see {@link width}. */
  readonly height: number;
  /** Frames encoded in the last second, in that encoding. */
  readonly fps: number;
  /** Frames encoded since the connection was established, in that encoding. With SVC, each spatial layer is counted. */
  readonly framesEncoded: number;
  /** Why the library lowers the size or rate. */
  readonly limitation: Limitation;
}

/** Figures of a {@link LiveKitPublisher} since its start. */
export interface LiveKitPublisherStats {
  /** The video track. */
  readonly video: {
    /** The server's id of the track; `undefined` before it is published. */
    readonly sid: string | undefined;
    /** Frames that were handed to the LiveKit library. */
    readonly frames: number;
    /**
     * Time from capture to hand-over, in ms. `undefined` if no age was recorded, or if the source has another clock than
     * this process.
     */
    readonly age: DurationSummary | undefined;
    /** `undefined` before the first statistics of the library. */
    readonly sent: SentVideo | undefined;
  };
  /** The audio track. */
  readonly audio: {
    /** The server's id of the track; `undefined` before it is published. */
    readonly sid: string | undefined;
    /** Audio that was handed to the LiveKit library, in seconds. */
    readonly seconds: number;
    /** Audio that was dropped because too much waited or because the library did not accept it, in seconds. */
    readonly droppedSeconds: number;
    /** How often the audio source of the library was replaced because it rejected audio or did not answer. */
    readonly restarts: number;
  };
  /** The demand for video that was sent to the source; `null` while nobody watches. */
  readonly demand: VideoDemand | null;
  /** Inputs of the participants. */
  readonly inputs: {
    /** Inputs that were sent to the source, after merging. */
    readonly sent: number;
    /** Inputs that were dropped because too much waited, or because there was no source. */
    readonly dropped: number;
    /** Inputs of participants that may not send any, and invalid ones. */
    readonly refused: number;
  };
}

/** Returns the largest active encoding of a track, or the largest one if all are paused. */
export function sentVideo({ layers }: OutboundVideo): SentVideo | undefined {
  const active = layers.filter(({ isActive }) => isActive);
  const [largest] = (active.length > 0 ? active : layers).toSorted((one, other) => other.width - one.width);
  if (!largest) return undefined;
  const { rid, ...sent } = largest;
  return sent;
}
