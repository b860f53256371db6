import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { UploadOutcome } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { picture, SpyCodec } from "./fixtures/samples.ts";

const sent = async (upload: Promise<UploadOutcome>) => expect(await upload).toBe("sent");

describe("pictures", () => {
  it("are not encoded without demand and credit", async () => {
    const codec = new SpyCodec();
    const { uploader, peer, isHeard } = await connected({ codec });
    uploader.upload(picture(1));
    await isHeard();
    peer.credit(1);
    await isHeard();
    peer.demand(null, {});
    await isHeard();
    uploader.upload(picture(2));
    await isHeard();
    expect(codec.encoded).toEqual([]);
    peer.demand({});
    expect(await peer.pictures(1)).toEqual([[1, 2]]);
    uploader.upload(picture(3));
    await isHeard();
    expect(codec.encoded).toEqual([2]);
  });

  it("arrive as they were captured, bytes and all", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(1);
    const { data, ...rest } = picture(7);
    uploader.upload({ ...rest, rotation: 90, data });
    const { header, payload } = await peer.next();
    expect(header).toEqual({
      type: "image",
      sequence: 1,
      metadata: { format: "RGB", codedWidth: 512, codedHeight: 2, rotation: 90, timestamp: 7 },
    });
    expect(payload).toEqual(data);
  });

  it("are sent one for one credit, always the newest, and the last one at last", async () => {
    const codec = new SpyCodec();
    const { uploader, peer } = await connected({ codec });
    peer.demand({});
    peer.credit(1);
    await sent(uploader.upload(picture(1)));
    expect(await peer.pictures(1)).toEqual([[1, 1]]);

    const outcomes: Promise<UploadOutcome>[] = [];
    for (let timestamp = 2; timestamp <= 50; timestamp++) outcomes.push(uploader.upload(picture(timestamp)));
    peer.credit(2);
    expect(await peer.pictures(1)).toEqual([[2, 50]]);
    expect(await Promise.all(outcomes)).toEqual([...Array(48).fill("replaced"), "sent"]);
    expect(codec.encoded).toEqual([1, 50]);
    expect(uploader.stats().video).toMatchObject({ captured: 50, sent: 2, replaced: 48, pending: 0 });
  });

  it("end on the last one captured, however capture and consumption interleave", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    let newest = 0;
    for (let through = 1; through <= 40; through++) {
      peer.credit(through);
      for (let more = 0; more <= through % 4; more++) uploader.upload(picture(++newest));
      const [[sequence, timestamp] = []] = await peer.pictures(1);
      expect(sequence).toBe(through);
      expect(timestamp).toBeLessThanOrEqual(newest);
    }
    const last = uploader.upload(picture(++newest));
    peer.credit(41);
    expect(await peer.pictures(1)).toEqual([[41, newest]]);
    await sent(last);
  });

  it("are sent while no more than one is encoded or written at a time", async () => {
    const codec = new SpyCodec({ hasGate: true });
    const { uploader, peer, isHeard } = await connected({ codec });
    peer.demand({});
    peer.credit(10);
    await isHeard();
    uploader.upload(picture(1));
    uploader.upload(picture(2));
    await isHeard();
    uploader.upload(picture(3));
    expect(codec.encoded).toEqual([1]);
    const arrival = codec.arrival();
    codec.letThrough();
    expect(await peer.pictures(1)).toEqual([[1, 1]]);
    await arrival;
    expect(codec.encoded).toEqual([1, 3]);
    codec.letThrough();
    expect(await peer.pictures(1)).toEqual([[2, 3]]);
  });

  it("become unwanted at once, and wanted again with the newest", async () => {
    const { uploader, peer, isHeard } = await connected();
    const first = uploader.upload(picture(1));
    peer.demand(null);
    expect(await first).toBe("unwanted");
    expect(await uploader.upload(picture(2))).toBe("unwanted");
    peer.credit(5);
    peer.demand({});
    expect(await peer.pictures(1)).toEqual([[1, 2]]);
    await isHeard();
    expect(uploader.stats().video).toMatchObject({ captured: 2, unwanted: 2, sent: 0 });
  });

  it("are sent a second time on refresh only", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(5);
    await sent(uploader.upload(picture(1)));
    peer.demand({});
    peer.channel.send({ type: "refresh" });
    expect(await peer.pictures(2)).toEqual([
      [1, 1],
      [2, 1],
    ]);
    uploader.upload(picture(2));
    expect(await peer.pictures(1)).toEqual([[3, 2]]);
  });

  it("count their bytes once they are sent", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(1);
    await sent(uploader.upload(picture(1)));
    expect(uploader.stats().bytes).toBe(512 * 2 * 3);
  });
});

