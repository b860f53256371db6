import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { FailureReport, type UploadOutcome } from "@broadcast-ipc/protocol";
import { describe, expect, it, vi } from "vitest";
import { SendSession } from "../src/send-session.ts";
import type { UploaderConnection } from "../src/uploader-connection.ts";
import { imageSample } from "./fixtures/samples.ts";

/** Opens a session on a connection that settles every sample "sent". */
function connected() {
  const onDemand = vi.fn();
  const failures = new FailureReport({ side: "uploader", emit: () => true, uploader: () => undefined });
  const codec = new BroadcastImageCodec();
  const session = new SendSession({
    codec,
    maxBufferedMs: 500,
    messageSchemas: undefined,
    onDemand,
    failures,
  });
  const connection = { send: async () => "sent", transport: async () => {} };
  session.connect(connection as unknown as UploaderConnection);
  return { session, onDemand };
}

describe("SendSession after disconnect()", () => {
  it("ignores a late demand", () => {
    const { session, onDemand } = connected();
    session.disconnect();
    session.receive({ type: "demand", video: {}, audio: null }, undefined);
    expect(onDemand).not.toHaveBeenCalled();
    expect(session.demand.demand).toBeUndefined();
  });

  it("settles frames that a late credit message reports as consumed", async () => {
    const { session } = connected();
    session.receive({ type: "demand", video: { delivery: "all" }, audio: null }, undefined);
    session.receive({ type: "credit", through: 1, consumed: 0 }, undefined);
    const outcomes: UploadOutcome[] = [];
    session.offer(imageSample(1), (outcome) => outcomes.push(outcome));
    await vi.waitUntil(() => session.stats.video.encoded === 1);
    session.disconnect();
    session.receive({ type: "credit", through: 1, consumed: 1 }, undefined);
    await vi.waitUntil(() => outcomes.length > 0);
    expect(outcomes).toEqual(["sent"]);
  });
});
