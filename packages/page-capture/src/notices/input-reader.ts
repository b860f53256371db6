import { type InputMessage, inputMessageType, parseInputMessage } from "@broadcast-ipc/protocol";
import type { CaptureTarget } from "../capture-target.ts";

interface InputReaderOptions {
  readonly signal: AbortSignal;
  /** The option `input`. */
  readonly isAllowed: (message: InputMessage) => boolean;
  readonly perform: (message: InputMessage) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Reads the inputs of viewers until the signal aborts or the target has ended. Never rejects. */
export async function readInputs(
  target: Pick<CaptureTarget, "messages">,
  { signal, isAllowed, perform, onFailure }: InputReaderOptions,
): Promise<void> {
  try {
    for await (const { data, payload } of target.messages({ types: [inputMessageType], signal })) {
      try {
        const message = parseInputMessage(data, payload);
        if (isAllowed(message) === true) perform(message);
      } catch (error) {
        onFailure(error);
      }
    }
  } catch (error) {
    if (!signal.aborted) onFailure(error);
  }
}
