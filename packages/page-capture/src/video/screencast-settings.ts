import type { VideoDemand } from "@broadcast-ipc/protocol";

/** The parameters of a screencast. */
export interface ScreencastSettings {
  readonly format: "jpeg" | "png";
  /** Quality of JPEG frames, from 1 to 100. */
  readonly quality: number;
  /** Maximum frames per second. */
  readonly maxFps: number;
  readonly maxWidth?: number;
  readonly maxHeight?: number;
}

/** Returns the screencast that the receiver wants, or `undefined` if it wants no video. */
export function screencastSettings(
  options: Pick<ScreencastSettings, "format" | "quality" | "maxFps">,
  demand: VideoDemand | null | undefined,
): ScreencastSettings | undefined {
  if (!demand) return undefined;
  const { maxWidth, maxHeight, encodings, delivery } = demand;
  const maxFps = delivery === "all" ? undefined : demand.maxFps;
  const formats = [options.format, "jpeg", "png"] as const;
  return {
    format: formats.find((format) => !encodings || encodings.includes(format)) ?? options.format,
    quality: demand.quality ?? options.quality,
    maxFps: Math.min(options.maxFps, maxFps ?? options.maxFps),
    ...(maxWidth !== undefined && { maxWidth }),
    ...(maxHeight !== undefined && { maxHeight }),
  };
}
