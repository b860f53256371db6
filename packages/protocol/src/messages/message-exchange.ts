import { Condition } from "../condition.ts";
import { ProtocolError } from "../protocol-error.ts";
import { type MessageCreditMessage, maxTextLength, type UserMessage } from "../wire/messages.ts";
import { MessageChecker, type MessageChecks } from "./message-checker.ts";
import { MessageLane } from "./message-lane.ts";
import type { ReceivedMessage } from "./message-schemas.ts";
import { MessageWindow } from "./message-window.ts";

/**
 * Sends a message on a connection. Resolves when the message was written.
 *
 * @internal
 */
export type MessageTransport = (
  header: UserMessage | MessageCreditMessage,
  payload?: Uint8Array,
) => Promise<void>;

/**
 * Maximum number of messages in flight on a connection. Further messages wait even if the peer has granted credit for
 * them, so that a large grant does not block the event loop.
 */
const maxUnderWay = 256;

interface MessageExchangeOptions {
  /** Decides when the promises of `send` settle. Must call each given `settle`, in order, now or in a later turn of the event loop. */
  readonly settle?: ((settle: () => void) => void) | undefined;
  /** Checks for incoming messages. Without checks, messages are delivered unchecked. */
  readonly checks?: MessageChecks | undefined;
}

interface Outgoing {
  readonly header: UserMessage;
  readonly payload: Uint8Array | undefined;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Sends and receives the application's messages. They are reliable, ordered, and bounded by the peer's credit.
 *
 * @internal
 */
export class MessageExchange {
  readonly #deliver: (message: ReceivedMessage) => void;
  readonly #settle: (settle: () => void) => void;
  readonly #checker: MessageChecker | undefined;
  readonly #lane = new MessageLane<Outgoing>();
  readonly #window = new MessageWindow();
  readonly #drained = new Condition(() => !this.#transport || this.#isIdle);
  #transport: MessageTransport | undefined;
  /** The number of the current connection, to recognize a send that settles after a reconnect. */
  #connection = 0;
  #underWay = 0;
  /** The number of the connection on which a grant is in flight. */
  #grantingOn: number | undefined;
  #end: { readonly error: unknown } | undefined;

  /**
   * `deliver` is called with each incoming message. Call {@link take} when the application consumes it. With `checks`,
   * only valid messages are delivered, with the output of the schema as their data, and the credit of refused messages is
   * returned at once.
   */
  constructor(deliver: (message: ReceivedMessage) => void, options: MessageExchangeOptions = {}) {
    const { settle = (settle) => settle(), checks } = options;
    this.#deliver = deliver;
    this.#settle = settle;
    this.#checker = checks && new MessageChecker(checks);
  }

  /** Number of incoming messages whose check has not finished. */
  get checking(): number {
    return this.#checker?.pending ?? 0;
  }

  /** Calls `callback` after all earlier incoming messages are delivered or refused; synchronously if none is being checked. */
  afterChecks(callback: () => void): void {
    if (this.#checker) this.#checker.afterPending(callback);
    else callback();
  }

  /** Starts a new connection. Grants credit to the peer, and sends waiting messages as soon as the peer grants credit. */
  connect(transport: MessageTransport): void {
    this.#transport = transport;
    this.#connection++;
    this.#underWay = 0;
    this.#window.reconnect();
    this.#lane.reconnect();
    this.#grant();
  }

  /** Ends the connection. Waiting messages are kept for the next connection. */
  disconnect(): void {
    this.#transport = undefined;
    this.#drained.check();
  }

  /**
   * Stops accepting messages: later calls of {@link send} reject with `error`. Resolves when no message is waiting or in
   * flight, or when the connection is lost.
   */
  drain(error: unknown): Promise<void> {
    this.#end ??= { error };
    return this.#drained.wait();
  }

  /** Ends the exchange. Waiting messages and later calls of {@link send} reject with `error`. */
  close(error: unknown): void {
    this.disconnect();
    this.#end ??= { error };
    for (const message of this.#lane.clear()) this.#reject(message, error);
  }

  /** Sends a message. Resolves when the message was written, and rejects if it cannot be sent. Never causes an unhandledRejection. */
  send(type: string, data?: unknown, payload?: Uint8Array): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      const refusal = this.#end ?? refusalOf(type, payload);
      if (refusal) {
        this.#settle(() => reject(refusal.error));
        return;
      }
      const header: UserMessage = { type: "message", name: type, ...(data !== undefined && { data }) };
      const message = { header, payload, bytes: payload?.byteLength ?? 0, resolve, reject };
      const transport = this.#transport;
      if (transport && this.#underWay < maxUnderWay && this.#lane.pass(message)) {
        this.#send(message, transport);
      } else this.#lane.push(message);
    });
    sent.catch(() => {});
    return sent;
  }

