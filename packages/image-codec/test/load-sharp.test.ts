import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const fixtures = new URL("./fixtures/", import.meta.url);

/** Runs the built package in a process of its own, where importing sharp fails the given number of times. */
async function useCodec(failures: number): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", new URL("hide-sharp.mjs", fixtures).href, fileURLToPath(new URL("use-codec.mjs", fixtures))],
    { env: { ...process.env, HIDE_SHARP_TIMES: String(failures) } },
  );
  return JSON.parse(stdout);
}

const missing = { name: "ImageCodecError", code: "ERR_IMAGE_ENGINE_MISSING", cause: "ERR_MODULE_NOT_FOUND" };

describe("the built package without sharp", () => {
  it("passes raw and compressed pictures through, and says for the rest what is missing", async () => {
    expect(await useCodec(100)).toEqual({
      isRawTheSame: true,
      isJpegTheSame: true,
      attempts: [missing, missing],
      decoding: missing,
    });
  });

  it("imports sharp for the first JPEG only, and again after a failure", async () => {
    // Had a raw picture imported it, the one failure would be gone before the first JPEG.
    expect(await useCodec(1)).toMatchObject({ attempts: [missing, "jpeg"] });
  });
});
