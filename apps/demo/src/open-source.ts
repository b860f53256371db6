import { BrowserSource } from "./browser/browser-source.ts";
import type { CaptureSource } from "./capture-source.ts";
import type { DemoOptions } from "./demo-options.ts";
import { FileSource } from "./file/file-source.ts";
import type { SourceKind } from "./page/app-messages.ts";
import { isResourceFailure } from "./resource-failure.ts";
import { ScreenSource } from "./screen/screen-source.ts";
import { SyntheticSource } from "./synthetic/synthetic-source.ts";

const defaultSize = { width: 1280, height: 720 };

/** Result of {@link openSource}. */
export interface OpenedSource {
  readonly source: CaptureSource;
  /** The kind of the source: the requested one, or what `auto` chose. */
  readonly kind: SourceKind;
  /** Text to print for the user: which source `auto` chose and why, and how the source is captured. */
  readonly note?: string;
}

/**
 * Opens the requested source. `auto` is a page if a browser is installed, else the screen if it can be captured, else
 * the test pattern. Rejects with a user-facing Error if the source cannot be captured.
 *
 * Rejects with `signal.reason` as soon as the signal aborts. Programs that were started for the source may still run then,
 * so the caller ends them.
 */
export async function openSource(options: DemoOptions, signal: AbortSignal): Promise<OpenedSource> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const { source: chosen } = options;
  const opening =
    chosen === "auto" ? openAny(options) : open(options).then((source) => ({ source, kind: chosen }));
  const { source, kind, note } = await Promise.race<OpenedSource>([opening, aborted]);
  const notes = [note, source.note].filter((note) => note !== undefined);
  return notes.length === 0 ? { source, kind } : { source, kind, note: notes.join(" ") };
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
  const why = (what: string) => (error: Error) => {
    // Another source would be the wrong choice if this one can be captured a little later.
    if (isResourceFailure(error)) throw error;
    return `${what} is not captured: ${error.message}.`;
  };
  const page = await open({ ...options, source: "page" }).catch(why("A page"));
  if (typeof page !== "string")
    return {
      source: page,
      kind: "page",
      note: "Capturing a page, because a browser is installed; choose another source with --source.",
    };
  const screen = await open({ ...options, source: "screen" }).catch(why("The screen"));
  if (typeof screen !== "string")
    return { source: screen, kind: "screen", note: `${page} Capturing the screen instead.` };
  const synthetic = await open({ ...options, source: "synthetic" });
  const note = `${page} ${screen} Showing a test pattern instead.`;
  return { source: synthetic, kind: "synthetic", note };
}
