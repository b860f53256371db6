import { BrowserSource } from "./browser/browser-source.ts";
import type { CaptureSource } from "./capture-source.ts";
import type { DemoOptions } from "./demo-options.ts";
import { FileSource } from "./file/file-source.ts";
import { ScreenSource } from "./screen/screen-source.ts";
import { SyntheticSource } from "./synthetic/synthetic-source.ts";

const defaultSize = { width: 1280, height: 720 };

/** Result of {@link openSource}. */
export interface OpenedSource {
  readonly source: CaptureSource;
  /** Text to print for the user: which source `auto` chose and why, and how the source is captured. */
  readonly note?: string;
}

/**
 * Opens the requested source. `auto` is a page if a browser is installed, else the screen if it can be captured, else
 * the test pattern. Rejects with a user-facing Error if the source cannot be captured.
 */
export async function openSource(options: DemoOptions): Promise<OpenedSource> {
  const { source, note } =
    options.source === "auto" ? await openAny(options) : { source: await open(options) };
  const notes = [note, source.note].filter((note) => note !== undefined);
  return notes.length === 0 ? { source } : { source, note: notes.join(" ") };
}

async function open({ source, url, file, size, framesPerSecond }: DemoOptions): Promise<CaptureSource> {
  switch (source) {
    case "page":
      return BrowserSource.open({ url, size, framesPerSecond });
    case "screen":
      return ScreenSource.open({ size, framesPerSecond });
    case "file":
      return FileSource.open({ path: file ?? "", size, framesPerSecond });
    default:
      return new SyntheticSource({ ...(size ?? defaultSize), framesPerSecond });
  }
}

async function openAny(options: DemoOptions): Promise<OpenedSource> {
  const why = (what: string) => (error: Error) => `${what} is not captured: ${error.message}.`;
  const page = await open({ ...options, source: "page" }).catch(why("A page"));
  if (typeof page !== "string")
    return {
      source: page,
      note: "Capturing a page, because a browser is installed; choose another source with --source.",
    };
  const screen = await open({ ...options, source: "screen" }).catch(why("The screen"));
  if (typeof screen !== "string") return { source: screen, note: `${page} Capturing the screen instead.` };
  const synthetic = await open({ ...options, source: "synthetic" });
  return { source: synthetic, note: `${page} ${screen} Showing a test pattern instead.` };
}