  /** Receives a message from the peer. Throws ERR_PROTOCOL_NO_CREDIT if the message was sent without credit. */
  receive({ name, data }: UserMessage, payload: Uint8Array | undefined): void {
    if (!this.#window.accept(payload?.byteLength ?? 0)) {
      throw new ProtocolError("ERR_PROTOCOL_NO_CREDIT", "a message arrived without credit");
    }
    const message: ReceivedMessage = { type: name, data, payload };
    if (!this.#checker) {
      this.#deliver(message);
      return;
    }
    this.#checker.check(message, (checked) => {
      if (checked) this.#deliver(checked);
      else this.take(message);
    });
  }

  /** Applies the totals that the peer granted, and sends waiting messages. */
  credit(granted: MessageCreditMessage): void {
    this.#lane.credit(granted);
    this.#sendGranted();
  }

  /** Returns the credit of a message that the application consumed. Bound, so that it can be passed as a callback. */
  readonly take = ({ payload }: ReceivedMessage): void => {
    if (this.#window.take(payload?.byteLength ?? 0)) this.#grant();
  };

  get #isIdle(): boolean {
    return this.#underWay === 0 && this.#lane.length === 0;
  }

  /** Sends one grant at a time, so that grants do not queue up for a peer that does not read. */
  async #grant(): Promise<void> {
    const transport = this.#transport;
    const connection = this.#connection;
    const granted = transport && this.#grantingOn !== connection ? this.#window.grant() : undefined;
    if (!transport || !granted) return;
    this.#grantingOn = connection;
    // The owner of the transport reports a failed send.
    await transport({ type: "message-credit", ...granted }).catch(() => {});
    if (this.#grantingOn === connection) this.#grantingOn = undefined;
    this.#grant();
  }

  #sendGranted(): void {
    const transport = this.#transport;
    while (transport && this.#underWay < maxUnderWay) {
      const next = this.#lane.shift();
      if (!next) return;
      this.#send(next, transport);
    }
  }

  async #send(message: Outgoing, transport: MessageTransport): Promise<void> {
    const connection = this.#connection;
    this.#underWay++;
    let isSent = true;
    try {
      await transport(message.header, message.payload);
      this.#settle(message.resolve);
    } catch (error) {
      isSent = false;
      this.#reject(message, error);
    }
    if (connection !== this.#connection || !this.#transport) return;
    if (!isSent) this.#lane.giveBack(message);
    this.#underWay--;
    if (this.#lane.length > 0) this.#sendGranted();
    if (this.#end) this.#drained.check();
  }

  #reject({ reject }: Outgoing, error: unknown): void {
    this.#settle(() => reject(error));
  }
}

/** Returns the error for an invalid message, otherwise `undefined`. */
function refusalOf(type: unknown, payload: unknown): { readonly error: unknown } | undefined {
  if (typeof type !== "string" || type.length > maxTextLength) {
    return { error: new TypeError(`type must be a string of at most ${maxTextLength} characters`) };
  }
  if (payload !== undefined && !(payload instanceof Uint8Array)) {
    return { error: new TypeError("payload must be a Uint8Array") };
  }
  return undefined;
}
