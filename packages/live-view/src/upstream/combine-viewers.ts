import { combineVideoDemands, type VideoDemand } from "@broadcast-ipc/protocol";
import { videoDemandOf } from "../video/viewer-demand.ts";
import type { DemandMessage } from "../wire/viewer-messages.ts";

/**
 * Returns what viewers want together: the largest size and rate. The source changes its encoding only if that suits all
 * viewers: a raw source compresses only if all want JPEG, and a compressed source decompresses only if all want pixels.
 * Otherwise this process converts frames for the viewers that need it.
 */
export function combineViewers(demands: readonly DemandMessage[]): VideoDemand | null {
  const video = combineVideoDemands(demands.map(videoDemandOf));
  if (video === null) return null;
  const wanted = new Set(demands.map(({ encoding }) => encoding));
  const isOnly = (...names: readonly DemandMessage["encoding"][]) =>
    [...wanted].every((name) => names.includes(name));
  if (isOnly("jpeg")) return { ...video, encodings: ["jpeg"] };
  if (isOnly("raw", "delta")) return { ...video, encodings: ["raw"] };
  return { ...video, encodings: ["raw", "jpeg", "png", "webp"] };
}
