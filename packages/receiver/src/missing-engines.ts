import type { Demand } from "@broadcast-ipc/protocol";

/** Records the encodings whose engine is not installed in this process. The receiver removes them from its demand. */
export class MissingEngines {
  readonly #encodings = new Set<string>();

  /** Records the missing engine of an undecodable frame. Returns `true` if its encoding was not recorded before. */
  note(metadata: unknown, error: unknown): boolean {
    const { encoding } = (metadata ?? {}) as { readonly encoding?: unknown };
    const { code } = (error ?? {}) as { readonly code?: unknown };
    if (code !== "ERR_IMAGE_ENGINE_MISSING" || typeof encoding !== "string") return false;
    const isNew = !this.#encodings.has(encoding);
    this.#encodings.add(encoding);
    return isNew;
  }

  /**
   * Returns the demand without the recorded encodings. A demand without a list of encodings then requests raw frames,
   * which need no engine.
   */
  without(demand: Demand): Demand {
    if (!demand.video || this.#encodings.size === 0) return demand;
    const encodings = demand.video.encodings ?? [];
    return {
      ...demand,
      video: { ...demand.video, encodings: encodings.filter((encoding) => !this.#encodings.has(encoding)) },
    };
  }
}
