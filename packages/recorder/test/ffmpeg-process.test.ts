import { describe, expect, test } from "vitest";
import { FfmpegProcess } from "../src/ffmpeg-process.ts";
import { fakeFfmpeg } from "./support/fake-ffmpeg.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** Starts a shell script as ffmpeg, with little patience. */
async function start(...script: readonly string[]) {
  await fakeFfmpeg(await temporaryFolder(), ...script);
  const failures: string[] = [];
  const onFailure = ({ code }: { readonly code: string }) => failures.push(code);
  return { ffmpeg: FfmpegProcess.start([], { patience: 1000, onFailure }), failures };
}

const large = new Uint8Array(8 * 1024 * 1024);

describe.skipIf(process.platform === "win32")("FfmpegProcess", () => {
  test("kills an ffmpeg that never reads, and rejects with ERR_RECORDER_STUCK", async () => {
    const { ffmpeg, failures } = await start("sleep 60");
    const begin = performance.now();
    await expect(ffmpeg.write(large)).rejects.toMatchObject({ code: "ERR_RECORDER_STUCK" });
    expect(performance.now() - begin).toBeLessThan(10_000);
    await expect(ffmpeg.write(large)).rejects.toMatchObject({ code: "ERR_RECORDER_STUCK" });
    await expect(ffmpeg.finish()).rejects.toMatchObject({ code: "ERR_RECORDER_STUCK" });
    expect(failures).toEqual(["ERR_RECORDER_STUCK"]);
  });

  test("kills an ffmpeg that does not end, and rejects with ERR_RECORDER_STUCK", async () => {
    const { ffmpeg } = await start("cat > /dev/null", "sleep 60");
    await ffmpeg.write(large);
    await expect(ffmpeg.finish()).rejects.toMatchObject({ code: "ERR_RECORDER_STUCK" });
  });

  test("waits for an ffmpeg that makes progress, however long it takes", async () => {
    const progress = "for i in 1 2 3 4 5; do sleep 0.5; echo frame=$i; echo total_size=$i; done";
    const { ffmpeg, failures } = await start("cat > /dev/null", progress);
    await ffmpeg.write(large);
    await ffmpeg.finish();
    expect([ffmpeg.frames, ffmpeg.writtenBytes]).toEqual([5, 5]);
    expect(failures).toEqual([]);
  });

  test("waits for an ffmpeg that reads slowly", async () => {
    const { ffmpeg } = await start(
      "for i in 1 2 3; do sleep 0.6; head -c 4194304 > /dev/null; done",
      "cat > /dev/null",
    );
    await ffmpeg.write(new Uint8Array(3 * 4 * 1024 * 1024));
    await ffmpeg.finish();
  });

  test("rejects with the last words of an ffmpeg that ends", async () => {
    const { ffmpeg, failures } = await start("echo 'file:/x.mp4: No space left on device' >&2", "exit 1");
    const failure = { code: "ERR_RECORDER_FFMPEG_FAILED", message: "ffmpeg failed: No space left on device" };
    await expect.poll(() => failures).toEqual(["ERR_RECORDER_FFMPEG_FAILED"]);
    await expect(ffmpeg.write(large)).rejects.toMatchObject(failure);
    await expect(ffmpeg.finish()).rejects.toMatchObject(failure);
  });

  test("rejects if ffmpeg ends before its input does, even with exit code 0", async () => {
    const { ffmpeg } = await start("exit 0");
    await expect(ffmpeg.write(large)).rejects.toMatchObject({ code: "ERR_RECORDER_FFMPEG_FAILED" });
  });

  test("gives up a process that keeps its pipes open after it was killed", async () => {
    // The child has a process group of its own, so it survives the script.
    const { ffmpeg } = await start("setsid sleep 5 <&0 &", "sleep 60");
    await expect(ffmpeg.write(large)).rejects.toMatchObject({ code: "ERR_RECORDER_STUCK" });
  });
});
