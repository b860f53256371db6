import { TokenVerifier } from "livekit-server-sdk";
import { expect, test } from "vitest";
import { UsageError } from "../src/demo-options.ts";
import { LiveKitAccess, meetLink } from "../src/livekit/livekit-access.ts";

const keys = { LIVEKIT_API_KEY: "key", LIVEKIT_API_SECRET: "a secret that is long enough" };
const url = "wss://livekit.example";

async function claimsOf(token: string | undefined) {
  return new TokenVerifier(keys.LIVEKIT_API_KEY, keys.LIVEKIT_API_SECRET).verify(token ?? "");
}

test("makes a publisher's token that allows only to publish a screen, its audio and data", async () => {
  const access = LiveKitAccess.take({ LIVEKIT_URL: url, ...keys });
  expect(access).toMatchObject({ url, room: "broadcast-ipc-demo" });
  const { sub, video } = await claimsOf(await access.publisherToken());
  expect(sub).toBe("broadcast-ipc");
  expect(video).toEqual({
    room: "broadcast-ipc-demo",
    roomJoin: true,
    canPublish: true,
    canPublishSources: ["screen_share", "screen_share_audio"],
    canPublishData: true,
    canSubscribe: false,
  });
});

test("makes a token with an identity of its own for each viewer, which may watch and control", async () => {
  const access = LiveKitAccess.take({ LIVEKIT_URL: url, LIVEKIT_ROOM: "stage", ...keys });
  const tokens = await Promise.all([access.viewerToken(), access.viewerToken()]);
  const [one, other] = await Promise.all(tokens.map(claimsOf));
  expect(one?.attributes).toEqual({ control: "true" });
  expect(one?.video).toEqual({
    room: "stage",
    roomJoin: true,
    canPublish: false,
    canPublishData: true,
    canSubscribe: true,
  });
  expect(one?.sub).not.toBe(other?.sub);
});

test("uses LIVEKIT_TOKEN and its room, and then makes no tokens for viewers", async () => {
  const other = LiveKitAccess.take({ LIVEKIT_URL: url, LIVEKIT_ROOM: "stage", ...keys });
  const token = await other.publisherToken();
  const access = LiveKitAccess.take({ LIVEKIT_URL: url, LIVEKIT_TOKEN: token, LIVEKIT_ROOM: "elsewhere" });
  expect(access.room).toBe("stage");
  expect(await access.publisherToken()).toBe(token);
  expect(await access.viewerToken()).toBeUndefined();
});

test("deletes the secret and the token from the environment", async () => {
  const token = await LiveKitAccess.take({ LIVEKIT_URL: url, ...keys }).publisherToken();
  const env = { LIVEKIT_URL: url, LIVEKIT_TOKEN: token, ...keys };
  LiveKitAccess.take(env);
  expect(env).toEqual({ LIVEKIT_URL: url, LIVEKIT_API_KEY: "key" });
});

test.each([
  [{}, "LIVEKIT_URL, LIVEKIT_TOKEN (or LIVEKIT_API_KEY and LIVEKIT_API_SECRET)"],
  [{ LIVEKIT_URL: url }, "LIVEKIT_TOKEN (or LIVEKIT_API_KEY and LIVEKIT_API_SECRET)"],
  [{ LIVEKIT_URL: url, LIVEKIT_API_KEY: "key" }, "LIVEKIT_API_SECRET"],
  [{ LIVEKIT_API_SECRET: "secret" }, "LIVEKIT_URL, LIVEKIT_API_KEY"],
  [{ LIVEKIT_URL: "", ...keys }, "LIVEKIT_URL"],
])("names the missing variables of %j", (env, missing) => {
  const take = () => LiveKitAccess.take({ ...env });
  expect(take).toThrow(UsageError);
  expect(take).toThrow(`that are not set: ${missing}.`);
});

test.each([
  { LIVEKIT_URL: "livekit.example", ...keys },
  { LIVEKIT_URL: "ftp://livekit.example", ...keys },
  { LIVEKIT_URL: "wss://", ...keys },
  { LIVEKIT_URL: url, LIVEKIT_TOKEN: "no.token" },
  { LIVEKIT_URL: url, LIVEKIT_TOKEN: `.${Buffer.from("{}").toString("base64url")}.` },
])("rejects %j", (env) => {
  expect(() => LiveKitAccess.take({ ...env })).toThrow(UsageError);
});

test("encodes the address and the token in the link to LiveKit's web app", () => {
  expect(meetLink("ws://127.0.0.1:7880", "a.b.c")).toBe(
    "https://meet.livekit.io/custom?liveKitUrl=ws%3A%2F%2F127.0.0.1%3A7880&token=a.b.c",
  );
});
