import {
  isIPCChannelError,
  type TransportListenOptions,
  type TransportListenSettings,
  transportListenSettings,
} from "@broadcast-ipc/ipc-channel";
import { warnOfFailure } from "@broadcast-ipc/protocol";

/** The checked channel options of a receiver that listens. */
export interface ReceiverChannelSettings extends TransportListenSettings {
  readonly onRefused: (error: unknown) => void;
}

/**
 * Checks and copies the channel options of a receiver that listens at `path`. Without `onRefused`, a process warning is
 * emitted once for each reason. Throws a RangeError that names an invalid option.
 */
export function receiverChannelSettings(
  path: string,
  options: TransportListenOptions,
): ReceiverChannelSettings {
  const { onRefused = (error) => warnOfRefusal(path, error), ...settings } = transportListenSettings(options);
  return { ...settings, onRefused };
}

function warnOfRefusal(path: string, error: unknown): void {
  // An uploader that disconnected was not refused.
  if (isIPCChannelError(error, "ERR_IPC_CLOSED", "ERR_IPC_TRUNCATED_MESSAGE")) return;
  warnOfFailure(error, {
    id: `path ${path}`,
    label: `receiver at ${path}`,
    detail: 'This warning appears once for each reason. Use the option "onRefused" to receive every refusal.',
  });
}
