import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import { type FrameSession, FrameSessions } from "../page/frame-sessions.ts";
import { clipboardScript } from "./clipboard-script.ts";

/** Maximum length of a copied text, in UTF-16 code units. */
const maxCopyLength = 1_000_000;

const worldName = "broadcastIpcClipboard";

interface ScriptResult {
  readonly text?: unknown;
  readonly isElsewhere?: unknown;
}

/**
 * Pastes text into the focused element of a window, and copies its selection. Does not touch the clipboard of the
 * browser's machine, which other pages and programs use too.
 *
 * The page gets a `paste`, `copy` or `cut` event with `clipboardData`, whose `isTrusted` is false. A page that cancels the
 * event handles the text itself. Works in inputs, textareas and contenteditable elements, in iframes of the same site and
 * of others. Undo reverts a paste.
 */
export class PageClipboard {
  readonly #session: CDPSessionLike;
  readonly #frames = new Set<FrameSession>();
  #stop: (() => void) | undefined;

  constructor(session: CDPSessionLike) {
    this.#session = session;
  }

  /** Pastes a text. Resolves when the page has taken it. */
  async paste(text: string): Promise<void> {
    const result = await this.#run("paste", text);
    // The focus is in an iframe without a session, so the text is inserted without a paste event.
    if (!result) await this.#session.send("Input.insertText", { text });
  }

  /** Resolves to the selected text, or to an empty string if there is none. Deletes it if `cut`. */
  async copy(cut: boolean): Promise<string> {
    const result = await this.#run(cut ? "cut" : "copy", "");
    return typeof result?.text === "string" ? result.text.slice(0, maxCopyLength) : "";
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Runs the script where the focus is. Resolves `undefined` if no document has the focus. */
  async #run(kind: "paste" | "copy" | "cut", text: string): Promise<ScriptResult | undefined> {
    this.#stop ??= FrameSessions.listen(this.#session, {
      begin: (frame) => this.#frames.add(frame),
      end: (frame) => this.#frames.delete(frame),
    });
    // The window's session comes first. By the time of its answer, the browser has opened the sessions of the iframes.
    for (const frame of this.#frames) {
      const result = await callScript(frame.session, [
        kind,
        text,
        maxCopyLength,
        frame.parent === undefined,
      ]).catch(ignore);
      if (result && result.isElsewhere !== true) return result;
    }
    return undefined;
  }
}

async function callScript(
  session: CDPSessionLike,
  values: readonly unknown[],
): Promise<ScriptResult | undefined> {
  const { frameTree } = (await session.send("Page.getFrameTree")) as { frameTree: { frame: { id: string } } };
  const frameId = frameTree.frame.id;
  // Universal access reaches iframes of other origins in the same process.
  const world = { frameId, worldName, grantUniveralAccess: true };
  const { executionContextId } = (await session.send("Page.createIsolatedWorld", world)) as {
    executionContextId: number;
  };
  const { result, exceptionDetails } = (await session.send("Runtime.callFunctionOn", {
    functionDeclaration: clipboardScript,
    executionContextId,
    arguments: values.map((value) => ({ value })),
    returnByValue: true,
    userGesture: true,
  })) as { result?: { value?: ScriptResult }; exceptionDetails?: object };
  return exceptionDetails ? undefined : (result?.value ?? undefined);
}
