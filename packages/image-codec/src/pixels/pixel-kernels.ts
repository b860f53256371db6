/** The WebAssembly of pixel-kernels.wat, in base64; where they differ, their test says what this should be. */
export const pixelKernelsCode: string =
  "AGFzbQEAAAABGgNgBX9/f39/AGAHf39/f39/fwBgBH9/f38AAwUEAAECAQUDAQAEBzkFBm1lbW9yeQIAB3N3aXp6bGUAAAh5dXZUb1JnYgABCXJn" +
  "YlRvTHVtYQACC3JnYlRvQ2hyb21hAAMK/wcEPgECe0EA/QAEACEFQRD9AAQAIQYDQCADIAYgAP0ABAAgBf0O/VD9CwQAIAMgBGohAyAAIAJqIgAg" +
  "AUkNAAsL3wIBDXtBAP0ABAAhB0EQ/QAEACEIQSD9AAQAIQlBwAD9CQIAIQpBxAD9CQIAIQtByAD9CQIAIQxBzAD9CQIAIQ1B0AD9CQIAIQ5B1AD9" +
  "CQIAIQ/9DAAAQEsAAEBLAABASwAAQEshEANAIAsgAP1cAgD9DAD///8B////Av///wP////9Dv36ASAK/eUB/eYBIREgAv1cAgAgCf0O/foB/QwA" +
  "AABDAAAAQwAAAEMAAABD/eUBIRIgA/1cAgAgCf0O/foB/QwAAABDAAAAQwAAAEMAAABD/eUBIRMgBSAIIBAgESAMIBP95gH95AH95AEgEP2xASAQ" +
  "IBEgDSAS/eYB/eQBIA4gE/3mAf3kAf3kASAQ/bEB/YUBIBAgESAPIBL95gH95AH95AEgEP2xASAH/YUB/WYgB/0O/VD9CwQAIAIgBGohAiADIARq" +
  "IQMgBSAGaiEFIABBBGoiACABSQ0ACwvJAQEKe0EA/QAEACEEQRD9AAQAIQVBIP0ABAAhBkHAAP0JAgAhB0HEAP0JAgAhCEHIAP0JAgAhCUHMAP0J" +
  "AgAhCv0MAABASwAAQEsAAEBLAABASyELA0AgAP0ABAAhDCALIAcgCCAMIAT9Dv36Af3mAf3kASAJIAwgBf0O/foB/eYB/eQBIAogDCAG/Q79+gH9" +
  "5gH95AH95AEgC/2xASENIA0gDf2FASENIAMgDSAN/Wb9WgIAACADQQRqIQMgACACaiIAIAFJDQALC5EDARJ7QQD9AAQAIQdBEP0ABAAhCEEg/QAE" +
  "ACEJQTD9AAQAIQpB0AD9CQIAIQtB1AD9CQIAIQxB2AD9CQIAIQ1B3AD9CQIAIQ5B4AD9CQIAIQ9B5AD9CQIAIRBB6AD9CQIAIRFB7AD9CQIAIRL9" +
  "DAAAQEsAAEBLAABASwAAQEshEwNAIAD9AAQAIRQgAv0ABAAhFSAUIAf9DiAVIAf9Dv2uASEWIBQgCP0OIBUgCP0O/a4BIRcgFCAJ/Q4gFSAJ/Q79" +
  "rgEhGCAWIBZBIP3NAf2uAf36ASEWIBcgF0Eg/c0B/a4B/foBIRcgGCAYQSD9zQH9rgH9+gEhGCATIAsgDCAW/eYB/eQBIA0gF/3mAf3kASAOIBj9" +
  "5gH95AH95AEgE/2xASATIA8gECAW/eYB/eQBIBEgF/3mAf3kASASIBj95gH95AH95AEgE/2xAf2FASEUIBQgFP1mIAr9DiEUIAQgFP1aAgAAIAUg" +
  "FP1aAgABIAIgA2ohAiAEIAZqIQQgBSAGaiEFIAAgA2oiACABSQ0ACws=";

/** How many pixels are worked on at a time: few enough to stay in the processor's cache, and a multiple of four. */
export const windowPixels = 8_192;

/** The inner loops of pixel-kernels.wat, and their memory. Numbers are addresses, and bytes from one four pixels to the next. */
export interface PixelKernels {
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
  /** At 0 the order, at 16 what is added by a logical or. */
  swizzle(from: number, end: number, fromStep: number, to: number, toStep: number): void;
  /**
   * At 0 the order of four reds, greens and blues, at 16 what is added by a logical or, at 32 the order of four U or V; at
   * 64, as floats, offset and scale of luma, and red of V, green of U, green of V and blue of U.
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
  /** At 0, 16 and 32 the orders of four reds, greens and blues; at 64, as floats, offset and red, green and blue of luma. */
  rgbToLuma(from: number, end: number, fromStep: number, y: number): void;
  /**
   * The same orders, and at 48 that of two U and two V; at 80, as floats, offset and red, green and blue of U, and of V,
   * each a quarter, since four pixels are added up.
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

/** As much as is used here: Node's own types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

let loaded: PixelKernels | null | undefined;

/**
 * Compiled when first needed, since whoever passes pictures on never does. `null` where there is no WebAssembly, as under
 * `--jitless`, or none with SIMD.
 */
export function pixelKernels(): PixelKernels | null {
  if (loaded === undefined) loaded = load();
  return loaded;
}

function load(): PixelKernels | null {
  try {
    const module = new WebAssembly.Module(Buffer.from(pixelKernelsCode, "base64"));
    const { memory, ...kernels } = new WebAssembly.Instance(module).exports as PixelKernels & {
      readonly memory: { readonly buffer: ArrayBuffer };
    };
    return { ...kernels, bytes: new Uint8Array(memory.buffer), floats: new Float32Array(memory.buffer) };
  } catch {
    return null;
  }
}

/** The address of one of seven places in the kernels' memory for a window's pixels, or for a plane of them. */
export function windowAt(place: number): number {
  return 256 + place * (4 * windowPixels + 64);
}

/** The bytes that say where those of four pixels come from, and behind them what is added: 255 where there is no such byte. */
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
