/// <reference path="./wat.d.ts" />
import { ImageCodecError } from "../checks/image-codec-error.ts";
import { wasmBase64 } from "./pixel-kernels.wat";

/**
 * Maximum number of pixels in one call of a kernel. It is a multiple of four, and small enough for the processor's
 * cache.
 */
export const windowPixels = 8_192;

/**
 * The inner loops of pixel-kernels.wat and their memory. Each kernel converts four pixels at a time.
 * All parameters except steps are addresses in that memory. A step is the number of bytes from four pixels to the next
 * four.
 * Tables at fixed addresses configure each kernel. A byte order is 16 bytes that select a source byte for each target
 * byte.
 */
export interface PixelKernels {
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
  /** Address 0: byte order. Address 16: bytes that are combined with the result by a bitwise OR. */
  swizzle(from: number, end: number, fromStep: number, to: number, toStep: number): void;
  /**
   * Address 0: byte order of four reds, four greens and four blues. Address 16: bytes that are combined with the result
   * by a bitwise OR. Address 32: byte order of four U or four V. Address 64, as floats: offset and scale of luma, then
   * the weights of V in red, of U and V in green, and of U in blue.
   */
  yuvToRgb(
    y: number,
    end: number,
    u: number,
    v: number,
    chromaStep: number,
    to: number,
    toStep: number,
  ): void;
  /**
   * Addresses 0, 16 and 32: byte orders of four reds, four greens and four blues. Address 64, as floats: offset of
   * luma, then the weights of red, green and blue.
   */
  rgbToLuma(from: number, end: number, fromStep: number, y: number): void;
  /**
   * Addresses 0, 16 and 32: as for {@link rgbToLuma}. Address 48: byte order of two U and two V. Address 80, as floats:
   * offset and weights of red, green and blue for U, then for V. The weights are divided by four, because they apply to
   * sums of four pixels.
   */
  rgbToChroma(
    top: number,
    end: number,
    bottom: number,
    fromStep: number,
    u: number,
    v: number,
    chromaStep: number,
  ): void;
}

/** The part of the WebAssembly API that this file uses. Node's types do not declare it. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

let loaded: PixelKernels | undefined;

/**
 * Compiles the kernels on the first call. Throws `ERR_IMAGE_NO_WEBASSEMBLY` if the process has no WebAssembly with
 * SIMD, for example under `--jitless`.
 */
export function pixelKernels(): PixelKernels {
  loaded ??= load();
  return loaded;
}

function load(): PixelKernels {
  try {
    const module = new WebAssembly.Module(Buffer.from(wasmBase64, "base64"));
    const { memory, ...kernels } = new WebAssembly.Instance(module).exports as PixelKernels & {
      readonly memory: { readonly buffer: ArrayBuffer };
    };
    return { ...kernels, bytes: new Uint8Array(memory.buffer), floats: new Float32Array(memory.buffer) };
  } catch (cause) {
    throw new ImageCodecError(
      "ERR_IMAGE_NO_WEBASSEMBLY",
      "Converting pixels to another format needs WebAssembly with SIMD, which this process does not have",
      { cause },
    );
  }
}

/**
 * Returns the address of one of seven areas in the kernels' memory. An area holds the pixels of one call, or one plane
 * of them.
 */
export function windowAt(area: number): number {
  return 256 + area * (4 * windowPixels + 64);
}

/**
 * Makes the tables at addresses 0 and 16. `channels` lists the source channel of each byte of a target pixel;
 * `undefined` sets that byte to 255. `byteOf` returns the offset of a channel of one of the four source pixels.
 */
export function pixelOrder(
  channels: readonly (number | undefined)[],
  byteOf: (pixel: number, channel: number) => number,
): Uint8Array {
  const order = new Uint8Array(32).fill(255, 0, 16);
  for (let index = 0; index < 4 * channels.length; index++) {
    const channel = channels[index % channels.length];
    if (channel === undefined) order[16 + index] = 255;
    else order[index] = byteOf(Math.floor(index / channels.length), channel);
  }
  return order;
}
