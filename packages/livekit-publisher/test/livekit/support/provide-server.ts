import type { TestProject } from "vitest/node";
import { LiveKitServer } from "./livekit-server.ts";

/** The server that all tests of a run use, each with a room of its own. */
export interface SharedServer {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly liveKitServer: SharedServer;
    /** Whether the tests may start servers of their own: `livekit-server` is on PATH and LIVEKIT_URL is not set. */
    readonly mayStartServers: boolean;
  }
}

/**
 * Provides the server at LIVEKIT_URL, or starts one. Sets LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET for the
 * programs that the tests start. Vitest calls this function once, and the returned function after the last test.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = process.env;
  const started = url ? undefined : await LiveKitServer.open();
  const server = started ?? { url: url ?? "", apiKey: apiKey ?? "devkey", apiSecret: apiSecret ?? "secret" };
  const shared = { url: server.url, apiKey: server.apiKey, apiSecret: server.apiSecret };
  provide("liveKitServer", shared);
  provide("mayStartServers", started !== undefined);
  if (!started) console.warn("SKIPPED, because LIVEKIT_URL is set: tests that stop and start the server");
  Object.assign(process.env, {
    LIVEKIT_URL: shared.url,
    LIVEKIT_API_KEY: shared.apiKey,
    LIVEKIT_API_SECRET: shared.apiSecret,
  });
  return async () => started?.[Symbol.asyncDispose]();
}
