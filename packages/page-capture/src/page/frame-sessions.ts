import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import { ChildSession } from "./child-session.ts";

/** The session of a window, or of an iframe of another site, which Chromium renders in a process of its own. */
export interface FrameSession {
  readonly session: CDPSessionLike;
  /** The session of the document that contains the iframe. Absent for the window. */
  readonly parent?: FrameSession;
  /** Identifies the iframe in the parent's session. Absent for the window. */
  readonly frameId?: string;
}

export interface FrameSessionListener {
  /** The session has begun. */
  begin(frame: FrameSession): void;
  /** The session has ended: the iframe was removed or has navigated to the site of its parent. */
  end?(frame: FrameSession): void;
}

interface TargetInfo {
  readonly targetId: string;
  readonly parentFrameId?: string;
}

interface FrameTree {
  readonly frame: { readonly id: string };
  readonly childFrames?: readonly FrameTree[];
}

/** Maximum number of iframes of other sites that get a session. */
const maxSessions = 100;

const shared = new WeakMap<CDPSessionLike, FrameSessions>();

/**
 * All sessions of one window: its own session, and a session for each iframe of another site, nested ones included.
 *
 * The iframes are attached one by one. `Target.setAutoAttach` pauses navigations, and Playwright and Puppeteer call it too.
 * A second call from here left nested iframes paused permanently.
 */
export class FrameSessions {
  readonly #root: FrameSession;
  readonly #listeners = new Set<FrameSessionListener>();
  /** The functions that stop listening to a session. */
  readonly #frames = new Map<FrameSession, () => void>();
  readonly #children = new Map<string, { readonly frame: FrameSession; readonly session: ChildSession }>();
  /** The iframes that have a session or get one. */
  readonly #attached = new Set<string>();

  private constructor(session: CDPSessionLike) {
    this.#root = { session };
  }

  /**
   * Calls the listener for each session that exists, and for each later one. Listeners of one window share the sessions of
   * its iframes, which end with the last listener. Returns a function that stops listening.
   */
  static listen(session: CDPSessionLike, listener: FrameSessionListener): () => void {
    const sessions = shared.get(session) ?? new FrameSessions(session);
    shared.set(session, sessions);
    return sessions.#listen(listener);
  }

  #listen(listener: FrameSessionListener): () => void {
    if (this.#listeners.size === 0) this.#open();
    this.#listeners.add(listener);
    for (const frame of this.#frames.keys()) listener.begin(frame);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#close();
    };
  }

  #open(): void {
    const { session } = this.#root;
    session.on("Target.receivedMessageFromTarget", this.#received);
    session.on("Target.detachedFromTarget", this.#detached);
    this.#begin(this.#root);
  }

  #close(): void {
    const { session } = this.#root;
    session.off("Target.receivedMessageFromTarget", this.#received);
    session.off("Target.detachedFromTarget", this.#detached);
    for (const sessionId of [...this.#children.keys()]) {
      session.send("Target.detachFromTarget", { sessionId }).catch(ignore);
      this.#detached({ sessionId });
    }
    this.#end(this.#root);
  }

  readonly #received = ({ sessionId, message }: { readonly sessionId: string; readonly message: string }) =>
    this.#children.get(sessionId)?.session.receive(message);

  readonly #detached = ({ sessionId }: { readonly sessionId: string }) => {
    const child = this.#children.get(sessionId);
    if (!child) return;
    this.#children.delete(sessionId);
    this.#attached.delete(child.frame.frameId as string);
    child.session.close();
    this.#end(child.frame);
  };

  #begin(frame: FrameSession): void {
    const { session } = frame;
    // An iframe that navigates to another site leaves the process of its parent.
    const left = ({ frameId, reason }: { readonly frameId: string; readonly reason?: string }) => {
      if (reason === "swap") this.#attach(frameId, frame).catch(ignore);
    };
    session.on("Page.frameDetached", left);
    this.#frames.set(frame, () => session.off("Page.frameDetached", left));
    for (const listener of this.#listeners) listener.begin(frame);
    this.#attachAll(frame).catch(ignore);
  }

  #end(frame: FrameSession): void {
    this.#frames.get(frame)?.();
    if (!this.#frames.delete(frame)) return;
    for (const listener of this.#listeners) listener.end?.(frame);
  }

  /** Attaches the iframes of other sites that a session's documents contain. */
  async #attachAll(frame: FrameSession): Promise<void> {
    frame.session.send("Page.enable").catch(ignore);
    const { frameTree } = (await frame.session.send("Page.getFrameTree")) as {
      readonly frameTree: FrameTree;
    };
    const idsOf = ({ frame, childFrames = [] }: FrameTree): string[] => [
      frame.id,
      ...childFrames.flatMap(idsOf),
    ];
    const ids = new Set(idsOf(frameTree));
    const filter = [{ type: "iframe" }];
    const targets = (await this.#root.session.send("Target.getTargets", { filter })) as {
      readonly targetInfos: readonly TargetInfo[];
    };
    for (const { targetId, parentFrameId } of targets.targetInfos)
      if (parentFrameId !== undefined && ids.has(parentFrameId)) this.#attach(targetId, frame).catch(ignore);
  }

  async #attach(frameId: string, parent: FrameSession): Promise<void> {
    if (this.#attached.has(frameId) || this.#attached.size >= maxSessions) return;
    this.#attached.add(frameId);
    const { session: root } = this.#root;
    try {
      const params = { targetId: frameId, flatten: false };
      const { sessionId } = (await root.send("Target.attachToTarget", params)) as {
        readonly sessionId: string;
      };
      if (!this.#frames.has(parent)) {
        this.#attached.delete(frameId);
        await root.send("Target.detachFromTarget", { sessionId });
        return;
      }
      const session = new ChildSession(root, sessionId);
      const frame = { session, parent, frameId };
      this.#children.set(sessionId, { frame, session });
      this.#begin(frame);
    } catch (error) {
      this.#attached.delete(frameId);
      throw error;
    }
  }
}
