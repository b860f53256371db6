import type JpegTurbo from "@julusian/jpeg-turbo";
import { convertPicture } from "./convert-picture.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import type { JpegEngine } from "./jpeg-engine.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";
import { bytesPerPixel, isYuvFormat, type RgbFormat } from "./pixel-format.ts";
import { SpareBuffer } from "./spare-buffer.ts";

/** JPEG by libjpeg-turbo, which takes and gives any RGB format. */
export function turboJpeg(turbo: typeof JpegTurbo): JpegEngine {
  // X is written as alpha is, so that it is 255 here as elsewhere.
  const formats: Readonly<Record<RgbFormat, number>> = {
    RGBA: turbo.FORMAT_RGBA,
    BGRA: turbo.FORMAT_BGRA,
    RGBX: turbo.FORMAT_RGBA,
    BGRX: turbo.FORMAT_BGRA,
    RGB: turbo.FORMAT_RGB,
  };
  return {
    async encode(data, geometry, { quality, chromaSubsampling }) {
      const subsampling = chromaSubsampling === "4:4:4" ? turbo.SAMP_444 : turbo.SAMP_420;
      const size = { width: geometry.codedWidth, height: geometry.codedHeight, subsampling };
      const { pixels, stride, format } = turboPixels(data, geometry);
      const output = spare.take(turbo.bufferSize(size));
      try {
        const options = { ...size, format: formats[format], stride, quality };
        return new Uint8Array(await turbo.compress(bufferOf(pixels), output, options));
      } finally {
        spare.give(output);
      }
    },
    async decode(data, { codedWidth, codedHeight }, { format, allocate = allocateExactBytes }) {
      // The binding works out its own size in 32 bits; that the header was read before makes that safe.
      const pixels = allocate(codedWidth * codedHeight * bytesPerPixel[format]);
      const { width, height } = await turbo.decompress(bufferOf(data), bufferOf(pixels), {
        format: formats[format],
      });
      if (width === codedWidth && height === codedHeight) return pixels;
      throw new RangeError(`libjpeg-turbo read ${width}x${height} pixels`);
    },
  };
}

/** The worst case of a JPEG's size is half a frame, so the memory to write it to is kept. */
const spare = new SpareBuffer();

/** The picture as the binding takes it: strides are in pixels there, and the last row has to be as long as the others. */
function turboPixels(
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
  return { pixels: convertPicture(data, geometry, "RGB"), stride: codedWidth, format: "RGB" };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
