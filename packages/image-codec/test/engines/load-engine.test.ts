import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const fixtures = new URL("../fixtures/", import.meta.url);

/** Uses the built package in a child process. `failures` maps each package to the number of its imports that fail. */
async function useCodec(failures: Record<string, number>): Promise<unknown> {
  const hide = new URL("hide-engines.mjs", fixtures).href;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", hide, fileURLToPath(new URL("use-codec.mjs", fixtures))],
    { env: { ...process.env, HIDE_ENGINES: JSON.stringify(failures) } },
  );
  return JSON.parse(stdout);
}

const missing = { name: "ImageCodecError", code: "ERR_IMAGE_ENGINE_MISSING", cause: "ERR_MODULE_NOT_FOUND" };
const passed = { isRawTheSame: true, isJpegTheSame: true, lossless: "deflate" };

describe("BroadcastImageCodec of the built package", () => {
  it("handles raw images, pass-through and lossless deltas without an engine, and rejects the rest with ERR_IMAGE_ENGINE_MISSING", async () => {
    expect(await useCodec({ sharp: 100, "@julusian/jpeg-turbo": 100 })).toEqual({
      ...passed,
      delta: "deflate",
      deltaJpeg: missing,
      deltaTurbo: missing,
      jpeg: [missing, missing],
      turbo: missing,
      sharp: missing,
      png: missing,
      scaled: missing,
    });
  });

  it("encodes and decodes JPEG without sharp, and rejects PNG and scaling with ERR_IMAGE_ENGINE_MISSING", async () => {
    expect(await useCodec({ sharp: 100 })).toEqual({
      ...passed,
      delta: "jpeg",
      deltaJpeg: "jpeg",
      deltaTurbo: "jpeg",
      jpeg: ["jpeg", "jpeg"],
      turbo: "jpeg",
      sharp: missing,
      png: missing,
      scaled: missing,
    });
  });

  it("encodes and decodes JPEG without jpeg-turbo, unless the engine option is jpeg-turbo", async () => {
    expect(await useCodec({ "@julusian/jpeg-turbo": 100 })).toEqual({
      ...passed,
      delta: "jpeg",
      deltaJpeg: "jpeg",
      deltaTurbo: missing,
      jpeg: ["jpeg", "jpeg"],
      turbo: missing,
      sharp: "jpeg",
      png: "png",
      scaled: "BGRA",
    });
  });

  it("imports an engine when it encodes the first JPEG, and retries at the next JPEG after a failed import", async () => {
    // Each package fails to import once. If an earlier call imported it, the first JPEG would succeed.
    const result = await useCodec({ sharp: 1, "@julusian/jpeg-turbo": 1 });
    expect(result).toMatchObject({ jpeg: [missing, "jpeg"] });
  });
});
