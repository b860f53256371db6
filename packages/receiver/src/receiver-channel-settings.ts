import {
  isIPCChannelError,
  type TransportListenOptions,
  type TransportListenSettings,
  transportListenSettings,
} from "@broadcast-ipc/ipc-channel";
import { warnOfFailure } from "@broadcast-ipc/protocol";

/** The channel's options of a receiver that listens, checked and copied. */
export interface ReceiverChannelSettings extends TransportListenSettings {
  readonly onRefused: (error: unknown) => void;
}

/**
 * Checks and copies the channel's options of a receiver that listens at `path`. Without `onRefused`, each reason for a
 * refusal is a process warning once. Throws a RangeError that names an invalid option.
 */
export function receiverChannelSettings(
  path: string,
  options: TransportListenOptions,
): ReceiverChannelSettings {
  const { onRefused = (error) => warnOfRefusal(path, error), ...settings } = transportListenSettings(options);
  return { ...settings, onRefused };
}

function warnOfRefusal(path: string, error: unknown): void {
  // A peer that left by itself is not a failure.
  if (isIPCChannelError(error, "ERR_IPC_CLOSED", "ERR_IPC_TRUNCATED_MESSAGE")) return;
  warnOfFailure(error, {
    id: `path ${path}`,
    label: `receiver at ${path}`,
    detail:
      'This warning appears once for each reason. The option "onRefused" is called for each refused uploader.',
  });
}
