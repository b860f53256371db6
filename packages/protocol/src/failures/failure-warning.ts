import { failureCode } from "./failure-message.ts";

/** Maximum number of places, and of reasons per place, that are remembered. The limits bound the memory if a peer invents names. */
const maxPlaces = 256;
const maxReasons = 16;

/** Control characters. A peer could use them to manipulate the terminal that prints its text. */
const controls = /\p{Cc}+/gu;

const warned = new Map<string, Set<string>>();

/**
 * Where a failure happened.
 *
 * @internal
 */
export interface FailurePlace {
  /** Identifies the place. It stays the same when an uploader reconnects. */
  readonly id: string;
  /** Describes the place for people. */
  readonly label: string;
  /** Describes how to receive every failure. */
  readonly detail: string;
}

/**
 * Emits a process warning of type BroadcastIPCWarning, once for each reason and place.
 *
 * @internal
 */
export function warnOfFailure(error: unknown, { id, label, detail }: FailurePlace, lane?: string): void {
  const code = failureCode(error);
  const reasons = warned.get(id) ?? new Set();
  const reason = `${lane} ${code}`;
  if (reasons.has(reason) || reasons.size >= maxReasons) return;
  reasons.add(reason);
  const [oldest] = warned.keys();
  if (oldest !== undefined && warned.size >= maxPlaces && !warned.has(id)) warned.delete(oldest);
  warned.set(id, reasons);
  const message = error instanceof Error ? error.message : String(error);
  process.emitWarning(`${label}: ${message}`.replace(controls, " "), {
    type: "BroadcastIPCWarning",
    code: code.replace(controls, " "),
    detail,
  });
}
