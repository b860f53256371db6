/** The header that goes with every message of a run. */
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
  /** Takes a message; a promise where the caller should wait before it sends the next one. */
  send(header: Header, payload: Uint8Array): Promise<unknown> | undefined;
  /** Resolves when everything was handed over. */
  flush(): Promise<void>;
  /** Calls back with each message that comes back; for round trips. */
  onMessage(callback: () => void): void;
  close(): void | Promise<void>;
}

/** A consumer; where it gives a promise, it takes no message until that resolves, if the peer lets it. */
export type OnMessage = (header: Header, payload: Uint8Array) => Promise<void> | undefined;

/** The receiving end of a connection. */
interface Receiver {
  /** Calls back with each message, once the sender has connected. The callback is done with the payload when it returns. */
  onMessage(callback: OnMessage): void;
  /** Sends a message back. */
  reply(header: Header, payload: Uint8Array): void;
  close(): void | Promise<void>;
}

/** A way for two processes to talk. The receiver's process starts the sender's. */
export interface Peer {
  readonly name: string;
  receiver(path: string, sender: import("node:child_process").ChildProcess): Promise<Receiver>;
  sender(path: string): Promise<Sender>;
}

/** Bytes that may wait in the sender before it waits itself. */
export const sendAhead: number = 256 * 1024;
