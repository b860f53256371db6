import { describe, expect, it } from "vitest";
import { connected } from "./fixtures/hand-receiver.ts";
import { imageSample } from "./fixtures/samples.ts";

/** Returns a sample whose data is memory of the uploader. */
function allocated(
  uploader: { allocate(bytes: number): Uint8Array<ArrayBuffer> & Disposable },
  number: number,
) {
  const sample = imageSample(number);
  const data = uploader.allocate(sample.data.length);
  data.set(sample.data);
  return { ...sample, data };
}

describe("BroadcastUploader.allocate", () => {
  it("returns memory for a sample, which arrives as from any other memory", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(1);
    const sample = allocated(uploader, 7);
    expect(sample.data.buffer.byteLength).toBe(sample.data.length);
    expect(await uploader.upload(sample)).toBe("sent");
    const { payload } = await peer.next();
    expect(payload).toEqual(imageSample(7).data);
  });

  it("frees the memory once a newer frame is uploaded, and after close()", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    const disposed: number[] = [];
    const upload = (number: number) => {
      const sample = allocated(uploader, number);
      const { [Symbol.dispose]: dispose } = sample.data;
      Object.assign(sample.data, {
        [Symbol.dispose]: () => {
          disposed.push(number);
          dispose();
        },
      });
      return uploader.upload(sample);
    };
    const [first, second] = [upload(1), upload(2)];
    expect(await first).toBe("replaced");
    expect(disposed).toEqual([1]);
    peer.credit(1);
    await second;
    expect(disposed).toEqual([1]);
    await uploader.close();
    expect(disposed).toEqual([1, 2]);
  });

  it("throws a RangeError for an invalid size, also without a connection", async () => {
    const { uploader } = await connected();
    expect(() => uploader.allocate(-1)).toThrow(RangeError);
    await uploader.close();
    expect(() => uploader.allocate(1.5)).toThrow(RangeError);
    expect(uploader.allocate(5)).toHaveLength(5);
  });
});
