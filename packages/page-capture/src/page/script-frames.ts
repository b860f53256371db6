import { ignore } from "../browser/target-session.ts";
import type { FrameSession } from "./frame-sessions.ts";
import { ScriptFrame } from "./script-frame.ts";

/** Callbacks about the documents in which a script runs. */
export interface ScriptHandlers {
  /** The script has reported something. */
  report(report: object, from: ScriptFrame): void;
  /** The document of the script is gone. */
  gone?(from: ScriptFrame): void;
  /** The window shows another document. */
  navigated?(): void;
}

interface Frame {
  readonly id: string;
  readonly parentId?: string;
}

interface FrameTree {
  readonly frame: Frame;
  readonly childFrames?: readonly FrameTree[];
}

interface BindingCall {
  readonly name: string;
  readonly payload: string;
  readonly executionContextId: number;
}

/** The script of an IsolatedScript in the documents of one session. */
export class ScriptFrames {
  /** Resolves when the script runs in the documents that exist. Rejects if the session ends earlier. */
  readonly ready: Promise<void>;
  readonly #frame: FrameSession;
  readonly #name: string;
  readonly #source: string;
  readonly #handlers: ScriptHandlers;
  readonly #frames = new Map<string, ScriptFrame>();
  readonly #stops: (() => void)[] = [];
  readonly #added: Promise<{ readonly identifier: string }>;
  #isClosed = false;

  constructor(frame: FrameSession, name: string, source: string, handlers: ScriptHandlers) {
    this.#frame = frame;
    this.#name = name;
    this.#source = `{const scriptName="${name}";${source}}`;
    this.#handlers = handlers;
    this.#on("Runtime.bindingCalled", (call: BindingCall) => this.#reported(call));
    this.#on("Page.frameNavigated", ({ frame: { id, parentId } }: { readonly frame: Frame }) => {
      if (parentId !== undefined) this.#forget(id);
      else this.#leaveWindow();
      this.#arm(id).catch(ignore);
    });
    // document.open() removes the listeners of all worlds.
    this.#on("Page.documentOpened", ({ frame: { id } }: { readonly frame: Frame }) => {
      this.#forget(id);
      this.#arm(id, this.#source).catch(ignore);
    });
    this.#on("Page.frameDetached", ({ frameId }: { readonly frameId: string }) => this.#forget(frameId));
    this.#send("Page.enable").catch(ignore);
    this.#added = this.#send("Page.addScriptToEvaluateOnNewDocument", {
      source: this.#source,
      worldName: name,
      runImmediately: true,
    });
    this.#added.catch(ignore);
    this.ready = this.#armAll();
  }

  /** Stops the script in all documents. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops.splice(0)) stop();
    for (const frame of this.#frames.values()) frame.call("stop");
    this.#forgetAll();
    this.#added.then((added) => this.#send("Page.removeScriptToEvaluateOnNewDocument", added)).catch(ignore);
    this.#send("Runtime.removeBinding", { name: this.#name }).catch(ignore);
  }

  #send<T>(method: string, params?: object): Promise<T> {
    return this.#frame.session.send(method, params) as Promise<T>;
  }

  #on(event: string, listener: (params: never) => void): void {
    const { session } = this.#frame;
    session.on(event, listener);
    this.#stops.push(() => session.off(event, listener));
  }

  async #armAll(): Promise<void> {
    const { frameTree } = await this.#send<{ frameTree: FrameTree }>("Page.getFrameTree");
    const idsOf = ({ frame, childFrames = [] }: FrameTree): string[] => [
      frame.id,
      ...childFrames.flatMap(idsOf),
    ];
    await Promise.allSettled(idsOf(frameTree).map((id) => this.#arm(id)));
  }

  /**
   * Connects the reports of the script in one document. While the runtime domain is disabled, a binding is added only to
   * worlds that exist; the script keeps its reports until then.
   */
  async #arm(frameId: string, source?: string): Promise<void> {
    const { executionContextId: contextId } = await this.#send<{ readonly executionContextId: number }>(
      "Page.createIsolatedWorld",
      { frameId, worldName: this.#name },
    );
    if (this.#isClosed) return;
    if (this.#frames.get(frameId)?.contextId !== contextId) {
      this.#forget(frameId);
      this.#frames.set(frameId, new ScriptFrame(this.#frame, frameId, contextId, this.#name));
    }
    await this.#send("Runtime.addBinding", { name: this.#name, executionContextName: this.#name });
    if (source !== undefined) await this.#send("Runtime.evaluate", { expression: source, contextId });
    await this.#frames.get(frameId)?.call("ready");
  }

  #reported({ name, payload, executionContextId }: BindingCall): void {
    if (name !== this.#name) return;
    for (const frame of this.#frames.values())
      if (frame.contextId === executionContextId) this.#handlers.report(JSON.parse(payload), frame);
  }

  /** Forgets all documents, because a document takes those of its iframes with it. */
  #leaveWindow(): void {
    this.#forgetAll();
    if (this.#frame.parent === undefined) this.#handlers.navigated?.();
  }

  #forgetAll(): void {
    for (const id of [...this.#frames.keys()]) this.#forget(id);
  }

  #forget(frameId: string): void {
    const frame = this.#frames.get(frameId);
    if (!frame) return;
    this.#frames.delete(frameId);
    this.#handlers.gone?.(frame);
  }
}
