import type JpegTurbo from "@julusian/jpeg-turbo";
import { type JpegFrame, samplingOf } from "../formats/jpeg-frame.ts";
import { allocateExactBytes } from "../memory/allocate.ts";
import { SpareBuffer } from "../memory/spare-buffer.ts";
import { convertImage } from "../pixels/convert-image.ts";
import { bytesPerPixel, isYuvFormat, type RgbFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, planesOf } from "../sample/planes.ts";
import type { JpegEngine } from "./jpeg-engine.ts";

/** Returns the JPEG engine that uses libjpeg-turbo. It reads and writes all RGB formats. */
export function turboJpeg(turbo: typeof JpegTurbo): JpegEngine {
  // Decodes RGBX as RGBA and BGRX as BGRA. X becomes 255, as in every other conversion.
  const formats: Readonly<Record<RgbFormat, number>> = {
    RGBA: turbo.FORMAT_RGBA,
    BGRA: turbo.FORMAT_BGRA,
    RGBX: turbo.FORMAT_RGBA,
    BGRX: turbo.FORMAT_BGRA,
    RGB: turbo.FORMAT_RGB,
  };
  const decompress = async (data: Buffer, pixels: Buffer, format: number) => {
    try {
      return await turbo.decompress(data, pixels, { format });
    } catch (error) {
      throw withReason(error, "decompress");
    }
  };
  return {
    name: "jpeg-turbo",
    async encode(data, geometry, { quality, chromaSubsampling }) {
      const subsampling = chromaSubsampling === "4:4:4" ? turbo.SAMP_444 : turbo.SAMP_420;
      const size = { width: geometry.codedWidth, height: geometry.codedHeight, subsampling };
      const { pixels, stride, format } = pixelsForTurbo(data, geometry);
      const output = spare.take(turbo.bufferSize(size));
      try {
        const options = { ...size, format: formats[format], stride, quality };
        return new Uint8Array(await turbo.compress(bufferOf(pixels), output, options));
      } catch (error) {
        throw withReason(error, "compress");
      } finally {
        spare.give(output);
      }
    },
    async decode(data, { codedWidth, codedHeight }, { format, allocate = allocateExactBytes }) {
      // The binding computes the size in 32 bits. The size cannot overflow, because the header check limits it.
      const pixels = allocate(codedWidth * codedHeight * bytesPerPixel[format]);
      const { width, height } = await decompress(bufferOf(data), bufferOf(pixels), formats[format]);
      if (width === codedWidth && height === codedHeight) return { data: pixels, isWarned: false };
      throw new RangeError(
        `libjpeg-turbo decoded ${width}x${height} pixels, expected ${codedWidth}x${codedHeight}`,
      );
    },
  };
}

/**
 * Sampling factors that TurboJPEG supports (`getSubsamp` in turbojpeg.c). With other factors, TurboJPEG fails without a
 * reason.
 */
const namedSampling: ReadonlySet<string> = new Set([
  ...["1x1,1x1,1x1", "1x2,1x2,1x2", "2x1,2x1,2x1", "1x3,1x3,1x3", "3x1,3x1,3x1"],
  ...["2x1,1x1,1x1", "2x2,1x2,1x2", "1x2,1x1,1x1", "2x2,2x1,2x1"],
  ...["2x2,1x1,1x1", "4x1,1x1,1x1", "1x4,1x1,1x1"],
]);

/**
 * Whether TurboJPEG can decode a JPEG to RGB. It can if the JPEG is grey or has three components with supported
 * sampling factors.
 */
export function turboReads(frame: JpegFrame): boolean {
  return frame.components.length === 1 || namedSampling.has(samplingOf(frame));
}

/**
 * Replaces an error that has no reason. The binding reads the reason too late, when TurboJPEG already reports "No
 * error".
 */
function withReason(error: unknown, task: string): unknown {
  const isReason = error instanceof Error && error.message !== "" && error.message !== "No error";
  return isReason
    ? error
    : new Error(`libjpeg-turbo failed to ${task} the image; its binding does not report why`);
}

/** Reused output buffer. It must hold the worst case, which is about half of the raw size. */
const spare = new SpareBuffer();

/**
 * Returns the pixels in a form that the binding accepts: the stride is a number of pixels, and the last row is as long
 * as the others. Pixels in any other form are converted to tightly packed RGB.
 */
function pixelsForTurbo(
  data: Uint8Array,
  geometry: PixelGeometry,
): { readonly pixels: Uint8Array; readonly stride: number; readonly format: RgbFormat } {
  const { format, codedWidth, codedHeight } = geometry;
  if (!isYuvFormat(format)) {
    const [{ offset, stride }] = planesOf(geometry);
    const step = bytesPerPixel[format];
    const bytes = stride * codedHeight;
    if (stride % step === 0 && offset + bytes <= data.byteLength && bytes <= 0x7fff_ffff) {
      return { pixels: data.subarray(offset, offset + bytes), stride: stride / step, format };
    }
  }
  return { pixels: convertImage(data, geometry, "RGB"), stride: codedWidth, format: "RGB" };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
