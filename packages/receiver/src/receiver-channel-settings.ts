import { type ListenOptions, type ListenSettings, listenSettings } from "@broadcast-ipc/ipc-channel";
import { refusals } from "./refusals.ts";

/** The channel options of a receiver that listens, checked and copied. */
export interface ReceiverChannelSettings extends Omit<ListenSettings<unknown>, "schema" | "onRefused"> {
  readonly onRefused: (error: unknown) => void;
}

/**
 * Makes the channel options of a receiver that listens at `path`. They have no schema, because the lanes check the
 * protocol's messages. Refused peers go to `onRefused` or, without it, to a process warning.
 */
export function receiverChannelSettings(path: string, options: ListenOptions): ReceiverChannelSettings {
  const { schema: _, ...settings } = listenSettings(options);
  return { ...settings, onRefused: refusals(path, settings.onRefused) };
}
