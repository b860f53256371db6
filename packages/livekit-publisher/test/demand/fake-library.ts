import type { Limitation, OutboundVideo } from "../../src/demand/observe-outbound.ts";
import { layerOf } from "./fake-outbound.ts";

const step = 500;

/** What a fake library does in one step. */
export interface LibraryBehaviour {
  /** Frames per second that the source would deliver without a limit. Default: 60. */
  readonly source?: number;
  /** Captured frames per second that the encoder accepts. */
  readonly encode: (capturedFps: number) => number;
  /** Captured frames per second that reach the encoder. Default: all. */
  readonly adapt?: (capturedFps: number) => number;
  readonly limitation?: Limitation;
  /** Number of spatial layers. The statistics count each as a frame. Default: 1. */
  readonly spatialLayers?: number;
}

/** A source, an encoder and their statistics, which reach the policy twice a second. */
export class FakeLibrary {
  now = 0;
  #captured = 0;
  #adapted = 0;
  #encoded = 0;

  get capturedFrames(): number {
    return Math.floor(this.#captured);
  }

  /** Runs for half a second at a demanded rate, and returns the statistics. */
  run(maxFps: number, behaviour: LibraryBehaviour): OutboundVideo {
    const { source = 60, encode, adapt = (fps) => fps, limitation = "none", spatialLayers = 1 } = behaviour;
    this.now += step;
    const captured = Math.min(source, maxFps);
    const adapted = Math.min(captured, adapt(captured));
    const encoded = Math.min(adapted, encode(captured));
    this.#captured += (captured * step) / 1_000;
    this.#adapted += (adapted * step) / 1_000;
    this.#encoded += (encoded * step) / 1_000;
    const framesEncoded = Math.floor(this.#encoded) * spatialLayers;
    return {
      layers: [layerOf({ fps: Math.round(encoded), framesEncoded, limitation })],
      sourceWidth: 1280,
      sourceHeight: 720,
      sourceFrames: Math.floor(this.#adapted),
      sourceFps: adapted,
    };
  }
}
