import type { BroadcastImageCodec, ImageMetadata, ImageSample } from "@broadcast-ipc/image-codec";

export declare const codec: BroadcastImageCodec;
export declare const jpeg: Uint8Array;
export declare const metadata: ImageMetadata;
export declare const sample: ImageSample;
