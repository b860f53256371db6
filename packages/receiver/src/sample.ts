import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";

/**
 * A video frame from a receiver. Disposing the frame reports it as consumed and returns its memory to a pool, so do not
 * read `data` afterwards. With `decode: true` (the default), the frame is never compressed.
 */
export type ReceivedImageSample<Decode extends boolean = boolean> = (Decode extends true
  ? ImageSample
  : ImageSample | EncodedImageSample) &
  Disposable;

/** A sample from a receiver, discriminated by `type`. Disposing audio does nothing, because its memory is not pooled. */
export type Sample<Decode extends boolean = boolean> =
  | ReceivedImageSample<Decode>
  | (AudioSample & Disposable);

/** The samples of one type. */
export type SampleOf<Type extends Sample["type"], Decode extends boolean = boolean> = Extract<
  Sample<Decode>,
  { readonly type: Type }
>;

/** The format of audio: what an audio player needs to be configured. */
export type AudioFormat = Pick<AudioSample, "format" | "sampleRate" | "numberOfChannels">;
