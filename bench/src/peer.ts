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
  /** Sends a message. The promise resolves when it has left this process; `undefined` if it leaves together with a later one. */
  send(header: Header, payload: Uint8Array): Promise<unknown> | undefined;
  /** Whether each message may be sent only when the previous one has left. */
  readonly isSerial?: boolean;
  /** Resolves when all messages have left. */
  flush(): Promise<void>;
  /** Calls back with each reply; for round trips. */
  onMessage(callback: () => void): void;
  close(): void | Promise<void>;
}

/** Consumes a message. If it returns a promise, no further message is taken until that resolves, if the peer supports it. */
export type OnMessage = (header: Header, payload: Uint8Array) => Promise<void> | undefined;

/** The receiving end of a connection. */
interface Receiver {
  /** Calls back with each message, after the sender has connected. The payload is valid until the callback returns. */
  onMessage(callback: OnMessage): void;
  /** Sends a reply. */
  reply(header: Header, payload: Uint8Array): void;
  close(): void | Promise<void>;
}

/** A transport between two processes. The receiver's process starts the sender's. */
export interface Peer {
  receiver(path: string, sender: import("node:child_process").ChildProcess): Promise<Receiver>;
  sender(path: string): Promise<Sender>;
}

/** Maximum bytes that a sender may be ahead of what has left its process. */
export const sendAhead: number = 256 * 1024;
