import type { IPCChannel } from "../ipc-channel.ts";

/**
 * The public members of an {@link IPCChannel}. As a parameter type it also takes a channel of another installed copy of this
 * package, which TypeScript refuses for `IPCChannel` because of the private fields.
 *
 * @internal For packages that are built on this one.
 */
export type IPCChannelLike<Incoming = unknown, Outgoing = Incoming> = Pick<
  IPCChannel<Incoming, Outgoing>,
  keyof IPCChannel<Incoming, Outgoing>
>;
