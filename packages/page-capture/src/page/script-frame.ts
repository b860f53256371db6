import { ignore } from "../browser/target-session.ts";
import type { FrameSession } from "./frame-sessions.ts";

/** The script of an IsolatedScript in one document. */
export class ScriptFrame {
  /** The session that sees the document. */
  readonly frame: FrameSession;
  readonly frameId: string;
  /** Identifies the script's world in the session. */
  readonly contextId: number;
  readonly #scriptName: string;

  constructor(frame: FrameSession, frameId: string, contextId: number, scriptName: string) {
    this.frame = frame;
    this.frameId = frameId;
    this.contextId = contextId;
    this.#scriptName = scriptName;
  }

  /**
   * Calls a command of the script, and returns what it returns as JSON. Resolves `undefined` if the command throws or the
   * document is gone.
   */
  async call(command: string, ...values: unknown[]): Promise<unknown> {
    return (await this.#evaluate(command, values, true))?.value;
  }

  /** Calls a command that returns an object of the page. Returns the object's id, which the caller releases. */
  async callForObject(command: string, ...values: unknown[]): Promise<string | undefined> {
    return (await this.#evaluate(command, values, false))?.objectId;
  }

  async #evaluate(command: string, values: unknown[], returnByValue: boolean): Promise<Result | undefined> {
    const list = values.map((value) => JSON.stringify(value)).join();
    const expression = `globalThis.${this.#scriptName}Script?.${command}(${list})`;
    const params = { expression, contextId: this.contextId, returnByValue };
    const answer = await this.frame.session.send("Runtime.evaluate", params).catch(ignore);
    const { result, exceptionDetails } = (answer ?? {}) as { result?: Result; exceptionDetails?: object };
    return exceptionDetails ? undefined : result;
  }
}

interface Result {
  readonly value?: unknown;
  readonly objectId?: string;
}
