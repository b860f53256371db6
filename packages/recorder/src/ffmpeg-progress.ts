/** Reads what ffmpeg prints with `-progress`: lines of the form `key=value`. */
export class FfmpegProgress {
  #rest = "";
  #frames: number | undefined;
  #bytes = 0;
  #time = "";

  /** Number of frames in the file; `undefined` before the first report. */
  get frames(): number | undefined {
    return this.#frames;
  }

  /** Size of the file in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads a piece of the output. Returns whether ffmpeg has made progress since the last piece. */
  read(text: string): boolean {
    const before = `${this.#frames} ${this.#bytes} ${this.#time}`;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, key, value = ""] = /^(\w+)=\s*(\S+)/.exec(line) ?? [];
      if (key === "out_time") this.#time = value;
      if (!/^\d+$/.test(value)) continue;
      if (key === "frame") this.#frames = Number(value);
      if (key === "total_size") this.#bytes = Number(value);
    }
    return before !== `${this.#frames} ${this.#bytes} ${this.#time}`;
  }
}
