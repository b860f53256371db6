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
  /** Takes a message; the promise resolves once it has left this process, `undefined` where it will leave with a later one. */
  send(header: Header, payload: Uint8Array): Promise<unknown> | undefined;
  /** Whether the next message may be sent only when the one before has left. */
  readonly isSerial?: boolean;
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
  receiver(path: string, sender: import("node:child_process").ChildProcess): Promise<Receiver>;
  sender(path: string): Promise<Sender>;
}

/** Bytes that a sender may be ahead of what has left its process. */
export const sendAhead: number = 256 * 1024;
