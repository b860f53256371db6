/** The header of every message of a run. */
export interface Header {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
  readonly timestamp: number;
  readonly sequence: number;
}

/** The sending end of a connection. */
export interface Sender {
  /**
   * Sends a message. Resolves when the message was written. Returns `undefined` if the message is written together
   * with a later one.
   */
  send(header: Header, payload: Uint8Array): Promise<unknown> | undefined;
  /** Whether a message may be sent only after the previous one was written. */
  readonly isSerial?: boolean;
  /** Resolves when all messages were written. */
  flush(): Promise<void>;
  /** Registers a callback for each reply in a round-trip run. */
  onMessage(callback: () => void): void;
  close(): void | Promise<void>;
}

/** Consumes a message. A peer with backpressure delivers the next message only after the returned promise resolves. */
export type OnMessage = (header: Header, payload: Uint8Array) => Promise<void> | undefined;

/** The receiving end of a connection. */
interface Receiver {
  /** Registers a callback for each message of the sender. The payload is valid until the callback returns. */
  onMessage(callback: OnMessage): void;
  /** Sends a reply. */
  reply(header: Header, payload: Uint8Array): void;
  close(): void | Promise<void>;
}

/** A transport between two processes. The receiving process starts the sending process. */
export interface Peer {
  receiver(path: string, sender: import("node:child_process").ChildProcess): Promise<Receiver>;
  sender(path: string): Promise<Sender>;
}

/** Maximum number of unwritten bytes that a sender may pass to the transport. */
export const sendAhead: number = 256 * 1024;