describe("a bad picture", () => {
  const junk: [string, unknown][] = [
    ["null", null],
    ["undefined", undefined],
    ["a number", 5],
    ["a text", "picture"],
    ["a function", () => {}],
    ["an empty object", {}],
    ["a list", []],
    ["an image with nothing in it", { type: "image" }],
    ["an unknown format", { ...picture(1), format: "YUV" }],
    ["no width", { ...picture(1), codedWidth: 0 }],
    ["a timestamp that is no number", { ...picture(1), timestamp: "now" }],
    ["a timestamp that is no whole number", { ...picture(1), timestamp: 0.5 }],
    ["a timestamp below 0", { ...picture(1), timestamp: -1 }],
    ["data of the wrong kind", { ...picture(1), data: "pixels" }],
    ["data that is too short", { ...picture(1), data: new Uint8Array(5) }],
    ["an encoded picture without data", { ...picture(1), encoding: "jpeg", data: new Uint8Array() }],
    [
      "something that throws whatever it is asked",
      new Proxy(
        {},
        {
          get() {
            throw new Error("asked");
          },
        },
      ),
    ],
  ];

  it.each(junk)("fails, and the next one goes: %s", async (_, sample) => {
    const { uploader, peer, failures } = await connected();
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    expect(await uploader.upload(sample as never)).toBe("failed");
    await sent(uploader.upload(picture(2)));
    expect(await peer.pictures(1)).toEqual([[1, 2]]);
    expect(failures[0]).toMatchObject({
      name: "ImageCodecError",
      code: expect.stringMatching(/^ERR_IMAGE_/),
    });
    expect(uploader.stats().video).toMatchObject({ captured: 2, failed: 1, sent: 1, pending: 0 });
  });

  it("does not take the place of the one that waits", async () => {
    const { uploader, peer } = await connected();
    const good = uploader.upload(picture(1));
    for (const [, sample] of junk) {
      expect(await uploader.upload(sample as never)).toBe("failed");
    }
    peer.demand({});
    peer.credit(1);
    expect(await peer.pictures(1)).toEqual([[1, 1]]);
    await sent(good);
  });

  it("is disposed too", async () => {
    const { uploader } = await connected();
    const bad = { ...picture(1), codedWidth: -1 };
    await uploader.upload(bad);
    expect(bad.disposals).toBe(1);
  });

  it("leaves the gate open when the codec fails only later, while others come", async () => {
    const codec = new SpyCodec({ hasGate: true });
    const { uploader, peer, failures } = await connected({ codec });
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    const arrival = codec.arrival();
    const first = uploader.upload(picture(1));
    await arrival;
    const second = uploader.upload(picture(2));
    const reason = new Error("out of ink");
    codec.fail(reason);
    expect(await first).toBe("failed");
    expect(codec.encoded).toEqual([1, 2]);
    codec.letThrough();
    await sent(second);
    expect(await peer.pictures(1)).toEqual([[1, 2]]);
    expect(failures).toEqual([reason]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("thrown");
      },
    ],
    ["gives nothing", () => undefined],
    ["gives no data", async () => ({ metadata: {} })],
    [
      "gives metadata that no message can carry",
      async () => ({ metadata: { size: 2n ** 80n }, data: new Uint8Array(1) }),
    ],
    ["gives data that is none", async () => ({ metadata: {}, data: { byteLength: 5 } })],
  ])("may be the codec's work: one that %s", async (_, encode) => {
    const real = new SpyCodec();
    const codec = { encode: encode as never };
    const { uploader, peer, failures } = await connected({ codec: codec as never });
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    expect(await uploader.upload(picture(1))).toBe("failed");
    codec.encode = real.encode.bind(real) as never;
    await sent(uploader.upload(picture(2)));
    expect(await peer.pictures(1)).toEqual([[1, 2]]);
    expect(failures).toHaveLength(1);
  });

  it("over the peer's limit fails, and the next one goes under the same number", async () => {
    const { uploader, peer, failures } = await connected({ peer: { maxPayloadBytes: 10_000 } });
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    expect(await uploader.upload(picture(1, { codedHeight: 20 }))).toBe("failed");
    await sent(uploader.upload(picture(2)));
    expect(await peer.pictures(1)).toEqual([[1, 2]]);
    expect(failures).toMatchObject([{ code: "ERR_IPC_MESSAGE_TOO_LARGE" }]);
  });
});

