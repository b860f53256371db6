import type { ReceiverLike } from "@broadcast-ipc/receiver/sink";
import type { RemoteParticipant } from "@livekit/rtc-node";
import { describe, expect, test } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { ParticipantInput } from "../../src/input/participant-input.ts";
import { FakeRoom } from "../fixtures/fake-room.ts";

const text = { kind: "text", text: "hi" };

function open(allowInput: (participant: RemoteParticipant) => boolean = () => true) {
  const room = new FakeRoom();
  const failures: unknown[] = [];
  const sent: unknown[] = [];
  const scheduler = new FakeScheduler();
  const input = new ParticipantInput(room.room, {
    ...{ scheduler, allowInput },
    onFailure: (error) => failures.push(error),
  });
  const receiver = {
    send: async (type: string, data: unknown) => {
      sent.push([type, data]);
    },
  };
  input.connect(receiver as unknown as ReceiverLike);
  const call = (callerIdentity: string, content: unknown) =>
    room.rpc.get("input")?.({ callerIdentity, payload: JSON.stringify(content) });
  return { room, input, sent, failures, call };
}

describe("ParticipantInput", () => {
  test("ignores messages of other topics", () => {
    const { room, input, sent } = open();
    room.data(text, room.join("ann"), "chat");
    expect(sent).toEqual([]);
    expect(input.counts).toEqual({ sent: 0, dropped: 0, refused: 0 });
  });

  test("refuses a message without a participant, such as one from a server API", () => {
    const { room, input, sent } = open();
    room.data(text, undefined);
    expect(sent).toEqual([]);
    expect(input.counts.refused).toBe(1);
  });

  test.each([
    ["text that is no JSON", "{", "input: must be JSON"],
    ["an unknown kind", { kind: "fly" }, "input, kind: must be one of"],
    ["an input that names a viewer", { ...text, viewer: "bob" }, "a viewer must not name itself"],
    ["an input that is too long", { kind: "paste", text: "x".repeat(20_000) }, "at most 15360 bytes"],
  ])("reports %s with its sender, and passes nothing on", (_title, content, message) => {
    const { room, input, sent, failures } = open();
    room.data(content, room.join("ann"));
    expect(sent).toEqual([]);
    expect(failures).toMatchObject([{ code: "ERR_LIVEKIT_INVALID_INPUT" }]);
    expect((failures[0] as Error).message).toContain('participant "ann": ');
    expect((failures[0] as Error).message).toContain(message);
    expect(input.counts.refused).toBe(1);
  });

  test("answers a call when its input was sent", async () => {
    const { room, sent, call } = open();
    room.join("ann");
    expect(await call("ann", text)).toBe("");
    expect(sent).toEqual([["input", { ...text, viewer: "ann" }]]);
  });

  test.each([
    [403, "a participant that is not admitted", "bob", text],
    [403, "a participant that is not there", "eve", text],
    [400, "an invalid input", "ann", { kind: "fly" }],
  ])("answers with the RpcError %i the call of %s", async (code, _title, identity, content) => {
    const { room, call, sent } = open(({ identity }) => identity === "ann");
    room.join("ann");
    room.join("bob");
    await expect(call(identity, content)).rejects.toMatchObject({ code });
    expect(sent).toEqual([]);
  });

  test("answers a call with the RpcError 503 while no source is connected", async () => {
    const { room, input, call } = open();
    room.join("ann");
    input.connect(undefined);
    await expect(call("ann", text)).rejects.toMatchObject({ code: 503 });
  });

  test("releases what a participant holds when it leaves, and when it is no longer admitted", async () => {
    const admitted = new Set(["ann", "bob"]);
    const { room, sent } = open(({ identity }) => admitted.has(identity));
    const key = { kind: "key", event: "down", key: "a", code: "KeyA" };
    const [ann, bob] = [room.join("ann"), room.join("bob")];
    room.data(key, ann);
    room.data(key, bob);
    room.leave(ann);
    admitted.delete("bob");
    room.data(key, bob);
    await expect
      .poll(() => sent.slice(2))
      .toEqual([
        ["input", { kind: "release", viewer: "ann" }],
        ["input", { kind: "release", viewer: "bob" }],
      ]);
  });

  test("uses the participant's sid as the viewer's id if the identity is too long", async () => {
    const { room, sent } = open();
    room.data(text, room.join("a".repeat(65), "PA_1"));
    await expect.poll(() => sent).toEqual([["input", { ...text, viewer: "PA_1" }]]);
  });

  test("bounds the waiting inputs while the source accepts none", () => {
    const { room, input, sent } = open();
    const never = { send: () => new Promise<void>(() => {}) };
    input.connect(never as unknown as ReceiverLike);
    const ann = room.join("ann");
    for (let count = 0; count < 1_000; count++) room.data({ ...text, text: `${count}` }, ann);
    expect(sent).toEqual([]);
    expect(input.counts).toEqual({ sent: 4, dropped: 740, refused: 0 });
  });

  test("close() leaves no listener and no method", () => {
    const { room, input } = open();
    input.close();
    expect(room.eventNames()).toEqual([]);
    expect(room.rpc.size).toBe(0);
  });
});
