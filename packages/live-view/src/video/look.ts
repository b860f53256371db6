import type { DemandMessage } from "../wire/viewer-messages.ts";
import type { LadderStep } from "./line-ladder.ts";

/** How a viewer wants its frames to look. */
export interface Look {
  readonly encoding: DemandMessage["encoding"];
  readonly maxWidth?: number | undefined;
  readonly maxHeight?: number | undefined;
  /** Share of the full width and height, at most 1. */
  readonly scale: number;
  /** Quality of lossy encodings; `undefined` leaves compressed frames unchanged. */
  readonly quality?: number | undefined;
}

/** The width and height of a frame in pixels. */
interface Size {
  readonly codedWidth: number;
  readonly codedHeight: number;
}

/** How a frame is encoded for all viewers with the same {@link Look}. */
export interface Rendition {
  /** Equal for equal renditions. */
  readonly key: string;
  readonly encodings: readonly string[];
  /** Width and height to scale the frame down to; absent for the full size. */
  readonly maxWidth?: number;
  readonly maxHeight?: number;
  readonly quality?: number;
  /** Whether frames are sent as deltas. */
  readonly isDelta: boolean;
  /** Whether the frame is sent as it is. */
  readonly isUnchanged: boolean;
}

/** Returns how frames look for a demand at a step of the ladder. */
export function lookOf({ encoding, maxWidth, maxHeight }: DemandMessage, step: LadderStep): Look {
  return { encoding, maxWidth, maxHeight, scale: step.scale, quality: step.quality };
}

/**
 * Returns how a frame of this size and encoding is encoded for a look. Looks that lead to the same image have the same
 * `key`, such as a maximum width of 640 and a maximum height of 360 for a frame of 1280x720.
 */
export function renditionOf(look: Look, size: Size, source: string): Rendition {
  const { encoding, maxWidth = size.codedWidth, maxHeight = size.codedHeight, quality } = look;
  const share = Math.min(maxWidth / size.codedWidth, maxHeight / size.codedHeight, look.scale);
  const isFull = share >= 1;
  const isCompressed = source !== "raw";
  const isDelta = encoding === "delta" || (encoding === "auto" && !isCompressed);
  const isKept = isFull && (quality === undefined || encoding === "raw");
  const isAccepted = encoding === "auto" ? isCompressed : encoding === source;
  const encodings = isDelta ? ["delta"] : [encoding === "raw" ? "raw" : "jpeg"];
  const limits = isFull
    ? {}
    : {
        maxWidth: Math.max(1, Math.round(size.codedWidth * share)),
        maxHeight: Math.max(1, Math.round(size.codedHeight * share)),
      };
  const key = [
    encodings[0],
    limits.maxWidth,
    limits.maxHeight,
    encoding === "raw" ? undefined : quality,
  ].join(" ");
  const isUnchanged = isKept && isAccepted && !isDelta;
  return {
    key: isUnchanged ? "unchanged" : key,
    encodings,
    ...limits,
    ...(quality !== undefined && { quality }),
    isDelta,
    isUnchanged,
  };
}
