import type { Lane } from "../lane.ts";

/** Sends nothing: every frame is disposed at once. */
export const sourceAlone: Lane = {
  async sink() {
    return { offer: (frame) => frame[Symbol.dispose](), close: () => {} };
  },
  async feed() {
    return { async *frames() {}, close: () => {} };
  },
};
