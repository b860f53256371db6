import type { CarrierLink, PayloadCarrier, PayloadRoute } from "@broadcast-ipc/ipc-channel";
import type { LibCResult } from "./libc/find-lib-c.ts";
import { SharedMemoryRoute } from "./route/shared-memory-route.ts";
import type { SharedMemorySettings } from "./shared-memory-options.ts";

/** Carries payloads of channels in shared memory. */
export class SharedMemoryCarrier implements PayloadCarrier {
  readonly feature = "shared-memory-1";
  readonly unavailable: string | undefined;
  readonly #found: LibCResult;
  readonly #settings: SharedMemorySettings;

  /** `obstacle` is why this process must not make a region, although it has a C library. */
  constructor(found: LibCResult, settings: SharedMemorySettings, obstacle?: string) {
    this.#found = found;
    this.#settings = settings;
    this.unavailable = "reason" in found ? found.reason : obstacle;
  }

  open(link: CarrierLink): PayloadRoute {
    if ("reason" in this.#found) throw new Error(this.#found.reason);
    return new SharedMemoryRoute(this.#found.libc, this.#settings, link);
  }
}
