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

interface Attached {
  readonly sessionId: string;
  readonly targetInfo: { readonly targetId: string; readonly type: string };
}

/** More iframes of other sites than this get no session. */
const maxSessions = 100;

const shared = new WeakMap<CDPSessionLike, FrameSessions>();

/** All sessions of one window: its own session, and a session for each iframe of another site, nested ones included. */
export class FrameSessions {
  readonly #root: FrameSession;
  readonly #frames = new Set<FrameSession>();
  readonly #listeners = new Set<FrameSessionListener>();
  /** Ends the sessions of the iframes within a frame. */
  readonly #ends = new Map<FrameSession, () => void>();

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
    if (this.#listeners.size === 0) this.#begin(this.#root);
    this.#listeners.add(listener);
    for (const frame of this.#frames) listener.begin(frame);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#end(this.#root);
      const params = { autoAttach: false, waitForDebuggerOnStart: false, flatten: false };
      this.#root.session.send("Target.setAutoAttach", params).catch(ignore);
    };
  }

  #begin(frame: FrameSession): void {
    this.#frames.add(frame);
    for (const listener of this.#listeners) listener.begin(frame);
    const { session } = frame;
    const children = new Map<string, { readonly frame: FrameSession; readonly session: ChildSession }>();
    const end = (sessionId: string) => {
      const child = children.get(sessionId);
      if (!child) return;
      children.delete(sessionId);
      child.session.close();
      this.#end(child.frame);
    };
    const attached = ({ sessionId, targetInfo: { type, targetId } }: Attached) => {
      if (type !== "iframe" || this.#frames.size >= maxSessions) return;
      const child = new ChildSession(session, sessionId);
      const childFrame = { session: child, parent: frame, frameId: targetId };
      children.set(sessionId, { frame: childFrame, session: child });
      this.#begin(childFrame);
    };
    const received = ({ sessionId, message }: { readonly sessionId: string; readonly message: string }) =>
      children.get(sessionId)?.session.receive(message);
    const detached = ({ sessionId }: { readonly sessionId: string }) => end(sessionId);
    session.on("Target.attachedToTarget", attached);
    session.on("Target.receivedMessageFromTarget", received);
    session.on("Target.detachedFromTarget", detached);
    this.#ends.set(frame, () => {
      session.off("Target.attachedToTarget", attached);
      session.off("Target.receivedMessageFromTarget", received);
      session.off("Target.detachedFromTarget", detached);
      for (const sessionId of [...children.keys()]) end(sessionId);
    });
    // The iframes are not paused at their start: a paused iframe that gets no answer would never load.
    const params = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
    session.send("Target.setAutoAttach", { ...params, filter: [{ type: "iframe" }] }).catch(ignore);
  }

  #end(frame: FrameSession): void {
    this.#ends.get(frame)?.();
    this.#ends.delete(frame);
    if (!this.#frames.delete(frame)) return;
    for (const listener of this.#listeners) listener.end?.(frame);
  }
}
