import type { Demand } from "@broadcast-ipc/protocol";

/** Encodings whose engine is not installed here. The receiver removes them from its demand. */
export class MissingEngines {
  readonly #encodings = new Set<string>();

  /** Records an undecodable frame. Returns `true` if the engine for its encoding is missing and that was not known before. */
  note(metadata: unknown, error: unknown): boolean {
    const { encoding } = (metadata ?? {}) as { readonly encoding?: unknown };
    const { code } = (error ?? {}) as { readonly code?: unknown };
    if (code !== "ERR_IMAGE_ENGINE_MISSING" || typeof encoding !== "string") return false;
    const isNew = !this.#encodings.has(encoding);
    this.#encodings.add(encoding);
    return isNew;
  }

  /** The demand without those encodings. A demand without a list of encodings then asks for raw frames, which need no engine. */
  without(demand: Demand): Demand {
    if (!demand.video || this.#encodings.size === 0) return demand;
    const encodings = demand.video.encodings ?? [];
    return {
      ...demand,
      video: { ...demand.video, encodings: encodings.filter((encoding) => !this.#encodings.has(encoding)) },
    };
  }
}
