import type { Demand } from "@broadcast-ipc/protocol";

/** Encodings that turned out not to be decodable here, since the engine is not installed: they are not asked for again. */
export class MissingEngines {
  readonly #encodings = new Set<string>();

  /** Takes note of a picture that could not be decoded; `true` where that is news about its encoding. */
  note(metadata: unknown, error: unknown): boolean {
    const { encoding } = (metadata ?? {}) as { readonly encoding?: unknown };
    const { code } = (error ?? {}) as { readonly code?: unknown };
    if (code !== "ERR_IMAGE_ENGINE_MISSING" || typeof encoding !== "string") return false;
    const isNew = !this.#encodings.has(encoding);
    this.#encodings.add(encoding);
    return isNew;
  }

  /** The demand without those encodings. Where it named none, it now asks for raw pictures, which need no engine. */
  without(demand: Demand): Demand {
    if (!demand.video || this.#encodings.size === 0) return demand;
    const encodings = demand.video.encodings ?? [];
    return {
      ...demand,
      video: { ...demand.video, encodings: encodings.filter((encoding) => !this.#encodings.has(encoding)) },
    };
  }
}
