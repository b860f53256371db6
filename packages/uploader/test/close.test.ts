import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { BroadcastUploader, UploadOutcome } from "../src/index.ts";
import { connected, type HandReceiver } from "./fixtures/hand-receiver.ts";
import { audioSample, imageSample, SpyCodec } from "./fixtures/samples.ts";

/** A timeout that these tests never reach. */
const patient = { closeTimeout: 60_000 };

function uploadFrames(uploader: BroadcastUploader, count: number): Promise<UploadOutcome[]> {
  const samples = Array.from({ length: count }, (_, index) => imageSample(index + 1));
  return Promise.all(samples.map((sample) => uploader.upload(sample)));
}

/** Reads until the uploader closes. Returns the type of each message, and the timestamp of each sample. */
async function everything(peer: HandReceiver): Promise<string[]> {
  const names: string[] = [];
  for await (const { header } of peer.channel) {
    if (header.type === "image" || header.type === "audio") {
      names.push(`${header.type} ${header.metadata.timestamp}`);
    } else if (header.type === "message") names.push("message");
  }
  return names;
}

describe("BroadcastUploader.close()", () => {
  it("delivers the newest frame to a receiver that has not sent its demand yet", async () => {
    const { uploader, peer } = await connected(patient);
    const outcomes = uploadFrames(uploader, 20);
    const closing = uploader.close();
    peer.demand({});
    peer.credit(1);
    expect(await everything(peer)).toEqual(["image 20"]);
    await closing;
    expect(await outcomes).toEqual([...Array(19).fill("replaced"), "sent"]);
    expect(await uploader.closed).toEqual({ by: "us", code: "closed" });
  });

  it("delivers the newest frame as soon as there is credit, regardless of maxFps", async () => {
    const { uploader, peer } = await connected(patient);
    peer.demand({ maxFps: 0.001 });
    peer.credit(1);
    expect(await uploader.upload(imageSample(1))).toBe("sent");
    const last = uploader.upload(imageSample(2));
    const closing = uploader.close();
    peer.credit(2, 1);
    expect(await everything(peer)).toEqual(["image 1", "image 2"]);
    await closing;
    expect(await last).toBe("sent");
  });

  it('delivers every frame with `delivery: "all"`, and waits until all frames are consumed', async () => {
    const { uploader, peer, isProcessed } = await connected(patient);
    peer.demand({ delivery: "all" });
    await once(uploader, "demand");
    const outcomes = uploadFrames(uploader, 20);
    let isClosed = false;
    const closing = uploader.close().then(() => {
      isClosed = true;
    });
    for (let sequence = 1; sequence <= 20; sequence++) {
      peer.credit(sequence, sequence - 1);
      expect(await peer.frames(1)).toEqual([[sequence, sequence]]);
    }
    await isProcessed();
    expect(isClosed).toBe(false);
    peer.credit(20, 20);
    await Promise.all([closing, peer.end()]);
    expect(await outcomes).toEqual(Array(20).fill("sent"));
  });

  it("delivers waiting audio, messages, and the frame that is being encoded", async () => {
    const codec = new SpyCodec({ hasGate: true });
    const { uploader, peer } = await connected({ ...patient, codec });
    peer.demand({}, {});
    peer.credit(1);
    await once(uploader, "demand");
    const arrival = codec.arrival();
    const last = uploader.upload(imageSample(1));
    await arrival;
    const audio = [2, 3, 4].map((timestamp) => uploader.upload(audioSample(timestamp)));
    const messages = [1, 2, 3].map((data) => uploader.send("message", data));
    const closing = uploader.close();
    codec.letThrough();
    peer.channel.send({ type: "message-credit", messages: 3, bytes: 1000 });
    const names = await everything(peer);
    expect(names.toSorted()).toEqual([
      "audio 2",
      "audio 3",
      "audio 4",
      "image 1",
      ...Array(3).fill("message"),
    ]);
    await closing;
    expect(await Promise.all([last, ...audio])).toEqual(Array(4).fill("sent"));
    await Promise.all(messages);
  });

  it('settles new samples "closed" and rejects new messages while close() is pending', async () => {
    const { uploader, peer } = await connected(patient);
    const waiting = uploader.upload(imageSample(1));
    const closing = uploader.close();
    expect(uploader.isClosed).toBe(true);
    const late = [imageSample(2), audioSample(3)];
    for (const sample of late) {
      expect(await uploader.upload(sample)).toBe("closed");
      expect(sample.disposals).toBe(1);
    }
    await expect(uploader.send("late")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    peer.demand({}, {});
    peer.credit(9);
    expect(await everything(peer)).toEqual(["image 1"]);
    await closing;
    expect(await waiting).toBe("sent");
  });

  it("returns the same promise from every call", async () => {
    const { uploader } = await connected();
    const closing = uploader.close();
    expect(uploader.close()).toBe(closing);
    await closing;
    expect(uploader.close()).toBe(closing);
  });

  it('settles frames "closed" if the receiver consumes nothing within closeTimeout', async () => {
    const { uploader, peer } = await connected({ closeTimeout: 30 });
    peer.demand({ delivery: "all" }, {});
    peer.credit(2);
    await once(uploader, "demand");
    const samples = [1, 2, 3].map((timestamp) => imageSample(timestamp));
    const outcomes = Promise.all(samples.map((sample) => uploader.upload(sample)));
    const message = uploader.send("never granted");
    await Promise.all([uploader.close(), peer.end()]);
    expect(await outcomes).toEqual(["closed", "closed", "closed"]);
    await expect(message).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    expect(samples.map(({ disposals }) => disposals)).toEqual([1, 1, 1]);
    expect(uploader.stats().video).toMatchObject({ captured: 3, closed: 3, pending: 0, encoded: 2 });
  });

  it('settles frames "closed" if the receiver reads nothing within closeTimeout', async () => {
    const { uploader, peer, far } = await connected({ closeTimeout: 30 });
    peer.demand({}, {});
    peer.credit(9);
    // Wait for the credit message, which arrives after the demand.
    while (uploader.stats().video.credit === 0) await setImmediate();
    far.pause();
    const large = uploader.upload(imageSample(1, { codedHeight: 16_384 }));
    const waiting = uploader.upload(imageSample(2));
    await uploader.close();
    expect(await Promise.all([large, waiting])).toEqual(["closed", "closed"]);
  });

  it.each<[string, (peer: HandReceiver) => void]>([
    ["has sent an empty demand", (peer) => peer.demand(null)],
    ["has received everything", (peer) => peer.demand({}, {})],
  ])("does not wait for a receiver that %s", async (_, send) => {
    const { uploader, peer } = await connected({ closeTimeout: 2 ** 31 - 1 });
    send(peer);
    peer.credit(9);
    await once(uploader, "demand");
    await Promise.race([uploader.upload(imageSample(1)), uploader.upload(audioSample(2))]);
    await Promise.all([uploader.close(), peer.end()]);
  });

  it("does not wait for the first demand if no sample waits", async () => {
    const { uploader } = await connected({ closeTimeout: 2 ** 31 - 1 });
    await uploader.close();
  });

  it("stops waiting when the receiver sends an empty demand", async () => {
    const { uploader, peer } = await connected({ closeTimeout: 2 ** 31 - 1 });
    peer.demand({});
    await once(uploader, "demand");
    const waiting = uploader.upload(imageSample(1));
    const closing = uploader.close();
    peer.demand(null);
    await Promise.all([closing, peer.end()]);
    expect(await waiting).toBe("unwanted");
  });

  it("stops waiting when the connection is lost", async () => {
    const { uploader, near } = await connected({ closeTimeout: 2 ** 31 - 1 });
    const waiting = uploader.upload(imageSample(1));
    const closing = uploader.close();
    near.destroy(new Error("cut"));
    await closing;
    expect(await waiting).toBe("closed");
    expect(await uploader.closed).toMatchObject({ by: "peer", code: "lost" });
  });
});
