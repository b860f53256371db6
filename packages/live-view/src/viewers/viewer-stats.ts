import type { VideoTrack } from "../video/video-track.ts";
import type { AudioTrack } from "./audio-track.ts";
import type { ViewerSocket } from "./viewer-socket.ts";

/** Figures of one viewer, since it connected. */
export interface ViewerStats {
  /** Video frames. */
  readonly frames: {
    /** Frames that were sent. */
    readonly sent: number;
    /** Frames that newer ones replaced before they were sent, because the viewer was not ready or wants fewer. */
    readonly replaced: number;
    /** Frames a second since the last call of `stats()`. */
    readonly rate: number;
  };
  /** Bytes that were passed to the viewer's socket, and bytes that wait there. */
  readonly bytes: { readonly sent: number; readonly waiting: number };
  /** How much smaller frames are because of a slow connection: 0 for frames as demanded, 6 for the smallest. */
  readonly step: number;
  /** Whether the viewer's page is hidden. It then gets no frames. */
  readonly isHidden: boolean;
  /** Whether the viewer has turned audio on. */
  readonly hasAudio: boolean;
  /** Inputs that were dropped because the viewer had no control. */
  readonly refusedInputs: number;
}

/** Returns a function that returns a viewer's figures. */
export function viewerStats(viewer: {
  readonly video: VideoTrack;
  readonly audio: AudioTrack;
  readonly socket: ViewerSocket;
  readonly refusedInputs: number;
}): () => ViewerStats {
  let at = performance.now();
  let before = 0;
  return () => {
    const { video, audio, socket, refusedInputs } = viewer;
    const now = performance.now();
    const rate = ((video.sent - before) * 1_000) / Math.max(now - at, 1);
    at = now;
    before = video.sent;
    return {
      frames: { sent: video.sent, replaced: video.replaced, rate },
      bytes: { sent: socket.sentBytes, waiting: socket.waitingBytes },
      step: video.step,
      isHidden: video.demand === null,
      hasAudio: audio.isOn,
      refusedInputs,
    };
  };
}
