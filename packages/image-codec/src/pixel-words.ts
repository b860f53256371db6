/** Four bytes a pixel to four, with red and blue changing places; `alpha` is what is added to each pixel's own. */
export function swapWords(from: Int32Array, to: Int32Array, alpha: number): void {
  for (let index = 0; index < from.length; index++) {
    const pixel = from[index] as number;
    to[index] = (pixel & 0xff00ff00) | ((pixel & 0xff) << 16) | ((pixel >>> 16) & 0xff) | alpha;
  }
}

/** Four bytes a pixel to four, each channel in its place; `alpha` is what is added to each pixel's own. */
export function copyWords(from: Int32Array, to: Int32Array, alpha: number): void {
  for (let index = 0; index < from.length; index++) to[index] = (from[index] as number) | alpha;
}

/** Four bytes a pixel to three, four pixels into three words at a time; `from` holds a multiple of four. */
export function packWords(from: Int32Array, to: Int32Array): void {
  for (let index = 0, out = 0; index < from.length; index += 4, out += 3) {
    const first = from[index] as number;
    const second = from[index + 1] as number;
    const third = from[index + 2] as number;
    const fourth = from[index + 3] as number;
    to[out] = (first & 0xffffff) | (second << 24);
    to[out + 1] = ((second >>> 8) & 0xffff) | (third << 16);
    to[out + 2] = ((third >>> 16) & 0xff) | (fourth << 8);
  }
}

/** The same with red and blue changing places: written out, since four swaps before packing take twice the time. */
export function packSwappedWords(from: Int32Array, to: Int32Array): void {
  for (let index = 0, out = 0; index < from.length; index += 4, out += 3) {
    const first = from[index] as number;
    const second = from[index + 1] as number;
    const third = from[index + 2] as number;
    const fourth = from[index + 3] as number;
    to[out] =
      ((first >>> 16) & 0xff) | (first & 0xff00) | ((first & 0xff) << 16) | ((second << 8) & 0xff000000);
    to[out + 1] =
      ((second >>> 8) & 0xff) | ((second & 0xff) << 8) | (third & 0xff0000) | ((third & 0xff00) << 16);
    to[out + 2] =
      (third & 0xff) | ((fourth >>> 8) & 0xff00) | ((fourth & 0xff00) << 8) | ((fourth & 0xff) << 24);
  }
}
