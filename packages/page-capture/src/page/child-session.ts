import type { CDPSessionLike } from "../browser/page-target.ts";

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * The session of an iframe whose messages travel inside messages of the window's session. Libraries give no access to
 * sessions of the flat protocol that they have not opened themselves.
 */
export class ChildSession implements CDPSessionLike {
  readonly #window: CDPSessionLike;
  readonly #sessionId: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<(params: never) => void>>();
  #lastId = 0;
  #isClosed = false;

  constructor(window: CDPSessionLike, sessionId: string) {
    this.#window = window;
    this.#sessionId = sessionId;
  }

  send(method: string, params: object = {}): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Error("the session of the iframe has ended"));
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const message = JSON.stringify({ id, method, params });
    this.#window
      .send("Target.sendMessageToTarget", { sessionId: this.#sessionId, message })
      .catch((error) => this.#take(id)?.reject(error));
    return answer;
  }

  on(event: string, listener: (params: never) => void): this {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return this;
  }

  off(event: string, listener: (params: never) => void): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  /** Takes a message that the browser has sent to this session. */
  receive(message: string): void {
    const { id, method, params, result, error } = JSON.parse(message) as Answer;
    if (method !== undefined) {
      for (const listener of [...(this.#listeners.get(method) ?? [])]) listener(params as never);
    } else if (id !== undefined) {
      const waiting = this.#take(id);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result);
    }
  }

  /** Rejects what waits for an answer. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(new Error("the iframe is gone"));
    this.#listeners.clear();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