describe("a sample's memory", () => {
  it("is let go of once: replaced at once, sent when a newer one comes, the newest at the end", async () => {
    const { uploader, peer } = await connected();
    const [replaced, first, last] = [picture(1), picture(2), picture(3)];
    uploader.upload(replaced);
    uploader.upload(first);
    expect(replaced.disposals).toBe(1);
    peer.demand({});
    peer.credit(2);
    expect(await peer.pictures(1)).toEqual([[1, 2]]);
    expect(first.disposals).toBe(0);
    await sent(uploader.upload(last));
    expect(first.disposals).toBe(1);
    expect(last.disposals).toBe(0);
    await uploader.close();
    expect([replaced, first, last].map(({ disposals }) => disposals)).toEqual([1, 1, 1]);
  });

  it("is kept while it is being encoded or sent, also through close()", async () => {
    const codec = new SpyCodec({ hasGate: true });
    const { uploader, peer } = await connected({ codec });
    peer.demand({});
    peer.credit(5);
    await once(uploader, "demand");
    const [first, second] = [picture(1), picture(2)];
    const arrival = codec.arrival();
    const outcome = uploader.upload(first);
    await arrival;
    uploader.upload(second);
    expect(first.disposals).toBe(0);
    await uploader.close();
    expect(await outcome).toBe("closed");
    expect(second.disposals).toBe(1);
    expect(first.disposals).toBe(0);
    codec.letThrough();
    await first.disposed;
    expect(uploader.stats().video).toMatchObject({ captured: 2, closed: 2 });
  });

  it("is let go of where nobody wants it, or nobody is there", async () => {
    const { uploader, peer } = await connected();
    peer.demand(null);
    await once(uploader, "demand");
    const [first, second, third] = [picture(1), picture(2), picture(3)];
    uploader.upload(first);
    uploader.upload(second);
    expect([first.disposals, second.disposals]).toEqual([1, 0]);
    await uploader.close();
    expect(await uploader.upload(third)).toBe("closed");
    expect([first, second, third].map(({ disposals }) => disposals)).toEqual([1, 1, 1]);
  });

  it("that cannot be let go of is a failure, and nothing else changes", async () => {
    const { uploader, peer, failures } = await connected();
    const reason = new Error("stuck");
    const stuck = {
      ...picture(1),
      [Symbol.dispose]: () => {
        throw reason;
      },
    };
    uploader.upload(stuck);
    const next = uploader.upload(picture(2));
    peer.demand({});
    peer.credit(1);
    await sent(next);
    expect(failures).toEqual([reason]);
  });

  it("may be used for the next picture while it is being let go of", async () => {
    const { uploader, peer } = await connected();
    const outcomes: Promise<UploadOutcome>[] = [];
    const ring = (timestamp: number) => ({
      ...picture(timestamp),
      [Symbol.dispose]: () => {
        if (timestamp < 10) outcomes.push(uploader.upload(ring(timestamp + 2)));
      },
    });
    outcomes.push(uploader.upload(ring(1)), uploader.upload(ring(2)));
    peer.demand({});
    peer.credit(1);
    await peer.pictures(1);
    await uploader.close();
    const { captured, pending } = uploader.stats().video;
    expect(pending).toBe(0);
    expect((await Promise.all(outcomes)).length).toBe(captured);
  });
});
