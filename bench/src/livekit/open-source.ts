import type { FrameSource } from "../screen/frame-source.ts";
import { ScreenGrab } from "../screen/screen-grab.ts";
import { GeneratedFrames } from "./generated-frames.ts";
import type { LiveKitParameters } from "./livekit-parameters.ts";

/** Opens the source that the parameters name. */
export async function openSource(parameters: LiveKitParameters): Promise<FrameSource> {
  return parameters.source === "screen" ? ScreenGrab.open(parameters) : new GeneratedFrames(parameters);
}
