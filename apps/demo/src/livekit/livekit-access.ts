import { AccessToken, TrackSource, type VideoGrant } from "livekit-server-sdk";
import { UsageError } from "../demo-options.ts";
import { controlAttribute } from "./publish-messages.ts";

const usualRoom = "broadcast-ipc-demo";

/** Identity of the publisher. A second participant with this identity replaces the first one. */
const publisherIdentity = "broadcast-ipc";

/** What the demo and its viewers need to join a LiveKit room. */
export class LiveKitAccess {
  /** Address of the server. */
  readonly url: string;
  /** Name of the room. */
  readonly room: string;
  readonly #token: string | undefined;
  readonly #keys: { readonly key: string; readonly secret: string } | undefined;

  private constructor(url: string, { token, keys, room }: Credentials) {
    this.url = url;
    this.room = room;
    this.#token = token;
    this.#keys = keys;
  }

  /**
   * Reads the environment variables, and deletes those with secrets, so that child processes do not inherit them. Throws a
   * {@link UsageError} that names the missing variables or the invalid one.
   */
  static take(env: NodeJS.ProcessEnv): LiveKitAccess {
    const { LIVEKIT_URL: url = "", LIVEKIT_TOKEN: token = "", LIVEKIT_ROOM: room } = env;
    const { LIVEKIT_API_KEY: key = "", LIVEKIT_API_SECRET: secret = "" } = env;
    delete env.LIVEKIT_TOKEN;
    delete env.LIVEKIT_API_SECRET;
    const missing = [url ? [] : "LIVEKIT_URL", token ? [] : missingKeys(key, secret)].flat();
    if (missing.length > 0)
      throw new UsageError(
        `--sink livekit needs environment variables that are not set: ${missing.join(", ")}.`,
      );
    if (!/^(wss?|https?):\/\/./.test(url) || !URL.canParse(url))
      throw new UsageError(`LIVEKIT_URL must be an address such as wss://example.livekit.cloud, got ${url}.`);
    if (token) return new LiveKitAccess(url, { token, room: roomOf(token) });
    return new LiveKitAccess(url, { keys: { key, secret }, room: room || usualRoom });
  }

  /** Returns an access token for the publisher, which may only publish a screen, its audio and data. */
  async publisherToken(): Promise<string> {
    return (
      this.#token ??
      this.#newToken(publisherIdentity, {
        canPublish: true,
        canPublishSources: [TrackSource.SCREEN_SHARE, TrackSource.SCREEN_SHARE_AUDIO],
        canPublishData: true,
        canSubscribe: false,
      })
    );
  }

  /**
   * Returns an access token for one viewer, which may watch and control the source. Returns `undefined` without an API key,
   * because only a key and a secret can make tokens.
   */
  async viewerToken(): Promise<string | undefined> {
    if (!this.#keys) return undefined;
    const identity = `viewer-${Math.random().toString(36).slice(2, 8)}`;
    const grant = { canPublish: false, canPublishData: true, canSubscribe: true };
    return this.#newToken(identity, grant, { [controlAttribute.name]: controlAttribute.value });
  }

  #newToken(identity: string, grant: VideoGrant, attributes?: Record<string, string>): Promise<string> {
    const { key, secret } = this.#keys ?? {};
    const token = new AccessToken(key, secret, { identity, ...(attributes && { attributes }) });
    token.addGrant({ roomJoin: true, room: this.room, ...grant });
    return token.toJwt();
  }
}

interface Credentials {
  readonly room: string;
  readonly token?: string;
  readonly keys?: { readonly key: string; readonly secret: string };
}

/** Returns the address at which LiveKit's own web app shows a room. */
export function meetLink(url: string, token: string): string {
  return `https://meet.livekit.io/custom?${new URLSearchParams({ liveKitUrl: url, token })}`;
}

function missingKeys(key: string, secret: string): string[] {
  if (!key && !secret) return ["LIVEKIT_TOKEN (or LIVEKIT_API_KEY and LIVEKIT_API_SECRET)"];
  return [key ? [] : "LIVEKIT_API_KEY", secret ? [] : "LIVEKIT_API_SECRET"].flat();
}

/** Returns the room that an access token names. The token is not verified: only the server can do so. */
function roomOf(token: string): string {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    if (typeof claims.video.room === "string") return claims.video.room;
  } catch {}
  throw new UsageError("LIVEKIT_TOKEN must be the access token of a participant, with the name of a room.");
}
