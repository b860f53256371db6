import type { RemoteParticipant } from "@livekit/rtc-node";

/** Maximum length of a viewer's id, see PROTOCOL.md of @broadcast-ipc/protocol. */
const maxLength = 64;

/** Returns a participant's viewer id: its identity, or its sid if the identity is empty or too long. */
export function viewerId(participant: RemoteParticipant): string {
  const { identity, sid } = participant;
  return identity.length > 0 && identity.length <= maxLength ? identity : (sid ?? "").slice(0, maxLength);
}
