import type { RemoteParticipant } from "@livekit/rtc-node";

/** Greatest length of the id of a viewer in an input, see PROTOCOL.md. */
const maxLength = 64;

/** Returns the id by which the source knows a participant: its identity, or the shorter id of its session. */
export function viewerId(participant: RemoteParticipant): string {
  const { identity, sid } = participant;
  return identity.length > 0 && identity.length <= maxLength ? identity : (sid ?? "").slice(0, maxLength);
}
