import type { Lane } from "../lane.ts";

/** No lane at all: every picture is given back at once. */
export const sourceAlone: Lane = {
  async sink() {
    return { offer: (picture) => picture[Symbol.dispose](), close: () => {} };
  },
  async feed() {
    return { async *pictures() {}, close: () => {} };
  },
};
