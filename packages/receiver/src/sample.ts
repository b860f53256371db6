import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";

/**
 * A picture as a receiver hands it out. Disposing it tells the uploader that it is consumed, and gives its memory
 * back, to be filled by another one: `data` may be empty from then on.
 */
export type PictureSample = (ImageSample | EncodedImageSample) & Disposable;

/** What a receiver hands out. */
export type Sample = PictureSample | AudioSample;

/** What a player of sound has to be set up for. */
export type AudioFormat = Pick<AudioSample, "format" | "sampleRate" | "numberOfChannels">;
