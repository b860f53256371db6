import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { expect, test } from "vitest";
import { Child } from "./support/child.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

interface Report {
  readonly warning?: string;
  readonly code?: string;
  readonly format?: string;
  readonly codedWidth?: number;
}

interface Side {
  readonly hasEngines: boolean;
  readonly codec?: object;
  readonly demand?: object;
  /** A JPEG that the uploader sends instead of raw frames. */
  readonly jpegBase64?: string;
}

/** Starts an uploader and a receiver, each in its own process and without a "failure" listener. */
async function open(uploader: Side, receiver: Side) {
  const path = await socketInTempDir();
  return {
    receiver: new Child<Report>("engines.mjs", path, { side: "receiver", ...receiver }),
    uploader: new Child<Report>("engines.mjs", path, { side: "uploader", ...uploader }),
  };
}

/** Reads reports up to and including the first one for which `isLast` returns true. */
async function reportsUntil(side: Child<Report>, isLast: (report: Report) => boolean): Promise<Report[]> {
  const reports: Report[] = [];
  for await (const report of side) {
    reports.push(report);
    if (isLast(report)) break;
  }
  return reports;
}

const warning = { warning: "BroadcastIPCWarning", code: "ERR_IMAGE_ENGINE_MISSING" };
const isFrame = ({ format }: Report) => format !== undefined;
const isWarning = (report: Report) => report.warning !== undefined;

test("an uploader without an engine for scaling causes one warning at each end", async () => {
  const demand = { video: { maxWidth: 32 }, audio: null };
  const { uploader, receiver } = await open({ hasEngines: false }, { hasEngines: true, demand });
  expect(await uploader.next()).toEqual(warning);
  expect(await receiver.next()).toEqual(warning);
  await Promise.all([uploader.kill(), receiver.kill()]);
  expect([await uploader.next(), await receiver.next()]).toEqual([undefined, undefined]);
});

test("an uploader without an engine for JPEG causes a warning at each end", async () => {
  const { uploader, receiver } = await open(
    { hasEngines: false, codec: { encoding: "jpeg" } },
    { hasEngines: true },
  );
  expect([await uploader.next(), await receiver.next()]).toEqual([warning, warning]);
});

test("an uploader with delta encoding delivers frames without any engine and without a warning", async () => {
  const { uploader, receiver } = await open(
    { hasEngines: false, codec: { encoding: "delta" } },
    { hasEngines: false },
  );
  for (let count = 0; count < 5; count++) {
    expect(await receiver.next()).toMatchObject({ format: "RGBA", codedWidth: 64 });
  }
  await Promise.all([uploader.kill(), receiver.kill()]);
  expect(await uploader.next()).toBeUndefined();
});

test.each(["jpeg", "delta", "png"])(
  "a receiver without an engine for %s gets raw frames, and each end emits a warning",
  async (encoding) => {
    const { uploader, receiver } = await open(
      { hasEngines: true, codec: { encoding } },
      { hasEngines: false },
    );
    const reports = await reportsUntil(receiver, isFrame);
    expect(reports).toContainEqual(warning);
    expect(reports.filter(isWarning)).toHaveLength(1);
    expect(await uploader.next()).toEqual(warning);
    expect(await receiver.next()).toMatchObject({ format: "RGBA" });
  },
);

test("compressed frames that neither end can decode cause a warning at each end", async () => {
  const size = { codedWidth: 64, codedHeight: 64, timestamp: 0 };
  const { data } = await new BroadcastImageCodec({ encoding: "jpeg" }).encode({
    type: "image",
    format: "RGBA",
    ...size,
    data: new Uint8Array(64 * 64 * 4),
  });
  const jpegBase64 = Buffer.from(data).toString("base64");
  const { uploader, receiver } = await open({ hasEngines: false, jpegBase64 }, { hasEngines: false });
  expect([await uploader.next(), await receiver.next()]).toEqual([warning, warning]);
});
