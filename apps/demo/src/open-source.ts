import type { CaptureSource } from "./capture-source.ts";
import type { DemoOptions } from "./demo-options.ts";
import { ScreenSource } from "./screen/screen-source.ts";
import { SyntheticSource } from "./synthetic/synthetic-source.ts";

const defaultSize = { width: 1280, height: 720 };

/** What {@link openSource} found. */
export interface OpenedSource {
  readonly source: CaptureSource;
  /** Why it is not the screen, where that was tried first. */
  readonly note?: string;
}

/** Opens the source that was asked for; `auto` is the screen where it can be captured, else the synthetic desktop. */
export async function openSource({ source, size, framesPerSecond }: DemoOptions): Promise<OpenedSource> {
  const synthetic = () => new SyntheticSource({ ...(size ?? defaultSize), framesPerSecond });
  if (source === "synthetic") return { source: synthetic() };
  try {
    return { source: await ScreenSource.open({ framesPerSecond, size }) };
  } catch (error) {
    if (source === "screen") throw error;
    return { source: synthetic(), note: `The screen is not captured: ${(error as Error).message}.` };
  }
}
