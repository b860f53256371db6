import { AccessToken } from "livekit-server-sdk";
import type { SharedServer } from "./provide-server.ts";

/** Returns a token with which a participant may join a room. */
export function joinToken(server: SharedServer, room: string, identity: string): Promise<string> {
  const token = new AccessToken(server.apiKey, server.apiSecret, { identity });
  token.addGrant({ roomJoin: true, room });
  return token.toJwt();
}
