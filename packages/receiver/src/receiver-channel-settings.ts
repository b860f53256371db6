import { type ListenOptions, type ListenSettings, listenSettings } from "@broadcast-ipc/ipc-channel";
import { warnOfFailure } from "@broadcast-ipc/protocol";

/** The channel's options at a receiver that listens. There is no `schema`, because the lanes check the protocol's messages. */
export type ReceiverChannelOptions = Omit<ListenOptions, "schema">;

/** {@link ReceiverChannelOptions}, checked and copied. */
export interface ReceiverChannelSettings extends Omit<ListenSettings<unknown>, "schema" | "onRefused"> {
  readonly onRefused: (error: unknown) => void;
}

/** Codes of peers that left by themselves, which is not a failure. */
const departures: ReadonlySet<unknown> = new Set(["ERR_IPC_CLOSED", "ERR_IPC_TRUNCATED_MESSAGE"]);

/**
 * Checks and copies the channel's options of a receiver that listens at `path`. Without `onRefused`, each reason for a
 * refusal is a process warning once. Throws a RangeError that names an invalid option.
 */
export function receiverChannelSettings(
  path: string,
  options: ReceiverChannelOptions,
): ReceiverChannelSettings {
  const { schema: _, onRefused, ...settings } = listenSettings(options);
  return { ...settings, onRefused: onRefused ?? ((error) => warnOfRefusal(path, error)) };
}

function warnOfRefusal(path: string, error: unknown): void {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (departures.has(code)) return;
  warnOfFailure(error, {
    id: `path ${path}`,
    label: `receiver at ${path}`,
    detail:
      'This warning appears once for each reason. The option "onRefused" is called for each refused uploader.',
  });
}
