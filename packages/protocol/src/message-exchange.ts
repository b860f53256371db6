import { MessageLane } from "./message-lane.ts";
import { MessageWindow } from "./message-window.ts";
import { type MessageCreditMessage, maxTextLength, type UserMessage } from "./messages.ts";
import { ProtocolError } from "./protocol-error.ts";

/** A message of the user's own, as it arrives. */
export interface ReceivedMessage {
  readonly type: string;
  readonly data: unknown;
  /** Memory of its own, which belongs to whoever takes the message. */
  readonly payload: Uint8Array | undefined;
}

/** Gives a message to a connection; resolves when it has left. */
export type MessageTransport = (
  header: UserMessage | MessageCreditMessage,
  payload?: Uint8Array,
) => Promise<void>;

interface Outgoing {
  readonly header: UserMessage;
  readonly payload: Uint8Array | undefined;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The users' own messages, both ways, beside the media: reliable, in order, and bounded by what the other side takes. */
export class MessageExchange {
  readonly #deliver: (message: ReceivedMessage) => void;
  readonly #lane = new MessageLane<Outgoing>();
  readonly #window = new MessageWindow();
  #transport: MessageTransport | undefined;
  #end: { readonly error: unknown } | undefined;

  /** `deliver` is given each message that came; {@link take} has to follow when somebody takes it. */
  constructor(deliver: (message: ReceivedMessage) => void) {
    this.#deliver = deliver;
  }

  /** A new connection; what waits goes there. */
  connect(transport: MessageTransport): void {
    // Of this connection's own, so that what fails on an earlier one is not taken for a message of this one.
    this.#transport = (header, payload) => transport(header, payload);
    this.#window.reconnect();
    this.#lane.reconnect();
    this.#grant();
  }

  /** The connection is lost; messages wait for the next one. */
  disconnect(): void {
    this.#transport = undefined;
  }

  /** There will be no connection any more: messages that wait, and later ones, reject with this. */
  close(error: unknown): void {
    this.disconnect();
    this.#end ??= { error };
    for (const { reject } of this.#lane.clear()) reject(error);
  }

  /** Resolves when the message has left; rejects when it never will. A rejection that nobody awaits stays silent. */
  send(type: string, data?: unknown, payload?: Uint8Array): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      if (this.#end) throw this.#end.error;
      if (typeof type !== "string" || type.length > maxTextLength) {
        throw new TypeError(`type must be a string of at most ${maxTextLength} characters`);
      }
      if (payload !== undefined && !(payload instanceof Uint8Array)) {
        throw new TypeError("payload must be a Uint8Array");
      }
      const header: UserMessage = { type: "message", name: type, ...(data !== undefined && { data }) };
      this.#lane.push({ header, payload, bytes: payload?.byteLength ?? 0, resolve, reject });
    });
    sent.catch(() => {});
    this.#sendGranted();
    return sent;
  }

  /** Takes a message as it came; throws ERR_PROTOCOL_NO_CREDIT where nobody has granted it. */
  receive({ name, data }: UserMessage, payload: Uint8Array | undefined): void {
    if (!this.#window.accept(payload?.byteLength ?? 0)) {
      throw new ProtocolError("ERR_PROTOCOL_NO_CREDIT", "a message came without credit");
    }
    this.#deliver({ type: name, data, payload });
  }

  /** Takes what the other side grants. */
  credit(granted: MessageCreditMessage): void {
    this.#lane.credit(granted);
    this.#sendGranted();
  }

  /** Somebody has taken this message. */
  take({ payload }: ReceivedMessage): void {
    this.#window.take(payload?.byteLength ?? 0);
    this.#grant();
  }

  #grant(): void {
    const granted = this.#transport && this.#window.grant();
    // Where this does not leave, the connection is lost, which its owner learns.
    if (granted) this.#transport?.({ type: "message-credit", ...granted }).catch(() => {});
  }

  #sendGranted(): void {
    const transport = this.#transport;
    if (!transport) return;
    for (let next = this.#lane.shift(); next; next = this.#lane.shift()) this.#send(next, transport);
  }

  async #send(message: Outgoing, transport: MessageTransport): Promise<void> {
    try {
      await transport(message.header, message.payload);
      message.resolve();
    } catch (error) {
      message.reject(error);
      if (transport !== this.#transport) return;
      this.#lane.giveBack(message);
      this.#sendGranted();
    }
  }
}
