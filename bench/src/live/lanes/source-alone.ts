import type { Lane } from "../lane.ts";

/** No lane: every frame is given back at once. */
export const sourceAlone: Lane = {
  async sink() {
    return { offer: (frame) => frame[Symbol.dispose](), close: () => {} };
  },
  async feed() {
    return { async *frames() {}, close: () => {} };
  },
};
