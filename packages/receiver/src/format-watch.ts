import type { AudioFormat } from "./sample.ts";

/** Finds where sound changes its format. */
export class FormatWatch {
  #last: AudioFormat | undefined;

  /** The format, where it is another one than last time; the first one is. */
  see({ format, sampleRate, numberOfChannels }: AudioFormat): AudioFormat | undefined {
    const last = this.#last;
    const isSame =
      last?.format === format && last.sampleRate === sampleRate && last.numberOfChannels === numberOfChannels;
    if (isSame) return undefined;
    this.#last = { format, sampleRate, numberOfChannels };
    return this.#last;
  }
}
