import { describe, expect, it } from "vitest";
import { connected } from "./fixtures/hand-receiver.ts";
import { allocatedImage, imageSample, largeHeight } from "./fixtures/samples.ts";

describe("BroadcastUploader.allocate", () => {
  it("returns memory for a sample, which arrives as from any other memory", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(1);
    const sample = allocatedImage(uploader, 7);
    expect(sample.data.buffer.byteLength).toBe(sample.data.length);
    expect(await uploader.upload(sample)).toBe("sent");
    const { payload } = await peer.next();
    expect(payload).toEqual(imageSample(7).data);
  });

  it("frees the memory once a newer frame is uploaded, and after close()", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    const samples = [
      allocatedImage(uploader, 1, largeHeight),
      allocatedImage(uploader, 2, largeHeight),
    ] as const;
    const [first, second] = samples.map((sample) => uploader.upload(sample));
    expect(await first).toBe("replaced");
    expect(samples.map(({ data }) => data.length > 0)).toEqual([false, true]);
    peer.credit(1);
    await second;
    expect(samples[1].data.length).toBeGreaterThan(0);
    await uploader.close();
    expect(samples[1].data).toHaveLength(0);
  });

  it("throws a RangeError for an invalid size, also without a connection", async () => {
    const { uploader } = await connected();
    expect(() => uploader.allocate(-1)).toThrow(RangeError);
    await uploader.close();
    expect(() => uploader.allocate(1.5)).toThrow(RangeError);
    expect(uploader.allocate(5)).toHaveLength(5);
  });
});
