import type { OutboundLayer, OutboundVideo } from "../../src/demand/observe-outbound.ts";

export function layerOf(layer: Partial<OutboundLayer> = {}): OutboundLayer {
  return {
    rid: "",
    isActive: true,
    width: 1280,
    height: 720,
    fps: 30,
    framesEncoded: 0,
    limitation: "none",
    ...layer,
  };
}

export function outboundOf(layers: readonly OutboundLayer[] = [layerOf()], sourceFrames = 0): OutboundVideo {
  return { layers, sourceWidth: 1280, sourceHeight: 720, sourceFrames, sourceFps: 30 };
}
