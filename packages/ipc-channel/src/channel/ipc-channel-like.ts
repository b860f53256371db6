import type { IPCChannel } from "../ipc-channel.ts";

/**
 * The public members of an {@link IPCChannel}. A parameter of this type also accepts a channel of another installed copy of
 * this package. TypeScript rejects such a channel for a parameter of type `IPCChannel`, because the class has private fields.
 *
 * @internal For packages that are built on this one.
 */
export type IPCChannelLike<Incoming = unknown, Outgoing = Incoming> = Pick<
  IPCChannel<Incoming, Outgoing>,
  keyof IPCChannel<Incoming, Outgoing>
>;
