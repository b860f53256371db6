import { randomBytes } from "node:crypto";
import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import { type FrameSession, FrameSessions } from "./frame-sessions.ts";
import { ScriptFrames, type ScriptHandlers } from "./script-frames.ts";

/**
 * Runs a script in all documents of a window, iframes of other sites included. The script runs in an isolated world, so the
 * page's own scripts can neither see the script nor report in its name. Documents that the window shows later get the
 * script before their own scripts run.
 *
 * The runtime domain stays disabled: it would send everything that the page logs to this process, and pages can detect it.
 */
export class IsolatedScript {
  /** Resolves when the script runs in the documents that exist. A page in an endless loop does not answer. Never rejects. */
  readonly ready: Promise<void>;
  readonly #frames = new Map<FrameSession, ScriptFrames>();
  readonly #stop: () => void;

  private constructor(session: CDPSessionLike, source: string, handlers: ScriptHandlers) {
    const name = `broadcastIpc${randomBytes(8).toString("hex")}`;
    const begun: Promise<void>[] = [];
    this.#stop = FrameSessions.listen(session, {
      begin: (frame) => {
        const frames = new ScriptFrames(frame, name, source, handlers);
        this.#frames.set(frame, frames);
        begun.push(frames.ready.catch(ignore));
      },
      end: (frame) => {
        this.#frames.get(frame)?.close();
        this.#frames.delete(frame);
      },
    });
    this.ready = begun[0] ?? Promise.resolve();
  }

  /** Starts a script that calls `install()` of injected/install.ts. */
  static start(session: CDPSessionLike, source: string, handlers: ScriptHandlers): IsolatedScript {
    return new IsolatedScript(session, source, handlers);
  }

  /** Removes the script from all documents. */
  close(): void {
    for (const frames of this.#frames.values()) frames.close();
    this.#frames.clear();
    this.#stop();
  }
}
