import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ProtocolError } from "../protocol-error.ts";
import type { MessageSchemas, ReceivedMessage } from "./message-schemas.ts";

/**
 * Settings for checking incoming messages.
 *
 * @internal
 */
export interface MessageChecks {
  readonly schemas: MessageSchemas;
  /**
   * Runs a schema and returns its output, or a promise of it. If the value is invalid, throws or rejects with the error
   * that `refuse` returns.
   */
  readonly validate: <T>(
    schema: StandardSchemaV1<unknown, T>,
    value: unknown,
    refuse: (reason: string, cause?: unknown) => Error,
  ) => T | Promise<T>;
  /** Called with a ProtocolError for each refused message. */
  readonly onFailure: (error: unknown) => void;
  /** Whether a message of this type is accepted unchecked if {@link schemas} does not list the type. Default: never. */
  readonly isClaimed?: ((type: string) => boolean) | undefined;
}

type Checked = { readonly message: ReceivedMessage } | { readonly error: unknown };

/** Maximum length of a message type in an error message, in UTF-16 code units. */
const maxShownLength = 64;

/** Checks messages against the schema of their type. Messages keep their order, even with asynchronous schemas. */
export class MessageChecker {
  readonly #checks: MessageChecks;
  readonly #schemas: ReadonlyMap<string, StandardSchemaV1>;
  #pending = 0;
  /** Resolves when all pending messages have been delivered or refused. */
  #last: Promise<void> = Promise.resolve();

  constructor(checks: MessageChecks) {
    this.#checks = checks;
    this.#schemas = new Map(Object.entries(checks.schemas));
  }

  /** Number of messages whose check has not finished. */
  get pending(): number {
    return this.#pending;
  }

  /** Calls `callback` after all earlier messages have been delivered or refused; synchronously if no message is pending. */
  afterPending(callback: () => void): void {
    if (this.#pending === 0) callback();
    else this.#last = this.#last.then(callback);
  }

  /**
   * Checks a message. `settle` is called with the message, whose data is then the output of the schema. For a refused
   * message, `onFailure` is called first, and then `settle` with `undefined`.
   */
  check(message: ReceivedMessage, settle: (message: ReceivedMessage | undefined) => void): void {
    const finish = (checked: Checked) => {
      if ("error" in checked) this.#checks.onFailure(checked.error);
      settle("message" in checked ? checked.message : undefined);
    };
    const checked = this.#run(message);
    if (this.#pending === 0 && !(checked instanceof Promise)) {
      finish(checked);
      return;
    }
    this.#pending++;
    this.#last = this.#last.then(async () => {
      const result = await checked;
      this.#pending--;
      finish(result);
    });
  }

  /** Runs the schema of a message. Never throws and never rejects. */
  #run(message: ReceivedMessage): Checked | Promise<Checked> {
    const name = JSON.stringify(message.type.slice(0, maxShownLength));
    const schema = this.#schemas.get(message.type);
    if (!schema && this.#checks.isClaimed?.(message.type)) return { message };
    if (!schema) {
      const why = `messageSchemas must list the type of an incoming message, got ${name}`;
      return { error: new ProtocolError("ERR_PROTOCOL_UNKNOWN_MESSAGE", why) };
    }
    const refuse = (reason: string, cause?: unknown) => {
      const why = `the data of a message of type ${name} does not match its schema: ${reason}`;
      const options = cause === undefined ? undefined : { cause };
      return new ProtocolError("ERR_PROTOCOL_INVALID_MESSAGE", why, options);
    };
    const accept = (data: unknown): Checked => ({ message: { ...message, data } });
    try {
      const data = this.#checks.validate(schema, message.data, refuse);
      return data instanceof Promise ? data.then(accept, (error) => ({ error })) : accept(data);
    } catch (error) {
      return { error };
    }
  }
}
