import { swapRedAndBlue } from "../scenes/frames.ts";
import { type Candidate, plainName } from "./candidate.ts";
import type { Size } from "./codec-candidates.ts";

/** Candidates that encode a JPEG without the codec: jpeg-turbo from BGRA, and plain sharp from the same frame in RGBA. */
export function libraryEncodeCandidates(
  data: Uint8Array<ArrayBuffer>,
  { width, height }: Size,
  quality: number,
): Candidate[] {
  const plain = (name: string, quality: number): Candidate => ({
    name,
    open: async () => {
      const sharp = await loadSharp();
      const rgba = swapRedAndBlue(data);
      return () =>
        sharp(rgba, { raw: { width, height, channels: 4 } })
          .jpeg({ quality })
          .toBuffer();
    },
  });
  return [
    plain(plainName, quality),
    {
      name: "jpeg-turbo, called directly",
      open: async () => {
        const turbo = await loadTurbo();
        const options = { format: turbo.FORMAT_BGRA, width, height, subsampling: turbo.SAMP_420, quality };
        const pixels = Buffer.from(data.buffer);
        const output = Buffer.allocUnsafeSlow(turbo.bufferSize(options));
        return () => turbo.compress(pixels, output, options);
      },
    },
    plain("plain sharp, quality 100", 100),
  ];
}

/** Candidates that decode a JPEG without the codec. sharp without alpha returns RGB, the others RGBA. */
export function libraryDecodeCandidates(jpeg: Buffer, jpeg100: Buffer, { width, height }: Size): Candidate[] {
  return [
    {
      name: plainName,
      open: async () => {
        const sharp = await loadSharp();
        return () => sharp(jpeg).raw().toBuffer();
      },
    },
    {
      name: "plain sharp, with alpha",
      open: async () => {
        const sharp = await loadSharp();
        return () => sharp(jpeg).ensureAlpha().raw().toBuffer();
      },
    },
    {
      name: "jpeg-turbo, called directly",
      open: async () => {
        const turbo = await loadTurbo();
        const output = Buffer.allocUnsafeSlow(width * height * 4);
        return async () => (await turbo.decompress(jpeg, output, { format: turbo.FORMAT_RGBA })).data;
      },
    },
    {
      name: "plain sharp, quality 100",
      open: async () => {
        const sharp = await loadSharp();
        return () => sharp(jpeg100).raw().toBuffer();
      },
    },
  ];
}

/** Candidates that convert raw pixels without the codec. There is one: sharp, which removes the alpha channel. */
export function libraryConversionCandidates(data: Uint8Array, { width, height }: Size): Candidate[] {
  const name = `${plainName}, RGBA to RGB`;
  const open = async () => {
    const sharp = await loadSharp();
    return () =>
      sharp(data, { raw: { width, height, channels: 4 } })
        .removeAlpha()
        .raw()
        .toBuffer();
  };
  return [{ name, open }];
}

async function loadSharp() {
  return (await import("sharp")).default;
}

async function loadTurbo() {
  return (await import("@julusian/jpeg-turbo")).default;
}
