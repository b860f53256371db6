import type { Duplex } from "node:stream";
import { type FrameKind, frameKind, maxLength, prefixBytes, writePrefix } from "./frame.ts";
import { encodeHeader } from "./header-codec.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";

/** Payload parts up to this size are copied together with what surrounds them; larger ones are written as they are. */
const packedBytes = 16 * 1024;

/** About how much goes to the stream at once: so many small frames share a system call, and a large one has its own. */
const writeBytes = 256 * 1024;

interface Entry {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: IPCChannelError) => void;
}

/** The sending end: encodes frames and writes them in order, those of one tick together, one write under way at a time. */
export class Outbox {
  readonly #duplex: Duplex;
  readonly #waiting: Entry[] = [];
  #writing: Entry[] = [];
  #scheduled = false;
  #failure: IPCChannelError | undefined;
  #bufferedBytes = 0;
  #onIdle: (() => void) | undefined;
  /** Messages above these make {@link send} reject; the lower of our own limits and the peer's, once those are known. */
  maxHeaderBytes: number = maxLength;
  maxPayloadBytes: number = maxLength;

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
  }

  /** Bytes accepted by {@link send} that the stream has not taken yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Resolves once the stream has taken the whole frame. A rejection that nobody awaits stays silent. */
  send(kind: FrameKind, header: unknown, payload?: Uint8Array | readonly Uint8Array[]): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      if (this.#failure) throw this.#failure;
      const parts = payload === undefined ? undefined : partsOf(payload);
      const frame = this.#encode(kind, header, parts);
      const bytes = frame.reduce((sum, part) => sum + part.length, 0);
      this.#waiting.push({ parts: frame, bytes, resolve, reject });
      this.#bufferedBytes += bytes;
      this.#schedule();
    });
    sent.catch(() => {});
    return sent;
  }

  /** Resolves once nothing is waiting and nothing is being written, also when that is because of {@link fail}. */
  async idle(): Promise<void> {
    if (this.#waiting.length === 0 && this.#writing.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Rejects what was not taken yet, and every later send, with this error. */
  fail(error: IPCChannelError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const entry of [...this.#writing.splice(0), ...this.#waiting.splice(0)]) entry.reject(error);
    this.#bufferedBytes = 0;
    this.#onIdle?.();
  }

  #encode(kind: FrameKind, header: unknown, parts: readonly Uint8Array[] | undefined): readonly Uint8Array[] {
    const headerBytes = encodeHeader(header);
    const payloadLength = parts?.reduce((sum, part) => sum + part.length, 0);
    if (kind === frameKind.message) {
      tooLarge("header", headerBytes.length, this.maxHeaderBytes);
      tooLarge("payload", payloadLength ?? 0, this.maxPayloadBytes);
    }
    const headLength = prefixBytes + headerBytes.length;
    const packs = payloadLength !== undefined && payloadLength <= packedBytes;
    const head = Buffer.allocUnsafe(headLength + (packs ? payloadLength : 0));
    writePrefix(head, 0, kind, headerBytes.length, payloadLength);
    headerBytes.copy(head, prefixBytes);
    if (!packs) return parts ? [head, ...parts] : [head];
    let offset = headLength;
    for (const part of parts ?? []) {
      head.set(part, offset);
      offset += part.length;
    }
    return [head];
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing.length > 0) return;
    this.#scheduled = true;
    process.nextTick(() => {
      this.#scheduled = false;
      this.#write();
    });
  }

  #write(): void {
    if (this.#failure || this.#waiting.length === 0) return;
    let bytes = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      if (count > 0 && bytes + entry.bytes > writeBytes) break;
      bytes += entry.bytes;
      count++;
    }
    this.#writing = this.#waiting.splice(0, count);
    const parts = joinSmall(this.#writing.flatMap((entry) => entry.parts));
    const last = parts.length - 1;
    this.#duplex.cork();
    for (const [index, part] of parts.entries()) {
      if (index < last) this.#duplex.write(part);
      else this.#duplex.write(part, (error) => !error && this.#written(bytes));
    }
    this.#duplex.uncork();
  }

  /** The stream has taken what was being written. (A failed write ends the stream, and with it comes {@link fail}.) */
  #written(bytes: number): void {
    if (this.#failure) return;
    this.#bufferedBytes -= bytes;
    for (const entry of this.#writing.splice(0)) entry.resolve();
    if (this.#waiting.length > 0) this.#write();
    else this.#onIdle?.();
  }
}

function partsOf(payload: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  const parts = payload instanceof Uint8Array ? [payload] : payload;
  if (Array.isArray(parts) && parts.every((part) => part instanceof Uint8Array)) return parts;
  throw new TypeError("payload must be a Uint8Array or a list of them");
}

function tooLarge(what: string, length: number, limit: number): void {
  if (length <= limit) return;
  throw new IPCChannelError(
    "ERR_IPC_MESSAGE_TOO_LARGE",
    `a ${what} of ${length} bytes is over the limit of ${limit}`,
  );
}

/** Runs of small parts become one buffer: cheaper than a vector of many. */
function joinSmall(parts: readonly Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  const endRun = () => {
    if (run.length > 0) joined.push(run.length === 1 ? (run[0] as Uint8Array) : Buffer.concat(run));
    run = [];
  };
  for (const part of parts) {
    if (part.length <= packedBytes) run.push(part);
    else {
      endRun();
      joined.push(part);
    }
  }
  endRun();
  return joined;
}
