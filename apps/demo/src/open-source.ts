import { BrowserSource } from "./browser/browser-source.ts";
import type { CaptureSource } from "./capture-source.ts";
import type { DemoOptions } from "./demo-options.ts";
import { FileSource } from "./file/file-source.ts";
import { ScreenSource } from "./screen/screen-source.ts";
import { SyntheticSource } from "./synthetic/synthetic-source.ts";

const defaultSize = { width: 1280, height: 720 };

/** What {@link openSource} found. */
export interface OpenedSource {
  readonly source: CaptureSource;
  /** What a person should know: which one `auto` took and why, and how it is captured. */
  readonly note?: string;
}

/**
 * Opens the source that was asked for; `auto` is a page where there is a browser, else the screen where it can be
 * captured, else the test pattern. Rejects with an Error that says in a sentence why it cannot be captured.
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
      note: "It is a page, since there is a browser here (--source takes something else).",
    };
  const screen = await open({ ...options, source: "screen" }).catch(why("The screen"));
  if (typeof screen !== "string") return { source: screen, note: `${page} It is the screen instead.` };
  const synthetic = await open({ ...options, source: "synthetic" });
  return { source: synthetic, note: `${page} ${screen} It is a test pattern instead.` };
}
