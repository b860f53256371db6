import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import { expect, onTestFinished, test } from "vitest";
import { Frames } from "./support/frames.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

test("a recorder gets every frame through a FanOut while a viewer gets the newest ones and sends input", async () => {
  const [viewerPath, recorderPath] = await Promise.all([socketInTempDir(), socketInTempDir()]);
  const demand = { video: { delivery: "all" }, audio: null } as const;
  const [viewer, recorder, toViewer, toRecorder] = await Promise.all([
    BroadcastReceiver.accept(viewerPath),
    BroadcastReceiver.accept(recorderPath, { demand }),
    BroadcastUploader.connect(viewerPath, { reconnect: false }),
    BroadcastUploader.connect(recorderPath, { reconnect: false }),
  ]);
  await using fanOut = new FanOut({ viewer: toViewer, recorder: toRecorder });
  onTestFinished(async () => {
    await Promise.all([viewer.close(), recorder.close()]);
  });
  await Promise.all([toViewer.wanted(), toRecorder.wanted()]);
  expect(fanOut.demand).toEqual({ video: { delivery: "all" }, audio: null });

  const recorded: number[] = [];
  const recording = (async () => {
    for await (const { timestamp } of recorder) recorded.push(timestamp);
  })();
  const frames = new Frames();
  const timestamps: number[] = [];
  const inputs = fanOut.messages({ types: ["input"] });
  for (let count = 0; count < 40; count++) {
    const frame = frames.capture();
    timestamps.push(frame.timestamp);
    await fanOut.upload(frame);
    // The viewer looks at every tenth frame.
    if (count % 10 !== 9) continue;
    const { value } = await viewer.samples().next();
    await viewer.send("input", value?.timestamp);
    expect((await inputs.next()).value).toMatchObject({ data: value?.timestamp });
  }
  await fanOut.close();
  await recording;
  expect(recorded).toEqual(timestamps);
  expect(toViewer.stats().video.replaced).toBeGreaterThan(0);
  expect([frames.captured, frames.disposed]).toEqual([40, 40]);
});
