import { EventEmitter } from "node:events";
import { ConnectionState, type LocalTrack, type Room } from "@livekit/rtc-node";

/**
 * Returns a stand-in for a connected room with one other participant. It accepts tracks without a server and never publishes
 * them, so the library encodes nothing. It has no statistics, so the publisher demands the full size and rate.
 */
export function watchedRoom(): Room {
  let tracks = 0;
  const localParticipant = {
    identity: "publisher",
    trackPublications: new Map(),
    async publishTrack(track: LocalTrack) {
      tracks++;
      return { sid: `TR_${tracks}`, track, kind: track.kind, ffiHandle: { dispose() {} } };
    },
    async unpublishTrack() {},
    async publishData() {},
    registerRpcMethod() {},
    unregisterRpcMethod() {},
  };
  const room = Object.assign(new EventEmitter(), {
    isConnected: true,
    connectionState: ConnectionState.CONN_CONNECTED,
    isRecording: false,
    numParticipants: 2,
    localParticipant,
    remoteParticipants: new Map([["viewer", { identity: "viewer", sid: "PA_1" }]]),
    getRtcStats: async () => ({ publisherStats: [], subscriberStats: [] }),
  });
  return room as unknown as Room;
}
