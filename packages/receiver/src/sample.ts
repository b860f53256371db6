import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";

/** A picture as a receiver hands it out: disposing it tells the uploader that it is consumed. */
export type PictureSample = (ImageSample | EncodedImageSample) & Disposable;

/** What a receiver hands out. */
export type Sample = PictureSample | AudioSample;
